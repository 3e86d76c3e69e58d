"""number: a whole number, typed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from flows.events import Said
from flows.steps.base import Accepted, Missed, Question, Reaction, Reply, StepKind, bounds

NUMBER: Final = re.compile(r"[-−]?\d+")
LONGEST: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberSpec:
    """What the number may be."""

    least: int = 0
    most: int = 1_000_000


PLAIN: Final = NumberSpec()


class Number(StepKind):
    """How many."""

    name = "number"
    keys = MappingProxyType({"from": "the lowest number allowed, 0 if absent", "to": "the highest number allowed"})

    def parse(self, fields: Mapping[str, object]) -> NumberSpec:
        least, most = bounds(fields, 0, 1_000_000, least=-1_000_000, widest=2_000_001)
        return NumberSpec(least=least, most=most)

    def react(self, question: Question, event: Reply) -> Reaction:
        spec = question.step.spec if isinstance(question.step.spec, NumberSpec) else PLAIN
        number = read(event.text) if isinstance(event, Said) else None
        if number is None or not spec.least <= number <= spec.most:
            return Missed()
        return Accepted(value=number)


def read(text: str) -> int | None:
    """The one number in a short message ("about 12"); None when there is none, or more than one ("10-15")."""
    found = NUMBER.findall(text) if len(text) <= LONGEST else []
    return int(found[0].replace("−", "-")) if len(found) == 1 else None


KIND = Number()
