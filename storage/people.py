"""Participants as the team sees them: by code name, never by name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.rows import from_json
from storage.tables import LAY, answers, attendance, broadcasts, deadlines, deliveries, outbox, participants


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One participant on the team's list."""

    id: str
    code_name: str
    area: str
    state: str
    reachable: bool
    locale: str
    joined_at: datetime
    last_heard_at: datetime
    paused_until: datetime | None = None
    attendance: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One point on somebody's line of time: a prompt of the calendar, or a message that goes out."""

    at: datetime
    kind: str  # prompt · message · broadcast
    what: str
    state: str
    reason: str = ""


_p = participants.c
LISTED = (
    sa.select(
        _p.id,
        _p.code_name,
        _p.area,
        _p.state,
        _p.reachable,
        _p.locale,
        _p.joined_at,
        _p.last_heard_at,
        _p.paused_until,
    )
    .where(LAY)
    .order_by(_p.area, _p.code_name)
)


async def of_areas(conn: AsyncConnection, areas: Sequence[str]) -> list[Member]:
    """Everybody in these areas, by area and code name."""
    return await _members(conn, LISTED.where(_p.area.in_(areas)))


async def some(conn: AsyncConnection, *tests: sa.ColumnElement[bool], limit: int) -> list[Member]:
    """The first of those who stand these tests, by area and code name."""
    statement = LISTED.where(*tests).limit(limit)
    return await _members(conn, statement, sa.select(statement.subquery().c.id))


async def by_code_name(conn: AsyncConnection, code_names: Iterable[str]) -> dict[str, Member]:
    """Those of these code names that exist, by code name in lower case: "heron-14" finds Heron-14."""
    wanted = [code_name.strip().casefold() for code_name in code_names]
    found = await _members(conn, LISTED.where(sa.func.lower(_p.code_name).in_(wanted)))
    return {member.code_name.casefold(): member for member in found}


async def _members(conn: AsyncConnection, statement: sa.Select[Any], ids: sa.Select[Any] | None = None) -> list[Member]:
    """`ids`: the same people by id alone, where that is not the statement without its order."""
    found = [Member(**row._mapping) for row in await conn.execute(statement)]
    by_id = {member.id: member for member in found}
    chosen = statement.order_by(None).with_only_columns(_p.id) if ids is None else ids
    for row in await conn.execute(sa.select(attendance).where(attendance.c.participant_id.in_(chosen))):
        if row.participant_id in by_id:
            by_id[row.participant_id].attendance[row.wave] = row.state
    return found


async def states(conn: AsyncConnection) -> dict[tuple[str, str], int]:
    """How many people stand where: (area, state) → number."""
    count = sa.select(_p.area, _p.state, sa.func.count().label("n")).where(LAY)
    found = await conn.execute(count.group_by(_p.area, _p.state))
    return {(row.area, row.state): row.n for row in found}


async def answered(conn: AsyncConnection) -> dict[tuple[str, str], int]:
    """How many people have answered what: (area, flow) → number. A skipped question is no answer."""
    people = sa.func.count(sa.distinct(answers.c.participant_id)).label("n")
    found = await conn.execute(
        sa.select(_p.area, answers.c.flow, people)
        .select_from(answers.join(participants))
        .where(answers.c.value.is_not(None), LAY)
        .group_by(_p.area, answers.c.flow)
    )
    return {(row.area, row.flow): row.n for row in found}


async def heard(conn: AsyncConnection, area: str) -> int:
    """How many people of an area have told something that stands."""
    said = (answers.c.area == area, answers.c.value.is_not(None), answers.c.withdrawn_at.is_(None))
    told = sa.select(sa.func.count(sa.distinct(answers.c.participant_id))).join_from(answers, participants)
    return await conn.scalar(told.where(*said, answers.c.vis != "X", LAY)) or 0


async def joined(conn: AsyncConnection, area: str) -> int:
    """How many people take part in an area now."""
    there = sa.select(sa.func.count()).where(_p.area == area, _p.state.in_(("active", "paused")), LAY)
    return await conn.scalar(there) or 0


async def time_line(conn: AsyncConnection, participant_id: str) -> list[Moment]:
    """Past and future on one line, oldest first. Answers to what the person wrote are left out.

    So is what only those who answer for safeguarding may know of: that an alarm is set, or a talk is to end.
    """
    mine = sa.select(deadlines).where(deadlines.c.participant_id == participant_id)
    due = (await conn.execute(mine)).all()
    labels = {str(row.id): row.key.removeprefix("entry:").rpartition(":")[2] for row in due}
    prompts = [
        Moment(at=row.due_at, kind="prompt", what=labels[str(row.id)], state=row.state, reason=row.reason)
        for row in due
        if row.kind in ("entry", "unpause")
    ]
    moments = [*prompts, *await _messages(conn, participant_id, labels)]
    return sorted(moments, key=lambda moment: (moment.at, moment.kind != "prompt"))


async def _messages(conn: AsyncConnection, participant_id: str, labels: Mapping[str, str]) -> list[Moment]:
    """What went out, or will, of our own accord: prompts, reminders, broadcasts."""
    o = outbox.c
    found = await conn.execute(
        sa.select(o.not_before, o.settled_at, o.state, o.reason, o.cause, broadcasts.c.template)
        .select_from(outbox.outerjoin(deliveries, deliveries.c.outbox_id == o.id).outerjoin(broadcasts))
        .where(o.participant_id == participant_id, o.priority > 0)
        .order_by(o.id)
    )
    return [
        Moment(
            at=row.settled_at or row.not_before,
            kind="broadcast" if row.template else "message",
            what=row.template or labels.get(row.cause.partition(":")[2].partition(":")[0], row.cause),
            state=row.state,
            reason=row.reason,
        )
        for row in found
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Dated:
    """What the calendar needs of a participant."""

    id: str
    area: str
    joined_at: datetime
    facts: dict[str, Any]
    role: str = "participant"
    attendance: dict[int, str] = field(default_factory=dict)


async def dated(
    conn: AsyncConnection,
    ids: Sequence[str] | None,
    area: str | None = None,
    *,
    role: str = "participant",
    after: str = "",
    most: int,
) -> list[Dated]:
    """The next of those who have a calendar: active or paused. `ids` none: all of them, or all in an area."""
    chosen: list[sa.ColumnElement[bool]] = [_p.state.in_(("active", "paused")), _p.role == role, _p.id > after]
    if ids is not None:
        chosen.append(_p.id.in_(ids))
    if area is not None:
        chosen.append(_p.area == area)
    wanted = sa.select(_p.id, _p.area, _p.joined_at, _p.facts).where(*chosen).order_by(_p.id).limit(most)
    people = {
        row.id: Dated(
            id=row.id, area=row.area, joined_at=row.joined_at, facts=from_json(row.facts, dict[str, Any]), role=role
        )
        for row in await conn.execute(wanted)
    }
    seen = sa.select(attendance.c.participant_id, attendance.c.wave, attendance.c.state)
    for row in await conn.execute(seen.where(attendance.c.participant_id.in_(people))):
        people[row.participant_id].attendance[row.wave] = row.state
    return list(people.values())
