"""Sending: what each outcome leads to, in which order, and what survives a failing database."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.base import Moved, NotSent, Outcome, Refusal, Refused, Sent, Uncertain
from bot.dispatch import PROBE, Dispatcher, hold_after
from bot.lane import IN_FLIGHT
from bot.messages import Address, Outgoing
from bot.pacing import Limits
from storage import holds
from storage.database import Database
from storage.holds import Hold
from storage.rows import to_json
from storage.seats import Seat
from storage.tables import channel_state
from storage.tables import outbox as table
from tests.fakes import FakeChannel, FakeClock


class Post:
    """A dispatcher over a fake platform, and a way to put messages in its outbox."""

    def __init__(self, db: Database, now: datetime, *outcomes: Outcome | Exception, **limits: Limits) -> None:
        self.db = db
        self.clock = FakeClock(now)
        self.channel = FakeChannel(*outcomes)
        self.wake = asyncio.Event()
        self.limits = limits
        self.dispatcher = self.fresh()
        self._op = 0

    def fresh(self) -> Dispatcher:
        """A dispatcher as after a restart."""
        return Dispatcher(self.db, [self.channel], self.clock, self.wake, self.limits)

    async def put(self, text: str, chat: str = "7", **columns: Any) -> None:
        """A message that is to be sent."""
        self._op += 1
        now = self.clock.now()
        usual = {"cause": "test", "op": self._op, "channel": "fake", "bot": "1", "chat": chat}
        usual |= {"body": to_json(Outgoing(text=text)), "not_before": now, "created_at": now}
        async with self.db.write() as conn:
            await conn.execute(sa.insert(table).values({**usual, **columns}))
        self.wake.set()

    async def rows(self) -> list[Any]:
        """The outbox, oldest first."""
        async with self.db.read() as conn:
            return list((await conn.execute(sa.select(table).order_by(table.c.id))).all())

    async def states(self) -> list[str]:
        """How each row stands."""
        return [row.state for row in await self.rows()]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The dispatcher at work; stopped in order at the end."""
        task = asyncio.create_task(self.dispatcher.run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def until(self, *states: str) -> None:
        """Wait until the rows stand like this."""
        async with asyncio.timeout(10):
            while await self.states() != list(states):  # noqa: ASYNC110  (the database rings no bell)
                await asyncio.sleep(0.005)


async def test_a_message_is_sent_and_its_id_kept(database: Database, now: datetime) -> None:
    post = Post(database, now)
    await post.put("Hello")

    assert await post.dispatcher.step() == 1

    [row] = await post.rows()
    assert (row.state, row.platform_id, row.settled_at) == ("sent", "m1", now)
    assert post.channel.texts("7") == ["Hello"]


async def test_nothing_to_send_is_nothing_to_do(database: Database, now: datetime) -> None:
    assert await Post(database, now).dispatcher.step() == 0


async def test_a_chat_reads_in_the_order_of_decisions(database: Database, now: datetime) -> None:
    post = Post(database, now)
    for number in range(5):
        await post.put(str(number))

    async with post.running():
        await post.until(*["sent"] * 5)

    assert post.channel.texts("7") == ["0", "1", "2", "3", "4"]


async def test_chats_are_served_side_by_side_one_message_each(database: Database, now: datetime) -> None:
    post = Post(database, now)
    post.channel.gate.clear()
    for chat in "ab":
        await post.put("1", chat)
        await post.put("2", chat)

    async with post.running():
        await post.until("sending", "queued", "sending", "queued")
        post.channel.gate.set()
        await post.until(*["sent"] * 4)

    assert post.channel.texts("a") == post.channel.texts("b") == ["1", "2"]


async def test_a_slow_chat_does_not_hold_up_the_others(database: Database, now: datetime) -> None:
    post = Post(database, now)
    slow = post.channel.gate = asyncio.Event()
    await post.put("slow", "a")

    async with post.running():
        await post.until("sending")
        post.channel.gate = asyncio.Event()
        post.channel.gate.set()
        await post.put("quick", "b")
        await post.until("sending", "sent")
        slow.set()


@pytest.mark.parametrize(
    ("outcome", "state", "attempt"),
    [
        (Refused(reason=Refusal.BLOCKED), "refused", 1),
        (Refused(reason=Refusal.GONE), "refused", 1),
        (Refused(reason=Refusal.INVALID), "refused", 1),
        (NotSent(reason="no connection"), "queued", 0),
        (Moved(chat="-1"), "queued", 0),
        (Moved(chat="7"), "refused", 1),
        (Uncertain(reason="cut"), "queued", 1),
        (RuntimeError("a bug of the channel"), "queued", 1),
    ],
)
async def test_each_outcome_leads_to_its_state(
    sqlite_database: Database, now: datetime, outcome: Outcome | Exception, state: str, attempt: int
) -> None:
    post = Post(sqlite_database, now, outcome)
    await post.put("Hello")

    await post.dispatcher.step()

    assert [(row.state, row.attempt) for row in await post.rows()] == [(state, attempt)]


async def test_a_moved_chat_gets_the_same_message_once(database: Database, now: datetime) -> None:
    post = Post(database, now, Moved(chat="-1"))
    await post.put("Hello")

    await post.dispatcher.step()
    await post.dispatcher.step()

    assert [chat for chat, _ in post.channel.log] == ["-1"]
    assert await post.states() == ["sent"]


async def test_an_uncertain_prompt_comes_twice_at_most(database: Database, now: datetime) -> None:
    post = Post(database, now, *[Uncertain(reason="cut")] * 5)
    await post.put("Hello")

    for _ in range(5):
        await post.dispatcher.step()
        post.clock.forward(minutes=1)

    assert len(post.channel.handed) == 2
    assert await post.states() == ["uncertain"]


async def test_a_whole_bot_waits_when_the_platform_says_so_even_after_a_restart(
    database: Database, now: datetime
) -> None:
    post = Post(database, now, NotSent(reason="too fast", retry_at=now + timedelta(seconds=30), whole_bot=True))
    await post.put("first")
    await post.dispatcher.step()
    await post.put("other", "8")

    post.clock.forward(seconds=29)
    assert await post.dispatcher.step() == 0
    await post.dispatcher.leave()
    restarted = post.fresh()
    assert await restarted.step() == 0

    post.clock.forward(seconds=1)
    assert await restarted.step() == 2


async def test_a_revoked_token_pauses_the_bot_until_one_message_gets_through(database: Database, now: datetime) -> None:
    post = Post(database, now, NotSent(reason="token", pause=True), NotSent(reason="token", pause=True))
    for chat in "abc":
        await post.put("Hello", chat)
    post.dispatcher._lanes[0].hold = Hold(paused="token")

    assert await post.dispatcher.step() == 1
    assert await post.dispatcher.step() == 0
    post.clock.forward(seconds=PROBE.total_seconds())
    assert await post.dispatcher.step() == 1
    post.clock.forward(seconds=PROBE.total_seconds())
    assert await post.dispatcher.step() == 1
    assert await post.dispatcher.step() == 2

    assert await post.states() == ["sent"] * 3
    async with database.read() as conn:
        assert (await conn.execute(sa.select(channel_state.c.paused))).scalar_one() == ""


async def test_a_token_that_is_good_again_holds_back_nobody_else(database: Database, now: datetime) -> None:
    post = Post(database, now, NotSent(reason="token", pause=True))
    for chat in "ab":
        await post.put("Hello", chat)
    post.dispatcher._lanes[0].hold = Hold(paused="token")
    assert await post.dispatcher.step() == 1

    post.dispatcher.mended(post.channel)

    assert await post.dispatcher.step() == 1, "b goes now; a, which was refused, at its own time"
    async with database.read() as conn:
        assert (await conn.execute(sa.select(channel_state.c.paused))).scalar_one() == ""


async def test_a_pause_is_told_and_kept(
    sqlite_database: Database, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    post = Post(sqlite_database, now, NotSent(reason="the token is not accepted", pause=True))
    await post.put("Hello")

    await post.dispatcher.step()

    assert "dispatch.paused" in caplog.text
    async with sqlite_database.read() as conn:
        assert await holds.held(conn, channel="fake", bot="1") == Hold(
            not_before=now + PROBE, paused="the token is not accepted"
        )


async def test_a_redraw_changes_the_message_that_is_there(database: Database, now: datetime) -> None:
    post = Post(database, now)
    await post.put("pick", token="r.1.1")
    await post.put("picked", token="r.1.1", replaces=True)

    await post.dispatcher.step()
    await post.dispatcher.step()

    assert [message.edit_of for _, message in post.channel.log] == ["", "m1"]
    assert [row.platform_id for row in await post.rows()] == ["m1", "m1"]


async def test_replies_go_before_a_broadcast_that_waits_its_turn(database: Database, now: datetime) -> None:
    pace = Limits(bot_rate=2, bot_burst=2, chat_rate=1, chat_burst=2)
    post = Post(database, now, fake=pace)
    for chat in "abcd":
        await post.put("broadcast", chat, priority=2)
    assert await post.dispatcher.step() == 2

    await post.put("reply", "z")
    post.clock.forward(seconds=0.5)
    assert await post.dispatcher.step() == 1

    assert post.channel.log[-1][0] == "z"


async def test_a_chat_is_not_flooded(database: Database, now: datetime) -> None:
    pace = Limits(bot_rate=100, bot_burst=100, chat_rate=1, chat_burst=2)
    post = Post(database, now, fake=pace)
    for number in range(4):
        await post.put(str(number))

    counts = []
    for _ in range(4):
        counts.append(await post.dispatcher.step())
    post.clock.forward(seconds=1)
    counts.append(await post.dispatcher.step())

    assert counts == [1, 1, 0, 0, 1]


async def test_what_is_stored_unreadably_is_refused_and_told(
    sqlite_database: Database, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    post = Post(sqlite_database, now)
    await post.put("", body="{canary")

    await post.dispatcher.step()

    assert await post.states() == ["refused"]
    assert "dispatch.unreadable" in caplog.text
    assert "canary" not in caplog.text


async def test_stopping_waits_for_what_is_on_its_way(database: Database, now: datetime) -> None:
    post = Post(database, now)
    post.channel.gate.clear()
    await post.put("Hello")
    await post.put("not yet begun")
    task = asyncio.create_task(post.dispatcher.run())
    await post.until("sending", "queued")

    task.cancel()
    await asyncio.sleep(0)
    post.channel.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await post.states() == ["sent", "queued"]


async def test_a_message_due_later_wakes_the_dispatcher_by_itself(database: Database, now: datetime) -> None:
    post = Post(database, now)
    await post.put("later", not_before=now + timedelta(seconds=0.05))

    async with post.running():
        await asyncio.sleep(0)
        post.clock.forward(seconds=0.05)
        await post.until("sent")


async def test_takes_on_no_more_than_it_may_have_in_flight(sqlite_database: Database, now: datetime) -> None:
    post = Post(sqlite_database, now)
    for number in range(IN_FLIGHT + 5):
        await post.put("Hello", f"chat{number}")

    assert await post.dispatcher.step() == IN_FLIGHT
    assert await post.dispatcher.step() == 5


async def test_a_database_that_fails_loses_no_result(
    sqlite_database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dispatch.AFTER_ERROR", 0)
    post = Post(sqlite_database, now)
    await post.put("Hello")
    post.channel.gate.clear()

    async with post.running():
        await post.until("sending")
        async with sqlite_database.write() as conn:
            await conn.execute(sa.text("ALTER TABLE channel_state RENAME TO gone"))
            await conn.execute(sa.text("ALTER TABLE outbox RENAME TO elsewhere"))
        post.channel.gate.set()
        await asyncio.sleep(0.05)
        async with sqlite_database.write() as conn:
            await conn.execute(sa.text("ALTER TABLE elsewhere RENAME TO outbox"))
            await conn.execute(sa.text("ALTER TABLE gone RENAME TO channel_state"))
        await post.until("sent")

    assert post.channel.texts("7") == ["Hello"]


class LostCommits:
    """A seat whose next commits go through without our hearing of it."""

    def __init__(self, seat: Seat, lost: int) -> None:
        self._seat = seat
        self._lost = lost

    @property
    def held(self) -> bool:
        """As it is."""
        return self._seat.held

    async def take(self) -> bool:
        """As it is."""
        return await self._seat.take()

    async def still(self) -> bool:
        """As it is."""
        return await self._seat.still()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction; committed, and then the line breaks."""
        async with self._seat.write() as conn:
            yield conn
        self._lost -= 1
        if self._lost >= 0:
            await self.leave()
            raise OperationalError("COMMIT", {}, OSError("the line broke"))

    async def leave(self) -> None:
        """As it is."""
        await self._seat.leave()


@pytest.mark.parametrize("lost", [1, 2, 3])
async def test_a_commit_that_was_not_heard_of_neither_strands_nor_repeats_a_message(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    monkeypatch.setattr("bot.dispatch.AFTER_ERROR", 0)
    post = Post(database, now)
    await post.put("Hello", policy="hold")
    await post.dispatcher.seated()
    post.dispatcher._seat = LostCommits(post.dispatcher._seat, lost)

    async with post.running():
        await post.until("sent")

    assert post.channel.texts("7") == ["Hello"]
    assert [row.attempt for row in await post.rows()] == [1]


async def test_a_result_whose_commit_was_not_heard_of_is_noted_once(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dispatch.AFTER_ERROR", 0)
    post = Post(database, now, Uncertain(reason="cut"))
    post.channel.gate.clear()
    await post.put("Hello")

    async with post.running():
        await post.until("sending")
        post.dispatcher._seat = LostCommits(post.dispatcher._seat, 1)
        post.channel.gate.set()
        await post.until("queued")
        await asyncio.sleep(0.05)

    assert [(row.state, row.attempt) for row in await post.rows()] == [("queued", 1)]


async def test_a_later_wait_is_not_shortened_by_an_earlier_one(now: datetime) -> None:
    long = NotSent(reason="too fast", retry_at=now + timedelta(seconds=60), whole_bot=True)
    short = NotSent(reason="too fast", retry_at=now + timedelta(seconds=1), whole_bot=True)

    held = hold_after(hold_after(Hold(), long, now), short, now)

    assert held.not_before == long.retry_at
    assert hold_after(held, Sent(id="m"), now) == held


async def test_logs_never_say_what_was_said(
    sqlite_database: Database, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    post = Post(sqlite_database, now, Refused(reason=Refusal.INVALID, detail="x"), RuntimeError("canary words"))
    await post.put("canary words", "1")
    await post.put("canary words", "2")

    await post.dispatcher.step()

    assert "dispatch.bug" in caplog.text
    assert "canary" not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))


class Asked(FakeChannel):
    """A platform that can be asked what became of a message."""

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        super().__init__(*outcomes)
        self.answers: list[Outcome | None] = []

    async def reconcile(self, address: Address, outbox_id: int) -> Outcome | None:
        """The next answer."""
        return self.answers.pop(0)


@pytest.mark.parametrize("policy", ["resend", "hold"])
@pytest.mark.parametrize(
    ("answers", "ends", "copies"),
    [
        ([Sent(id="found")], ["sent"], 0),
        ([None], ["sent"], 1),
        ([NotSent(reason="cannot be looked up"), Sent(id="found")], ["queued", "sent"], 0),
    ],
)
async def test_what_may_have_arrived_is_looked_up_before_it_goes_again(
    sqlite_database: Database, now: datetime, policy: str, answers: list[Outcome | None], ends: list[str], copies: int
) -> None:
    post = Post(sqlite_database, now)
    post.channel = channel = Asked(Uncertain(reason="cut off"))
    channel.answers = list(answers)
    post.dispatcher = post.fresh()
    await post.put("Hello", policy=policy)
    await post.dispatcher.step()

    seen = []
    for _ in ends:
        post.clock.forward(seconds=31)
        await post.dispatcher.step()
        seen += await post.states()

    assert seen == ends
    assert len(channel.log) == copies


@pytest.mark.parametrize("policy", ["resend", "hold"])
async def test_what_a_killed_process_had_on_its_way_is_looked_up_too(
    sqlite_database: Database, now: datetime, policy: str
) -> None:
    post = Post(sqlite_database, now)
    post.channel = channel = Asked()
    channel.answers = [Sent(id="found")]
    post.dispatcher = post.fresh()
    await post.put("Hello", policy=policy, state="sending", attempt=1)

    await post.dispatcher.seated()
    post.clock.forward(seconds=31)
    await post.dispatcher.step()

    assert [(row.state, row.platform_id) for row in await post.rows()] == [("sent", "found")]
    assert channel.log == []


async def test_a_bot_that_comes_later_sends_what_waits_for_it_and_can_be_paused_and_mended(
    sqlite_database: Database, now: datetime
) -> None:
    post = Post(sqlite_database, now)
    late = FakeChannel()
    late.bot = "2"
    await post.put("Hello", bot="2")
    assert await post.dispatcher.step() == 0

    await post.dispatcher.add(late)
    post.dispatcher.pause(late, "the app was removed")
    held = await post.dispatcher.step()
    async with sqlite_database.read() as conn:
        stored = await holds.held(conn, channel="fake", bot="2")
    post.dispatcher.mended(late)

    assert (held, stored.paused) == (0, "the app was removed")
    assert await post.dispatcher.step() == 1
    assert late.texts("7") == ["Hello"]


async def test_what_holds_a_bot_back_is_kept_although_it_came_while_something_else_was_written(
    sqlite_database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = Post(sqlite_database, now, NotSent(reason="token", pause=True))
    post.channel.gate.clear()
    await post.put("Hello")
    await post.dispatcher._exchange(claiming=True)

    async def claims_nothing(*_: object, **__: object) -> list[object]:
        post.channel.gate.set()
        await asyncio.sleep(0.02)  # the message lands while the next exchange writes
        return []

    monkeypatch.setattr("bot.dispatch.outbox.claim", claims_nothing)
    await post.dispatcher._exchange(claiming=True)
    await post.dispatcher._exchange(claiming=False)

    async with sqlite_database.read() as conn:
        assert await conn.scalar(sa.select(channel_state.c.paused)) == "token"
