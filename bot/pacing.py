"""How fast each platform lets a bot speak: token buckets, a whole bot's and each chat's. No clock, no waiting."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a platform publishes, kept a little below it."""

    bot_rate: float  # messages a second to all chats together
    bot_burst: int  # how many may go at once after a quiet while
    chat_rate: float  # messages a second to one chat
    chat_burst: int  # how many replies may go to one chat at once


LIMITS = {
    "telegram": Limits(bot_rate=25, bot_burst=5, chat_rate=1, chat_burst=4),  # 30 in any one second at most
    "slack": Limits(bot_rate=4, bot_burst=4, chat_rate=1, chat_burst=1),  # "several hundred a minute", 1 s a chat
}
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

    def ready(self, now: datetime) -> int:
        """How many messages may go now."""
        self._fill(now)
        return max(0, int(self._tokens + 1e-9))

    def take(self, now: datetime) -> None:
        """One message goes."""
        self._fill(now)
        self._tokens -= 1

    def full_at(self, now: datetime, tokens: float) -> datetime:
        """When there will be that many tokens."""
        self._fill(now)
        missing = max(0.0, tokens - self._tokens)
        return now + timedelta(seconds=missing / self._rate)


class Pacing:
    """The buckets of one bot. A chat is remembered only until its bucket is full again."""

    def __init__(self, limits: Limits, now: datetime) -> None:
        self._limits = limits
        self._bot = Bucket(limits.bot_rate, limits.bot_burst, now)
        self._chats: dict[str, Bucket] = {}

    def ready(self, now: datetime) -> int:
        """How many messages the bot may send now."""
        return self._bot.ready(now)

    def take(self, chat: str, now: datetime) -> None:
        """A message goes to this chat."""
        self._bot.take(now)
        if self._limits is UNLIMITED:
            return
        bucket = self._chats.get(chat)
        if bucket is None:
            bucket = self._chats[chat] = Bucket(self._limits.chat_rate, self._limits.chat_burst, now)
        bucket.take(now)

    def resting(self, now: datetime) -> list[str]:
        """Chats that must get nothing now."""
        self._forget(now)
        return [chat for chat, bucket in self._chats.items() if not bucket.ready(now)]

    def fresh(self, now: datetime) -> list[str]:
        """Chats that were written to so lately that only a reply may follow."""
        self._forget(now)
        return list(self._chats)

    def next_ready(self, now: datetime) -> datetime | None:
        """When something that must wait now may go; None when nothing has to."""
        if not self._bot.ready(now):
            return self._bot.full_at(now, 1)
        waits = [self._freed_at(bucket, now) for bucket in self._chats.values()]
        return min(waits, default=None)

    def _freed_at(self, bucket: Bucket, now: datetime) -> datetime:
        """A resting chat waits for one token, a fresh one until it is full."""
        return bucket.full_at(now, 1 if not bucket.ready(now) else self._limits.chat_burst)

    def _forget(self, now: datetime) -> None:
        full = [chat for chat, bucket in self._chats.items() if bucket.ready(now) >= self._limits.chat_burst]
        for chat in full:
            del self._chats[chat]
