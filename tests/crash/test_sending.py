"""Kill the process at every registered place of receiving and sending, start it again, and count."""

import asyncio
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot import posting
from bot.channels.telegram import outbound
from bot.faults import FAULTS, Trap
from bot.messages import Inbound, Outgoing, Words
from bot.posting import Letter
from storage.database import Database
from storage.rows import from_json, to_json
from storage.tables import inbox, outbox
from tests.botapi import BotApi
from tests.crash.driver import START

ROOT = Path(__file__).parents[2]
SENDING = [name for name in FAULTS if name.split(".")[0] in ("claim", "send", "settle")]
POLLING = [name for name in FAULTS if name.startswith("poll.")]


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """The server; it lives on when the other side dies."""
    async with BotApi() as server:
        server.max_hold = 0.05
        yield server


async def drive(job: str, url: str, api: BotApi, *, fault: str = "", hours: int = 0) -> int:
    """Run the process; how it ended."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.crash.driver", job, url, api.url, api.token, str(hours)),
        cwd=ROOT,
        env={**os.environ, "RECONVENE_FAULT": fault},
    )
    return await process.wait()


async def fill(db: Database) -> None:
    """Four chats with three messages each; two of the chats get what must never come twice."""
    async with db.write() as conn:
        for op in range(12):
            row = {"cause": "test", "op": op, "channel": "telegram", "bot": "4242", "chat": str(op % 4)}
            row |= {"body": to_json(Outgoing(text=f"{op % 4}: {op}")), "not_before": START, "created_at": START}
            policy = "hold" if op % 4 >= 2 else "resend"
            await conn.execute(sa.insert(outbox).values({**row, "policy": policy}))
        await conn.execute(sa.update(outbox).values(not_before=START - timedelta(days=1)))


async def ledger(db: Database) -> list[Any]:
    """What the outbox says, oldest first."""
    async with db.read() as conn:
        return list((await conn.execute(sa.select(outbox).order_by(outbox.c.id))).all())


def check(rows: list[Any], api: BotApi) -> None:
    """Nothing lost, nothing twice that must not be, everything in order, and the ledger tells the truth."""
    copies = Counter(delivery.text for delivery in api.log)
    for row in rows:
        count = copies[from_json(row.body, Outgoing).text]
        assert row.state in ("sent", "uncertain")
        assert count <= (2 if row.policy == "resend" else 1)
        assert count or (row.state, row.policy) == ("uncertain", "hold")
    for chat in range(4):
        first_seen = list(dict.fromkeys(api.person(chat).texts()))
        assert first_seen == sorted(first_seen, key=lambda text: int(text.split()[-1]))


@pytest.mark.slow
@pytest.mark.parametrize("nth", [1, 3])
@pytest.mark.parametrize("fault", SENDING)
async def test_killed_while_sending_nothing_is_lost_and_nothing_comes_too_often(
    sqlite_url: str, api: BotApi, fault: str, nth: int
) -> None:
    db = Database.open(sqlite_url)
    await fill(db)
    await db.close()

    assert await drive("send", sqlite_url, api, fault=f"{fault}:{nth}") == -signal.SIGKILL
    assert await drive("send", sqlite_url, api, hours=1) == 0

    db = Database.open(sqlite_url)
    check(await ledger(db), api)
    await db.close()


@pytest.mark.slow
async def test_not_killed_everything_is_sent_once(sqlite_url: str, api: BotApi) -> None:
    db = Database.open(sqlite_url)
    await fill(db)
    await db.close()

    assert await drive("send", sqlite_url, api) == 0

    db = Database.open(sqlite_url)
    assert {row.state for row in await ledger(db)} == {"sent"}
    assert len(api.log) == 12
    await db.close()


async def fill_with_a_long_one(db: Database) -> list[str]:
    """One message that Telegram takes in three only, and a short one behind it; what is to be read."""
    place = ("telegram", "4242", "7")
    long = " ".join(f"Wave {number} came in." for number in range(550))
    letters = [Letter(place=place, message=Outgoing(text=text)) for text in (long, "The end.")]
    rows = posting.rows(letters, {"telegram": outbound.fit}, "test", START - timedelta(days=1))
    async with db.write() as conn:
        await conn.execute(sa.insert(outbox), rows)
    return [from_json(row["body"], Outgoing).text.strip() for row in rows]


@pytest.mark.slow
@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("fault", ["send.before", "send.after"])
async def test_killed_between_the_parts_of_a_long_message_the_rest_follows_in_order(
    sqlite_url: str, api: BotApi, fault: str, nth: int
) -> None:
    db = Database.open(sqlite_url)
    parts = await fill_with_a_long_one(db)
    await db.close()
    assert len(parts) == 4

    assert await drive("send", sqlite_url, api, fault=f"{fault}:{nth}") == -signal.SIGKILL
    assert await drive("send", sqlite_url, api, hours=1) == 0

    twice = nth - 1 if fault == "send.after" else None
    came = [number for number in range(len(parts)) for _ in range(1 + (number == twice))]
    assert [text.strip() for text in api.person(7).texts()] == [parts[number] for number in came]
    db = Database.open(sqlite_url)
    assert [row.state for row in await ledger(db)] == ["sent"] * len(parts)
    await db.close()


async def heard(url: str) -> list[str]:
    """What is in the inbox."""
    db = Database.open(url)
    async with db.read() as conn:
        found = [from_json(body, Inbound) for body in await conn.scalars(sa.select(inbox.c.body).order_by(inbox.c.id))]
    await db.close()
    return [one.content.text for one in found if isinstance(one.content, Words)]


@pytest.mark.slow
@pytest.mark.parametrize("fault", POLLING)
async def test_killed_while_receiving_everything_is_heard_once(sqlite_url: str, api: BotApi, fault: str) -> None:
    for text in ("one", "two", "three"):
        api.person(7).says(text)

    assert await drive("poll", sqlite_url, api, fault=fault) == -signal.SIGKILL
    assert len(api.updates) == 3
    assert await drive("poll", sqlite_url, api) == 0

    assert await heard(sqlite_url) == ["one", "two", "three"]
    assert api.updates == []


@pytest.mark.slow
async def test_killed_before_the_webhook_answers_the_update_is_heard_once(sqlite_url: str, api: BotApi) -> None:
    assert await drive("webhook", sqlite_url, api, fault="webhook.accepted") == -signal.SIGKILL
    assert await drive("webhook", sqlite_url, api) == 0

    assert await heard(sqlite_url) == ["brought"]


def test_every_place_is_registered_and_every_registered_place_is_there() -> None:
    sources = [path.read_text() for folder in ("bot", "storage") for path in (ROOT / folder).rglob("*.py")]

    found = {name for source in sources for name in re.findall(r'\bfault\("([^"]+)"\)', source)}

    assert found == set(FAULTS)


def test_a_place_that_does_not_exist_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        Trap("nowhere:2")
