"""Turns the calendar of the programme into dated rows for each person, and again when something moves."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from flows.calendar import NO_ROOM, Anchor, Planned, Standing, plan
from flows.definition import PARTICIPANTS, STAKEHOLDERS, Programme
from flows.dose import PACES, Dose
from flows.timing import to_utc
from storage import deadlines, people, pledges, workshops
from storage.deadlines import Deadline, PlanRow
from storage.people import Dated
from storage.scenes import Person
from storage.workshops import Workshop

OVER = ("done", "missed")
"""An entry that has had its time for a person; making the calendar again does not bring it back."""
PREFIX = "entry:"
MORNING = time(9)
"""A commitment is due on its day; what hangs on hours counts from here."""
NOON = time(12)
"""The last day of a programme, when it is said with no time."""
NOTHING_OWED: Mapping[str, date] = MappingProxyType({})
NO_DAY = date.min
"""A prompt that was missed took nobody's day."""
TOGETHER = 200
"""People whose calendars are made again in one go."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Replanned:
    """What making a calendar again has changed: prompts with another time, gone out before, left out, new."""

    moved: int = 0
    sent: int = 0
    dropped: int = 0
    added: int = 0


async def replan(
    conn: AsyncConnection,
    programme: Programme,
    participant_ids: Sequence[str] | None,
    now: datetime,
    area: str | None = None,
) -> Replanned:
    """Make the calendars of these people again (None: of all, or of all in an area). What was sent stays as it is."""
    held = await workshops.all_of(conn)
    changed: Counter[str] = Counter()
    async for dated in _some_at_a_time(conn, programme, participant_ids, area):
        changed += await _replan(conn, programme, held, dated, now)
    return Replanned(**changed)


async def _some_at_a_time(
    conn: AsyncConnection, programme: Programme, ids: Sequence[str] | None, area: str | None
) -> AsyncIterator[list[Dated]]:
    """Those whose calendar is made again, a few at a time: there may be a hundred thousand."""
    for role in ("participant", *(["stakeholder"] if programme.stakeholders else [])):
        dated = await people.dated(conn, ids, area, role=role, most=TOGETHER)
        while dated:
            yield dated
            more = len(dated) == TOGETHER
            dated = await people.dated(conn, ids, area, role=role, after=dated[-1].id, most=TOGETHER) if more else []


async def _replan(
    conn: AsyncConnection,
    programme: Programme,
    held: Mapping[tuple[str, int], Workshop],
    dated: Sequence[Dated],
    now: datetime,
) -> Counter[str]:
    """Make these calendars again; how many prompts were moved, sent before, dropped and added."""
    owed = await pledges.due(conn, [person.id for person in dated if person.role != "participant"])
    before = await deadlines.plan_rows(conn, [person.id for person in dated])
    known = {PREFIX + entry.id for entry in programme.entries}
    changed: Counter[str] = Counter()
    plans: dict[str, list[PlanRow]] = {}
    gone: list[int] = []
    for person in dated:
        rows = before[person.id]
        fresh = calendar(programme, held, person, rows, now, owed.get(person.id, {}))
        changed += _compared({row.key: row for row in rows}, fresh)
        changed["sent"] += sum(row.state in OVER for row in rows)
        gone += [row.id for row in rows if row.state == "planned" and row.key not in known]
        plans[person.id] = [_row(row) for row in fresh]
    changed["dropped"] += await deadlines.settle(conn, gone, "dropped", "the calendar has no such entry any more", now)
    await deadlines.save_plans(conn, plans, now)
    return changed


def _compared(was: Mapping[str, Deadline], fresh: Sequence[Planned]) -> Counter[str]:
    changed: Counter[str] = Counter()
    for row in fresh:
        before = was.get(row.key)
        if row.state == "dropped":
            changed["dropped"] += _was_planned(before)
        elif row.state == "planned":
            changed["moved"] += _moves(before, row)
            changed["added"] += not _was_planned(before)
    return changed


def has_room(programme: Programme, person: Person, rows: Sequence[Deadline], now: datetime) -> bool:
    """Whether one more message of the programme is good for this person today, after those that went out."""
    counted = {PREFIX + entry.id for entry in programme.entries if entry.counts}
    zone = ZoneInfo(programme.areas[person.area].zone)
    sent = {row.key: row.due_at.astimezone(zone).date() for row in rows if row.state == "done" and row.key in counted}
    weekly = PACES.get(_word(person.facts, "profile.pace", "standard"), PACES["standard"])
    return Dose(weekly, sent).free(now.astimezone(zone).date())


def _moves(was: Deadline | None, row: Planned) -> bool:
    return _was_planned(was) and was is not None and was.due_at != row.due


def _was_planned(was: Deadline | None) -> bool:
    return was is not None and was.state == "planned"


def calendar(
    programme: Programme,
    held: Mapping[tuple[str, int], Workshop],
    person: Dated,
    rows: Sequence[Deadline],
    now: datetime,
    owed: Mapping[str, date] = NOTHING_OWED,
) -> tuple[Planned, ...]:
    """The calendar of this person as it should be now; `rows` is how it was."""
    area = programme.areas[person.area]
    zone = ZoneInfo(area.zone)
    over = {
        row.key.removeprefix(PREFIX): row.due_at.astimezone(zone).date() if row.state == "done" else NO_DAY
        for row in rows
        if row.state in OVER
    }
    standing = Standing(
        joined_at=person.joined_at,
        pace=_word(person.facts, "profile.pace", "standard"),
        when=_word(person.facts, "profile.when", "evening"),
        consents={
            name.removeprefix("consent."): str(value)
            for name, value in person.facts.items()
            if name.startswith("consent.")
        },
        attendance=person.attendance,
        already=over,
        whom=PARTICIPANTS if person.role == "participant" else STAKEHOLDERS,
        promises={name: to_utc(datetime.combine(day, MORNING), zone) for name, day in owed.items()},
    )
    anchors = {
        f"W{wave}": Anchor(start=workshop.starts_at, end=workshop.ends_at)
        for (area_id, wave), workshop in held.items()
        if area_id == area.id
    }
    if programme.ends and f"W{programme.waves}" in anchors:  # nobody is told of the end before there is a beginning
        anchors["END"] = Anchor(start=to_utc(datetime.combine(programme.ends, NOON), zone))
    was = {row.key: row for row in rows}
    return tuple(_in_its_time(row, was.get(row.key), now) for row in plan(programme, area, anchors, standing, now))


def _in_its_time(row: Planned, was: Deadline | None, now: datetime) -> Planned:
    """Of what found no room in its time the team is told just that, not later that its time was over."""
    past = row.state == "dropped" and row.due <= now
    return replace(row, reason=NO_ROOM) if past and was and (was.state, was.reason) == ("dropped", NO_ROOM) else row


def _word(facts: Mapping[str, Any], name: str, usual: str) -> str:
    return str(facts.get(name) or usual)


def _row(planned: Planned) -> PlanRow:
    return PlanRow(
        key=planned.key,
        due_at=planned.due,
        expires_at=planned.expires,
        priority=planned.priority,
        state=planned.state,
        reason=planned.reason,
    )
