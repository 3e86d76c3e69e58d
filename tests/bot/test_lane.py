"""What is claimed a moment ahead: it leaves at the pace of the bot, replies first, and not at all when told to wait."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.base import NotSent
from bot.lane import AHEAD, IN_FLIGHT, Gate, Lane
from bot.messages import Outgoing
from bot.pacing import UNLIMITED, Limits, Pacing, telegram
from storage import erasure, outbox, talks
from storage.broadcasts import call_off as call_off_broadcast
from storage.database import Database
from storage.outbox import End, OutboxItem, Result
from storage.rows import to_json
from storage.tables import broadcasts, participants
from tests.bot.test_dispatch import Post
from tests.fakes import FakeChannel, FakeClock

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


async def test_what_is_not_paid_for_keeps_to_what_is_free_and_holds_up_nothing_else() -> None:
    clock = FakeClock(NOW)
    gate = Gate(Pacing(telegram(1000), NOW), clock)
    replies = [gate.book(item(number, priority=0), NOW) for number in range(6)]
    broadcasts = [gate.book(item(number), NOW) for number in range(10, 60)]

    assert [moment.done() for moment in replies] == [True] * 4 + [False] * 2
    assert all(moment.done() for moment in broadcasts)
    clock.forward(seconds=0.04)
    await asyncio.wait_for(replies[4], 5)
    assert not replies[5].done()


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


async def test_what_has_landed_and_is_not_noted_yet_takes_room_too() -> None:
    lane = Lane(channel=FakeChannel(), pacing=Pacing(UNLIMITED, NOW), gate=Gate(Pacing(QUICK, NOW), FakeClock(NOW)))
    lane.flying.update({number: asyncio.ensure_future(asyncio.sleep(0)) for number in range(60)})
    lane.landed.extend(Result(item=item(number), end=End.SENT) for number in range(60, 90))

    assert lane.room(NOW, AHEAD) == IN_FLIGHT - 90
    assert lane.room(NOW, AHEAD, noted=20) == IN_FLIGHT - 70
    await asyncio.gather(*lane.flying.values())


async def claimed_but_not_gone(post: Post) -> None:
    """One message has left; another, to somebody else, is claimed and waits for its moment."""
    await post.put("first", "a")
    await post.put("waits", "b", participant_id="anna", cause="broadcast:all:anna", priority=2, policy="hold")
    async with post.db.write() as conn:
        row = {"id": "anna", "area": "hull", "code_name": "anna", "state": "active", "locale": "en"}
        at = post.clock.now()
        await conn.execute(sa.insert(participants).values(**row, joined_at=at, last_heard_at=at))


async def leave(conn: AsyncConnection, now: datetime) -> None:
    """They press STOP."""
    await conn.execute(sa.update(participants).values(state="stopped"))
    await outbox.left(conn, "anna", now)


async def erase(conn: AsyncConnection, now: datetime) -> None:
    """They are erased."""
    await erasure.erase(conn, "anna", "", now)


async def call_off(conn: AsyncConnection, now: datetime) -> None:
    """The team calls the message off."""
    row = {"id": "all", "key": "k", "template": "t", "audience": "{}", "made_by": "Ada", "state": "sending"}
    await conn.execute(sa.insert(broadcasts).values(**row, created_at=now))
    await call_off_broadcast(conn, "all", reason="called off", now=now)


async def be_in_danger(conn: AsyncConnection, now: datetime) -> None:
    """Somebody has to talk to them first."""
    await talks.begin(conn, "anna", kind=talks.SAFETY, by="bot", now=now)


@pytest.mark.parametrize("happens", [leave, erase, call_off, be_in_danger])
async def test_what_is_not_wanted_any_more_does_not_leave_although_it_was_claimed(
    database: Database, now: datetime, happens: Callable[[AsyncConnection, datetime], Awaitable[None]]
) -> None:
    post = Post(database, now, fake=QUICK)
    await claimed_but_not_gone(post)

    async with post.running():
        await post.until("sent", "sending")
        async with post.db.write() as conn:
            await happens(conn, now)
        while (await post.states())[1] in ("sending", "queued"):
            post.clock.forward(seconds=1)

    assert await post.states() == ["sent", "cancelled"]

    assert post.channel.handed == [1]
    assert [row.attempt for row in await post.rows()] == [1, 0]


async def test_what_was_taken_over_by_another_process_does_not_leave_from_here(
    sqlite_database: Database, now: datetime
) -> None:
    post = Post(sqlite_database, now, fake=QUICK)
    await claimed_but_not_gone(post)

    async with post.running():
        await post.until("sent", "sending")
        async with post.db.write() as conn:
            await outbox.recover(conn, now, channel="fake", bot="1", sender="another")
        post.clock.forward(seconds=1)
        await post.until("sent", "uncertain")

    assert post.channel.handed == [1]
