"""Kill the whole program at random moments while people come and go, and count."""

import asyncio
import random
import time
from collections.abc import Iterator

import pytest

from tests.botapi import BotApi
from tests.crash import ledger
from tests.crash.crowd import check, crowd, crowd_of_a_pair
from tests.crash.nursery import Nursery, opened
from tests.crash.theatre import Theatre

KILLS = 25
KILLS_EACH = 6
SEED = 20261105
pytestmark = pytest.mark.slow


async def test_killed_at_random_moments_nothing_is_lost_unaccounted_for_and_nothing_counts_twice(
    lives: Nursery, platform: BotApi, sqlite_url: str
) -> None:
    await ledger.prepare(sqlite_url)
    theatre = Theatre(lives, platform, sqlite_url)
    dying = asyncio.create_task(theatre.killed_at_random(random.Random(SEED), KILLS))
    living = asyncio.create_task(theatre.live_after(dying))
    try:
        came = await crowd(platform, dying)
        await theatre.stop_when_quiet()
        await living
    finally:
        await theatre.clear(dying, living)

    assert (theatre.life, theatre.failed_to_begin) == (KILLS + 1, 0)
    await check(platform, sqlite_url, came)


@pytest.fixture
def other_lives() -> Iterator[Nursery]:
    """What begins the second process."""
    with opened() as nursery:
        yield nursery


async def test_two_processes_that_are_killed_at_random_share_the_work_and_lose_nothing(
    lives: Nursery, other_lives: Nursery, platform: BotApi, postgresql_url: str
) -> None:
    await ledger.prepare(postgresql_url)
    zero = time.time()
    pair = [Theatre(one, platform, postgresql_url, zero=zero) for one in (lives, other_lives)]
    came = await crowd_of_a_pair(platform, pair, random.Random(SEED), KILLS_EACH)

    assert [(one.life, one.failed_to_begin) for one in pair] == [(KILLS_EACH + 1, 0)] * 2
    await check(platform, postgresql_url, came)
