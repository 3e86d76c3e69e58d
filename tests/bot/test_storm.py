"""A platform that refuses half of what comes too fast: nothing is lost, no wait is cut short, replies stay quick."""

import asyncio
import contextlib
import random
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.channels.base import Channel, NotSent, Outcome, Sent
from bot.channels.telegram.channel import TelegramChannel
from bot.clock import SystemClock
from bot.dispatch import Dispatcher
from bot.messages import Address, Outgoing
from bot.pacing import LIMITS
from storage.database import Database
from storage.rows import to_json
from storage.tables import outbox
from tests.botapi import BotApi
from tests.fakes import FakeChannel, FakeClock

TICK = timedelta(seconds=0.25)
RECIPIENTS = 150
FAKE = FakeChannel()


class Storm(FakeChannel):
    """Refuses every other call, each time for a while, and keeps account."""

    def __init__(self, clock: FakeClock, seed: int) -> None:
        super().__init__()
        self._clock = clock
        self._dice = random.Random(seed)
        self._closed: dict[str, datetime] = {}
        self.too_early: list[str] = []
        self.at: dict[str, list[datetime]] = {}

    async def send(self, address: Address, message: Outgoing, outbox_id: int) -> Outcome:
        """Deliver, or ask to wait."""
        now = self._clock.now()
        if now < self._closed.get(address.chat, now):
            self.too_early.append(address.chat)
        if not message.text.startswith("reply") and self._dice.random() < 0.5:
            self._closed[address.chat] = now + timedelta(seconds=self._dice.randint(1, 120))
            return NotSent(reason="too fast", retry_at=self._closed[address.chat])
        self.at.setdefault(address.chat, []).append(now)
        return Sent(id=str(outbox_id))


async def put(
    db: Database, now: datetime, op: int, chat: str, text: str, priority: int, channel: Channel = FAKE
) -> None:
    """A message to be sent."""
    row = {"cause": "storm", "op": op, "channel": channel.name, "bot": channel.bot, "chat": chat, "priority": priority}
    row |= {"body": to_json(Outgoing(text=text)), "not_before": now, "created_at": now}
    async with db.write() as conn:
        await conn.execute(sa.insert(outbox).values(row))


async def waiting(db: Database) -> int:
    """How many are not settled."""
    async with db.read() as conn:
        open_rows = sa.select(sa.func.count()).where(outbox.c.state.in_(["queued", "sending"]))
        return (await conn.execute(open_rows)).scalar_one()


@pytest.mark.slow
async def test_a_storm_loses_nothing_and_leaves_replies_quick(sqlite_database: Database, now: datetime) -> None:
    db, clock = sqlite_database, FakeClock(now)
    storm = Storm(clock, seed=7)
    limits = {"fake": LIMITS["telegram"]}
    dispatcher = Dispatcher(db, [storm], clock, asyncio.Event(), limits)
    for op in range(RECIPIENTS):
        await put(db, now, op, f"chat{op}", "broadcast", 2)

    restarted = False
    asked: dict[str, datetime] = {}
    while await waiting(db):
        if len(asked) < 20:
            chat = f"reply{len(asked)}"
            asked[chat] = clock.now()
            await put(db, clock.now(), RECIPIENTS + len(asked), chat, "reply", 0)
        if len(storm.at) >= 60 and not restarted:
            restarted = True
            await dispatcher.leave()
            dispatcher = Dispatcher(db, [storm], clock, asyncio.Event(), limits)
        await dispatcher.step()
        clock.at += TICK

    assert storm.too_early == []
    assert {chat: len(times) for chat, times in storm.at.items()} == dict.fromkeys(storm.at, 1)
    assert len(storm.at) == RECIPIENTS + 20
    assert max(storm.at[chat][0] - at for chat, at in asked.items()) < timedelta(seconds=5)


@pytest.mark.slow
async def test_a_broadcast_keeps_to_the_platforms_rate(sqlite_database: Database, now: datetime) -> None:
    db, clock = sqlite_database, FakeClock(now)
    calm = Storm(clock, seed=7)
    dispatcher = Dispatcher(db, [calm], clock, asyncio.Event(), {"fake": LIMITS["telegram"]})
    for op in range(150):
        await put(db, now, op, f"chat{op % 75}", "reply to all", 2)

    while await waiting(db):
        await dispatcher.step()
        clock.at += TICK

    times = sorted(at for sent in calm.at.values() for at in sent)
    assert max(sum(1 for at in times if start <= at < start + timedelta(seconds=1)) for start in times) <= 30
    assert all(second - first >= timedelta(seconds=1) for first, second in calm.at.values())
    assert times[-1] - now < timedelta(seconds=15)


@pytest.mark.slow
async def test_telegram_itself_sees_no_more_than_its_limits(sqlite_database: Database) -> None:
    clock = SystemClock()
    async with BotApi() as api:
        channel = TelegramChannel(api.token, clock.now, api_base=api.url)
        for op in range(60):
            await put(sqlite_database, clock.now(), op, str(op % 56), "Hello", 2, channel=channel)
        sending = asyncio.create_task(Dispatcher(sqlite_database, [channel], clock, asyncio.Event()).run())
        await api.until(lambda: len(api.log) == 60)
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sending
        await channel.close()

    assert api.fastest(0.9) <= 30
    assert max(api.fastest(0.9, chat) for chat in ("0", "1", "2", "3")) == 1
    assert api.log[-1].at - api.log[0].at < 4
