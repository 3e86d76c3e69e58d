"""What is not needed any more goes by itself. May be run at any time, any number of times."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import console, mailbox, media, reading_texts, stakeholders, tokens
from storage.erasure import dissolve, erase, forget_contact
from storage.stakeholders import NEVER_CAME
from storage.tables import contacts, inbox, outbox, participants, workshops
from storage.tables_reading import codes, readings
from storage.tables_rights import rights_requests

DONE = timedelta(days=7)
"""Platforms redeliver for a day: after a week no key is needed to know a message again."""
SET_ASIDE = timedelta(days=30)
"""How long the team can look at an update that could not be read."""
SENT = timedelta(days=7)
UNFINISHED = timedelta(days=7)
LEFT = timedelta(days=14)
"""Who leaves and does not say what should become of their answers: kept as the notice says, the contact deleted."""
READ = timedelta(days=730)
"""After the last workshop, and after it came, the words of a message to the mailbox are kept so long; so is how the
team worked through the answers."""
ANSWERED = timedelta(days=730)
"""How long the record stays of what people asked about their data, after it was seen to."""
MOST = 200
"""People in one transaction; the next sweep takes the others."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """How much went."""

    updates: int
    messages: int
    people: int
    recordings: int = 0
    marks: int = 0  # that some account wrote to the mailbox
    entries: int = 0  # of the mailbox, whose words have gone
    sessions: int = 0  # of the console, that are over
    tokens: int = 0  # of other programs, that were over long ago
    requests: int = 0  # about people's own data, seen to long ago


async def sweep(conn: AsyncConnection, now: datetime) -> Swept:
    """Delete old updates, empty old messages, forget who never finished joining and how to reach who has left."""
    ended = await conn.scalar(sa.select(sa.func.max(workshops.c.ends_at)))
    over = ended is not None and ended < now - READ
    if over:
        await _workings(conn)
    await reading_texts.tidy(conn)
    return Swept(
        updates=await _updates(conn, now),
        messages=await _messages(conn, now),
        people=await _unfinished(conn, now) + await _left(conn, now) + await stakeholders.sweep(conn, now),
        marks=await mailbox.tidy(conn, now.date()),
        entries=await mailbox.wear(conn, (now - READ).date()) if over else 0,
        recordings=await media.expire(conn, now),
        sessions=await console.sweep(conn, now),
        tokens=await tokens.sweep(conn, now),
        requests=await _requests(conn, now),
    )


async def _workings(conn: AsyncConnection) -> None:
    """How the team worked its way through the answers is not kept for ever: who has read what, codes taken off."""
    await conn.execute(sa.delete(readings))
    await conn.execute(sa.delete(codes).where(codes.c.removed_at.is_not(None)))


async def _requests(conn: AsyncConnection, now: datetime) -> int:
    old = rights_requests.c.closed_at < now - ANSWERED
    return (await conn.execute(sa.delete(rights_requests).where(old))).rowcount


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
    heard, seated = participants.c.last_heard_at, participants.c.role == "stakeholder"
    silent = sa.or_(sa.and_(~seated, heard < now - UNFINISHED), sa.and_(seated, heard < now - NEVER_CAME))
    wanted = sa.select(participants.c.id, participants.c.role).where(participants.c.state == "joining", silent)
    people = (await conn.execute(wanted.limit(MOST))).all()
    for person in people:
        if person.role == "guest":  # their conversation closes by itself; should that fail, it closes here
            await mailbox.close(conn, person.id, now.date())
            await dissolve(conn, person.id, now, instead="a guest")
        else:
            await erase(conn, person.id, "", now)
    return len(people)


async def _left(conn: AsyncConnection, now: datetime) -> int:
    silent = (participants.c.state == "stopped", participants.c.last_heard_at < now - LEFT)
    known = sa.select(participants.c.id).join(contacts).where(*silent).limit(MOST)
    people = (await conn.scalars(known)).all()
    for id in people:
        await forget_contact(conn, id, now)
    return len(people)
