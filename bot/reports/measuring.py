"""Averages: the evaluation, and what was asked before and after. Told only of enough people at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from bot.reports.counting import ALL, Material
from bot.reports.sheet import Cell, Sheet
from flows import disclosure
from flows.definition import Flow, Step
from flows.run import Value

BEFORE: Final = "_pre"
AFTER: Final = "_post"
"""A question that is asked twice has the same name with these two endings."""
PLACES: Final = frozenset({"streets_green", "friends_community"})
"""What is least often linked to health."""

Number = Callable[[Value], float]


def evaluation(material: Material) -> Sheet:
    """The average of each question of the evaluation, with the number of people behind it."""
    rows: list[tuple[Cell, ...]] = []
    for flow, step in material.steps(lambda _, step: step.kind == "scale" and "evaluation" in step.tags):
        numbers = {area: [_number(one.value) for one in material.at(flow.id, step.id, area)] for area in material.areas}
        rows += [(flow.id, material.label(flow, step, ""), *line) for line in _averages(material, numbers)]
    note = "Averages on the scale of the question. The last line of each is of the areas that can be told."
    columns = ("conversation", "question", "area", "people", "average")
    return Sheet(name="evaluation", title="How it was for people", columns=columns, rows=tuple(rows), note=note)


def _averages(material: Material, numbers: Mapping[str, Sequence[float]]) -> list[tuple[Cell, ...]]:
    if not any(numbers.values()):
        return []
    lines: list[tuple[Cell, ...]] = []
    told: list[float] = []
    for area, found in numbers.items():
        figure = disclosure.count(len(found), material.limit(area))
        lines.append((area, figure, fmean(found) if figure.n else None))
        told += found if figure.n else []
    if len(numbers) > 1:
        lines.append((ALL, material.total({area: len(found) for area, found in numbers.items()}), _mean(told)))
    return lines


def _mean(numbers: Sequence[float]) -> float | None:
    return fmean(numbers) if numbers else None


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int) else float(len(value)) if isinstance(value, tuple) else 0.0


# ── before and after ───────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True, slots=True)
class _Twice:
    """A question that is asked twice, and what is measured in its answers."""

    name: str
    before: tuple[Flow, Step]
    after: tuple[Flow, Step]
    number: Number


def changes(material: Material) -> Sheet:
    """What was asked before workshop 1 and again at the end: of the same people, paired. One half alone is partial."""
    rows: list[tuple[Cell, ...]] = []
    for twice in _asked_twice(material):
        rows += [_pairs(material, twice, area) for area in material.areas]
    note = "Of people who answered both times. Whoever answered only once is counted as partial, and not averaged."
    columns = ("measure", "area", "pairs", "partial", "before", "after")
    return Sheet(name="changes", title="Before and after", columns=columns, rows=tuple(rows), note=note)


def _asked_twice(material: Material) -> list[_Twice]:
    found: list[_Twice] = []
    later = {step.id: (flow, step) for flow, step in material.steps(lambda _, step: step.id.endswith(AFTER))}
    for flow, step in material.steps(lambda _, step: step.id.endswith(BEFORE)):
        name = step.id.removesuffix(BEFORE)
        again = later.get(f"{name}{AFTER}")
        if again is None:
            continue
        if step.kind == "multi":
            frames = {option.key: option.frame for option in step.options if option.frame}
            found.append(
                _Twice(name=f"{name}: how wide the view", before=(flow, step), after=again, number=_width(frames))
            )
            found.append(
                _Twice(name=f"{name}: place or people", before=(flow, step), after=again, number=_places(frames))
            )
        else:
            found.append(_Twice(name=name, before=(flow, step), after=again, number=_number))
    return found


def _width(frames: Mapping[str, str]) -> Number:
    """How many causes were named."""
    return lambda value: float(len({frames[key] for key in _keys(value) if key in frames}))


def _places(frames: Mapping[str, str]) -> Number:
    """Whether streets or friends were among them."""
    return lambda value: float(any(frames.get(key) in PLACES for key in _keys(value)))


def _keys(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _pairs(material: Material, twice: _Twice, area: str) -> tuple[Cell, ...]:
    (flow, step), (again, same) = twice.before, twice.after
    before = {one.person: twice.number(one.value) for one in material.at(flow.id, step.id, area)}
    after = {one.person: twice.number(one.value) for one in material.at(again.id, same.id, area)}
    both, few = before.keys() & after.keys(), material.limit(area)
    pairs = disclosure.count(len(both), few)
    partial = disclosure.count(len(before.keys() ^ after.keys()), few)
    halves = [[numbers[person] for person in sorted(both)] for numbers in (before, after)]
    told = pairs.n and all(_safe(half, few) for half in halves)
    return twice.name, area, pairs, partial, *(_mean(half) if told else None for half in halves)


def _safe(numbers: Sequence[float], few: int) -> bool:
    """An average of yes and no is a number of people, and so is the rest of them."""
    yes = int(sum(numbers))
    return not set(numbers) <= {0.0, 1.0} or not (0 < yes < few or 0 < len(numbers) - yes < few)
