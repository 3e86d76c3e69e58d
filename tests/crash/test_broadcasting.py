"""A message to many while the program is killed: everybody stands on the ledger once, and the ledger is true."""

import asyncio
import signal
from collections import Counter
from datetime import timedelta

import aiohttp
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.lane import IN_FLIGHT
from storage import broadcasts, erasure, invariants
from storage.broadcasts import Receipt
from storage.database import Database
from storage.rows import new_id
from storage.tables import contacts, deliveries, outbox, participants
from tests.botapi import BotApi
from tests.crash import ledger
from tests.crash.nursery import Nursery
from tests.crash.program import START
from tests.crash.theatre import Theatre

MANY = 400
SOME = 120
PLACES = (
    "broadcast.before_commit:1",
    "broadcast.after_commit:1",
    "claim.before_commit:2",
    "claim.after_commit:2",
    "send.before:150",
    "send.after:150",
    "settle.before_commit:2",
    "settle.after_commit:2",
)
pytestmark = pytest.mark.slow


async def people(url: str, api: BotApi, how_many: int) -> None:
    """So many take part. Each has a phone, with their number as its chat."""
    await ledger.prepare(url)
    known = {"area": "hull", "state": "active", "locale": "en", "joined_at": START, "last_heard_at": START}
    facts = '{"consent.part":"yes","consent.remind":"yes"}'
    rows = [{**known, "id": f"p{n}", "code_name": f"Heron-{n}", "facts": facts} for n in range(how_many)]
    bot = {"channel": "telegram", "bot": api.token.partition(":")[0]}
    places = [{**bot, "chat": str(n), "participant_id": f"p{n}", "name": f"Sam{n}"} for n in range(how_many)]
    db = Database.open(url)
    async with db.write() as conn:
        await conn.execute(sa.insert(participants), rows)
        await conn.execute(sa.insert(contacts), places)
    await db.close()


async def receipts(url: str) -> list[Receipt]:
    """The ledger of the only message to many, when all promises hold."""
    db = Database.open(url)
    async with db.read() as conn:
        assert await invariants.check(conn) == []
        (one,) = await broadcasts.latest(conn, 9)
        found = await broadcasts.ledger(conn, one.id)
    await db.close()
    return found


async def dies_and_goes_on(theatre: Theatre, fault: str) -> None:
    """Killed there, then begun again, until all is done."""
    living = asyncio.create_task(theatre.live_on(fault))
    try:
        await theatre.when(lambda conn: done(conn, theatre))
        await theatre.stop_when_quiet()
        await living
    finally:
        await theatre.clear(living)


async def done(conn: AsyncConnection, theatre: Theatre) -> bool:
    """Whether the second life has written to everybody."""
    return theatre.life > 1 and bool(await conn.scalar(sa.select(sa.func.count()).select_from(deliveries)))


CASES = [
    *(("thanks", 1, place) for place in PLACES),
    *(("remind_24h", 2, place) for place in ("claim.after_commit:2", "send.after:150")),
]
"""What is never sent twice, killed anywhere; and what may be."""


@pytest.mark.parametrize(("template", "copies", "fault"), CASES)
async def test_killed_anywhere_in_a_message_to_many_the_ledger_is_true_for_everybody(
    lives: Nursery, platform: BotApi, sqlite_url: str, fault: str, template: str, copies: int
) -> None:
    await people(sqlite_url, platform, MANY)

    await dies_and_goes_on(Theatre(lives, platform, sqlite_url, broadcast=template), fault)

    rows = await receipts(sqlite_url)
    arrived = Counter(int(delivery.chat) for delivery in platform.log)
    assert [row.code_name for row in rows] == sorted(f"Heron-{n}" for n in range(MANY)), "one row each"
    for row in rows:
        came = arrived[int(row.code_name.removeprefix("Heron-"))]
        assert row.outcome in ("sent", "uncertain")
        assert (row.outcome == "sent") <= came <= copies, row.code_name
    assert sum(row.outcome == "uncertain" for row in rows) <= IN_FLIGHT
    assert sum(arrived.values()) - len(arrived) <= IN_FLIGHT


@pytest.mark.parametrize("fault", PLACES[1:])
async def test_whoever_is_erased_while_a_message_to_many_runs_gets_nothing_more_and_stays_erased(
    lives: Nursery, platform: BotApi, sqlite_url: str, fault: str
) -> None:
    await people(sqlite_url, platform, SOME)
    theatre = Theatre(lives, platform, sqlite_url, broadcast="thanks")
    child = await theatre.begin(fault.replace(":150", ":50"))
    assert await child.end() == -signal.SIGKILL
    await heard_all(platform)
    reached = {delivery.chat for delivery in platform.log}

    gone = await erase(sqlite_url, [f"p{n}" for n in range(0, SOME, 2)])
    living = asyncio.create_task(theatre.live_on())
    try:
        await theatre.when(lambda conn: done(conn, theatre))
        await theatre.stop_when_quiet()
        await living
    finally:
        await theatre.clear(living)

    rows = await receipts(sqlite_url)
    arrived = Counter(delivery.chat for delivery in platform.log)
    assert len(rows) == SOME, "the count stays true"
    assert {chat for chat in arrived if int(chat) % 2 == 0} <= reached, "nothing after the erasure"
    assert max(arrived.values()) == 1
    assert await left_of(sqlite_url, gone) == []
    for row in rows:
        if row.code_name:
            came = arrived[row.code_name.removeprefix("Heron-")]
            assert (row.outcome == "sent") <= came <= (row.outcome in ("sent", "uncertain"))
        else:
            assert row.outcome in ("sent", "uncertain", "cancelled")
    assert sum(row.outcome == "cancelled" for row in rows) <= SOME // 2


async def heard_all(api: BotApi) -> None:
    """What the dead process had put on the wire has been taken in by the platform."""
    async with aiohttp.ClientSession() as session:
        for _ in range(3):
            async with session.get(f"{api.url}/bot{api.token}/getMe") as reply:
                await reply.read()


async def erase(url: str, whom: list[str]) -> list[str]:
    """As the team does it, at the command line."""
    db = Database.open(url)
    async with db.write() as conn:
        for one in whom:
            await erasure.erase(conn, one, new_id(), START + timedelta(hours=1))
    await db.close()
    return whom


async def left_of(url: str, gone: list[str]) -> list[object]:
    """Rows of the outbox and the ledger that name one of them, their chat or what they were told."""
    db = Database.open(url)
    chats = [one.removeprefix("p") for one in gone]
    named = (outbox.c.participant_id.in_(gone), outbox.c.chat.in_(chats))
    async with db.read() as conn:
        messages = (await conn.execute(sa.select(outbox).where(sa.or_(*named)))).all()
        lines = (await conn.execute(sa.select(deliveries).where(deliveries.c.participant_id.in_(gone)))).all()
        came_back = (await conn.execute(sa.select(participants).where(participants.c.id.in_(gone)))).all()
    await db.close()
    return [*messages, *lines, *came_back]
