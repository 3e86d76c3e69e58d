"""Keeping house: what need not be kept any longer is removed, and silence is brought to the team."""

import logging
from collections.abc import Callable

from bot.clock import Clock
from bot.escalation import escalate
from bot.script import Script
from storage import retention, seals
from storage.database import Database
from storage.stones import Stones

log = logging.getLogger(__name__)


class House:
    """Runs beside the programme, every hour."""

    def __init__(
        self,
        db: Database,
        script: Script,
        clock: Clock,
        wake_keeper: Callable[[], None],
        stones: Stones | None = None,
    ) -> None:
        self._db = db
        self._script = script
        self._clock = clock
        self._wake_keeper = wake_keeper
        self._stones = stones

    async def keep(self) -> None:
        """Remove what is past its time (see `storage.retention`), and make a task of every new silence."""
        async with self._db.write() as conn:
            swept = await retention.sweep(conn, self._clock.now())
            await escalate(conn, self._script.programme, self._clock.now())
        if swept.people:
            await self._db.checkpoint()
        if swept.people or swept.recordings:
            self._wake_keeper()
        log.info(
            "house.kept updates=%d messages=%d people=%d marks=%d entries=%d recordings=%d",
            *(swept.updates, swept.messages, swept.people, swept.marks, swept.entries, swept.recordings),
        )
        await self.bury()

    async def seal(self) -> None:
        """Bind what is new in the journal to what is old (see `storage.seals`)."""
        async with self._db.write() as conn:
            await seals.seal(conn)

    async def forgotten(self) -> None:
        """Somebody was erased: so are their recordings, and no backup brings them back."""
        self._wake_keeper()
        await self.bury()

    async def bury(self) -> None:
        """Write down outside of the database who was erased or has left, so that no backup brings them back."""
        if self._stones is None:
            return
        try:
            new = await self._stones.keep(self._db)
        except OSError as error:
            log.error("house.erasures_not_written error=%s", type(error).__name__)
        else:
            if new:
                log.info("house.erasures_written lines=%d", new)
