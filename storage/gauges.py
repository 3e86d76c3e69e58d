"""How things stand at this moment, in a few counts that indexes answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import migrations, standstill
from storage.tables import channel_state, deadlines, inbox, outbox

o, d = outbox.c, deadlines.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """How many wait, and since when the oldest does."""

    name: str
    waiting: int
    oldest: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """What one look at the database tells."""

    schema: str
    queues: Sequence[Queue]
    sending: int
    paused: Sequence[tuple[str, str]]  # the channel, and why
    still_since: datetime | None
    clock: datetime | None  # the database's own; none where it has no clock of its own


async def look(conn: AsyncConnection, now: datetime) -> State:
    """Everything at once, in one view of the data."""
    going = sa.select(sa.func.count()).select_from(outbox).where(_is(o.state, "sending"))
    paused = sa.select(channel_state.c.channel, channel_state.c.paused)
    mended = paused.where(channel_state.c.paused != "", channel_state.c.channel != standstill.EVERYWHERE)
    return State(
        schema=await schema(conn),
        queues=[
            await _queue(conn, "inbox", inbox.c.received_at, _is(inbox.c.state, "new")),
            await _queue(conn, "outbox", o.not_before, _is(o.state, "queued"), o.not_before <= now),
            await _queue(conn, "deadlines", d.due_at, _is(d.state, "planned"), d.due_at <= now),
        ],
        sending=await conn.scalar(going) or 0,
        paused=[(row.channel, row.paused) for row in await conn.execute(mended)],
        still_since=await standstill.since(conn),
        clock=await clock(conn),
    )


async def schema(conn: AsyncConnection) -> str:
    """The newest migration that this database went through."""
    found = await conn.exec_driver_sql("SELECT version_num FROM alembic_version")
    return str(found.scalar_one_or_none() or "")


def newest_schema() -> str:
    """The newest migration that this program has."""
    return migrations.newest()


async def clock(conn: AsyncConnection) -> datetime | None:
    """What time a server has; a file has none."""
    if conn.dialect.name == "sqlite":
        return None
    at: datetime | None = await conn.scalar(sa.select(sa.func.clock_timestamp()))
    return at


def _is(column: sa.Column[str], word: str) -> sa.ColumnElement[bool]:
    return column == sa.literal(word, literal_execute=True)  # written out: a partial index must see the word


async def _queue(conn: AsyncConnection, name: str, at: sa.Column[datetime], *where: sa.ColumnElement[bool]) -> Queue:
    row = (await conn.execute(sa.select(sa.func.count(), sa.func.min(at)).where(*where))).one()
    return Queue(name=name, waiting=row[0], oldest=row[1])
