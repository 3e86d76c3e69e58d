"""A database that came out of a backup stands still: nothing goes out of it until a person has looked and says so.

What was queued when the backup was made has most likely been sent since, and what people said since is not in it. So
the backup carries a line that keeps every sender waiting, and prompts from beginning; what comes in is taken in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.elections import WAITS
from storage.outbox import unsent
from storage.tables import channel_state, deadlines, inbox, outbox
from storage.tables_elections import held_messages

EVERYWHERE: Final = "*"
WHY: Final = "restored from a backup"
CUT_OFF: Final = "under way when the backup was made"
DROPPED: Final = "dropped after a backup was restored"
LINE = (channel_state.c.channel == EVERYWHERE, channel_state.c.bot == EVERYWHERE)
o, d = outbox.c, deadlines.c
QUEUED = o.state == sa.literal("queued", literal_execute=True)
PLANNED = d.state == sa.literal("planned", literal_execute=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pile:
    """Some things of a kind that wait, and since when the oldest does."""

    what: str
    how_many: int
    oldest: datetime


async def begin(conn: AsyncConnection, taken_at: datetime) -> None:
    """Stand still, as things were at that time. What was under way then may have arrived: it is uncertain."""
    if await since(conn) is not None:
        return
    at = {"channel": EVERYWHERE, "bot": EVERYWHERE, "chat": "", "not_before": taken_at, "paused": WHY}
    await conn.execute(sa.insert(channel_state).values(at))
    under_way = sa.update(outbox).where(o.state == "sending")
    forgotten = {"body": sa.case((o.burn, ""), else_=o.body), "chat": sa.case((o.burn, ""), else_=o.chat)}
    await conn.execute(under_way.values(state="uncertain", settled_at=taken_at, reason=CUT_OFF, **forgotten))


async def since(conn: AsyncConnection) -> datetime | None:
    """From when the data is, if nothing may go out; None when all goes its way."""
    at: datetime | None = await conn.scalar(sa.select(channel_state.c.not_before).where(*LINE))
    return at


async def piles(conn: AsyncConnection, taken_at: datetime, now: datetime) -> list[Pile]:
    """What waits, for a person to judge; what people wrote since, and our replies to that, are not among it."""
    questions: Sequence[tuple[str, sa.ColumnElement[datetime], tuple[sa.ColumnElement[bool], ...]]] = (
        ("reply queued", o.created_at, (*_old(taken_at), o.priority <= 0)),
        ("prompt queued", o.created_at, (*_old(taken_at), o.priority == 1)),
        ("broadcast queued", o.created_at, (*_old(taken_at), o.priority > 1)),
        ("message of which nobody knows whether it arrived", o.created_at, (o.state == "uncertain",)),
        ("prompt overdue", d.due_at, _overdue(now)),
        ("broadcast whose hour has come", held_messages.c.send_at, _planned(now)),
        ("update not yet answered", inbox.c.received_at, (inbox.c.state == "new",)),
    )
    found = []
    for what, at, where in questions:
        how_many, oldest = (await conn.execute(sa.select(sa.func.count(), sa.func.min(at)).where(*where))).one()
        if how_many:
            found.append(Pile(what=what, how_many=how_many, oldest=oldest))
    return found


async def drop(conn: AsyncConnection, taken_at: datetime, now: datetime) -> int:
    """Send nothing of what the backup had queued, and begin no prompt that is overdue. How many things that is."""
    forgotten = {"body": sa.case((o.burn, ""), else_=o.body), "chat": sa.case((o.burn, ""), else_=o.chat)}
    called_off = {"state": unsent("cancelled"), "settled_at": now, "reason": DROPPED}
    queued = await conn.execute(sa.update(outbox).where(*_old(taken_at)).values(**called_off, **forgotten))
    overdue = await conn.execute(
        sa.update(deadlines).where(*_overdue(now)).values(state="missed", settled_at=now, reason=DROPPED)
    )
    planned = await conn.execute(sa.update(held_messages).where(*_planned(now)).values(state="missed", reason=DROPPED))
    return queued.rowcount + overdue.rowcount + planned.rowcount


async def end(conn: AsyncConnection) -> None:
    """All goes its way again."""
    await conn.execute(sa.delete(channel_state).where(*LINE))


def _old(taken_at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return QUEUED, o.created_at <= taken_at


def _planned(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return held_messages.c.state.in_(WAITS), held_messages.c.send_at <= now


def _overdue(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return PLANNED, d.kind == "entry", d.due_at <= now
