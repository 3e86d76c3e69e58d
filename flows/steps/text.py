"""text: an open answer, in one message or several, typed or spoken.

The first message opens the answer. What follows within a short while belongs to it, so nobody is cut off mid-thought;
the timer or the word DONE closes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from flows.effects import Effect, Keep, KeepPart, Line
from flows.events import Rang, Said, Showed, Tapped
from flows.run import Answer, Run
from flows.steps.base import (
    GIST,
    Accepted,
    Again,
    Continue,
    Missed,
    Question,
    Reaction,
    Reply,
    StepKind,
    common,
    flag,
    whole,
)

LONG: Final = 2000
THANKS: Final = (common("thanks_1"), common("thanks_2"), common("thanks_3"))
LONG_THANKS: Final = common("long_thanks")


@dataclass(frozen=True, kw_only=True, slots=True)
class TextSpec:
    """The keys of a text step."""

    photo: bool = False
    short: int = 0


PLAIN: Final = TextSpec()


class Text(StepKind):
    """An open question."""

    name = "text"
    keys: Mapping[str, str] = MappingProxyType(
        {
            "photo": "yes: a photo may be part of the answer",
            "short": "a short answer such as a name: one message is the whole answer, and what it stores is cut to "
            "so many characters",
        }
    )

    def parse(self, fields: Mapping[str, object]) -> TextSpec:
        return TextSpec(photo=flag(fields, "photo"), short=whole(fields, "short", default=0, least=1, most=GIST))

    def takes(self, question: Question, media: str) -> bool:
        return media in self.shown or (media == "photo" and _spec(question).photo)

    def react(self, question: Question, event: Reply) -> Reaction:
        match event:
            case Said() if not event.text.strip():
                return Again(lines=())
            case Said() | Showed():
                return _add(question, event)
            case Tapped(key="done") | Rang():
                return _close(question)
        return Missed()


def _spec(question: Question) -> TextSpec:
    spec = question.step.spec
    return spec if isinstance(spec, TextSpec) else PLAIN


def _add(question: Question, event: Said | Showed) -> Continue:
    """One more message of the answer; the first begins it afresh."""
    step, run = question.step.id, question.run
    text = event.text if isinstance(event, Said) else ""
    media = event.media if isinstance(event, Showed) else None
    first = not run.gathering
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
    answers = {**run.answers, step: answer}
    return Continue(run=replace(run, gathering=True, answers=answers), effects=effects, more=not _spec(question).short)


def _close(question: Question) -> Reaction:
    answer = question.run.answers.get(question.step.id)
    if answer is None or not question.run.gathering:
        return Missed()
    cut = _spec(question).short or GIST
    return Accepted(value="text", fact=answer.gist[:cut].rstrip(), lines=(_thanks(question.run, answer),), kept=True)


def _thanks(run: Run, answer: Answer) -> Line:
    return LONG_THANKS if answer.size > LONG else THANKS[(run.seed + run.asked) % len(THANKS)]


KIND = Text()
