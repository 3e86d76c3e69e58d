"""multi: several of a list. Taps tick and untick, "done" closes; typed numbers ("1 3 4") pick at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from flows.effects import Choice, Line, Say
from flows.events import Rang, Said, Tapped
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
    offered,
    pick,
    unread,
    whole,
)
from flows.steps.choice import LIST_KEYS, ListSpec, parse_list, shown

BETWEEN: Final = re.compile(r"[\s,;.&+،、]+")
LONGEST: Final = 200
DONE: Final = "done"
ALONE: Final = "unsure"


@dataclass(frozen=True, kw_only=True, slots=True)
class MultiSpec:
    """The keys of a multi step."""

    most: int = 0
    look: ListSpec = ListSpec()  # noqa: RUF009 - frozen


PLAIN: Final = MultiSpec()


class Multi(StepKind):
    """Several of a list."""

    name = "multi"
    keys: Mapping[str, str] = MappingProxyType({**LIST_KEYS, "most": "at most so many may be picked"})
    several = True

    def parse(self, fields: Mapping[str, object]) -> MultiSpec:
        return MultiSpec(most=whole(fields, "most", default=0, least=1, most=100), look=parse_list(fields))

    def choices(self, question: Question) -> tuple[Choice, ...]:
        picked = question.run.picked
        options = shown(question, spec_of(question).look)
        ticked = [replace(option, ticked=True) if option.key in picked else option for option in options]
        return (*ticked, closing(question))

    def react(self, question: Question, event: Reply) -> Reaction:
        match event:
            case Tapped(key="done") | Rang():
                return _close(question.run.picked)
            case Tapped() if offered(self.choices(question), event.key):
                return self._toggle(question, event.key)
            case Said():
                return self._read(question, event)
        return Missed()

    def _toggle(self, question: Question, key: str) -> Continue:
        """Tick or untick."""
        run = question.run
        picked = tuple(one for one in run.picked if one != key) if key in run.picked else _add(run.picked, key)
        if _too_many(question, picked):
            return Continue(run=run, effects=(Say(lines=(_limit(question),)),))
        return Continue(run=replace(run, picked=picked), redraw=True)

    def _read(self, question: Question, event: Said) -> Reaction:
        """Typed numbers or keys join what is ticked, and close the question."""
        choices = self.choices(question)
        picked = question.run.picked
        words = [event.text] if pick(choices, event.text) else list(filter(None, BETWEEN.split(event.text[:LONGEST])))
        if not words or len(event.text) > LONGEST:
            return Missed()
        for word in words:
            found = pick(choices, word)
            if found is None:
                return Missed()
            picked = picked if found.key == DONE else _add(picked, found.key)
        if _too_many(question, picked):
            return Again(lines=(_limit(question),), effects=unread(event, question.step.id))
        return _close(picked)


def spec_of(question: Question) -> MultiSpec:
    """The keys of this step."""
    spec = question.step.spec
    return spec if isinstance(spec, MultiSpec) else PLAIN


def closing(question: Question) -> Choice:
    """The button that says: that is all."""
    return choice(question.step.id, DONE)


def _add(picked: tuple[str, ...], key: str) -> tuple[str, ...]:
    """Not sure stands alone: it takes the place of the others, and gives way to them."""
    if key == ALONE:
        return (key,)
    return (*(one for one in picked if one not in (ALONE, key)), key)


def _too_many(question: Question, picked: tuple[str, ...]) -> bool:
    most = spec_of(question).most
    return bool(most) and len(picked) > most


def _limit(question: Question) -> Line:
    return common("too_many", ("most", spec_of(question).most))


def _close(picked: tuple[str, ...]) -> Accepted | Missed:
    return Accepted(value=picked) if picked else Missed()


KIND = Multi()
