"""vote: lines that others wrote, one after the other: agree, don't agree, pass.

Which lines, and in which order, is settled when the question is asked first. A tap on an earlier line changes that
vote. The answer is a list of "line:vote".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from flows.effects import Choice, Line, Say
from flows.events import Rang, Said, Tapped
from flows.run import Run
from flows.steps.base import (
    Accepted,
    Again,
    Continue,
    Missed,
    Question,
    Reaction,
    Reply,
    StepKind,
    choice,
    common,
    listed,
    pick,
    whole,
)

STANCES: Final = ("agree", "disagree", "pass")
SEVERAL: Final = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class VoteSpec:
    """How many lines one person sees at most."""

    most: int = SEVERAL


PLAIN: Final = VoteSpec()


class Vote(StepKind):
    """What do you think of what others said?"""

    name = "vote"
    keys = MappingProxyType({"most": f"so many lines one person sees at most, {SEVERAL} if absent"})
    keeps = True
    values = MappingProxyType({"statement": "More benches", "number": 1, "total": SEVERAL})

    def parse(self, fields: Mapping[str, object]) -> VoteSpec:
        return VoteSpec(most=whole(fields, "most", default=SEVERAL, least=1, most=20))

    def applies(self, question: Question) -> bool:
        return bool(_lines(question))

    def begin(self, question: Question) -> tuple[str, ...]:
        spec = question.step.spec if isinstance(question.step.spec, VoteSpec) else PLAIN
        return tuple(found.key for found in listed(question)[: spec.most])

    def says(self, question: Question) -> tuple[Line, ...]:
        picked = question.run.picked
        here = _open(question)
        number = picked.index(here) + 1 if here in picked else 0
        statement = _lines(question).get(here, "")
        values = (("statement", statement), ("number", number), ("total", len(picked)))
        return (Line(block=question.step.id, values=values),)

    def choices(self, question: Question) -> tuple[Choice, ...]:
        here = _open(question)
        return tuple(_button(question, stance, here) for stance in STANCES) if here else ()

    def react(self, question: Question, event: Reply) -> Reaction:
        match event:
            case Tapped():
                stance, _, line = event.key.partition("-")
                return _take(question, line, stance) if stance in STANCES else Missed()
            case Said():
                found = pick([_button(question, stance, "") for stance in STANCES], event.text)
                return _take(question, _open(question), found.key.rstrip("-")) if found else Missed()
            case Rang():
                return _close(question.run.picked)
        return Missed()


def _lines(question: Question) -> dict[str, str]:
    return {found.key: found.label for found in listed(question)}


def _open(question: Question) -> str:
    """The line that is shown now; one that was taken down meanwhile is passed over."""
    known = _lines(question)
    return next((line for line in question.run.picked if ":" not in line and line in known), "")


def _button(question: Question, stance: str, line: str) -> Choice:
    """A stance on a line. Typed, the stance alone is enough."""
    made = choice(question.step.id, stance)
    return replace(made, key=f"{stance}-{line}") if line else made


def _take(question: Question, line: str, stance: str) -> Reaction:
    run = question.run
    place = next((n for n, one in enumerate(run.picked) if one.partition(":")[0] == line), None)
    if place is None or not line:
        return Missed()
    changed = ":" in run.picked[place]
    picked = (*run.picked[:place], f"{line}:{stance}", *run.picked[place + 1 :])
    voted: Run = replace(run, picked=picked, misses=0)
    if changed:
        return Continue(run=voted, effects=(Say(lines=(common("vote_changed"),)),))
    if _open(replace(question, run=voted)):
        return Again(lines=(), run=voted)
    return _close(picked)


def _close(picked: tuple[str, ...]) -> Accepted | Missed:
    votes = tuple(one for one in picked if ":" in one)
    return Accepted(value=votes) if votes else Missed()


KIND = Vote()
