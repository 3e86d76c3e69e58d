"""What platforms told us, on disk before we say "received". One row for each update, its key unique."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.many import execute_many
from storage.tables import inbox


class TakenTwice(Exception):
    """Somebody else has taken one of these updates meanwhile."""


class InboxItem(Struct, frozen=True, kw_only=True):
    """One update. `body` is the platform-neutral message as JSON."""

    channel: str
    bot: str
    key: str
    chat: str
    body: str
    id: int = 0
    attempts: int = 0


COLUMNS = (inbox.c.id, inbox.c.channel, inbox.c.bot, inbox.c.key, inbox.c.chat, inbox.c.body, inbox.c.attempts)
INSERT = {
    "sqlite": sqlite.insert(inbox).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(inbox).on_conflict_do_nothing(),
}
PENDING = sa.select(*COLUMNS).where(inbox.c.state == "new").order_by(inbox.c.id).limit(sa.bindparam("most"))
FREE = PENDING.with_for_update(skip_locked=True)  # SQLite knows no such thing, and one process
SETTLE = (
    sa.update(inbox)
    .where(inbox.c.id == sa.bindparam("row"), inbox.c.state == "new")
    .values(state="done", body="", chat="", done_at=sa.bindparam("now"))
)


async def accept(conn: AsyncConnection, items: Sequence[InboxItem], now: datetime) -> None:
    """Put updates on disk; one that is there already is passed over."""
    rows = [
        {"channel": i.channel, "bot": i.bot, "key": i.key, "chat": i.chat, "body": i.body, "received_at": now}
        for i in items
    ]
    await execute_many(conn, INSERT[conn.dialect.name], rows)


async def pending(conn: AsyncConnection, limit: int) -> list[InboxItem]:
    """The oldest updates that no turn has taken yet."""
    return await _read(conn, PENDING, limit)


async def free(conn: AsyncConnection, limit: int) -> list[InboxItem]:
    """The oldest updates that no turn has taken yet and no other process has in hand."""
    return await _read(conn, FREE, limit)


async def _read(conn: AsyncConnection, statement: sa.Select[Any], limit: int) -> list[InboxItem]:
    return [InboxItem(**row._mapping) for row in await conn.execute(statement, {"most": limit})]


async def settle(conn: AsyncConnection, ids: Iterable[int], now: datetime) -> None:
    """These updates have had their effect; neither words nor chat are kept twice.

    Raises `TakenTwice` when another process was quicker: the transaction must not stand.
    """
    rows = [{"row": id, "now": now} for id in ids]
    if await execute_many(conn, SETTLE, rows) != len(rows):
        raise TakenTwice


async def fail(conn: AsyncConnection, id: int, now: datetime, *, final: bool) -> None:
    """A turn could not take this update. After the last attempt it is set aside, whole, for the team.

    What somebody else has settled meanwhile stays settled.
    """
    state = "quarantined" if final else "new"
    await conn.execute(
        sa.update(inbox)
        .where(inbox.c.id == id, inbox.c.state == "new")
        .values(attempts=inbox.c.attempts + 1, state=state, done_at=now if final else None)
    )
