"""The same update brought over and over, to one process or to two, has one effect."""

import asyncio
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from bot import serve
from bot.messages import Address, Broken, Inbound, Outgoing, Start
from bot.wiring import build
from storage.database import Database
from storage.rows import from_json
from storage.tables import inbox, outbox, participants
from tests.crash import ledger
from tests.crash.people import CODE, MARK
from tests.crash.program import START, script
from tests.fakes import FakeChannel, FakeClock

TIMES = 1000
KNOCK = Inbound(key="42", address=Address(channel="fake", bot="1", chat="7"), at=START, content=Start(code=CODE))


async def bring(urls: Sequence[str]) -> None:
    """Bring one update a thousand times at once, each process its share, while all of them take turns."""
    processes = [build(Database.open(url), script(), FakeClock(START), [FakeChannel()]) for url in urls]
    await serve.open_up(processes[0])  # it holds the claim to serve; the others work as if that had been lost
    working = [asyncio.create_task(one.turns.run()) for one in processes]
    await asyncio.gather(*(processes[n % len(processes)].turns.accept([KNOCK]) for n in range(TIMES)))
    for task in working:
        task.cancel()
    await asyncio.gather(*working, return_exceptions=True)
    while await processes[0].turns.step():
        pass
    for one in processes:
        await one.db.close()


async def check(url: str) -> None:
    """One row, one person, one answer."""
    db = Database.open(url)
    async with db.read() as conn:
        taken = (await conn.execute(sa.select(inbox.c.state, inbox.c.attempts))).all()
        people = await conn.scalar(sa.select(sa.func.count()).select_from(participants))
        said = [from_json(body, Outgoing).text for body in await conn.scalars(sa.select(outbox.c.body))]
    await db.close()
    assert [tuple(row) for row in taken] == [("done", 0)]
    assert people == 1
    assert [MARK.findall(text) for text in said] == [["hello"], ["c_part"]]


async def test_brought_a_thousand_times_at_once_it_has_one_effect(database_url: str) -> None:
    await ledger.prepare(database_url)

    await bring([database_url])

    await check(database_url)


@pytest.mark.slow
async def test_brought_to_two_processes_a_thousand_times_at_once_it_has_one_effect(
    postgresql_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    await ledger.prepare(postgresql_url)

    await bring([postgresql_url, postgresql_url])

    await check(postgresql_url)
    assert "turns.update_failed" not in caplog.text


async def test_an_update_that_is_none_is_set_aside_and_those_beside_it_are_heard(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    await ledger.prepare(database_url)
    one = build(Database.open(database_url), script(), FakeClock(START), [FakeChannel()])
    await serve.open_up(one)
    junk = Inbound(key="41", address=KNOCK.address, at=START, content=Broken(error="no JSON"))
    await one.turns.accept([junk, KNOCK])

    assert await one.turns.step() == 2
    assert await one.turns.step() == 0

    async with one.db.read() as conn:
        states = (await conn.scalars(sa.select(inbox.c.state).order_by(inbox.c.id))).all()
    await one.db.close()
    assert states == ["quarantined", "done"]
    assert "failed" not in caplog.text
