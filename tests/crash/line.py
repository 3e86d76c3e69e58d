"""A line between a program and PostgreSQL that breaks when it is told to, at the worst moment there is.

It knows one word of the protocol. When it is to break, it passes a COMMIT on, waits for the server's answer, and cuts
both sides before that answer gets through: the transaction stands, and whoever asked for it cannot know.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from storage.database import Database

CHUNK = 65536


class Line:
    """All connections between the program and the database."""

    def __init__(self, server: Path) -> None:
        self._server = server
        self._to_break = 0
        self.broken = 0

    def break_commits(self, number: int) -> None:
        """Break at each of the next commits, so many of them."""
        self._to_break = number

    async def carry(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        """One connection, from its beginning to its end."""
        server, to_server = await asyncio.open_unix_connection(str(self._server))
        committing = asyncio.Event()
        ways = {
            asyncio.create_task(self._there(client, to_server, committing)),
            asyncio.create_task(self._back(server, to_client, committing)),
        }
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for side in (to_client, to_server):
            side.close()
            with contextlib.suppress(OSError):
                await side.wait_closed()

    async def _there(
        self, client: asyncio.StreamReader, to_server: asyncio.StreamWriter, committing: asyncio.Event
    ) -> None:
        while data := await client.read(CHUNK):
            if b"COMMIT" in data and self._to_break:
                self._to_break -= 1
                committing.set()
            to_server.write(data)
            await to_server.drain()

    async def _back(
        self, server: asyncio.StreamReader, to_client: asyncio.StreamWriter, committing: asyncio.Event
    ) -> None:
        while data := await server.read(CHUNK):
            if committing.is_set():
                self.broken += 1
                return
            to_client.write(data)
            await to_client.drain()


@asynccontextmanager
async def laid(url: str) -> AsyncIterator[tuple[Line, str]]:
    """A line to this database, and the address of its near end."""
    address = make_url(url)
    line = Line(Path(str(address.query["host"])) / ".s.PGSQL.5432")
    listening = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    near = URL.create("postgresql", username=address.username, host="127.0.0.1", port=port, database=address.database)
    try:
        yield line, near.render_as_string(hide_password=False)
    finally:
        listening.close()


async def crash(url: str) -> None:
    """Kill one process of the server: it ends all others at once, whatever they are at, and recovers from its log."""
    if os.environ.get("RECONVENE_TEST_DATABASE_URL"):
        pytest.skip("only a server of our own is killed, not the one that RECONVENE_TEST_DATABASE_URL names")
    db = Database.open(url)
    with contextlib.suppress(DBAPIError):
        async with db.read() as conn:
            os.kill(int(await conn.scalar(sa.text("SELECT pg_backend_pid()"))), signal.SIGKILL)
            await conn.execute(sa.text("SELECT pg_sleep(10)"))
    await db.close()
