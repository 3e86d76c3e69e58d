"""Who did what, and when: ids and counts, never what somebody said."""

from collections.abc import Mapping
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


def _read(row: Any) -> Entry:
    return Entry(**{**row._mapping, "detail": from_json(row.detail, dict[str, str | int | bool | None])})
