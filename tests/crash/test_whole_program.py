"""Kill the whole program at every place there is, start it again, and compare with a run that nobody disturbed."""

import asyncio
import contextlib
import shutil
import socket
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import aiohttp
import pytest

from bot.channels.telegram.webhook import SECRET as HEADER
from bot.faults import FAULTS
from bot.starting import WEBHOOK
from tests.botapi import BotApi
from tests.crash import ledger
from tests.crash.ledger import Account
from tests.crash.nursery import Nursery
from tests.crash.people import BRIEF, LEAVER, TALKER, Part, play
from tests.crash.program import SECRET
from tests.crash.theatre import Theatre

BROUGHT = [name for name in FAULTS if name.startswith("webhook.")]
POLLED = [name for name in FAULTS if not name.startswith(("webhook.", "broadcast."))]
TALKS, LEAVES, BRIEFLY = "1", "2", "3"
pytestmark = pytest.mark.slow


async def conversation(
    lives: Nursery,
    api: BotApi,
    url: str,
    *faults: str,
    parts: Sequence[Sequence[Part]] = (TALKER, LEAVER),
    port: int = 0,
) -> dict[str, Account]:
    """Some people live through their parts, while the program dies of each fault in turn. What it came to."""
    await ledger.prepare(url)
    theatre = Theatre(lives, api, url, port)
    living = asyncio.create_task(theatre.live_on(*faults))
    try:
        async with _bringing(api, port):
            await asyncio.gather(*(play(api, api.person(chat), part) for chat, part in enumerate(parts, start=1)))
            await theatre.stop_when_quiet()
            await living
    finally:
        await theatre.clear(living)
    return await ledger.accounts(url)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.asynccontextmanager
async def _bringing(api: BotApi, port: int) -> AsyncIterator[None]:
    """Telegram brings every update to the webhook, one after the other, until it is taken."""
    if not port:
        yield
        return
    bringing = asyncio.create_task(_bring(api, port))
    yield
    bringing.cancel()


async def _bring(api: BotApi, port: int) -> None:
    async with aiohttp.ClientSession(headers={HEADER: SECRET}) as session:
        while True:
            await asyncio.sleep(0.01)
            if not api.updates:
                continue
            with contextlib.suppress(aiohttp.ClientError):
                async with session.post(f"http://127.0.0.1:{port}{WEBHOOK}", json=api.updates[0]) as reply:
                    if reply.ok:
                        del api.updates[0]


@pytest.fixture(scope="session")
def undisturbed(cradle: Nursery, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Account]:
    """What the conversation comes to when nothing happens to the program."""
    file = tmp_path_factory.mktemp("undisturbed") / "reconvene.db"
    shutil.copy(sqlite_template, file)

    async def live() -> dict[str, Account]:
        async with BotApi() as api:
            return await conversation(cradle, api, f"sqlite:///{file}", parts=(TALKER, LEAVER, BRIEF))

    return asyncio.run(live())


def check(api: BotApi, found: dict[str, Account], undisturbed: dict[str, Account]) -> None:
    """All is as if nothing had happened; a phone may show a message twice."""
    assert {chat: ledger.as_decided(account) for chat, account in found.items()} == {
        chat: undisturbed[chat] for chat in found
    }
    for chat, account in found.items():
        ledger.check_phone(api.person(int(chat)), account)


@pytest.mark.parametrize("nth", [1, 4])
@pytest.mark.parametrize("fault", POLLED)
async def test_killed_anywhere_every_message_has_its_effect_once_and_nobody_misses_anything(
    lives: Nursery, platform: BotApi, sqlite_url: str, undisturbed: dict[str, Account], fault: str, nth: int
) -> None:
    found = await conversation(lives, platform, sqlite_url, f"{fault}:{nth}")

    check(platform, found, undisturbed)


@pytest.mark.parametrize("fault", POLLED)
async def test_killed_anywhere_on_postgresql_it_is_the_same(
    lives: Nursery, platform: BotApi, postgresql_url: str, undisturbed: dict[str, Account], fault: str
) -> None:
    found = await conversation(lives, platform, postgresql_url, f"{fault}:3")

    check(platform, found, undisturbed)


@pytest.mark.parametrize("nth", [1, 4])
@pytest.mark.parametrize("fault", BROUGHT)
async def test_killed_while_updates_are_brought_it_is_the_same(
    lives: Nursery, platform: BotApi, database_url: str, undisturbed: dict[str, Account], fault: str, nth: int
) -> None:
    found = await conversation(lives, platform, database_url, f"{fault}:{nth}", parts=(BRIEF, BRIEF), port=_free_port())

    check(platform, found, dict.fromkeys(found, undisturbed[BRIEFLY]))


def test_the_conversation_goes_by_all_there_is_to_lose(undisturbed: dict[str, Account]) -> None:
    talks, leaves = undisturbed[TALKS], undisturbed[LEAVES]

    assert [(step, text) for step, text in talks.parts] == [
        ("good_day", "The park,"),
        ("good_day", "and my neighbours."),
        ("hard_day", "Rain."),
    ]
    assert {state for _, state, _ in talks.told} == {"sent"}
    assert leaves.state == "stopped"
    assert leaves.parts == [("good_day", "Sun.")]
    assert leaves.told[-1] == ("stopped", "sent", False)
