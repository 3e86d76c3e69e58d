"""Kill the whole program at random moments while people come and go, and count."""

import asyncio
import random

import pytest

from tests.botapi import BotApi
from tests.crash import ledger
from tests.crash.ledger import Account
from tests.crash.nursery import Nursery
from tests.crash.people import LEAVER, TALKER, insist
from tests.crash.theatre import Theatre

KILLS = 25
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


def check_answers(account: Account, *, talks: bool) -> None:
    """Each thing they said was kept once."""
    said = ["The park,", "and my neighbours.", "Rain."] if talks else ["Sun."]
    assert [text for _, text in account.parts] == said
    assert account.state == ("active" if talks else "stopped")
    assert [(item, answer) for item, answer, _ in account.consents] == [("part", "yes"), ("remind", "yes")]
    if talks:
        values = {step: value for flow, step, value, _, _ in account.answers if flow == "talk"}
        assert (values["shapes"], values["assets"]) == ('["jobs","homes"]', "7")
