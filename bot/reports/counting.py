"""Counts of people: who takes part, who answered what, what was chosen. Pure; small numbers are not told."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.reports.sheet import Cell, Sheet
from flows import disclosure
from flows.definition import Flow, Programme, Step, Visibility
from flows.disclosure import Figure
from storage.measures import Given, Somebody

ALL: Final = "all"
"""The name of the line that holds the totals."""
JOINED: Final = ("active", "paused")

Label = Callable[[Flow, Step, str], str]
"""How an option of a step is called."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """What the numbers of a report are made of."""

    programme: Programme
    areas: tuple[str, ...]
    people: tuple[Somebody, ...]
    given: tuple[Given, ...]
    label: Label
    _at: dict[tuple[str, str, str], list[Given]] = field(default_factory=dict, init=False, compare=False, repr=False)
    _joined: dict[str, list[Somebody]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Put everything where it is looked for: a report asks for it hundreds of times."""
        for one in self.given:
            self._at.setdefault((one.flow, one.step, one.area), []).append(one)
        for somebody in self.people:
            if somebody.state in JOINED:
                self._joined.setdefault(somebody.area, []).append(somebody)

    def limit(self, area: str) -> int:
        """Fewer people of this area than this are not told as a number."""
        return disclosure.limit(self.programme.threshold, len(self.joined(area)))

    def joined(self, area: str) -> list[Somebody]:
        """Who takes part there now."""
        return self._joined.get(area, [])

    def limits(self) -> dict[str, int]:
        """The threshold of each area."""
        return {area: self.limit(area) for area in self.areas}

    def at(self, flow: str, step: str, area: str) -> list[Given]:
        """What was answered to one question in one area."""
        return self._at.get((flow, step, area), [])

    def total(self, counts: Mapping[str, int]) -> Figure:
        """The sum over the areas, if it gives nothing away."""
        return disclosure.total([counts[area] for area in self.areas], [self.limit(area) for area in self.areas])

    def steps(self, wanted: Callable[[Flow, Step], bool]) -> list[tuple[Flow, Step]]:
        """The questions of this kind, in the order of the flows."""
        return [(flow, step) for flow in self.programme.flows.values() for step in flow.steps if wanted(flow, step)]


def people(material: Material) -> Sheet:
    """Who takes part, and who was at the workshops."""
    waves = range(1, material.programme.waves + 1)
    rows = [_standing(material, area, waves) for area in material.areas]
    counted = {area: _numbers(material, area, waves) for area in material.areas}
    if len(material.areas) > 1:
        places = range(2 + len(waves))
        totals = [material.total({area: counted[area][place] for area in counted}) for place in places]
        rows.append((ALL, sum(material.programme.areas[a].target for a in material.areas), *totals, None))
    columns = ("area", "target", "joined", "left", *(f"workshop_{wave}" for wave in waves), "all_workshops")
    return Sheet(name="people", title="Who took part", columns=columns, rows=tuple(rows))


def _numbers(material: Material, area: str, waves: Sequence[int]) -> tuple[int, ...]:
    there = [one for one in material.people if one.area == area]
    left = sum(one.state == "stopped" for one in there)
    return len(material.joined(area)), left, *(sum(wave in one.came for one in there) for wave in waves)


def _standing(material: Material, area: str, waves: Sequence[int]) -> tuple[Cell, ...]:
    few, numbers = material.limit(area), _numbers(material, area, waves)
    every = sum(one.area == area and one.came >= set(waves) for one in material.people)
    smallest = min(numbers[2:], default=0)
    return (
        area,
        material.programme.areas[area].target,
        *(disclosure.count(n, few) for n in numbers),
        _all_of_them(every, numbers[2:], smallest, few),
    )


def _all_of_them(every: int, came: Sequence[int], smallest: int, few: int) -> Figure:
    """Who came to all: nor may it be told how few came to one of them alone."""
    if any(0 < n - every < few for n in came) and every >= few:
        return Figure(n=None, least=max(few, smallest - few + 1))
    return disclosure.count(every, few)


def answered(material: Material) -> Sheet:
    """How many people have answered at least one question of each conversation."""
    rows: list[tuple[Cell, ...]] = []
    for flow in material.programme.flows:
        who = {(one.area, one.person) for one in material.given if one.flow == flow}
        counts = {area: sum(place == area for place, _ in who) for area in material.areas}
        if any(counts.values()):
            each = [disclosure.count(counts[area], material.limit(area)) for area in material.areas]
            rows.append((flow, *each, *([material.total(counts)] if len(counts) > 1 else [])))
    columns = ("conversation", *material.areas, *([ALL] if len(material.areas) > 1 else []))
    return Sheet(name="answered", title="Who answered what", columns=columns, rows=tuple(rows))


def choices(material: Material) -> Sheet:
    """What people chose, at the questions whose totals are for the report."""
    rows: list[tuple[Cell, ...]] = []
    for flow, step in material.steps(lambda _, step: step.kind == "choice" and step.vis is Visibility.R):
        rows += _partition(material, flow, step, lambda one: str(one.value))
    columns = ("conversation", "question", "choice", *_columns(material))
    return Sheet(name="choices", title="What people chose", columns=columns, rows=tuple(rows))


def _columns(material: Material) -> tuple[str, ...]:
    return (*material.areas, ALL) if len(material.areas) > 1 else material.areas


def _partition(
    material: Material, flow: Flow, step: Step, chosen: Callable[[Given], str]
) -> Iterable[tuple[Cell, ...]]:
    """A line for each choice and one for all who answered; nobody is counted twice."""
    answers = {area: Counter(chosen(one) for one in material.at(flow.id, step.id, area)) for area in material.areas}
    keys = sorted({key for found in answers.values() for key in found}, key=_order(step))
    if not keys:
        return
    told = disclosure.table({area: {key: answers[area][key] for key in keys} for area in answers}, material.limits())
    several = len(material.areas) > 1
    for key in keys:
        last = [told.columns[key]] if several else []
        yield flow.id, step.id, material.label(flow, step, key), *(told.rows[a].each[key] for a in answers), *last
    last = [told.total] if several else []
    yield flow.id, step.id, "everybody who answered", *(told.rows[area].total for area in answers), *last


def _order(step: Step) -> Callable[[str], tuple[int, str]]:
    places = {option.key: place for place, option in enumerate(step.options)}
    return lambda key: (places.get(key, len(places)), key)


def rankings(material: Material) -> Sheet:
    """What was put first, by how many; and which were chosen together, where enough people chose the same."""
    rows: list[tuple[Cell, ...]] = []
    for flow, step in material.steps(lambda _, step: step.kind == "rank"):
        rows += _partition(material, flow, step, _first)
        rows += _together(material, flow, step)
    columns = ("conversation", "question", "put_first", *_columns(material))
    note = "Sets are listed where enough people chose the same ones, in whatever order."
    return Sheet(name="rankings", title="What matters most", columns=columns, rows=tuple(rows), note=note)


def _first(one: Given) -> str:
    return one.value[0] if isinstance(one.value, tuple) and one.value else str(one.value)


def _together(material: Material, flow: Flow, step: Step) -> Iterable[tuple[Cell, ...]]:
    """The sets that are told: only those, and no sum of them, so that nothing is said of the others."""
    sets = {
        area: Counter(
            tuple(sorted(one.value)) for one in material.at(flow.id, step.id, area) if isinstance(one.value, tuple)
        )
        for area in material.areas
    }
    names = sorted({names for found in sets.values() for names in found if len(names) > 1})
    for chosen in names:
        each = [disclosure.count(sets[area][chosen], material.limit(area)) for area in material.areas]
        if any(figure.n for figure in each):
            label = " + ".join(material.label(flow, step, key) for key in chosen)
            last = [material.total({area: sets[area][chosen] for area in sets})] if len(sets) > 1 else []
            yield flow.id, step.id, label, *each, *last


def causes(material: Material) -> Sheet:
    """What people named as what shapes life, area by area: how many people named it, each once."""
    rows: list[tuple[Cell, ...]] = []
    for flow, step in material.steps(lambda _, step: step.kind == "multi"):
        frames = {option.key: option.frame for option in step.options if option.frame}
        for frame in dict.fromkeys(frames.values()):
            counts = {
                area: sum(_names(one, frames, frame) for one in material.at(flow.id, step.id, area))
                for area in material.areas
            }
            if any(counts.values()):
                each = [disclosure.count(counts[area], material.limit(area)) for area in material.areas]
                rows.append((flow.id, frame, *each, *([material.total(counts)] if len(counts) > 1 else [])))
    columns = ("conversation", "cause", *_columns(material))
    return Sheet(name="causes", title="What shapes life here", columns=columns, rows=tuple(rows))


def _names(one: Given, frames: Mapping[str, str], frame: str) -> bool:
    keys = one.value if isinstance(one.value, tuple) else (str(one.value),)
    return any(frames.get(key) == frame for key in keys)
