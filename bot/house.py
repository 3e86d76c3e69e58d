"""Keeping house: what need not be kept any longer is removed, and silence is brought to the team."""

import logging
from collections.abc import Callable
from dataclasses import asdict

from bot.clock import Clock
from bot.escalation import escalate
from flows.definition import Programme
from storage import retention
from storage.database import Database

log = logging.getLogger(__name__)


class House:
    """Runs beside the programme, every hour."""

    def __init__(self, db: Database, programme: Programme, clock: Clock, wake_keeper: Callable[[], None]) -> None:
        self._db = db
        self._programme = programme
        self._clock = clock
        self._wake_keeper = wake_keeper

    async def keep(self) -> None:
        """Remove what is past its time (see `storage.retention`), and make a task of every new silence."""
        async with self._db.write() as conn:
            swept = await retention.sweep(conn, self._clock.now())
            await escalate(conn, self._programme, self._clock.now())
        if swept.people:
            await self._db.checkpoint()
        if swept.people or swept.recordings:
            self._wake_keeper()
        log.info("house.kept %s", " ".join(f"{name}={n}" for name, n in asdict(swept).items()))
