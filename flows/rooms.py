"""A flow that the team leads step by step, while people are in one room: its waits, and what is asked behind each."""

from collections.abc import Iterable, Iterator
from typing import Final

from flows.definition import Flow, Programme, Step
from flows.shelves import STAGE
from flows.steps.hold import spec_of
from flows.steps.registry import kinds

COUNTED: Final = ("choice", "confirm", "scale", "number", "multi")
"""Kinds of question whose answers can be counted while people are in the room."""


def waits(flow: Flow) -> tuple[int, ...]:
    """What the room has to have come to, at each step that waits for it."""
    return tuple(spec_of(step.spec).least for step in flow.steps if _waits(step))


def in_order(flow: Flow) -> bool:
    """Whether there are such steps, and they are numbered 1, 2, 3 …"""
    found = waits(flow)
    return bool(found) and found == tuple(range(1, len(found) + 1))


def stages(flow: Flow) -> tuple[str, ...]:
    """The first question of each stage: what is asked before any wait, behind the first, behind the second …"""
    return tuple(_first(part) for part in _parts(flow))


def wave_of(programme: Programme, flow_id: str) -> int:
    """The workshop that this flow is led in, 0 for none."""
    return programme.rooms.index(flow_id) + 1 if flow_id in programme.rooms else 0


def flow_of(programme: Programme, wave: int) -> Flow | None:
    """The flow that is led in this workshop."""
    name = programme.rooms[wave - 1] if 0 < wave <= len(programme.rooms) else ""
    return programme.flows.get(name)


def _waits(step: Step) -> bool:
    kind = kinds().get(step.kind)
    return kind is not None and kind.holds and spec_of(step.spec).until == STAGE


def _parts(flow: Flow) -> Iterator[list[Step]]:
    part: list[Step] = []
    for step in flow.steps:
        if _waits(step):
            yield part
            part = []
        else:
            part.append(step)
    yield part


def _first(part: Iterable[Step]) -> str:
    """What a stage is called: its first question, else the first thing said in it."""
    steps = list(part)
    asked = [step.id for step in steps if step.kind in kinds() and kinds()[step.kind].waits]
    return next(iter([*asked, *(step.id for step in steps)]), "")


def stage_of(flow: Flow) -> dict[str, int]:
    """At which stage each step is."""
    return {step.id: number for number, part in enumerate(_parts(flow)) for step in part}
