"""What one bot has to send now: claimed a moment ahead, let go at the platform's pace, replies first."""

import asyncio
import heapq
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.base import Channel, Reconciling
from bot.clock import Clock
from bot.pacing import Pacing
from storage.holds import Hold
from storage.outbox import OutboxItem, Result

IN_FLIGHT = 100
"""Messages of one bot that are claimed at a time; at most so many are uncertain after a crash."""
AHEAD = timedelta(seconds=0.05)
"""So far ahead messages are claimed: one commit serves all of them, and none of them can wait longer."""

TOGETHER = timedelta(seconds=0.01)
"""So long those gather that may leave one after the other: one look at the database serves all of them."""

Waiting = tuple[int, int, str, asyncio.Future[None]]
"""Priority, number and chat of a message, and what is done when it may leave."""


class Gate:
    """Messages that are claimed, until it is their moment to leave."""

    def __init__(self, pacing: Pacing, clock: Clock) -> None:
        self._pacing = pacing
        self._clock = clock
        self._queue: list[Waiting] = []
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._queue)

    def book(self, item: OutboxItem, now: datetime) -> asyncio.Future[None]:
        """What is done when this message may leave."""
        moment = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (item.priority, item.id, item.chat, moment))
        self._open(now)
        return moment

    def landed(self) -> None:
        """A message has been answered: another may leave for it."""
        now = self._clock.now()
        self._pacing.landed(now)
        self._open(now)

    def _open(self, now: datetime) -> None:
        while self._queue and self._pacing.ready(now) and (first := self._first(now)):
            priority, _, chat, moment = first
            self._pacing.take(chat, now, paid=priority > 1)
            moment.set_result(None)
        if self._queue and self._timer is None:
            at = self._pacing.free_at(now) if self._pacing.ready(now) else self._pacing.next_ready(now) or now
            wait = max(at - now, self._pacing.gathers(TOGETHER))
            self._timer = asyncio.get_running_loop().call_later(wait.total_seconds(), self._ring)

    def _first(self, now: datetime) -> Waiting | None:
        """Take out what is to leave first. What is paid for need not wait for what is not."""
        if self._queue[0][0] > 1 or self._pacing.free_at(now) <= now:
            return heapq.heappop(self._queue)
        found = min((one for one in self._queue if one[0] > 1), default=None, key=lambda one: one[:2])
        if found:
            self._queue.remove(found)
            heapq.heapify(self._queue)
        return found

    def _ring(self) -> None:
        self._timer = None
        self._open(self._clock.now())


@dataclass(kw_only=True, slots=True, eq=False)
class Lane:
    """One bot: its channel, its pace, what holds it back, what is on its way and what has landed."""

    channel: Channel
    pacing: Pacing
    gate: Gate
    hold: Hold = field(default_factory=Hold)
    stored: Hold = field(default_factory=Hold)  # the hold as it stands on disk
    flying: dict[int, asyncio.Task[None]] = field(default_factory=dict)  # those before the gate as well
    landed: list[Result] = field(default_factory=list)
    told: bool = field(init=False)  # whether the platform can be asked what became of a message

    def __post_init__(self) -> None:
        self.told = isinstance(self.channel, Reconciling)  # takes too long to look at for each message

    def room(self, now: datetime, ahead: timedelta, noted: int = 0) -> int:
        """How many messages it may take on, for now and the time `ahead`. A paused bot tries a single one.

        Of those that have landed, the first `noted` are settled by the commit that claims more; the others are on
        disk as on their way, like those that fly.
        """
        if self.held(now):
            return 0
        soon = self.pacing.ready(now, ahead) - len(self.gate)
        on_their_way = len(self.flying) + len(self.landed) - noted
        return max(0, min(soon, self._most - on_their_way))

    def frees_at(self, now: datetime, taking: int = 0) -> datetime | None:
        """When a bot that takes on so many has room again; None when a message has to land for that."""
        if self.held(now):
            return self.hold.not_before
        if len(self.flying) + taking >= self._most:
            return None
        next_token = self.pacing.next_ready(now, len(self.gate) + taking + 1) or now
        return max(now + AHEAD / 2, next_token - AHEAD)

    def held(self, now: datetime) -> bool:
        """Whether the whole bot has to wait."""
        return self.hold.not_before is not None and self.hold.not_before > now

    @property
    def _most(self) -> int:
        return 1 if self.hold.paused else IN_FLIGHT

    def unsettled(self) -> list[int]:
        """The rows that this process has to answer for."""
        return [*self.flying, *(result.item.id for result in self.landed)]
