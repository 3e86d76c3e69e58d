"""Small real implementations that stand in for platforms and time."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.channels.base import Accept, Fetched, File, Lost, Outcome, Sent
from bot.messages import Address, Inbound, Outgoing


class FakeClock:
    """Time that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.at = now

    def now(self) -> datetime:
        """The present."""
        return self.at

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.at += timedelta(**span)


class FakeChannel:
    """A platform in memory. `outcomes` are what the next sends come to; then all are delivered.

    `before` is called with each message before it is handed over, so that a test can step in between.
    """

    name = "fake"
    one_listener = False
    bot = "1"

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        self.outcomes = deque(outcomes)
        self.files: dict[str, bytes | File | Exception] = {}
        self.meanwhile: Callable[[], Awaitable[None]] | None = None  # what happens while a file is fetched
        self.fetched: list[str] = []
        self.log: list[tuple[str, Outgoing]] = []
        self.handed: list[int] = []
        self.before: Callable[[], None] = lambda: None
        self.gate = asyncio.Event()
        self.gate.set()
        self._waiting: deque[list[Inbound]] = deque()
        self._told = asyncio.Event()
        self.acknowledged: list[str] = []

    def texts(self, chat: str) -> list[str]:
        """What a person read, in order."""
        return [message.text for to, message in self.log if to == chat]

    def shown(self, chat: str) -> list[str]:
        """What a person sees on the phone: redrawn messages as they are now."""
        seen: dict[str, str] = {}
        for number, (to, message) in enumerate(self.log, start=1):
            if to == chat:
                seen[message.edit_of or f"m{number}"] = message.text
        return list(seen.values())

    def tell(self, *batch: Inbound) -> None:
        """Something happened; it is told again until it is acknowledged."""
        self._waiting.append(list(batch))
        self._told.set()

    async def receive(self, accept: Accept) -> None:
        """Take in updates until cancelled."""
        while True:
            while self._waiting:
                await accept(self._waiting[0])
                self.acknowledged += [inbound.key for inbound in self._waiting.popleft()]
            self._told.clear()
            await self._told.wait()

    def fit(self, message: Outgoing) -> tuple[Outgoing, ...]:
        """Everything fits."""
        return (message,)

    async def send(self, address: Address, message: Outgoing, outbox_id: int) -> Outcome:
        """Deliver, or come to the next outcome."""
        self.before()
        self.handed.append(outbox_id)
        await self.gate.wait()
        outcome = self.outcomes.popleft() if self.outcomes else None
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is not None:
            return outcome
        self.log.append((address.chat, message))
        return Sent(id=message.edit_of or f"m{len(self.log)}")

    async def fetch(self, reference: str, most: int) -> File:
        """What was put under this reference: bytes, or what asking for it comes to."""
        self.fetched.append(reference)
        if self.meanwhile:
            await self.meanwhile()
        found = self.files.get(reference, Lost(reason="there is no such file"))
        if isinstance(found, Exception):
            raise found
        if not isinstance(found, bytes):
            return found
        return Fetched(content=found) if len(found) <= most else Lost(reason="it is too large")

    async def close(self) -> None:
        """Nothing to let go of."""
