"""Draws messages anew in which the team watches others go out: no more often than Slack and Telegram like it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.facilitation.letters import envelope
from bot.facilitation.live import drawn, tally
from bot.wording import Wording
from storage import broadcasts, facilitators, outbox, watches
from storage.database import Database
from storage.watches import Watch

PAUSE = timedelta(seconds=3)
"""Between two copies."""


class Watcher:
    """Looks every second whether a count has changed."""

    def __init__(self, db: Database, wording: Wording, clock: Clock, wake_dispatcher: Callable[[], None]) -> None:
        self._db = db
        self._wording = wording
        self._clock = clock
        self._wake_dispatcher = wake_dispatcher

    async def look(self) -> None:
        """Draw what has changed; what is settled is watched no more."""
        now = self._clock.now()
        async with self._db.read() as conn:
            if not await watches.drawn_before(conn, now - PAUSE):
                return
        async with self._db.write() as conn:
            for watch in await watches.drawn_before(conn, now - PAUSE):
                await self._draw(conn, watch, now)
        self._wake_dispatcher()

    async def _draw(self, conn: AsyncConnection, watch: Watch, now: datetime) -> None:
        broadcast = await broadcasts.find(conn, id=watch.broadcast_id)
        counts = tally(await broadcasts.outcomes(conn, watch.broadcast_id))
        place = await facilitators.place_of(conn, watch.facilitator_id)
        if broadcast and place and counts != watch.shown and await watches.draw(conn, watch, counts, now):
            message = drawn(self._wording, broadcast, counts)
            row = envelope(place, message, f"{watch.cause}+", now)
            await outbox.add(conn, row | {"token": watch.token, "replaces": True, "policy": "hold"})
        if not counts["waiting"]:
            await watches.end(conn, watch)
