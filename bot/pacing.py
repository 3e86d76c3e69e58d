"""How fast each platform lets a bot speak, as a whole and to each chat. No clock, no waiting."""

from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a platform publishes, kept a little below it."""

    bot_rate: float  # messages a second to all chats together
    bot_burst: int  # how many may go at once after a quiet while
    chat_rate: float  # messages a second to one chat
    chat_burst: int  # how many replies may go to one chat at once
    bot_window: int = 0  # messages in any one second, by the time at which the platform counts them; 0: not watched
    free_rate: float = 0  # where broadcasts are paid for: messages a second that are not; 0: nothing is paid for


TELEGRAM_FREE = 30
"""Messages a second that cost nothing; more than these take broadcasts that are paid for."""


def telegram(rate: int = TELEGRAM_FREE) -> Limits:
    """Telegram's limits, at so many messages a second."""
    pace = Limits(bot_rate=rate * 5 / 6, bot_burst=max(1, rate // 6), bot_window=rate, chat_rate=1, chat_burst=4)
    return replace(pace, free_rate=TELEGRAM_FREE * 5 / 6) if rate > TELEGRAM_FREE else pace


LIMITS = {
    "telegram": telegram(),
    "slack": Limits(bot_rate=4, bot_burst=4, chat_rate=1, chat_burst=1),  # "several hundred a minute", 1 s a chat
}
SECOND = timedelta(seconds=1)
UNLIMITED = Limits(bot_rate=1e6, bot_burst=1_000_000, chat_rate=1e6, chat_burst=1_000_000)


class Bucket:
    """Fills steadily up to its size; every message takes one token out."""

    __slots__ = ("_at", "_rate", "_size", "_tokens")

    def __init__(self, rate: float, size: int, now: datetime) -> None:
        self._rate = rate
        self._size = size
        self._tokens = float(size)
        self._at = now

    def _fill(self, now: datetime) -> None:
        passed = max(0.0, (now - self._at).total_seconds())
        self._tokens = min(float(self._size), self._tokens + passed * self._rate)
        self._at = now

    def ready(self, now: datetime, ahead: timedelta = timedelta()) -> int:
        """How many messages may go now, or within the time `ahead`."""
        self._fill(now)
        return max(0, int(self._tokens + ahead.total_seconds() * self._rate + 1e-9))

    def take(self, now: datetime) -> None:
        """One message goes."""
        self._fill(now)
        self._tokens -= 1

    def full_at(self, now: datetime, tokens: float) -> datetime:
        """When there will be that many tokens."""
        self._fill(now)
        missing = max(0.0, tokens - self._tokens)
        return now + timedelta(seconds=missing / self._rate)


class Window:
    """So many messages in any one second, wherever they are counted.

    One counts from the moment it leaves until a second after its answer: between the two the platform counted it.
    """

    __slots__ = ("_flying", "_landed", "_most")

    def __init__(self, most: int) -> None:
        self._most = most
        self._flying = 0
        self._landed: deque[datetime] = deque()

    def take(self) -> None:
        """One leaves."""
        self._flying += 1

    def landed(self, now: datetime) -> None:
        """One has been answered."""
        self._flying -= 1
        self._forget(now)
        self._landed.append(now)

    def ready(self, at: datetime) -> int:
        """How many may leave then, if none is answered before."""
        gone = sum(1 for _ in takewhile(lambda landed: landed + SECOND <= at, self._landed))
        return max(0, self._most - self._flying - len(self._landed) + gone)

    def next_ready(self, now: datetime) -> datetime:
        """When one more may leave; if that hangs on an answer that is to come, a second from now at the latest."""
        self._forget(now)
        return self._landed[0] + SECOND if self._landed else now + SECOND

    def _forget(self, now: datetime) -> None:
        while self._landed and not now < self._landed[0] + SECOND < now + 2 * SECOND:
            self._landed.popleft()


class Pacing:
    """What one bot may send. A chat is remembered only until it may get a burst again."""

    def __init__(self, limits: Limits, now: datetime) -> None:
        self._bot = Bucket(limits.bot_rate, limits.bot_burst, now)
        self._window = Window(limits.bot_window) if limits.bot_window else None
        self._free_of_charge = Bucket(limits.free_rate, limits.chat_burst, now) if limits.free_rate else None
        self._spare = timedelta(seconds=(limits.bot_burst - 1) / limits.bot_rate)
        self._unlimited = limits is UNLIMITED
        self._step = timedelta(seconds=1 / limits.chat_rate)
        self._burst = limits.chat_burst
        self._full: dict[str, datetime] = {}  # when each chat may get a burst again

    def gathers(self, most: timedelta) -> timedelta:
        """How long messages may be kept so that several leave together; by that the bot loses nothing of its pace."""
        return min(most, self._spare)

    def ready(self, now: datetime, ahead: timedelta = timedelta()) -> int:
        """How many messages the bot may send now, or within the time `ahead`."""
        most = self._bot.ready(now, ahead)
        return most if self._window is None else min(most, self._window.ready(now + ahead))

    def free_at(self, now: datetime) -> datetime:
        """When a message may go that is not paid for, as far as that is what it waits for."""
        return self._free_of_charge.full_at(now, 1) if self._free_of_charge else now

    def take(self, chat: str, now: datetime, *, paid: bool = False) -> None:
        """A message goes to this chat."""
        self._bot.take(now)
        if self._free_of_charge and not paid:
            self._free_of_charge.take(now)
        if self._window:
            self._window.take()
        if not self._unlimited:
            after = max(self._full.get(chat, now), now) + self._step
            self._full[chat] = min(after, now + self._burst * self._step)  # a clock may have gone back

    def landed(self, now: datetime) -> None:
        """A message that was taken has been answered."""
        if self._window:
            self._window.landed(now)

    def resting(self, now: datetime) -> list[str]:
        """Chats that must get nothing now."""
        return [chat for chat, full in self._fresh(now).items() if self._free(full) > now]

    def fresh(self, now: datetime) -> list[str]:
        """Chats that were written to so lately that only a reply may follow."""
        return list(self._fresh(now))

    def next_ready(self, now: datetime, tokens: int = 1) -> datetime | None:
        """When something that must wait now may go; None when nothing has to."""
        waits = self._bot_ready(now, tokens)
        if waits > now:
            return waits
        fresh = self._fresh(now).values()
        return min((self._free(full) if self._free(full) > now else full for full in fresh), default=None)

    def _bot_ready(self, now: datetime, tokens: int) -> datetime:
        at = self._bot.full_at(now, tokens)
        if self._window is None or self._window.ready(now) >= tokens:
            return at
        return max(at, self._window.next_ready(now))

    def _free(self, full: datetime) -> datetime:
        """A chat may get one message before it may get a burst again."""
        return full - (self._burst - 1) * self._step

    def _fresh(self, now: datetime) -> dict[str, datetime]:
        self._full = {chat: full for chat, full in self._full.items() if full > now}
        return self._full
