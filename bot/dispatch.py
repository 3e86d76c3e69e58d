"""Sending: claim what is due (commit), hand it to the platform, note how it ended (commit).

What is on its way is on disk as such before it leaves. So after a crash nothing counts as unsent that may have arrived.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.attaching import Load, filled
from bot.channels.base import Channel, Moved, NotSent, Outcome, Reconciling, Refusal, Refused, Sent, Uncertain
from bot.clock import Clock
from bot.faults import fault
from bot.lane import AHEAD, Gate, Lane
from bot.last_look import LastLook
from bot.messages import Address, Outgoing
from bot.metrics import Metrics
from bot.pacing import LIMITS, UNLIMITED, Limits, Pacing
from storage import bell, holds, outbox, standstill
from storage.bell import Bell
from storage.database import Database
from storage.holds import Hold
from storage.outbox import End, OutboxItem, Result
from storage.rows import new_id

log = logging.getLogger(__name__)

SOON = timedelta(seconds=1)  # when something that was not sent is tried again
PROBE = timedelta(minutes=1)  # how often a paused bot tries whether it is mended
LOOK = 60.0  # seconds a sleeping dispatcher waits at most before it looks again
AFTER_ERROR = 1.0  # seconds until the database is tried again
STANDBY = timedelta(seconds=2)  # when a process that may not send looks whether it may now
FEW = 8  # on their way besides: then a result is noted at once, as the next message of its chat waits for that
TOGETHER = 0.01  # seconds in which results are collected else, so that one commit notes many

MESSAGE = msgspec.json.Decoder(Outgoing)


class Dispatcher:
    """Sends what the outbox holds, for all bots of this process."""

    def __init__(
        self,
        db: Database,
        channels: Sequence[Channel],
        clock: Clock,
        wake: asyncio.Event,
        limits: Mapping[str, Limits] = LIMITS,
        others: Bell | None = None,
        load: Load = lambda key: None,
        metrics: Metrics | None = None,
    ) -> None:
        self._seat = db.seat("send")
        self._me = new_id(12)
        self._others = others or Bell(db)
        self._load = load
        self._metrics = metrics or Metrics()
        self._clock = clock
        self._last_look = LastLook(db, clock)
        self._wake = wake
        self._stopping = False
        self._still = True  # as far as we know: nothing goes out of a database from a backup until somebody says so
        self._doubt = False  # a commit failed: it may have gone through
        self._one_exchange = asyncio.Lock()  # a last step may meet the loop that is about to end
        self._limits = limits
        self._collecting: asyncio.TimerHandle | None = None
        self._lanes = [self._lane(channel) for channel in channels]

    def _lane(self, channel: Channel) -> Lane:
        pacing = Pacing(self._limits.get(channel.name, UNLIMITED), self._clock.now())
        return Lane(channel=channel, pacing=pacing, gate=Gate(pacing, self._clock))

    @property
    def seat_held(self) -> bool:
        """Whether this process is the one that sends."""
        return self._seat.held

    async def seated(self) -> bool:
        """Whether it is for this process to send. One that takes over looks after what the one before it left."""
        async with self._one_exchange:
            return await self._seated()

    async def _seated(self) -> bool:
        if not self._seat.held:
            self._others.here.discard(bell.SEND)
            if not await self._seat.take():
                return False
            await self._take_over()
            self._others.here.add(bell.SEND)
        return not self._still or await self._may_go()

    async def _may_go(self) -> bool:
        async with self._seat.write() as conn:
            self._still = await standstill.since(conn) is not None
        return not self._still

    async def _take_over(self) -> None:
        async with self._seat.write() as conn:
            found = sum([await self._recover(conn, lane) for lane in self._lanes])
        if found:
            self._metrics.count("recovered_total", by=found)
            log.warning("dispatch.recovered messages=%d", found)

    async def _recover(self, conn: AsyncConnection, lane: Lane) -> int:
        found = await outbox.recover(conn, self._clock.now(), sender=self._me, told=lane.told, **_place(lane))
        if lane.hold == lane.stored:
            lane.hold = lane.stored = await holds.held(conn, **_place(lane))
        return found

    async def add(self, channel: Channel) -> None:
        """One more bot, that came while the program runs."""
        lane = self._lane(channel)
        async with self._one_exchange:
            if self._seat.held:
                async with self._seat.write() as conn:
                    await self._recover(conn, lane)
            self._lanes.append(lane)
        self._wake.set()

    async def leave(self) -> None:
        """Let another process send."""
        await self._seat.leave()

    def mended(self, channel: Channel) -> None:
        """The platform takes this bot's word again: what an earlier refusal held back may go now."""
        for lane in self._lanes:
            if lane.channel is channel and lane.hold.paused:
                lane.hold = Hold()
                self._wake.set()

    def pause(self, channel: Channel, reason: str) -> None:
        """The platform says that this bot may not write any more."""
        for lane in self._lanes:
            if lane.channel is channel and not lane.hold.paused:
                lane.hold = Hold(not_before=self._clock.now() + PROBE, paused=reason)
                self._wake.set()

    async def step(self) -> int:
        """One round: claim, send, wait for all, settle. How many messages were claimed."""
        await self._exchange(claiming=True, ahead=timedelta())
        tasks = [task for lane in self._lanes for task in lane.flying.values()]
        await asyncio.gather(*tasks)
        await self._exchange(claiming=False)
        return len(tasks)

    async def run(self) -> None:
        """Send until cancelled. What is on its way then is waited for, and noted."""
        work = asyncio.create_task(self._work())
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            self._stopping = True
            self._wake.set()
            await work
            raise

    async def _work(self) -> None:
        while not self._stopping:
            self._metrics.beat("sends")
            self._wake.clear()
            try:
                due = await self._exchange(claiming=True)
            except DBAPIError as error:
                log.error("dispatch.database error=%s", type(error).__name__)
                self._doubt = True
                await asyncio.sleep(AFTER_ERROR)
                continue
            await self._rest_until(due)
        await asyncio.gather(*(task for lane in self._lanes for task in lane.flying.values()))
        await self._exchange(claiming=False)

    async def _rest_until(self, due: datetime | None) -> None:
        """Until a send ends, somebody wakes us, or the next message is due."""
        wait = LOOK if due is None else min(LOOK, (due - self._clock.now()).total_seconds())
        if wait <= 0:
            await asyncio.sleep(0)
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), wait)

    async def _exchange(self, *, claiming: bool, ahead: timedelta = AHEAD) -> datetime | None:
        """Note what has landed and claim what may go, in one commit; then send. When there will be more to do."""
        async with self._one_exchange:
            if await self._seated():
                return await self._exchanged(claiming, ahead)
        return self._clock.now() + STANDBY

    async def _exchanged(self, claiming: bool, ahead: timedelta) -> datetime | None:
        now = self._clock.now()
        landed = {lane: list(lane.landed) for lane in self._lanes}
        holding = {lane: lane.hold for lane in self._lanes}  # it may change while this is written
        claims: dict[Lane, list[OutboxItem]] = {}
        dues: list[datetime] = []
        async with self._seat.write() as conn:
            for lane in self._lanes:
                await self._settle(conn, lane, landed[lane], holding[lane], now)
                if claiming:
                    claims[lane], due = await self._claim(conn, lane, now, ahead, len(landed[lane]))
                    dues += [due] if due else []
            _before_commit(settled=any(landed.values()), claimed=any(claims.values()))
        _after_commit(settled=any(landed.values()), claimed=any(claims.values()))
        self._doubt = False
        for lane in self._lanes:
            del lane.landed[: len(landed[lane])]
            lane.stored = holding[lane]
            self._launch(lane, claims.get(lane, []), now)
        return min(dues, default=None)

    async def _settle(self, conn: AsyncConnection, lane: Lane, landed: list[Result], hold: Hold, now: datetime) -> None:
        if self._doubt:
            await outbox.release(conn, lane.unsettled(), now, sender=self._me, **_place(lane))
        await outbox.settle(conn, landed, now)
        if hold != lane.stored:
            await holds.hold(conn, hold, **_place(lane))

    async def _claim(
        self, conn: AsyncConnection, lane: Lane, now: datetime, ahead: timedelta, noted: int
    ) -> tuple[list[OutboxItem], datetime | None]:
        """What to send now, and when to look again if nothing happens before."""
        room = lane.room(now, ahead, noted)
        if not room:
            return [], lane.frees_at(now)
        pace = lane.pacing
        resting, fresh = pace.resting(now), pace.fresh(now)
        items = await outbox.claim(conn, now, room, sender=self._me, **_place(lane), resting=resting, fresh=fresh)
        if len(items) == room:
            return items, lane.frees_at(now, taking=room)
        waits = [await outbox.next_due(conn, now, **_place(lane)), pace.next_ready(now)]
        return items, min((at for at in waits if at), default=None)

    def _launch(self, lane: Lane, items: list[OutboxItem], now: datetime) -> None:
        for item in items:
            moment = lane.gate.book(item, now)
            lane.flying[item.id] = asyncio.create_task(self._fly(lane, item, moment))

    async def _fly(self, lane: Lane, item: OutboxItem, moment: asyncio.Future[None]) -> None:
        """Send one message at its moment and put its result down for the next exchange."""
        waited = not moment.done()
        await moment
        result = await self._sent(lane, item, waited)
        self._metrics.count("sends_total", channel=lane.channel.name, outcome=result.end.value)
        lane.gate.landed()
        lane.landed.append(result)
        del lane.flying[item.id]
        if len(lane.flying) < FEW:
            self._wake.set()
        elif self._collecting is None:
            self._collecting = asyncio.get_running_loop().call_later(TOGETHER, self._collected)

    def _collected(self) -> None:
        self._collecting = None
        self._wake.set()

    async def _sent(self, lane: Lane, item: OutboxItem, waited: bool) -> Result:
        if waited and not await self._last_look.wanted(item):  # given back, so that the claim finds out why
            return Result(item=item, end=End.AGAIN, reason="not wanted any more")
        if lane.held(self._clock.now()):  # the platform asked us to wait after this was claimed
            return Result(item=item, end=End.AGAIN, reason="held back", retry_at=lane.hold.not_before)
        fault("send.before")
        with self._metrics.timed("send_seconds"):
            outcome = await _send(lane.channel, item, self._load)
        fault("send.after")
        now = self._clock.now()
        lane.hold = hold_after(lane.hold, outcome, now)
        if lane.hold.paused and not lane.stored.paused:
            log.error("dispatch.paused channel=%s bot=%s", lane.channel.name, lane.channel.bot)
        return msgspec.structs.replace(result_of(item, outcome, now), told=lane.told)


def result_of(item: OutboxItem, outcome: Outcome, now: datetime) -> Result:
    """What the outbox has to note; pure."""
    match outcome:
        case Sent(id=id):
            return Result(item=item, end=End.SENT, platform_id=id)
        case Refused(reason=Refusal.INVALID, detail=detail):
            return Result(item=item, end=End.REFUSED, reason=f"invalid: {detail}")
        case Refused(reason=reason):
            return Result(item=item, end=End.UNREACHABLE, reason=reason)
        case NotSent(reason=why, retry_at=retry_at):
            return Result(item=item, end=End.AGAIN, reason=why, retry_at=retry_at or now + SOON)
        case Moved(chat=chat) if chat != item.chat:
            return Result(item=item, end=End.MOVED, reason="moved", chat=chat)
        case Moved():
            return Result(item=item, end=End.REFUSED, reason="moved to where it was")
        case Uncertain(reason=why):
            return Result(item=item, end=End.UNCERTAIN, reason=why)


def hold_after(hold: Hold, outcome: Outcome, now: datetime) -> Hold:
    """What holds the whole bot back once a send has ended like this; pure."""
    match outcome:
        case NotSent(reason=reason, pause=True):
            return Hold(not_before=now + PROBE, paused=reason)
        case NotSent(retry_at=retry_at, whole_bot=True):
            until = retry_at or now + SOON
            return replace(hold, not_before=max(until, hold.not_before or until))
        case Sent() if hold.paused:
            return Hold()
        case _:
            return hold


async def _send(channel: Channel, item: OutboxItem, load: Load) -> Outcome:
    """Hand one message over. An error that the channel should have turned into an outcome is our bug."""
    try:
        message = MESSAGE.decode(item.body)
    except msgspec.DecodeError:
        log.error("dispatch.unreadable outbox=%d", item.id)
        return Refused(reason=Refusal.INVALID, detail="the stored message cannot be read")
    if item.priority > 1:
        message = msgspec.structs.replace(message, to_many=True)
    if item.edits:
        message = msgspec.structs.replace(message, edit_of=item.edits)
    if message.attachment:
        message = await asyncio.to_thread(filled, message, load)
    address = Address(channel=item.channel, bot=item.bot, chat=item.chat)
    try:
        outcome = await _known(channel, address, item) or await channel.send(address, message, item.id)
    except Exception as error:
        log.error("dispatch.bug outbox=%d error=%s", item.id, type(error).__name__)
        return Uncertain(reason=type(error).__name__)
    if isinstance(outcome, Refused) and outcome.reason is Refusal.INVALID:
        log.error("dispatch.invalid outbox=%d", item.id)
    return outcome


async def _known(channel: Channel, address: Address, item: OutboxItem) -> Outcome | None:
    """Before a message goes again: did it arrive the time before? None when it did not, or nobody can tell."""
    if item.attempt == 1 or not isinstance(channel, Reconciling):
        return None
    return await channel.reconcile(address, item.id)


def _place(lane: Lane) -> dict[str, str]:
    """The columns that name a bot."""
    return {"channel": lane.channel.name, "bot": lane.channel.bot}


def _before_commit(*, settled: bool, claimed: bool) -> None:
    if settled:
        fault("settle.before_commit")
    if claimed:
        fault("claim.before_commit")


def _after_commit(*, settled: bool, claimed: bool) -> None:
    if settled:
        fault("settle.after_commit")
    if claimed:
        fault("claim.after_commit")
