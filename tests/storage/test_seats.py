"""A seat has one holder, for as long as the holder's line to the database holds."""

import contextlib

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from storage.database import Database


async def test_one_process_at_a_time_has_a_seat(postgresql_url: str) -> None:
    here, there = Database.open(postgresql_url), Database.open(postgresql_url)
    ours, theirs = here.seat("send"), there.seat("send")

    assert await ours.take()
    assert not await theirs.take()
    assert await there.seat("receive").take()
    await ours.leave()
    assert await theirs.take()

    await here.close()
    await there.close()


async def test_who_loses_the_line_loses_the_seat_and_writes_nothing(postgresql_url: str) -> None:
    here, there = Database.open(postgresql_url), Database.open(postgresql_url)
    ours, theirs = here.seat("send"), there.seat("send")
    await ours.take()

    async with there.write() as conn:
        holders = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
        await conn.execute(sa.text(f"SELECT pg_terminate_backend(pid) FROM ({holders}) AS h"))
    with pytest.raises(DBAPIError):
        async with ours.write() as conn:
            await conn.execute(sa.text("SELECT 1"))

    assert not ours.held
    assert await theirs.take()
    await here.close()
    await there.close()


async def test_what_the_holder_writes_is_committed_or_undone_like_anything_else(database: Database) -> None:
    seat = database.seat("send")
    await seat.take()

    async with seat.write() as conn:
        await conn.execute(sa.text("INSERT INTO tombstones VALUES ('kept', 'h', 1)"))
    with contextlib.suppress(ZeroDivisionError):
        async with seat.write() as conn:
            await conn.execute(sa.text("INSERT INTO tombstones VALUES ('undone', 'h', 1)"))
            raise ZeroDivisionError

    assert await seat.still()
    async with database.read() as conn:
        assert list(await conn.scalars(sa.text("SELECT receipt FROM tombstones"))) == ["kept"]
