"""Told to stop, the program finishes what is in hand; a second one beside it is refused."""

import asyncio
import signal
import time

import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.tables import outbox
from tests.botapi import BotApi
from tests.crash import ledger, nursery
from tests.crash.nursery import Nursery
from tests.crash.people import PATIENCE, joins, marks
from tests.crash.program import Order
from tests.crash.theatre import Theatre

pytestmark = pytest.mark.slow
PEOPLE = 8


async def states(url: str) -> list[str]:
    """What became of every message."""
    db = Database.open(url)
    async with db.read() as conn:
        found = list((await conn.scalars(sa.select(outbox.c.state))).all())
    await db.close()
    return found


async def test_told_to_stop_it_finishes_what_is_on_its_way_and_leaves_nothing_uncertain(
    lives: Nursery, platform: BotApi, database_url: str
) -> None:
    await ledger.prepare(database_url)
    platform.mode, platform.slow_for = "slow", 0.5
    child = await Theatre(lives, platform, database_url).begin()
    for chat in range(1, PEOPLE + 1):
        joins(platform.person(chat))
    await platform.until(lambda: len(platform.log) == PEOPLE, PATIENCE)

    told = time.monotonic()
    child.signal(signal.SIGTERM)

    assert await child.end() == 0
    assert time.monotonic() - told < 20
    assert await states(database_url) == ["sent"] * 2 * PEOPLE
    assert all(marks(platform.person(chat)) == ["hello", "c_part"] for chat in range(1, PEOPLE + 1))


async def test_a_second_program_on_the_same_file_does_not_start_and_the_first_goes_on(
    lives: Nursery, platform: BotApi, sqlite_url: str
) -> None:
    await ledger.prepare(sqlite_url)
    first = await Theatre(lives, platform, sqlite_url).begin()
    joins(platform.person(1))
    await platform.until(lambda: "c_part" in marks(platform.person(1)), PATIENCE)

    with nursery.opened() as others:
        second = await others.begin(Order(database=sqlite_url, api=platform.url, token=platform.token))
        ended = await second.end()

    assert ended == 1
    platform.person(1).taps("Yes")
    await platform.until(lambda: "c_remind" in marks(platform.person(1)), PATIENCE)
    first.signal(signal.SIGTERM)
    assert await first.end() == 0


async def test_told_to_stop_before_it_is_heard_an_update_is_answered_or_left_to_the_next_life(
    lives: Nursery, platform: BotApi, sqlite_url: str
) -> None:
    await ledger.prepare(sqlite_url)
    theatre = Theatre(lives, platform, sqlite_url)
    child = await theatre.begin()
    await platform.until(lambda: ("getUpdates", "ok") in platform.calls, PATIENCE)
    for chat in range(1, PEOPLE + 1):
        joins(platform.person(chat))
    child.signal(signal.SIGTERM)
    assert await child.end() == 0

    living = asyncio.create_task(theatre.live_on())
    try:
        await platform.until(lambda: all("c_part" in marks(platform.person(n + 1)) for n in range(PEOPLE)), PATIENCE)
        await theatre.stop_when_quiet()
        await living
    finally:
        await theatre.clear(living)

    assert all(marks(platform.person(chat)) == ["hello", "c_part"] for chat in range(1, PEOPLE + 1))
