"""What is not needed any more goes by itself. May be run at any time, any number of times."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.erasure import erase, forget_contact
from storage.tables import contacts, inbox, outbox, participants

DONE = timedelta(days=7)
"""Platforms redeliver for a day: after a week no key is needed to know a message again."""
SET_ASIDE = timedelta(days=30)
"""How long the team can look at an update that could not be read."""
SENT = timedelta(days=7)
UNFINISHED = timedelta(days=7)
LEFT = timedelta(days=14)
"""Who leaves and does not say what should become of their answers: kept as the notice says, the contact deleted."""
MOST = 200
"""People in one transaction; the next sweep takes the others."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """How much went."""

    updates: int
    messages: int
    people: int


async def sweep(conn: AsyncConnection, now: datetime) -> Swept:
    """Delete old updates, empty old messages, forget who never finished joining and how to reach who has left."""
    return Swept(
        updates=await _updates(conn, now),
        messages=await _messages(conn, now),
        people=await _unfinished(conn, now) + await _left(conn, now),
    )


async def _updates(conn: AsyncConnection, now: datetime) -> int:
    old = sa.or_(
        sa.and_(inbox.c.state == "done", inbox.c.done_at < now - DONE),
        sa.and_(inbox.c.state == "quarantined", inbox.c.done_at < now - SET_ASIDE),
    )
    return (await conn.execute(sa.delete(inbox).where(old))).rowcount


async def _messages(conn: AsyncConnection, now: datetime) -> int:
    old = (outbox.c.settled_at < now - SENT, outbox.c.body != "")
    return (await conn.execute(sa.update(outbox).where(*old).values(body=""))).rowcount


async def _unfinished(conn: AsyncConnection, now: datetime) -> int:
    silent = (participants.c.state == "joining", participants.c.last_heard_at < now - UNFINISHED)
    people = (await conn.scalars(sa.select(participants.c.id).where(*silent).limit(MOST))).all()
    for id in people:
        await erase(conn, id, "", now)
    return len(people)


async def _left(conn: AsyncConnection, now: datetime) -> int:
    silent = (participants.c.state == "stopped", participants.c.last_heard_at < now - LEFT)
    known = sa.select(participants.c.id).join(contacts).where(*silent).limit(MOST)
    people = (await conn.scalars(known)).all()
    for id in people:
        await forget_contact(conn, id, now)
    return len(people)
