"""What is due when: prompts of the calendar, timers of runs, ends of pauses. Each has its effect at most once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.among import among
from storage.tables import LAY, deadlines, participants

ENTRY = "entry"
PLANNED = "planned"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """One thing that happens at a time. `key` is "entry:diary_1", "run:<id>:gather" or "unpause"."""

    id: int
    participant_id: str
    key: str
    kind: str
    run_id: str | None
    asked: int
    due_at: datetime
    expires_at: datetime | None
    priority: int
    state: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanRow:
    """Where one entry of the calendar falls for one person: planned, or dropped for a reason."""

    key: str
    due_at: datetime
    expires_at: datetime | None = None
    priority: int = 3
    state: str = PLANNED
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Upcoming:
    """A prompt that somebody will get, as staff see it."""

    code_name: str
    area: str
    key: str
    due_at: datetime
    reason: str


d = deadlines.c
_planned = d.state == sa.literal(PLANNED, literal_execute=True)  # written out: a partial index must see the word
_columns = [d[name] for name in Deadline.__slots__]
DUE = (
    sa.select(*_columns)
    .where(_planned, d.due_at <= sa.bindparam("now", type_=d.due_at.type))
    .order_by(d.due_at, d.kind, d.priority, d.id)  # a prompt goes before the reminder of an older one
    .limit(sa.bindparam("most"))
)
FREE = DUE.with_for_update(skip_locked=True)
PLAN = (
    sa.select(*_columns)
    .where(d.kind == ENTRY, among(d.participant_id, "people"))
    .order_by(d.participant_id, d.due_at, d.id)
)
SETTLE = (
    sa.update(deadlines)
    .where(among(d.id, "ids"), _planned)
    .values(state=sa.bindparam("end"), reason=sa.bindparam("why"), settled_at=sa.bindparam("now"))
)
NEXT = sa.select(sa.func.min(d.due_at)).where(_planned, d.due_at > sa.bindparam("now", type_=d.due_at.type))
NEXT_OF = NEXT.where(d.kind == ENTRY, d.participant_id == sa.bindparam("person"))
OPEN_AGAIN = sa.and_(d.state != "done", d.state != "missed")
"""What a new plan may move: an entry that was done or missed had its chance."""


def _keep(insert: Any) -> sa.Executable:
    new = insert(deadlines)
    taken = {name: new.excluded[name] for name in ("due_at", "expires_at", "priority", "state", "reason", "settled_at")}
    statement: sa.Executable = new.on_conflict_do_update(
        index_elements=["participant_id", "key"], set_=taken, where=OPEN_AGAIN
    )
    return statement


KEEP = {"sqlite": _keep(sqlite.insert), "postgresql": _keep(postgresql.insert)}


def _call(insert: Any) -> sa.Executable:
    new = insert(deadlines)
    taken = {name: new.excluded[name] for name in ("kind", "due_at", "state", "reason", "settled_at")}
    statement: sa.Executable = new.on_conflict_do_update(index_elements=["participant_id", "key"], set_=taken)
    return statement


CALL = {"sqlite": _call(sqlite.insert), "postgresql": _call(postgresql.insert)}


async def call(conn: AsyncConnection, participant_id: str, key: str, kind: str, at: datetime) -> None:
    """Something about this person, an alarm or a talk of the team, is to be seen to at `at`, whatever was before."""
    row = {"participant_id": participant_id, "key": key, "kind": kind, "due_at": at, "state": PLANNED}
    await conn.execute(CALL[conn.dialect.name], {**row, "reason": "", "settled_at": None})


async def call_all(conn: AsyncConnection, people: Collection[str], key: str, kind: str, at: datetime) -> None:
    """The same for many at once."""
    row = {"key": key, "kind": kind, "due_at": at, "state": PLANNED, "reason": "", "settled_at": None}
    if people:
        await conn.execute(CALL[conn.dialect.name], [{**row, "participant_id": id} for id in people])


async def due(conn: AsyncConnection, now: datetime, limit: int) -> list[Deadline]:
    """What should have happened by now, oldest first."""
    return await _read(conn, DUE, now, limit)


async def free(conn: AsyncConnection, now: datetime, limit: int) -> list[Deadline]:
    """What should have happened by now and no other process has in hand, oldest first."""
    return await _read(conn, FREE, now, limit)


async def _read(conn: AsyncConnection, statement: sa.Select[Any], now: datetime, limit: int) -> list[Deadline]:
    return [Deadline(**row._mapping) for row in await conn.execute(statement, {"now": now, "most": limit})]


async def settle(conn: AsyncConnection, ids: Collection[int], state: str, reason: str, now: datetime) -> int:
    """These are over: done, dropped, missed or cancelled. Counts those that were still planned."""
    if not ids:
        return 0
    changed = await conn.execute(SETTLE, {"ids": list(ids), "end": state, "why": reason, "now": now})
    return changed.rowcount


async def postpone(conn: AsyncConnection, id: int, at: datetime, reason: str) -> None:
    """It happens later, for a reason that staff can read."""
    await conn.execute(sa.update(deadlines).where(d.id == id, _planned).values(due_at=at, reason=reason))


async def miss_if_due(conn: AsyncConnection, id: int, before: datetime, reason: str) -> bool:
    """Call it missed, if it is still planned and was due at `before` or earlier."""
    late = (d.id == id, _planned, d.due_at <= before)
    changed = await conn.execute(
        sa.update(deadlines).where(*late).values(state="missed", reason=reason, settled_at=before)
    )
    return changed.rowcount == 1


async def plan_rows(conn: AsyncConnection, participant_ids: Collection[str]) -> dict[str, list[Deadline]]:
    """The calendar of each of these people as it is kept, past and future, in order of time."""
    plans: dict[str, list[Deadline]] = {id: [] for id in participant_ids}
    if plans:
        for row in await conn.execute(PLAN, {"people": list(plans)}):
            plans[row.participant_id].append(Deadline(**row._mapping))
    return plans


async def save_plans(conn: AsyncConnection, plans: Mapping[str, Sequence[PlanRow]], now: datetime) -> None:
    """The calendar of each of these people is like this now; what was done or missed stays as it is."""
    values = [
        {
            "participant_id": participant_id,
            "key": row.key,
            "kind": ENTRY,
            "due_at": row.due_at,
            "expires_at": row.expires_at,
            "priority": row.priority,
            "state": row.state,
            "reason": row.reason,
            "settled_at": None if row.state == PLANNED else now,
        }
        for participant_id, rows in plans.items()
        for row in rows
    ]
    if values:
        await conn.execute(KEEP[conn.dialect.name], values)


async def drop(conn: AsyncConnection, participant_id: str, key: str, now: datetime) -> None:
    """What was planned under this key does not happen any more."""
    mine = (d.participant_id == participant_id, d.key == key, _planned)
    await conn.execute(sa.update(deadlines).where(*mine).values(state="cancelled", settled_at=now))


async def cancel_entries(conn: AsyncConnection, participant_id: str, reason: str, now: datetime) -> int:
    """No more prompts for this person, nor an end of their pause; a later plan may bring prompts back."""
    mine = (d.participant_id == participant_id, d.kind.in_((ENTRY, "unpause")), _planned)
    changed = await conn.execute(
        sa.update(deadlines).where(*mine).values(state="cancelled", reason=reason, settled_at=now)
    )
    return changed.rowcount


async def next_of(conn: AsyncConnection, participant_id: str, now: datetime) -> datetime | None:
    """When this person gets the next prompt."""
    at: datetime | None = await conn.scalar(NEXT_OF, {"now": now, "person": participant_id})
    return at


async def next_any(conn: AsyncConnection) -> datetime | None:
    """When anything at all is due next: a prompt, a timer of a run, the end of a pause."""
    due: datetime | None = await conn.scalar(sa.select(sa.func.min(d.due_at)).where(_planned))
    return due


async def upcoming(conn: AsyncConnection, area: str = "", limit: int = 50) -> list[Upcoming]:
    """The prompts to come, soonest first, in one area or in all."""
    question = (
        sa.select(participants.c.code_name, participants.c.area, d.key, d.due_at, d.reason)
        .join_from(deadlines, participants)
        .where(d.kind == ENTRY, _planned, LAY)
        .order_by(d.due_at, participants.c.code_name)
        .limit(limit)
    )
    found = await conn.execute(question.where(participants.c.area == area) if area else question)
    return [Upcoming(**row._mapping) for row in found]
