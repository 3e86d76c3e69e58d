"""text: an open answer, in one message or several, typed or spoken.

The first message opens the answer. What follows within a short while belongs to it, so nobody is cut off mid-thought;
the timer or the word DONE closes it. An interview may then ask for more (`probes`), and a line that others will read
may be sent back once more for being hard to read (`reading_age`): both only offer, and "go on" always goes on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from flows.effects import Choice, Effect, Keep, KeepPart, Line
from flows.events import Rang, Said, Showed, Tapped
from flows.run import Answer, Run
from flows.steps.base import (
    GIST,
    Accepted,
    Again,
    BadField,
    Continue,
    Missed,
    Question,
    Reaction,
    Reply,
    StepKind,
    choice,
    common,
    flag,
    whole,
)

LONG: Final = 2000
THANKS: Final = (common("thanks_1"), common("thanks_2"), common("thanks_3"))
LONG_THANKS: Final = common("long_thanks")
MORE, NEXT, AS_IT_IS = "tell_more", "next", "as_it_is"
TOLD: Final = "told"
"""What is noted in `picked` once an answer is there that may go deeper; then each probe that was asked."""
HARD_THANKS: Final = common("thanks_hard")
HOPELESS: Final = "hopeless"
"""Whoever sees no way out is not met with "that helps"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TextSpec:
    """The keys of a text step."""

    photo: bool = False
    short: int = 0
    probes: int = 0
    reading_age: int = 0


PLAIN: Final = TextSpec()


class Text(StepKind):
    """An open question."""

    name = "text"
    keys: Mapping[str, str] = MappingProxyType(
        {
            "photo": "yes: a photo may be part of the answer",
            "short": "a short answer such as a name: one message is the whole answer, and what it stores is cut to "
            "so many characters",
            "probes": "so many further questions wait behind the button “Tell me more”, in the blocks "
            "<step>__probe_1, <step>__probe_2 …; what is said to them is added to the answer",
            "reading_age": "one message for others to read: its reading age is told, and above this one, or when it "
            "promises something, it is asked for once more",
        }
    )
    keeps = True
    values = MappingProxyType({"years": "9.5", "limit": 11, "promise": "for sure"})

    def parse(self, fields: Mapping[str, object]) -> TextSpec:
        probes = whole(fields, "probes", default=0, least=1, most=9)
        limit = whole(fields, "reading_age", default=0, least=6, most=25)
        if probes and limit:
            raise BadField("probes", "a line for others to read has no probes", "take one of the two out")
        short = whole(fields, "short", default=0, least=1, most=GIST)
        return TextSpec(photo=flag(fields, "photo"), short=short, probes=probes, reading_age=limit)

    def blocks(self, spec: object) -> tuple[str, ...]:
        return tuple(f"probe_{n + 1}" for n in range(spec.probes)) if isinstance(spec, TextSpec) else ()

    def takes(self, question: Question, media: str) -> bool:
        spec = _spec(question)
        return not spec.reading_age and (media in self.shown or (media == "photo" and spec.photo))

    def says(self, question: Question) -> tuple[Line, ...]:
        picked, step = question.run.picked, question.step.id
        if not picked:
            return (Line(block=step),)
        if _spec(question).reading_age:
            return (common("plainer", *_judged(question)),)
        return (common("go_deeper"),) if picked[-1] == TOLD else (Line(block=f"{step}__{picked[-1]}"),)

    def choices(self, question: Question) -> tuple[Choice, ...]:
        step, spec = question.step.id, _spec(question)
        if not question.run.picked:
            return ()
        if spec.reading_age:
            return (choice(step, AS_IT_IS),)
        return (*((choice(step, MORE),) if _left(question) else ()), choice(step, NEXT))

    def react(self, question: Question, event: Reply) -> Reaction:
        match event:
            case Said() if not event.text.strip():
                return Again(lines=())
            case Said() | Showed():
                return _add(question, event)
            case Tapped() if event.key == MORE and _left(question):
                return _probe(question)
            case Tapped() if event.key in ("done", NEXT, AS_IT_IS):
                return _close(question)
            case Rang():
                return _close(question)
        return Missed()

    def linger(self, question: Question, answer: Accepted) -> Again | None:
        spec, run = _spec(question), question.run
        if spec.reading_age:
            return Again(lines=(), run=replace(run, gathering=False)) if _hard(question) else None
        if not spec.probes or not run.gathering or not _left(question, told=True):
            return None
        picked = (*(run.picked or ()), TOLD)
        return Again(lines=answer.lines, run=replace(run, gathering=False, picked=picked))


def _spec(question: Question) -> TextSpec:
    spec = question.step.spec
    return spec if isinstance(spec, TextSpec) else PLAIN


def _left(question: Question, *, told: bool = False) -> bool:
    """Whether there is a probe that was not asked yet."""
    return bool(told or question.run.picked) and _asked(question.run) < _spec(question).probes


def _asked(run: Run) -> int:
    return sum(note != TOLD for note in run.picked)


def _probe(question: Question) -> Again:
    run = question.run
    return Again(lines=(), run=replace(run, gathering=False, picked=(*run.picked, f"probe_{_asked(run) + 1}")))


def _add(question: Question, event: Said | Showed) -> Continue:
    """One more message of the answer; the first begins it afresh."""
    step, run, spec = question.step.id, question.run, _spec(question)
    text = event.text if isinstance(event, Said) else ""
    media = event.media if isinstance(event, Showed) else None
    first = not run.gathering and not (spec.probes and run.picked)
    part = KeepPart(step=step, message=event.message, at=event.at, text=text, media=media, first=first)
    effects: tuple[Effect, ...] = (part, Keep(step=step, value="text", at=event.at)) if first else (part,)
    before = Answer() if first else run.answers.get(step, Answer())
    answer = Answer(
        value="text",
        gist=before.gist or text.strip()[:GIST],
        parts=before.parts + 1,
        size=before.size + len(text),
        signs=tuple(dict.fromkeys((*before.signs, *(event.signs if isinstance(event, Said) else ())))),
    )
    notes = run.picked
    if spec.reading_age and isinstance(event, Said):
        notes = (event.years or "0", event.promise)
    grown = replace(run, gathering=True, answers={**run.answers, step: answer}, picked=notes)
    return Continue(run=grown, effects=effects, more=not (spec.short or spec.reading_age))


def _close(question: Question) -> Reaction:
    answer = question.run.answers.get(question.step.id)
    if answer is None or not (question.run.gathering or question.run.picked):
        return Missed()
    spec = _spec(question)
    plain = spec.reading_age and not _hard(question)
    line = common("reads_well", *_judged(question)) if plain else _thanks(question.run, answer)
    return Accepted(value="text", fact=answer.gist[: spec.short or GIST].rstrip(), lines=(line,), kept=True)


# ── how hard a line is to read: the notes are its reading age and the promise found in it ────────────────────────
def _judged(question: Question) -> tuple[tuple[str, str | int], ...]:
    years, promise = (*question.run.picked, "", "")[:2]
    return ("years", years), ("limit", _spec(question).reading_age), ("promise", promise)


def _hard(question: Question) -> bool:
    years, promise = (*question.run.picked, "0", "")[:2]
    return bool(promise) or float(years) > _spec(question).reading_age


def _thanks(run: Run, answer: Answer) -> Line:
    if HOPELESS in answer.signs:
        return HARD_THANKS
    return LONG_THANKS if answer.size > LONG else THANKS[(run.seed + run.asked) % len(THANKS)]


KIND = Text()
