"""What is not needed any more goes after its time, and not before."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables as t
from storage.database import Database
from storage.retention import Swept, sweep
from tests.storage.records import add, plant_person

WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)
PLACE = {"channel": "telegram", "bot": "bot", "chat": "1"}


async def sweep_at(database: Database, now: datetime) -> Swept:
    async with database.write() as conn:
        return await sweep(conn, now)


async def add_message(conn: AsyncConnection, now: datetime, **values: object) -> None:
    await add(conn, t.outbox, **PLACE, cause="c", op=0, body="words", not_before=now, created_at=now, **values)


@pytest.mark.parametrize(("state", "kept"), [("done", WEEK), ("quarantined", timedelta(days=30))])
async def test_update_goes_after_its_time(database: Database, now: datetime, state: str, kept: timedelta) -> None:
    async with database.write() as conn:
        await add(conn, t.inbox, **PLACE, key="k", body="", state=state, received_at=now, done_at=now)

    assert (await sweep_at(database, now + kept)).updates == 0
    assert (await sweep_at(database, now + kept + SECOND)).updates == 1
    assert (await sweep_at(database, now + kept + SECOND)).updates == 0


async def test_update_that_waits_stays_however_old(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await add(conn, t.inbox, **PLACE, key="k", body="words", state="new", received_at=now)

    assert (await sweep_at(database, now + 10 * WEEK)).updates == 0


async def test_words_of_a_sent_message_go_and_the_fact_stays(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await add_message(conn, now, state="sent", settled_at=now)

    assert (await sweep_at(database, now + WEEK)).messages == 0
    assert (await sweep_at(database, now + WEEK + SECOND)).messages == 1
    assert (await sweep_at(database, now + WEEK + SECOND)).messages == 0

    async with database.read() as conn:
        [left] = (await conn.execute(sa.select(t.outbox.c.state, t.outbox.c.body))).all()
    assert tuple(left) == ("sent", "")


async def test_message_that_waits_keeps_its_words(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await add_message(conn, now, state="queued")

    assert (await sweep_at(database, now + 10 * WEEK)).messages == 0


async def test_somebody_who_never_finished_joining_is_forgotten(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await plant_person(conn, now, pid="joining")
        await conn.execute(sa.update(t.participants).values(state="joining"))

    assert (await sweep_at(database, now + WEEK)).people == 0
    assert (await sweep_at(database, now + WEEK + SECOND)).people == 1

    async with database.read() as conn:
        assert await conn.scalar(sa.select(sa.func.count()).select_from(t.contacts)) == 0


async def test_somebody_who_takes_part_stays_however_silent(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await plant_person(conn, now, pid="silent")

    assert (await sweep_at(database, now + 10 * WEEK)).people == 0
