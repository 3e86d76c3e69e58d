"""Programme: the two waves on one line of time, area by area, and day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from starlette.responses import Response

from bot.console import timeline
from bot.console.page import Door, Visit
from bot.console.timeline import Item, Window
from bot.facilitation import Gate, Lane
from bot.rights import Deed
from storage.workshops import Workshop

DAYS: Final = 14
"""So many days of the list are shown at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One area in the table: its workshops by wave, who was marked, and the first gate that is not open."""

    area: str
    name: str
    zone: ZoneInfo
    workshops: tuple[Workshop | None, ...]
    marked: tuple[str, ...]
    gate: Gate | None


async def programme(visit: Visit) -> Response:
    """The whole of it."""
    areas = visit.wanted_areas
    lanes = await visit.office.lanes(visit.who, areas)
    closed = await _first_closed(visit, areas)
    shown = timeline.window(lanes, visit.zone, visit.now)
    found = {lane.area: timeline.items(visit.programme, lane) for lane in lanes}
    every = [item for items in found.values() for item in items]
    return visit.page(
        "programme.html",
        Deed=Deed,
        standings=[_standing(visit, lane, closed.get(lane.area)) for lane in lanes],
        rows=[timeline.row(lane, found[lane.area], shown, _zone(visit, lane.area)) for lane in lanes],
        window=shown,
        today=_today(visit, shown),
        **_listed(visit, every),
    )


def _listed(visit: Visit, every: Sequence[Item]) -> dict[str, Any]:
    """The list of the tab that is asked for, some days at a time."""
    tab = visit.asked("show") if visit.asked("show") in timeline.TABS else timeline.COMING
    days = timeline.by_day(every, tab)
    at = _on_from(days, visit.asked("from"), ahead=tab == timeline.COMING)
    later = days[at + DAYS][0] if at + DAYS < len(days) else None
    counts = {name: sum(item.state in states for item in every) for name, states in timeline.TABS.items()}
    return {
        "tab": tab,
        "tabs": [(f"/programme?show={name}#days", timeline.NAMES[name], name == tab, counts[name]) for name in counts],
        "days": [(day, _by_what(items)) for day, items in days[at : at + DAYS]],
        "later": later,
    }


def _on_from(days: Sequence[tuple[date, list[Item]]], wanted: str, *, ahead: bool) -> int:
    """Where in the list this day stands; at its beginning when it is no day."""
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        return 0
    return next((n for n, (known, _) in enumerate(days) if (known >= day if ahead else known <= day)), 0)


def _by_what(found: Sequence[Item]) -> list[list[Item]]:
    """The same thing in several areas stands together, in order of its first time."""
    ordered = sorted(found, key=lambda item: (item.what, item.kind, item.state, item.reason, item.area))
    groups = [list(same) for _, same in groupby(ordered, key=lambda one: (one.what, one.kind, one.state, one.reason))]
    return sorted(groups, key=lambda same: (min(one.times for one in same), same[0].what))


async def _first_closed(visit: Visit, areas: Sequence[str]) -> dict[str, Gate]:
    """Area → the first gate where something is missing and nobody goes on without."""
    if not visit.may(Deed.AGENDA):
        return {}
    closed = [gate for gate in await visit.office.gates(visit.who, areas) if gate.missing and not gate.anyway]
    return {gate.area: gate for gate in reversed(closed)}


def _standing(visit: Visit, lane: Lane, gate: Gate | None) -> Standing:
    held = {one.wave: one for one in lane.workshops}
    waves = range(1, visit.programme.waves + 1)
    return Standing(
        area=lane.area,
        name=visit.programme.areas[lane.area].name,
        zone=_zone(visit, lane.area),
        workshops=tuple(held.get(wave) for wave in waves),
        marked=tuple(str(lane.told(lane.marked.get(wave, 0))) for wave in waves),
        gate=gate,
    )


def _zone(visit: Visit, area: str) -> ZoneInfo:
    return ZoneInfo(visit.programme.areas[area].zone)


def _today(visit: Visit, shown: Window) -> str:
    """Where today stands in the picture, "" when it is not in it."""
    return shown.x(visit.now, visit.zone) if shown.shows(visit.now.astimezone(visit.zone).date()) else ""


DOORS = (Door(path="/programme", view=programme, needs=Deed.NUMBERS),)
