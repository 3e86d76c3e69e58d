"""The road to the Bot API: python-telegram-bot as a typed client over aiohttp, one request for each call.

Which errors prove that nothing was delivered is decided here, where the connection is seen.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import quote

import aiohttp
import msgspec
from telegram import Bot, InputFile
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT = 10.0  # seconds, waiting for a free connection included
PATIENCE = 20.0  # seconds for the whole of a call
PIECE = 64 * 1024  # bytes of a download read in one go
IDLE = 15.0  # let go of a quiet connection before the other side does: a cut would leave a send uncertain

Body = bytes | aiohttp.FormData

SILENT = logging.Logger("telegram.silent", logging.CRITICAL + 1)  # the library writes tokens and texts at DEBUG


class NotDelivered(NetworkError):
    """The request cannot have reached the platform."""


class TooFast(NetworkError):
    """The platform asks us to wait. The library's own error for this needs an environment variable to be quiet."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many requests")
        self.seconds = seconds


class AiohttpRequest(BaseRequest):
    """One pool of connections."""

    def __init__(self, *, connections: int, patience: float = PATIENCE) -> None:
        self._connections = connections
        self._patience = patience
        self._session: aiohttp.ClientSession | None = None
        self.date = ""  # what the other side said last about the time

    @property
    def read_timeout(self) -> float:
        """How long a call may take."""
        return self._patience

    async def initialize(self) -> None:
        """Open the pool, if it is not open."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=IDLE)
            timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT, sock_connect=CONNECT)
            jar = aiohttp.DummyCookieJar()  # the Bot API has no cookies, and looking for them takes time
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=jar)

    async def shutdown(self) -> None:
        """Close the pool."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Ask once, as the library would have it asked."""
        patience = read_timeout if isinstance(read_timeout, int | float) else None
        return await self._once(method, url, _body(request_data), patience)

    async def ask(self, url: str, parameters: Mapping[str, object], patience: float | None) -> Any:
        """Ask once, without a file: what `result` holds. The errors are the library's."""
        status, reply = await self._once("POST", url, msgspec.json.encode(parameters), patience)
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            await _Told(status, reply).post(url)
        return self.parse_json_payload(reply)["result"]

    async def _once(self, method: str, url: str, body: Body, patience: float | None) -> tuple[int, bytes]:
        """The errors say whether the question can have arrived, and never name the address."""
        await self.initialize()
        assert self._session is not None
        patience = self._patience if patience is None else patience
        try:
            async with asyncio.timeout(patience):
                status, reply = await self._ask(self._session, method, url, body)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotDelivered(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut("no answer in time") from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise TooFast(_seconds(reply))
        return status, reply

    async def download(self, url: str, most: int) -> tuple[int, bytes]:
        """The status and at most so many bytes and one more of what is there; the errors are those of a call."""
        await self.initialize()
        assert self._session is not None
        try:
            async with asyncio.timeout(self._patience), self._session.get(url, allow_redirects=False) as reply:
                found = bytearray()
                async for piece in reply.content.iter_chunked(PIECE):
                    found += piece
                    if len(found) > most:
                        break
                return reply.status, bytes(found[: most + 1])
        except TimeoutError:
            raise TimedOut("no answer in time") from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None

    async def _ask(self, session: aiohttp.ClientSession, method: str, url: str, body: Body) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json"} if isinstance(body, bytes) else None
        async with session.request(method, url, data=body, headers=headers, allow_redirects=False) as reply:
            self.date = reply.headers.get("Date", "")
            return reply.status, await reply.read()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The reply as JSON; what could not be read is not repeated anywhere."""
        try:
            reply = _decoded(payload)
        except (ValueError, RecursionError):
            raise TelegramError("the reply is not JSON") from None
        if not isinstance(reply, dict) or not ("result" in reply or "error_code" in reply):
            raise TelegramError("the reply is not one of the Bot API")
        return reply


class _Told(BaseRequest):
    """A reply that is there already, so that the library says which of its errors it is."""

    def __init__(self, status: int, reply: bytes) -> None:
        self._reply = status, reply

    @property
    def read_timeout(self) -> None:
        """Nothing is waited for."""

    async def initialize(self) -> None:
        """Nothing is opened."""

    async def shutdown(self) -> None:
        """Nothing is closed."""

    async def do_request(self, *_: Any, **__: Any) -> tuple[int, bytes]:
        """The reply."""
        return self._reply

    parse_json_payload = staticmethod(AiohttpRequest.parse_json_payload)


def _decoded(payload: bytes) -> Any:
    """JSON; also what only the slower reader takes: half of a sign, which a phone may send."""
    try:
        return msgspec.json.decode(payload)
    except msgspec.DecodeError:
        return json.loads(payload)


def _body(data: RequestData | None) -> Body:
    """JSON, or a form when a file goes with it."""
    if data is None or not data.contains_files:
        return msgspec.json.encode(data.parameters if data else {})
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=kind)
    return form


def _seconds(reply: bytes) -> float:
    """How long the platform asks us to wait; a second when it does not say."""
    try:
        return max(1.0, float(msgspec.json.decode(reply)["parameters"]["retry_after"]))
    except (ValueError, KeyError, TypeError):
        return 1.0


class Client(Bot):
    """The Bot API as we call it: parameters and errors are python-telegram-bot's, replies stay plain."""

    _LOGGER = SILENT

    @classmethod
    def make(cls, token: str, api_base: str, *, connections: int = 120, patience: float = PATIENCE) -> Self:
        """A client with its own connections: one for long polls, the others for all else."""
        return cls(
            token,
            base_url=api_base.rstrip("/") + "/bot",
            base_file_url=api_base.rstrip("/") + "/file/bot",
            request=AiohttpRequest(connections=connections, patience=patience),
            get_updates_request=AiohttpRequest(connections=1),
        )

    async def call(self, method: str, parameters: Mapping[str, object], *, patience: float | None = None) -> Any:
        """One call; what `result` holds. Raises python-telegram-bot's errors."""
        if any(isinstance(value, InputFile) for value in parameters.values()):
            limit = BaseRequest.DEFAULT_NONE if patience is None else patience
            return await self._post(method, dict(parameters), read_timeout=limit)
        request = self._request[0 if method == "getUpdates" else 1]
        assert isinstance(request, AiohttpRequest)
        given = {name: value for name, value in parameters.items() if value is not None}
        return await request.ask(f"{self.base_url}/{method}", given, patience)

    async def download(self, path: str, most: int) -> tuple[int, bytes]:
        """A file by the path that `getFile` told. The address carries the token, so it is never shown."""
        request = self._request[1]
        assert isinstance(request, AiohttpRequest)
        return await request.download(f"{self.base_file_url}/{quote(path)}", most)

    @property
    def date(self) -> str:
        """The time that came with the last reply, as HTTP writes it."""
        request = self._request[1]
        return request.date if isinstance(request, AiohttpRequest) else ""

    async def reconnect(self) -> None:
        """Poll over a fresh connection: the old one may be deaf."""
        await self._request[0].shutdown()

    async def close_connections(self) -> None:
        """Let go of everything."""
        for request in self._request:
            await request.shutdown()
