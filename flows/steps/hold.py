"""hold: the dialogue waits for the team, not for the person. What the person says meanwhile is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from flows.effects import Effect, Keep, KeepPart
from flows.events import Said, Showed
from flows.run import Answer, Facts
from flows.steps.base import (
    GIST,
    Again,
    BadField,
    Continue,
    Missed,
    Question,
    Reaction,
    Reply,
    StepKind,
    common,
    text_field,
    whole,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldSpec:
    """The fact that lets the dialogue go on, as soon as it is known; with a number, as soon as it is that high."""

    until: str = ""
    least: int = 0


PLAIN: Final = HoldSpec()


class Hold(StepKind):
    """Says its line and waits until the team lets the dialogue go on. Once it has, nobody is held here any more."""

    name = "hold"
    keys = MappingProxyType(
        {
            "until": "the fact that the dialogue waits for, such as room.stage; it goes on when the fact is known",
            "at_least": "with it, the fact is a number and has to be as high as this",
        }
    )
    holds = True

    def parse(self, fields: Mapping[str, object]) -> HoldSpec:
        until = text_field(fields, "until")
        if "." not in until:
            raise BadField("until", "a hold waits for a fact", "write for example until: room.stage")
        return HoldSpec(until=until, least=whole(fields, "at_least", default=0, least=1, most=99))

    def names(self, spec: object) -> tuple[str, ...]:
        return (spec.until,) if isinstance(spec, HoldSpec) else ()

    def applies(self, question: Question) -> bool:
        spec = spec_of(question.step.spec)
        known = question.facts.get(spec.until)
        if not spec.least:
            return known is None
        return not isinstance(known, int) or known < spec.least

    def react(self, question: Question, event: Reply) -> Reaction:
        match event:
            case Said() if not event.text.strip():
                return Continue(run=question.run)
            case Said() | Showed():
                return _keep(question, event)
        return Missed()


def spec_of(spec: object) -> HoldSpec:
    """What a step of this kind waits for."""
    return spec if isinstance(spec, HoldSpec) else PLAIN


def lets_go(spec: object) -> Facts:
    """The fact as it is when such a step is passed."""
    known = spec_of(spec)
    return {known.until: known.least or "yes"}


def _keep(question: Question, event: Said | Showed) -> Reaction:
    """The first words are answered once; what follows is kept without a word."""
    step, run = question.step.id, question.run
    before = run.answers.get(step)
    text = event.text if isinstance(event, Said) else ""
    media = event.media if isinstance(event, Showed) else None
    part = KeepPart(step=step, message=event.message, at=event.at, text=text, media=media, first=before is None)
    effects: tuple[Effect, ...] = (part,) if before else (part, Keep(step=step, value="text", at=event.at))
    known = before or Answer(value="text")
    answer = replace(known, gist=known.gist or text.strip()[:GIST], parts=known.parts + 1, size=known.size + len(text))
    kept = replace(run, answers={**run.answers, step: answer})
    return (
        Continue(run=kept, effects=effects)
        if before
        else Again(lines=(common("hold_kept"),), effects=effects, run=kept)
    )


KIND = Hold()
