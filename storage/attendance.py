"""Who was at which workshop."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import LAY, attendance, participants

STATES = ("attended", "missed", "left_early")
_sqlite, _postgresql = sqlite.insert(attendance), postgresql.insert(attendance)
MARK = {
    "sqlite": _sqlite.on_conflict_do_update(
        index_elements=["participant_id", "wave"],
        set_={column: _sqlite.excluded[column] for column in ("state", "at", "by")},
    ),
    "postgresql": _postgresql.on_conflict_do_update(
        index_elements=["participant_id", "wave"],
        set_={column: _postgresql.excluded[column] for column in ("state", "at", "by")},
    ),
}


async def mark(conn: AsyncConnection, people: Iterable[str], wave: int, state: str, *, by: str, now: datetime) -> None:
    """These people were there, were not, or left early. The last word counts."""
    rows = [{"participant_id": person, "wave": wave, "state": state, "at": now, "by": by} for person in people]
    if rows:
        await conn.execute(MARK[conn.dialect.name], rows)


async def of_wave(conn: AsyncConnection, wave: int) -> dict[str, str]:
    """Participant → state, for those who were marked."""
    found = await conn.execute(
        sa.select(attendance.c.participant_id, attendance.c.state).where(attendance.c.wave == wave)
    )
    return {row.participant_id: row.state for row in found}


async def counts(conn: AsyncConnection) -> dict[tuple[str, int], int]:
    """(area, wave) → how many people are marked."""
    found = await conn.execute(
        sa.select(participants.c.area, attendance.c.wave, sa.func.count().label("n"))
        .join_from(attendance, participants)
        .where(LAY)
        .group_by(participants.c.area, attendance.c.wave)
    )
    return {(row.area, row.wave): row.n for row in found}
