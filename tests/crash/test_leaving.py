"""Leaving while messages wait, and the program is killed on top of it: nothing but the goodbye follows."""

import asyncio
import signal

import pytest

from bot.faults import FAULTS
from tests.botapi import BotApi
from tests.crash import ledger
from tests.crash.nursery import Nursery
from tests.crash.people import JOINING, PATIENCE, marks, play
from tests.crash.theatre import Theatre

pytestmark = pytest.mark.slow
WHILE_LEAVING = [name for name in FAULTS if not name.startswith(("webhook.", "broadcast."))]


async def asked_but_not_reached(theatre: Theatre, api: BotApi) -> None:
    """Somebody has joined; the first question waits, as the platform takes no messages."""
    person = api.person(1)
    child = await theatre.begin()
    await play(api, person, JOINING[:-1])
    await api.until(lambda: "c_remind" in marks(person), PATIENCE)
    api.mode, api.retry_after = "429", 60
    person.taps("Yes")
    await api.until(lambda: ("sendMessage", "429") in api.calls, PATIENCE)
    child.signal(signal.SIGTERM)
    assert await child.end() == 0


@pytest.mark.parametrize("fault", WHILE_LEAVING)
async def test_killed_while_somebody_leaves_nothing_but_the_goodbye_follows(
    lives: Nursery, platform: BotApi, sqlite_url: str, fault: str
) -> None:
    await ledger.prepare(sqlite_url)
    theatre = Theatre(lives, platform, sqlite_url)
    await asked_but_not_reached(theatre, platform)
    person = platform.person(1)
    before = len(person.texts())

    person.says("STOP")
    living = asyncio.create_task(theatre.live_on(fault))
    try:
        await theatre.when(ledger.somebody_left)
        platform.mode = "ok"
        await theatre.stop_when_quiet()
        await living
    finally:
        await theatre.clear(living)

    assert set(marks(person)[before:]) == {"stopped"}
    (account,) = (await ledger.accounts(sqlite_url)).values()
    assert account.state == "stopped"
    (intro, *rest) = account.told[-3:]
    assert intro in (
        ("intro", "cancelled", False),
        ("intro", "uncertain", False),
    )  # killed before its refusal was noted
    assert rest == [("good_day", "cancelled", False), ("stopped", "sent", False)]
