"""The line to PostgreSQL breaks, and PostgreSQL itself is killed, while the program lives on."""

import asyncio
import time
from collections.abc import Callable

import pytest

from tests.botapi import BotApi
from tests.crash import ledger
from tests.crash.crowd import check
from tests.crash.line import crash, laid
from tests.crash.nursery import Nursery
from tests.crash.people import LEAVER, PATIENCE, TALKER, insist, joins, marks
from tests.crash.theatre import Theatre

pytestmark = pytest.mark.slow
CUTS = 12
HEALS = 10.0


async def test_a_commit_that_nobody_heard_of_has_its_effect_once(
    lives: Nursery, platform: BotApi, postgresql_url: str
) -> None:
    await ledger.prepare(postgresql_url)
    async with laid(postgresql_url) as (line, near):
        theatre = Theatre(lives, platform, near)
        living = asyncio.create_task(theatre.live_on())
        breaking = asyncio.create_task(_now_and_then(platform, lambda: line.break_commits(1)))
        try:
            await asyncio.gather(
                *(insist(platform, platform.person(n), part) for n, part in enumerate((TALKER, LEAVER) * 2, start=1))
            )
            await breaking
            await theatre.stop_when_quiet()
            await living
        finally:
            await theatre.clear(living, breaking)

    assert line.broken == CUTS
    await check(platform, postgresql_url, 4)


async def _now_and_then(platform: BotApi, breaks: Callable[[], None]) -> None:
    """From the first message on: one that cannot even begin ends, and is begun again by whoever looks after it."""
    await platform.until(lambda: bool(platform.log), PATIENCE)
    for _ in range(CUTS):
        breaks()
        await asyncio.sleep(0.2)


async def test_when_postgresql_is_killed_the_program_is_back_within_ten_seconds(
    lives: Nursery, platform: BotApi, postgresql_url: str
) -> None:
    await ledger.prepare(postgresql_url)
    theatre = Theatre(lives, platform, postgresql_url)
    living = asyncio.create_task(theatre.live_on())
    try:
        joins(platform.person(1))
        await platform.until(lambda: "c_part" in marks(platform.person(1)), PATIENCE)
        await crash(postgresql_url)
        back = time.monotonic()
        platform.person(1).taps("Yes")
        await platform.until(lambda: "c_remind" in marks(platform.person(1)), PATIENCE)
        healed = time.monotonic() - back
        await theatre.stop_when_quiet()
        await living
    finally:
        await theatre.clear(living)

    assert healed < HEALS
    assert marks(platform.person(1)) == ["hello", "c_part", "c_remind"]
