"""The programme for other programs: dates, gates, how far it is, what waits, and the figures of the report."""

from datetime import date, datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from msgspec import Meta

from bot.console.api.contract import (
    AreaId,
    Ask,
    Caller,
    Endpoint,
    Figure,
    Inside,
    Instant,
    Nothing,
    Refusal,
    Shape,
    figure,
)
from bot.facilitation import Gate as Known
from bot.facilitation import Progress as Standing
from bot.facilitation import Waiting
from bot.reports import sheet
from bot.rights import Deed
from flows import disclosure
from storage import workshops as dates

YEARS: Final = range(2000, 2200)


class Place(Shape, frozen=True, kw_only=True):
    """An area."""

    id: str
    name: str
    zone: Annotated[str, Meta(description="The time zone of its people, such as Europe/London.")]
    target: Annotated[int, Meta(description="How many people are wanted.")]


class Programme(Shape, frozen=True, kw_only=True):
    """What is run here. `areas`: those that the token is for."""

    id: str
    title: str
    version: str
    waves: int
    areas: list[Place]
    flows: Annotated[list[str], Meta(description="The conversations, by id.")]
    messages: Annotated[list[str], Meta(description="The messages that can be sent to many, by id.")]


async def programme(caller: Caller, asked: Nothing) -> Programme:
    """What is published now."""
    known = caller.office.programme
    places = [area for area in known.areas.values() if caller.mine(area.id)]
    where = places[0].name if len(places) == 1 else f"{len(places)} places"
    return Programme(
        id=known.id,
        title=known.title.replace("{{ area }}", where),
        version=known.version,
        waves=known.waves,
        areas=[Place(id=area.id, name=area.name, zone=area.zone, target=area.target) for area in places],
        flows=list(known.flows),
        messages=list(known.broadcasts),
    )


# ── workshops ──────────────────────────────────────────────────────────────────────────────────────────────────
class Workshop(Shape, frozen=True, kw_only=True):
    """A meeting of one area."""

    area: str
    wave: int
    starts_at: Instant
    ends_at: Instant
    place: str
    map: str


class Workshops(Shape, frozen=True, kw_only=True):
    """By area and wave."""

    workshops: list[Workshop]


class Move(Ask, frozen=True, kw_only=True):
    """A date for a workshop. What is not given stays as it was."""

    area: AreaId
    wave: int
    start: Annotated[datetime, Meta(description="Without a zone: the time of the area, such as 2026-11-26T18:00:00.")]
    end: datetime | None = None
    place: str | None = None
    map: str | None = None
    confirm: Annotated[bool, Meta(description="The date is in the past, and that is right.")] = False
    dry: Annotated[bool, Meta(description="Change nothing; only tell what would move.")] = False


class Moved(Shape, frozen=True, kw_only=True):
    """The workshop with its new date, and what that means for the prompts of people there."""

    workshop: Workshop
    was: Workshop | None
    moved: Annotated[int, Meta(description="Prompts with another time.")]
    sent: Annotated[int, Meta(description="Prompts that had gone out by the old date.")]
    dropped: Annotated[int, Meta(description="Prompts that nobody gets any more.")]
    dry: Annotated[bool, Meta(description="Nothing was changed.")]


async def workshops(caller: Caller, asked: Inside) -> Workshops:
    """Every date that is set."""
    wanted = caller.places(asked.area)
    found = await caller.office.workshops(caller.who)
    return Workshops(workshops=[_workshop(one) for one in found if one.area in wanted])


async def move(caller: Caller, asked: Move) -> Moved:
    """Set it, or look what setting it would do."""
    zone = ZoneInfo(caller.office.programme.areas[caller.place(asked.area)].zone)
    placed = await caller.office.set_workshop(
        caller.who,
        asked.area,
        asked.wave,
        _local(asked.start, zone),
        _local(asked.end, zone) if asked.end else None,
        place=asked.place,
        map=asked.map,
        confirm=asked.confirm,
        dry=asked.dry,
    )
    return Moved(
        workshop=_workshop(placed.workshop),
        was=_workshop(placed.was) if placed.was else None,
        moved=placed.moved,
        sent=placed.sent,
        dropped=placed.dropped,
        dry=placed.dry,
    )


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    """The time on the clocks of an area."""
    if at.year not in YEARS:
        raise Refusal(422, "not_valid", f"The year {at.year} cannot be right. Nothing was changed.")
    return at.astimezone(zone).replace(tzinfo=None) if at.tzinfo else at


def _workshop(one: dates.Workshop) -> Workshop:
    return Workshop(
        area=one.area, wave=one.wave, starts_at=one.starts_at, ends_at=one.ends_at, place=one.place, map=one.map
    )


# ── gates and progress ─────────────────────────────────────────────────────────────────────────────────────────
class Gate(Shape, frozen=True, kw_only=True):
    """One gate before one area. It is open when nothing is missing."""

    gate: str
    name: str
    area: str
    open: bool
    missing: list[str]
    anyway: Annotated[str, Meta(description="Why the team goes on although something is missing.")]


class Gates(Shape, frozen=True, kw_only=True):
    """Area by area."""

    gates: list[Gate]


class Progress(Shape, frozen=True, kw_only=True):
    """How one area stands. `answered`: people who answered at least one question, by conversation."""

    area: str
    name: str
    target: int
    joined: Figure
    joining: Figure
    active: Figure
    paused: Figure
    stopped: Figure
    heard: Figure
    answered: dict[str, Figure]


class AllProgress(Shape, frozen=True, kw_only=True):
    """Area by area."""

    progress: list[Progress]


async def gates(caller: Caller, asked: Inside) -> Gates:
    """What is missing at each."""
    return Gates(gates=[_gate(one) for one in await caller.office.gates(caller.who, caller.places(asked.area))])


def _gate(one: Known) -> Gate:
    lacks = [each.what for each in one.missing]
    return Gate(gate=one.gate, name=one.name, area=one.area, open=not lacks, missing=lacks, anyway=one.anyway)


async def progress(caller: Caller, asked: Inside) -> AllProgress:
    """Who takes part and who has answered."""
    found = await caller.office.progress(caller.who, caller.places(asked.area))
    return AllProgress(progress=[_progress(one) for one in found])


def _progress(one: Standing) -> Progress:
    return Progress(
        area=one.area,
        name=one.name,
        target=one.target,
        joined=figure(one.joined),
        joining=figure(one.joining),
        active=figure(one.active),
        paused=figure(one.paused),
        stopped=figure(one.stopped),
        heard=figure(one.heard),
        answered={flow: figure(told) for flow, told in one.answered.items()},
    )


# ── today ──────────────────────────────────────────────────────────────────────────────────────────────────────
class Item(Shape, frozen=True, kw_only=True):
    """One thing that needs a person."""

    kind: str
    urgency: Annotated[str, Meta(description="now, today or soon.")]
    since: Instant | None
    area: Annotated[str, Meta(description="Empty where it is about several.")]
    code_name: str
    number: Annotated[str, Meta(description="Of the task, the gate … that it is about.")]
    n: Annotated[int, Meta(description="How many there are, where they come in heaps.")]
    note: str
    by: str
    due: date | None


class Outgo(Shape, frozen=True, kw_only=True):
    """What goes out next."""

    area: str
    what: str
    at: Instant
    people: Figure


class Today(Shape, frozen=True, kw_only=True):
    """The queue of the team, the most urgent first, and what goes out."""

    waiting: list[Item]
    tomorrow: list[Outgo]


async def today(caller: Caller, asked: Inside) -> Today:
    """What the page Today shows."""
    found = await caller.office.today(caller.who, caller.places(asked.area))
    return Today(
        waiting=[_item(one) for one in found.waiting],
        tomorrow=[Outgo(area=o.area, what=o.what, at=o.at, people=figure(o.people)) for o in found.tomorrow],
    )


def _item(one: Waiting) -> Item:
    return Item(
        kind=one.kind,
        urgency=one.urgency.name.lower(),
        since=one.since,
        area=one.area,
        code_name=one.code_name,
        number=one.number,
        n=one.n,
        note=one.note,
        by=one.by,
        due=one.due,
    )


# ── the report ─────────────────────────────────────────────────────────────────────────────────────────────────
class Sheet(Shape, frozen=True, kw_only=True):
    """One part of the report. A number of people that may not be told is a sentence."""

    name: str
    title: str
    note: str
    columns: list[str]
    rows: list[list[int | float | str | None]]


class Report(Shape, frozen=True, kw_only=True):
    """What came of it, in figures."""

    sheets: list[Sheet]


async def report(caller: Caller, asked: Inside) -> Report:
    """The same as `reconvene report`."""
    found = await caller.office.report(caller.who, caller.places(asked.area))
    return Report(sheets=[_sheet(one) for one in found])


def _sheet(one: sheet.Sheet) -> Sheet:
    rows = [[_plain(cell) for cell in row] for row in one.rows]
    return Sheet(name=one.name, title=one.title, note=one.note, columns=list(one.columns), rows=rows)


def _plain(cell: sheet.Cell) -> int | float | str | None:
    if isinstance(cell, disclosure.Figure):
        return cell.plain
    return round(cell, 2) if isinstance(cell, float) else cell


ENDPOINTS = (
    Endpoint(
        path="/programme",
        needs=Deed.NUMBERS,
        takes=Nothing,
        gives=Programme,
        call=programme,
        summary="What is run here: areas, conversations, messages.",
    ),
    Endpoint(
        path="/workshops",
        needs=Deed.NUMBERS,
        takes=Inside,
        gives=Workshops,
        call=workshops,
        summary="The dates of the workshops.",
    ),
    Endpoint(
        path="/workshops/{area}/{wave}",
        method="POST",
        needs=Deed.SCHEDULE,
        takes=Move,
        gives=Moved,
        call=move,
        summary="Set or move a workshop; with `dry`, only look what would move.",
    ),
    Endpoint(
        path="/gates",
        needs=Deed.AGENDA,
        takes=Inside,
        gives=Gates,
        call=gates,
        summary="What is missing at each gate.",
    ),
    Endpoint(
        path="/progress",
        needs=Deed.NUMBERS,
        takes=Inside,
        gives=AllProgress,
        call=progress,
        summary="Who takes part and has answered, in figures.",
    ),
    Endpoint(
        path="/today",
        needs=Deed.WATCH,
        takes=Inside,
        gives=Today,
        call=today,
        summary="What needs a person now, and what goes out next.",
    ),
    Endpoint(
        path="/report",
        needs=Deed.EXPORT,
        takes=Inside,
        gives=Report,
        call=report,
        summary="The figures of the report. The audit notes it.",
    ),
)
