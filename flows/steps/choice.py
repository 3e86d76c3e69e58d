"""choice: one of several, by button, number or key."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from flows.effects import Choice
from flows.events import Said, Tapped
from flows.steps.base import (
    Accepted,
    Missed,
    Question,
    Reaction,
    Reply,
    StepKind,
    choice,
    flag,
    listed,
    offered,
    pick,
    rotated,
)

LIST_KEYS: Final = MappingProxyType(
    {
        "rotate": "yes: every person sees the options in another order, so that none is always first",
        "other": "yes: adds the option other, last",
        "unsure": "yes: adds the option unsure, last",
    }
)
"""The keys of a step that shows a list of options."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListSpec:
    """How a list of options is shown."""

    rotate: bool = False
    other: bool = False
    unsure: bool = False


PLAIN: Final = ListSpec()


def parse_list(fields: Mapping[str, object]) -> ListSpec:
    """Read LIST_KEYS."""
    return ListSpec(rotate=flag(fields, "rotate"), other=flag(fields, "other"), unsure=flag(fields, "unsure"))


def shown(question: Question, spec: ListSpec) -> list[Choice]:
    """The options in this person's order; other and unsure stay last."""
    found = listed(question)
    if spec.rotate:
        found = rotated(found, question.run.seed)
    for key, wanted in (("other", spec.other), ("unsure", spec.unsure)):
        if wanted and not offered(found, key):
            found.append(choice(question.step.id, key))
    return found


def take_one(choices: tuple[Choice, ...], event: Reply) -> Reaction:
    """A tap, a number or a key decides; anything else does not."""
    match event:
        case Tapped() if offered(choices, event.key):
            return Accepted(value=event.key)
        case Said():
            found = pick(choices, event.text)
            return Accepted(value=found.key) if found else Missed()
    return Missed()


class OneOf(StepKind):
    """One of several."""

    name = "choice"
    keys = LIST_KEYS

    def parse(self, fields: Mapping[str, object]) -> ListSpec:
        return parse_list(fields)

    def choices(self, question: Question) -> tuple[Choice, ...]:
        spec = question.step.spec
        return tuple(shown(question, spec if isinstance(spec, ListSpec) else PLAIN))

    def react(self, question: Question, event: Reply) -> Reaction:
        return take_one(self.choices(question), event)


KIND = OneOf()
