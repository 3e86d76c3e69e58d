"""What is claimed a moment ahead: it leaves at the pace of the bot, replies first, and not at all when told to wait."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.channels.base import NotSent
from bot.lane import AHEAD, Gate
from bot.messages import Outgoing
from bot.pacing import Limits, Pacing
from storage.database import Database
from storage.outbox import OutboxItem
from storage.rows import to_json
from tests.bot.test_dispatch import Post
from tests.fakes import FakeClock

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
QUICK = Limits(bot_rate=200, bot_burst=1, chat_rate=1, chat_burst=2)


def item(id: int, priority: int = 2) -> OutboxItem:
    """A claimed message to a chat of its own."""
    return OutboxItem(
        id=id,
        channel="fake",
        bot="1",
        chat=f"chat{id}",
        participant_id=None,
        body=to_json(Outgoing(text="Hello")),
        priority=priority,
        policy="hold",
        attempt=1,
    )


async def test_a_reply_leaves_before_broadcasts_that_were_claimed_earlier() -> None:
    clock = FakeClock(NOW)
    gate = Gate(Pacing(QUICK, NOW), clock)
    left: list[int] = []
    moments = {number: gate.book(item(number), NOW) for number in (1, 2, 3)}
    moments[9] = gate.book(item(9, priority=0), NOW)
    numbers = {moment: number for number, moment in moments.items()}
    for moment in moments.values():
        moment.add_done_callback(lambda moment: left.append(numbers[moment]))

    for _ in range(3):
        clock.forward(seconds=0.005)
        gate.landed()
        await asyncio.sleep(0)

    assert left == [1, 9, 2, 3]


async def test_messages_leave_by_themselves_when_their_moment_comes() -> None:
    clock = FakeClock(NOW)
    gate = Gate(Pacing(QUICK, NOW), clock)
    moments = [gate.book(item(number), NOW) for number in (1, 2)]
    assert [moment.done() for moment in moments] == [True, False]

    clock.forward(seconds=0.005)

    await asyncio.wait_for(moments[1], 5)


async def test_what_was_claimed_before_the_platform_asked_to_wait_is_given_back(
    sqlite_database: Database, now: datetime
) -> None:
    later = now + timedelta(minutes=1)
    post = Post(sqlite_database, now, NotSent(reason="too fast", retry_at=later, whole_bot=True), fake=QUICK)
    for chat in "abc":
        await post.put("Hello", chat, priority=2)

    async with post.running():
        await post.until("queued", "sending", "sending")
        post.clock.forward(seconds=0.005)
        await post.until("queued", "queued", "sending")
        post.clock.forward(seconds=0.005)
        await post.until("queued", "queued", "queued")

    assert post.channel.log == []
    assert [(row.attempt, row.not_before) for row in await post.rows()] == [(0, later)] * 3


def test_no_more_is_claimed_ahead_than_can_leave_soon() -> None:
    pacing = Pacing(QUICK, NOW)

    assert pacing.ready(NOW) == 1
    assert pacing.ready(NOW, AHEAD) == 11
