"""`reconvene serve` behind a public address: updates come in by webhook, with a secret."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot import starting
from bot.settings import load
from tests.botapi import BotApi
from tests.ports import free_port

SECRET = "a-secret-of-some-length"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@asynccontextmanager
async def serving(api: BotApi, url: str) -> AsyncIterator[str]:
    """The program as it is started for real; the address of its webhook on this machine."""
    port = free_port()
    settings = load(
        {
            "RECONVENE_DATABASE_URL": url,
            "RECONVENE_TELEGRAM_TOKEN": api.token,
            "RECONVENE_TELEGRAM_API_BASE": api.url,
            "RECONVENE_PUBLIC_URL": "https://dialogue.example.org",
            "RECONVENE_WEBHOOK_SECRET": SECRET,
            "RECONVENE_PORT": str(port),
        }
    )
    running = asyncio.create_task(starting.run(settings))
    try:
        await until(lambda: "setWebhook" in api.settings or running.done())
        yield f"http://127.0.0.1:{port}{starting.WEBHOOK}"
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until(fact: Any) -> None:
    """Wait for it, not for long."""
    async with asyncio.timeout(15):
        while not fact():  # noqa: ASYNC110 (a fact on the other side of a socket rings no bell)
            await asyncio.sleep(0.02)


async def post(address: str, update: dict[str, Any], secret: str) -> int:
    """What Telegram does; the status it is answered with."""
    async with aiohttp.ClientSession() as session:
        for _ in range(100):
            try:
                async with session.post(address, json=update, headers={HEADER: secret}) as answer:
                    return answer.status
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
    raise AssertionError("nobody listens")


async def test_an_update_by_webhook_is_answered_and_one_without_the_secret_is_not(database_url: str) -> None:
    async with BotApi() as api, serving(api, database_url) as address:
        somebody = api.person(7)
        update = {"update_id": 1, "message": somebody.message(text="/start nonsense-code")}

        refused = await post(address, update, "a-guess-of-some-length")
        taken = await post(address, update, SECRET)
        again = await post(address, update, SECRET)
        await until(somebody.texts)
        await asyncio.sleep(0.2)

        assert (refused, taken, again) == (403, 200, 200)
        assert len(somebody.texts()) == 1, "told twice, answered once"
        assert "code" in somebody.texts()[0]
        assert api.settings["setWebhook"]["url"] == f"https://dialogue.example.org{starting.WEBHOOK}"


async def test_the_program_ends_in_good_order_when_it_is_told_to(sqlite_url: str) -> None:
    async with BotApi() as api:
        began = time.monotonic()
        async with serving(api, sqlite_url):
            pass

        assert time.monotonic() - began < 20


async def test_a_program_that_polls_tells_how_it_is_as_well(sqlite_url: str) -> None:
    port = free_port()
    async with BotApi() as api:
        settings = {"DATABASE_URL": sqlite_url, "TELEGRAM_TOKEN": api.token, "TELEGRAM_API_BASE": api.url}
        chosen = load({f"RECONVENE_{name}": value for name, value in {**settings, "PORT": str(port)}.items()})
        running = asyncio.create_task(starting.run(chosen))
        await until(lambda: "deleteWebhook" in api.settings or running.done())
        async with aiohttp.ClientSession() as browser:
            answers = {page: await _get(browser, f"http://127.0.0.1:{port}/{page}") for page in ("health", "ready")}
            counts = await _get(browser, f"http://127.0.0.1:{port}/metrics")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    assert {page: status for page, (status, _) in answers.items()} == {"health": 200, "ready": 200}, answers
    assert "reconvene_seat_held" in counts[1]


async def _get(browser: aiohttp.ClientSession, address: str) -> tuple[int, str]:
    async with browser.get(address) as answer:
        return answer.status, await answer.text()
