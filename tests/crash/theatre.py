"""The program as a test sees it: killed and begun again as often as it takes, and told to stop when all is quiet."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from tests.botapi import BotApi
from tests.crash import ledger
from tests.crash.nursery import Child, Nursery
from tests.crash.program import Order

PATIENCE = 60.0
TOLD = (0, -signal.SIGTERM)
"""How a process ends that was told to: in order, or at once when it was still beginning."""


class Theatre:
    """The program, begun again whenever it has been killed."""

    def __init__(
        self, lives: Nursery, api: BotApi, url: str, port: int = 0, zero: float = 0, broadcast: str = ""
    ) -> None:
        self._lives = lives
        self._order = Order(database=url, api=api.url, token=api.token, port=port, zero=zero, broadcast=broadcast)
        self.life = 0
        self.child: Child | None = None
        self.failed_to_begin = 0

    async def begin(self, fault: str = "") -> Child:
        """The next life, some hours after the one before."""
        order = replace(self._order, life=self.life, fault=fault)
        self.life += 1
        self.child = await self._lives.begin(order)
        return self.child

    async def live_on(self, *faults: str) -> None:
        """Die of each of these in turn; then live until told to stop."""
        for fault in faults:
            child = await self.begin(fault)
            assert await child.end() == -signal.SIGKILL, f"never came by {fault}"
        child = await self.begin()
        while (ended := await child.end()) == 1:
            self.failed_to_begin += 1
            child = await self.begin()
        assert ended in TOLD, f"ended with {ended}"

    async def killed_at_random(self, dice: random.Random, times: int) -> None:
        """Die that many times, each time at any moment of the first second."""
        died = 0
        while died < times:
            child = await self.begin()
            await asyncio.sleep(dice.uniform(0.05, 0.7))
            child.signal(signal.SIGKILL)
            died += await self._was_killed(child)

    async def _was_killed(self, child: Child) -> bool:
        """While the database recovers, a process cannot begin: it ends, and is begun again."""
        ended = await child.end()
        assert ended in (-signal.SIGKILL, 1), f"ended with {ended}"
        self.failed_to_begin += ended == 1
        return ended == -signal.SIGKILL

    async def live_after(self, dying: asyncio.Task[None]) -> None:
        """Live until told to stop, once all the dying is done."""
        await dying
        await self.live_on()

    async def when(self, holds: Callable[[AsyncConnection], Awaitable[bool]]) -> None:
        """Look at the database, from outside, until a condition holds."""
        db = Database.open_to_read(self._order.database)
        async with asyncio.timeout(PATIENCE):
            while not await _look(db, holds):  # noqa: ASYNC110 (another process's doing: nobody can tell us)
                await asyncio.sleep(0.02)
        await db.close()

    async def stop_when_quiet(self) -> None:
        """Tell it to stop when nothing is left to do."""
        await self.when(ledger.quiet)
        assert self.child
        self.child.signal(signal.SIGTERM)

    async def clear(self, *tasks: asyncio.Task[None]) -> None:
        """Begin no more, and leave nothing running behind."""
        for task in tasks:
            task.cancel()
        await self._lives.clear()


async def _look(db: Database, holds: Callable[[AsyncConnection], Awaitable[bool]]) -> bool:
    async with db.read() as conn:
        return await holds(conn)
