"""Seats: parts that only one process may play at a time, such as sending for the bots of a programme.

On PostgreSQL a seat is an advisory lock of a connection of its own, and what its holder writes goes through that very
connection. So whoever lost the line to the database has lost the seat too, and can write nothing as its holder.
A SQLite file serves one process anyway (see `storage.sqlite`), which then has every seat.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class Seat(Protocol):
    """A part that at most one process plays."""

    @property
    def held(self) -> bool:
        """Whether this process has it, as far as it knows."""

    async def take(self) -> bool:
        """Sit down if nobody else does. Whether this process has the seat now."""

    async def still(self) -> bool:
        """Ask the database whether the seat is still ours."""

    def write(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """One transaction as the holder of the seat. An error of the database costs the seat."""

    async def leave(self) -> None:
        """Somebody else may sit down."""


class OwnSeat:
    """A seat in a database that serves this process alone."""

    def __init__(self, write: "Door") -> None:
        self._write = write
        self.held = False

    async def take(self) -> bool:
        """Nobody else is there."""
        self.held = True
        return True

    async def still(self) -> bool:
        """Nobody can take it."""
        return self.held

    def write(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """One transaction."""
        return self._write()

    async def leave(self) -> None:
        """Nobody waits for it."""
        self.held = False


class Door(Protocol):
    """What opens a transaction."""

    def __call__(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """One transaction: committed on the way out, undone when anything is raised."""


class SharedSeat:
    """A seat that several processes would take: an advisory lock, held for as long as its connection lives."""

    def __init__(self, engine: AsyncEngine, name: str) -> None:
        self._engine = engine
        self._key = key_of(name)
        self._conn: AsyncConnection | None = None

    @property
    def held(self) -> bool:
        """Whether the connection that holds the lock was alive when it was last used."""
        return self._conn is not None

    async def take(self) -> bool:
        """Try the lock; False when another process has it."""
        if self._conn is not None:
            return True
        conn = await self._engine.connect()
        try:
            found = await conn.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (self._key,))
            ours = bool(found.scalar_one())
            await conn.commit()
        except DBAPIError:
            await conn.invalidate()
            await conn.close()
            raise
        if ours:
            self._conn = conn
        else:
            await conn.close()
        return ours

    async def still(self) -> bool:
        """A word over the line."""
        try:
            async with self.write() as conn:
                await conn.exec_driver_sql("SELECT 1")
        except DBAPIError:
            pass
        return self.held

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction on the connection that holds the lock."""
        assert self._conn is not None, "take the seat first"
        try:
            async with self._conn.begin():
                yield self._conn
        except DBAPIError:
            await self.leave()
            raise

    async def leave(self) -> None:
        """Let go of the lock together with its connection."""
        conn, self._conn = self._conn, None
        if conn is not None:
            await conn.invalidate()
            await conn.close()


def key_of(name: str) -> int:
    """The number that stands for a name among PostgreSQL's advisory locks."""
    return int.from_bytes(hashlib.sha256(f"reconvene:{name}".encode()).digest()[:8], signed=True)
