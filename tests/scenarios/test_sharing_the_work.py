"""Several processes of one programme on PostgreSQL: each does its part, and one takes over from another."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import pytest
import sqlalchemy as sa

from bot import serve
from bot.channels.telegram.channel import TelegramChannel
from bot.pacing import UNLIMITED
from bot.roles import EVERYTHING, Role
from bot.settings import load
from bot.starting import CannotStart, run
from bot.wiring import Parts, build
from storage import invariants
from storage.database import Database
from tests.botapi import BotApi, Person
from tests.fakes import FakeClock
from tests.stage import OLIVE, shipped

AT = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
TAKEOVER = 10.0


@asynccontextmanager
async def process(url: str, api: BotApi, *roles: Role) -> AsyncIterator[Parts]:
    """One process with these roles, as far as it matters: it shares nothing with the others but the database."""
    db = Database.open(url)
    clock = FakeClock(AT)
    channel = TelegramChannel(api.token, clock.now, api_base=api.url)
    chosen = frozenset(roles) or EVERYTHING
    parts = build(db, shipped(), clock, [channel], limits={"telegram": UNLIMITED}, roles=chosen)
    try:
        await serve.open_up(parts)
        async with serve.running(parts):
            yield parts
    finally:
        await db.close()


async def test_three_processes_do_a_part_each(postgresql_url: str) -> None:
    async with BotApi() as api, AsyncExitStack() as stack:
        for role in (Role.RECEIVE, Role.SEND):
            await stack.enter_async_context(process(postgresql_url, api, role))
        worker = await stack.enter_async_context(process(postgresql_url, api, Role.WORK))
        person = api.person(7)

        person.says(f"/start {(await worker.facilitation.invite(OLIVE, 'hull', anyway='a test')).code}")
        await api.until(lambda: "English" in person.buttons())
        person.taps("English")
        await api.until(lambda: "Are you 18 or over?" in person.texts()[-1])

        assert api.unconfirmed() == 0


async def test_two_workers_share_many_conversations_and_confuse_none(postgresql_url: str) -> None:
    async with BotApi() as api, process(postgresql_url, api) as one, process(postgresql_url, api, Role.WORK):
        code = (await one.facilitation.invite(OLIVE, "hull", anyway="a test")).code
        people = [api.person(chat) for chat in range(1, 21)]
        for person in people:
            person.says(f"/start {code}")
        for label, then in (("English", "Are you 18 or over?"), ("Yes", "Quick check")):
            await api.until(partial(_all_have, people, label))
            for person in people:
                person.taps(label)
            await api.until(partial(_all_read, people, then))

        async with one.db.read() as conn:
            assert await invariants.check(conn) == []
        assert {len(person.texts()) for person in people} == {len(people[0].texts())}


async def test_when_the_sender_is_gone_another_sends_within_ten_seconds(postgresql_url: str) -> None:
    async with BotApi() as api, process(postgresql_url, api) as first, process(postgresql_url, api):
        code = (await first.facilitation.invite(OLIVE, "hull", anyway="a test")).code
        began = time.monotonic()
        first.dispatcher._seat.take = _never  # type: ignore[method-assign]  # as a process that is gone
        await _cut_off(first)

        api.person(7).says(f"/start {code}")
        await api.until(lambda: "English" in api.person(7).buttons())

        assert time.monotonic() - began < TAKEOVER


def _all_have(people: list[Person], label: str) -> bool:
    return all(label in person.buttons() for person in people)


def _all_read(people: list[Person], words: str) -> bool:
    return all(words in person.texts()[-1] for person in people)


async def _never() -> bool:
    return False


async def _cut_off(parts: Parts) -> None:
    """The database sees the lines break that hold the seats."""
    async with parts.db.write() as conn:
        holders = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
        await conn.execute(sa.text(f"SELECT pg_terminate_backend(pid) FROM ({holders}) AS h"))
    await asyncio.sleep(0)


async def test_on_sqlite_the_work_is_not_shared(sqlite_url: str) -> None:
    settings = load({"RECONVENE_DATABASE_URL": sqlite_url, "RECONVENE_TELEGRAM_TOKEN": "1:abc"})

    with pytest.raises(CannotStart, match="serves one process"):
        await run(settings, frozenset({Role.WORK}))
