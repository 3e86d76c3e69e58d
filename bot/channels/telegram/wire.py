"""HTTP/1.1 as a client of one server needs it: a question and its answer at a time, on a connection that is kept.

A library for all of HTTP took a fifth of the time of a turn and 9 MB. There are no redirects, cookies, proxies and
compression here: the Bot API has none.
"""

import asyncio
import secrets
import ssl
from collections.abc import Mapping
from typing import IO
from urllib.parse import urlsplit

from bot.channels.telegram.answers import Answer, Broken, Reading

CONNECT = 10.0  # seconds, waiting for a free connection included
IDLE = 15.0  # let go of a quiet connection before the other side does: a cut would leave a send uncertain
JSON = "application/json"
File = tuple[str, bytes | IO[bytes], str]
"""Its name, its content, what kind it is."""


class NotReached(Exception):
    """There was no connection, so nothing was asked."""


class Connection(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._reading = Reading()
        self._answer: asyncio.Future[Answer] | None = None
        self.quiet_since = 0.0

    @property
    def open(self) -> bool:
        """Whether it can be asked."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, question: bytes, most: int | None) -> Answer:
        """Send this and wait for the answer. Raises `NotReached` or `Broken`."""
        if self._transport is None:
            raise NotReached("it was closed as soon as it was open")
        self._reading = Reading(most)
        self._answer = self._loop.create_future()
        self._transport.write(question)
        answer = await self._answer
        self._answer = None
        return answer

    def close(self) -> None:
        """Let go of it; whoever waits for an answer gets none."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Some of the answer."""
        if self._answer is None or self._answer.done():
            self.close()  # nobody asked
            return
        try:
            answer = self._reading.feed(data)
        except Broken as error:
            self._answer.set_exception(error)
            return
        if answer:
            self._answer.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed, by either side."""
        self._transport = None
        if self._answer is None or self._answer.done():
            return
        try:
            self._answer.set_result(self._reading.end())
        except Broken as error:
            self._answer.set_exception(error)


class Wire:
    """The connections to one server."""

    def __init__(self, address: str, *, connections: int) -> None:
        there = urlsplit(address)
        self._origin = f"{there.scheme}://{there.netloc}"
        self._host = there.netloc.rpartition("@")[2]
        self._name, self._port = there.hostname or "", there.port or (443 if there.scheme == "https" else 80)
        self._ssl = ssl.create_default_context() if there.scheme == "https" else None
        self._free = asyncio.Semaphore(connections)
        self._open: set[Connection] = set()
        self._quiet: list[Connection] = []

    async def ask(self, method: str, url: str, kind: str = "", body: bytes = b"", *, most: int | None = None) -> Answer:
        """Ask once. Raises `NotReached` when nothing was sent, `Broken` when nobody knows."""
        question = self._question(method, url, kind, body)
        connection = await self._connection()
        try:
            answer = await connection.ask(question, most)
        except BaseException:
            self._drop(connection)
            raise
        finally:
            self._free.release()
        if answer.kept and connection in self._open:
            connection.quiet_since = asyncio.get_running_loop().time()
            self._quiet.append(connection)
        else:
            self._drop(connection)
        return answer

    async def close(self) -> None:
        """Let go of all connections. It can be asked again: it opens others."""
        for connection in list(self._open):
            self._drop(connection)
        await asyncio.sleep(0)  # they end in the next round of the loop

    def _question(self, method: str, url: str, kind: str, body: bytes) -> bytes:
        path = url.removeprefix(self._origin)
        if not (path.startswith("/") and path.isascii() and path.isprintable()) or " " in path:
            raise NotReached("this is no address")
        content = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if kind else ""
        return f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n{content}\r\n".encode("ascii") + body

    async def _connection(self) -> Connection:
        """One that is free, for which `_free` has to be released."""
        try:
            async with asyncio.timeout(CONNECT):
                await self._free.acquire()
                try:
                    return self._kept() or await self._opened()
                except BaseException:
                    self._free.release()
                    raise
        except OSError as error:  # a name that is not known, a wrong certificate, no time left
            raise NotReached(type(error).__name__) from None

    def _kept(self) -> Connection | None:
        oldest = asyncio.get_running_loop().time() - IDLE
        while self._quiet:
            connection = self._quiet.pop()
            if connection.open and connection.quiet_since > oldest:
                return connection
            self._drop(connection)
        return None

    async def _opened(self) -> Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            Connection, self._name, self._port, ssl=self._ssl, happy_eyeballs_delay=0.25
        )
        self._open.add(connection)
        return connection

    def _drop(self, connection: Connection) -> None:
        self._open.discard(connection)
        connection.close()


def form(fields: Mapping[str, str], files: Mapping[str, File]) -> tuple[str, bytes]:
    """What kind of body it is, and the body: a form with files, each with its name, content and kind."""
    mark = secrets.token_hex(16)
    parts: list[tuple[str, str, bytes]] = []
    for name, value in fields.items():
        parts.append((f'form-data; name="{_quoted(name)}"', "", value.encode()))
    for name, (file_name, given, kind) in files.items():
        content = given if isinstance(given, bytes) else given.read()
        parts.append((f'form-data; name="{_quoted(name)}"; filename="{_quoted(file_name)}"', kind, content))
    written = b"".join(_part(mark, *part) for part in parts)
    return f"multipart/form-data; boundary={mark}", written + f"--{mark}--\r\n".encode()


def _part(mark: str, where: str, kind: str, content: bytes) -> bytes:
    of_kind = f"Content-Type: {kind}\r\n" if kind else ""
    return f"--{mark}\r\nContent-Disposition: {where}\r\n{of_kind}\r\n".encode() + content + b"\r\n"


def _quoted(name: str) -> str:
    """As browsers write it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
