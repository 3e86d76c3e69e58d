"""Time as it is passed in, and the metronome that knocks when something may be due."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Clock(Protocol):
    """Where everything learns what time it is."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        """The present."""
        return datetime.now(UTC)


class ShiftedClock:
    """The machine's time moved forward: the demo lives through weeks in minutes."""

    def __init__(self, start: datetime | None = None) -> None:
        self._shift = (start - datetime.now(UTC)) if start else timedelta()

    def now(self) -> datetime:
        """The present of the demo."""
        return datetime.now(UTC) + self._shift

    def jump_to(self, at: datetime) -> None:
        """Go forward to `at`; never back."""
        self._shift = max(self._shift, at - datetime.now(UTC))


Knock = Callable[[], None] | Callable[[], Awaitable[None]]


class Metronome:
    """Knocks at intervals. It knows no jobs of people: what is due stands in the database, for everybody to see."""

    def __init__(self, knocks: Mapping[Knock, float]) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        for knock, seconds in knocks.items():
            self._scheduler.add_job(
                _on_the_loop, "interval", args=[knock], seconds=seconds, coalesce=True, misfire_grace_time=None
            )

    async def run(self) -> None:
        """Knock until cancelled."""
        self._scheduler.start()
        try:
            await asyncio.Event().wait()
        finally:
            self._scheduler.shutdown(wait=False)


async def _on_the_loop(knock: Knock) -> None:
    """A plain function would be run in a thread, and what it wakes is not safe there."""
    answer = knock()
    if answer is not None:
        await answer
