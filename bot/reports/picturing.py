"""What the pictures of the console show beside the report: who writes back, who takes part, what is chosen. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.reports.counting import ALL, Material
from bot.reports.sheet import Cell, Sheet
from flows import disclosure
from flows.definition import PARTICIPANTS, Flow, Programme, Step
from flows.disclosure import Figure, Share
from flows.inclusion import ROOM
from flows.principles.book import calendar
from storage.going import Asked

LEVEL = "level"
"""The tag of questions on who decides."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """How many of those who were asked by one entry of the calendar wrote back: by area, and of all together."""

    entry: str
    flow: str
    by_area: Mapping[str, Share]


def replies(programme: Programme, found: Iterable[Asked], limits: Mapping[str, int]) -> list[Reply]:
    """In the order in which people were asked. `limits`: area → fewer people than this are not told."""
    by_entry: dict[str, list[Asked]] = {}
    for one in found:
        by_entry.setdefault(one.entry, []).append(one)
    order = [turn.entry for turn in calendar(programme)]
    entries = [*order, *(e for e in programme.entries if e not in order and e.whom == PARTICIPANTS)]
    return [
        Reply(entry=entry.id, flow=entry.flow, by_area=_shares(by_entry[entry.id], limits))
        for entry in entries
        if entry.flow and entry.id in by_entry
    ]


def _shares(there: Sequence[Asked], limits: Mapping[str, int]) -> dict[str, Share]:
    found = {one.area: _share([one], limits) for one in sorted(there, key=lambda one: list(limits).index(one.area))}
    return {**found, ALL: _share(there, limits)} if len(limits) > 1 else found


def _share(there: Sequence[Asked], limits: Mapping[str, int]) -> Share:
    few = [limits[one.area] for one in there]
    asked, replied = [one.asked for one in there], [one.replied for one in there]
    whole = disclosure.count(asked[0], few[0]) if len(there) == 1 else disclosure.total(asked, few)
    return disclosure.share(disclosure.part(replied, asked, few), whole)


def replies_sheet(found: Sequence[Reply], names: Mapping[str, str]) -> Sheet:
    """The same as rows. `names`: how areas are called."""
    rows = [
        (one.entry, names.get(area, area), share.whole, share.n, _hundredths(share))
        for one in found
        for area, share in one.by_area.items()
    ]
    columns = ("asked_by", "area", "people_asked", "people_who_wrote_back", "share")
    return Sheet(name="replies", title="Who still writes back?", columns=columns, rows=tuple(rows))


def _hundredths(share: Share) -> str:
    """As in "82 %", or "76 to 94 %" where it is not told nearer."""
    if share.low is None or share.high is None:
        return ""
    return f"{share.low:.0f} %" if share.told else f"{share.low:.0f} to {share.high:.0f} %"


def chosen(material: Material) -> Sheet:
    """At each question that asks for an order: how many people named what among theirs, whatever its place."""
    rows = _all_named(material, lambda step: step.kind == "rank")
    return Sheet(name="chosen", title="What matters most to people?", columns=_columns(material), rows=rows)


def deciders(material: Material) -> Sheet:
    """At each question on who decides, or could act, in the order they are asked: how many people named whom."""
    rows = _all_named(material, lambda step: step.kind == "multi" and LEVEL in step.tags)
    order = [turn.entry.flow for turn in calendar(material.programme)]
    rows = tuple(sorted(rows, key=lambda row: order.index(str(row[0])) if row[0] in order else len(order)))
    return Sheet(name="deciders", title="Who can change what?", columns=_columns(material), rows=rows)


def _columns(material: Material) -> tuple[str, ...]:
    return "conversation", "question", "named", *material.areas, *([ALL] if len(material.areas) > 1 else [])


def _all_named(material: Material, wanted: Callable[[Step], bool]) -> tuple[tuple[Cell, ...], ...]:
    rows: list[tuple[Cell, ...]] = []
    for flow, step in material.steps(lambda _, step: wanted(step)):
        rows += _named(material, flow, step)
    return tuple(rows)


def _named(material: Material, flow: Flow, step: Step) -> Iterable[tuple[Cell, ...]]:
    answers = {area: material.at(flow.id, step.id, area) for area in material.areas}
    wholes = [len(answers[area]) for area in material.areas]
    few = [material.limit(area) for area in material.areas]
    for option in step.options if any(wholes) else ():
        counts = [sum(option.key in _keys(one.value) for one in answers[area]) for area in material.areas]
        each = [disclosure.of(n, whole, limit) for n, whole, limit in zip(counts, wholes, few, strict=True)]
        last = [disclosure.part(counts, wholes, few)] if len(counts) > 1 else []
        yield flow.id, step.id, material.label(flow, step, option.key), *each, *last


def _keys(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def apart(material: Material, counts: Mapping[tuple[str, str, str], int]) -> Sheet:
    """Who takes part, as they said themselves: each question that is kept apart, the answers, what is aimed at."""
    rows: list[tuple[Cell, ...]] = []
    for flow, step in material.steps(lambda _, step: step.stores.startswith(ROOM)):
        rows += _one_apart(material, flow, step, counts)
    columns = ("item", "question", "answer", "aimed_at", *material.areas, *([ALL] if len(material.areas) > 1 else []))
    return Sheet(name="inclusion", title="Who takes part?", columns=columns, rows=tuple(rows))


def _one_apart(
    material: Material, flow: Flow, step: Step, counts: Mapping[tuple[str, str, str], int]
) -> Iterable[tuple[Cell, ...]]:
    item, keys = step.stores.removeprefix(ROOM), [option.key for option in step.options]
    grid = {area: {key: counts.get((area, item, key), 0) for key in keys} for area in material.areas}
    if not any(any(cells.values()) for cells in grid.values()):
        return
    told, several = disclosure.table(grid, material.limits()), len(material.areas) > 1
    question, aims = material.label(flow, step, ""), material.programme.inclusion.get(item, {})
    for key in keys:
        each = [told.rows[area].each[key] for area in material.areas]
        last = [told.columns[key]] if several else []
        yield item, question, material.label(flow, step, key), aims.get(key), *each, *last
    last = [told.total] if several else []
    yield item, question, "everybody who answered", None, *(told.rows[area].total for area in material.areas), *last


def together(told: Sequence[tuple[Cell, Cell, Cell]]) -> tuple[float, float]:
    """The averages before and after of all areas that are told, from (pairs, before, after) of each: nothing else goes
    into it.
    """
    known = [
        (pairs.n, before, after)
        for pairs, before, after in told
        if isinstance(pairs, Figure) and pairs.n and isinstance(before, float) and isinstance(after, float)
    ]
    people = sum(n for n, _, _ in known)
    return sum(n * before for n, before, _ in known) / people, sum(n * after for n, _, after in known) / people
