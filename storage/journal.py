"""Who did what, and when: ids and counts, never what somebody said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.rows import from_json, to_json
from storage.tables import journal

Detail = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line. `subject` is what was acted on, by its id."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    detail: Detail


async def note(
    conn: AsyncConnection, *, at: datetime, who: str, action: str, subject: str = "", detail: Detail | None = None
) -> None:
    """Add a line, in the transaction of what it tells of."""
    line = {"at": at, "who": who, "action": action, "subject": subject, "detail": to_json(detail or {})}
    await conn.execute(sa.insert(journal), line)


async def latest(conn: AsyncConnection, limit: int, *, subject: str = "", before: int | None = None) -> list[Entry]:
    """The newest lines first, about one subject if it is named; `before` an id turns the page."""
    question = sa.select(journal).order_by(journal.c.id.desc()).limit(limit)
    if subject:
        question = question.where(journal.c.subject == subject)
    if before is not None:
        question = question.where(journal.c.id < before)
    return [_read(row) for row in await conn.execute(question)]


async def find(
    conn: AsyncConnection,
    limit: int,
    *,
    who: str = "",
    actions: Sequence[str] = (),
    subject: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
) -> list[Entry]:
    """The newest lines of which all this is true; what is not named may be anything."""
    those = [
        *([journal.c.who == who] if who else []),
        *([journal.c.action.in_(actions)] if actions else []),
        *([journal.c.subject == subject] if subject else []),
        *([journal.c.at >= since] if since else []),
        *([journal.c.at < until] if until else []),
        *([journal.c.id < before] if before else []),
    ]
    rows = await conn.execute(sa.select(journal).where(*those).order_by(journal.c.id.desc()).limit(limit))
    return [_read(row) for row in rows]


async def count(conn: AsyncConnection, who: str, action: str, since: datetime) -> int:
    """How often somebody did this since then."""
    mine = (journal.c.who == who, journal.c.action == action, journal.c.at >= since)
    return await conn.scalar(sa.select(sa.func.count()).select_from(journal).where(*mine)) or 0


def _read(row: Any) -> Entry:
    return Entry(**{**row._mapping, "detail": from_json(row.detail, dict[str, str | int | bool | None])})
