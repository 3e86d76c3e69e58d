"""Kill the whole program at random moments while people come and go, and count."""

import asyncio
import random
import time
from collections.abc import Iterator

import pytest

from tests.botapi import BotApi
from tests.crash import ledger
from tests.crash.ledger import Account
from tests.crash.nursery import Nursery, opened
from tests.crash.people import LEAVER, TALKER, insist
from tests.crash.theatre import Theatre

KILLS = 25
KILLS_EACH = 6
SEED = 20261105
pytestmark = pytest.mark.slow


async def crowd(api: BotApi, dying: asyncio.Task[None]) -> int:
    """People come, two at a time, as long as the program is being killed. How many came."""
    chats = 0
    while not dying.done():
        await asyncio.gather(
            insist(api, api.person(chats + 1), TALKER),
            insist(api, api.person(chats + 2), LEAVER),
        )
        chats += 2
    return chats


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

    found = await ledger.accounts(sqlite_url)
    assert theatre.life == KILLS + 1
    assert len(found) == came
    for chat, account in found.items():
        check_answers(account, talks=int(chat) % 2 == 1)
        ledger.check_phone(platform.person(int(chat)), account)


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
    dice = random.Random(SEED)
    killing = [asyncio.create_task(one.killed_at_random(dice, KILLS_EACH)) for one in pair]
    dying = asyncio.create_task(_all(killing))
    living = [asyncio.create_task(one.live_after(dying)) for one in pair]
    try:
        came = await crowd(platform, dying)
        for one in pair:
            await one.stop_when_quiet()
        await asyncio.gather(*living)
    finally:
        for one in pair:
            await one.clear(dying, *killing, *living)

    found = await ledger.accounts(postgresql_url)
    assert [one.life for one in pair] == [KILLS_EACH + 1] * 2
    assert len(found) == came
    for chat, account in found.items():
        check_answers(account, talks=int(chat) % 2 == 1)
        ledger.check_phone(platform.person(int(chat)), account)


async def _all(tasks: list[asyncio.Task[None]]) -> None:
    await asyncio.gather(*tasks)


def check_answers(account: Account, *, talks: bool) -> None:
    """Each thing they said was kept once."""
    said = ["The park,", "and my neighbours.", "Rain."] if talks else ["Sun."]
    assert [text for _, text in account.parts] == said
    assert account.state == ("active" if talks else "stopped")
    assert [(item, answer) for item, answer, _ in account.consents] == [("part", "yes"), ("remind", "yes")]
    if talks:
        values = {step: value for flow, step, value, _, _ in account.answers if flow == "talk"}
        assert (values["shapes"], values["assets"]) == ('["jobs","homes"]', "7")
