"""Who was asked to answer for a key issue, and everything they said since."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.agenda import Commitment
from storage.tables_loop import commitment_history, commitments, key_issues

_c = commitments.c
DAYS = ("due_on", "asked_on", "heard_on")
LISTED = sa.select(commitments, key_issues.c.area, key_issues.c.title.label("issue"), key_issues.c.number).join_from(
    commitments, key_issues
)


async def of_areas(conn: AsyncConnection, areas: Sequence[str]) -> list[Commitment]:
    """The commitments of these areas, in the order of their key issues."""
    found = await conn.execute(
        LISTED.where(key_issues.c.area.in_(areas)).order_by(key_issues.c.area, key_issues.c.number, _c.id)
    )
    return [read(row) for row in found]


async def find(conn: AsyncConnection, id: int) -> Commitment | None:
    """The commitment of this number."""
    row = (await conn.execute(LISTED.where(_c.id == id))).first()
    return read(row) if row else None


async def ask(
    conn: AsyncConnection, issue_id: str, *, owner: str, level: str, due_on: date, today: date, by: str, now: datetime
) -> int:
    """Somebody is asked to answer for this issue by a date; the number under which the answer is noted."""
    row = {"issue_id": issue_id, "owner": owner, "level": level}
    row |= {"due_on": due_on.isoformat(), "asked_on": today.isoformat()}
    id: int = (await conn.execute(sa.insert(commitments).returning(_c.id), row)).scalar_one()
    await _note(conn, id, by, now)
    return id


async def hear(conn: AsyncConnection, id: int, *, today: date, by: str, now: datetime, **values: Any) -> None:
    """The owner was heard: what they said replaces what stood here, which stays as history."""
    said = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    await conn.execute(sa.update(commitments).where(_c.id == id).values(**said, heard_on=today.isoformat()))
    await _note(conn, id, by, now)


async def history(conn: AsyncConnection, id: int) -> list[tuple[datetime, str, str, str]]:
    """When, by whom, in which state and with which words; oldest first."""
    h = commitment_history.c
    found = await conn.execute(sa.select(commitment_history).where(h.commitment_id == id).order_by(h.id))
    return [(row.at, row.by, row.state, row.reply) for row in found]


async def _note(conn: AsyncConnection, id: int, by: str, now: datetime) -> None:
    row = (await conn.execute(sa.select(_c.state, _c.due_on, _c.reply).where(_c.id == id))).one()
    line = {"commitment_id": id, "at": now, "by": by, **row._mapping}
    await conn.execute(sa.insert(commitment_history), line)


def read(row: Any) -> Commitment:
    """A row of LISTED."""
    values = dict(row._mapping)
    days = {name: date.fromisoformat(values[name]) if values[name] else None for name in DAYS}
    return Commitment(**{**values, **days})
