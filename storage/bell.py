"""A bell between the processes of one programme: something came in, something may be sent, or fetched.

It only saves waiting. Whoever misses it finds the work at its next look a second later.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database, LineLost

log = logging.getLogger(__name__)

WORK: Final = "work"
SEND: Final = "send"
KEEP: Final = "keep"
AGAIN: Final = 1.0
"""Seconds until a broken line to the database is tried again."""


class Bell:
    """Rings with the commit of what it tells of. `here` are the topics that this process sees to itself."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.here: set[str] = set()

    async def ring(self, conn: AsyncConnection, topic: str) -> None:
        """Tell the others, when this transaction commits, unless it is this process that has to know."""
        if self._db.dialect == "postgresql" and topic not in self.here:
            await conn.exec_driver_sql("SELECT pg_notify('reconvene', %s)", (topic,))

    async def listen(self, heard: Mapping[str, Callable[[], None]]) -> None:
        """Pass on what the others tell, until cancelled. A process that is alone hears nothing."""
        if self._db.dialect != "postgresql":
            await asyncio.Event().wait()
        while True:
            try:
                async with self._db.line() as line:
                    await _listen(line, heard)
            except (DBAPIError, LineLost) as error:
                log.warning("bell.line_lost error=%s", type(error).__name__)
            await asyncio.sleep(AGAIN)


async def _listen(line: Any, heard: Mapping[str, Callable[[], None]]) -> None:
    await line.execute("LISTEN reconvene")
    for wake in heard.values():
        wake()  # what was told before we listened
    async for note in line.notifies():
        if note.payload in heard:
            heard[note.payload]()
