"""scale: a few steps from little to much, each a button."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from flows.effects import Choice
from flows.events import Said, Tapped
from flows.steps.base import Accepted, Missed, Question, Reaction, Reply, StepKind, bounds, choice, offered
from flows.words import normalise

WIDEST: Final = 11


@dataclass(frozen=True, kw_only=True, slots=True)
class ScaleSpec:
    """The ends of the scale."""

    least: int = 1
    most: int = 5


PLAIN: Final = ScaleSpec()


class Scale(StepKind):
    """How much, from `from` to `to`."""

    name = "scale"
    keys = MappingProxyType({"from": "the lowest number, 1 if absent", "to": "the highest number, 5 if absent"})

    def parse(self, fields: Mapping[str, object]) -> ScaleSpec:
        least, most = bounds(fields, 1, 5, least=0, widest=WIDEST)
        return ScaleSpec(least=least, most=most)

    def choices(self, question: Question) -> tuple[Choice, ...]:
        spec = question.step.spec if isinstance(question.step.spec, ScaleSpec) else PLAIN
        return tuple(_button(question.step.id, number) for number in range(spec.least, spec.most + 1))

    def react(self, question: Question, event: Reply) -> Reaction:
        """Unlike a list, "3" means three here, not the third."""
        match event:
            case Tapped():
                said = event.key
            case Said():
                said = normalise(event.text)
            case _:
                return Missed()
        return Accepted(value=int(said)) if offered(self.choices(question), said) else Missed()


def _button(step: str, number: int) -> Choice:
    return choice(step, str(number), str(number))


KIND = Scale()
