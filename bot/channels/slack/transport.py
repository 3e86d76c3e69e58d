"""The road to Slack's Web API: its own client without its retries, one request for each call.

Which errors prove that nothing was delivered is decided here, where the connection is seen.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

API = "https://slack.com"
CONNECT = 10.0  # seconds, waiting for a free connection included
PATIENCE = 20.0  # seconds for the whole of a call
IDLE = 15.0  # let go of a quiet connection before the other side does: a cut would leave a send uncertain
CONNECTIONS = 120
PIECE = 65536
TOO_MANY = 429

SILENT = logging.Logger("slack.silent", logging.CRITICAL + 1)  # the library writes tokens and texts at DEBUG


class Trouble(Exception):
    """A call that did not go well."""


class NotDelivered(Trouble):
    """The request cannot have reached Slack."""


class Unclear(Trouble):
    """It may have reached Slack, and may have been done."""


class Declined(Trouble):
    """Slack says no, and why."""

    def __init__(self, error: str, *, status: int = 200, wait: float = 0) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.wait = wait


def web_client(token: str, api_base: str, session: aiohttp.ClientSession | None = None) -> AsyncWebClient:
    """Slack's client as we use it: it repeats nothing and logs nothing."""
    return AsyncWebClient(
        token=token or None,
        base_url=f"{api_base.rstrip('/')}/api/",
        session=session,
        retry_handlers=[],
        logger=SILENT,
        trust_env_in_session=True,
    )


class Client:
    """The Web API as we call it, for one workspace."""

    def __init__(self, token: str, api_base: str, *, patience: float = PATIENCE) -> None:
        self.token = token
        self._api_base = api_base
        self._patience = patience
        self._session: aiohttp.ClientSession | None = None

    async def call(self, method: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do something. Raises `Trouble`."""
        return await self._ask(method, {"json": dict(parameters)})

    async def look(self, method: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask something: those methods take no JSON. Raises `Trouble`."""
        return await self._ask(method, {"data": dict(parameters)})

    async def upload(self, address: str, content: bytes) -> None:
        """Hand over the content of a file. Raises `Trouble`."""
        try:
            async with asyncio.timeout(self._patience), self._open().post(address, data=content) as reply:
                if reply.status >= 400:
                    raise Unclear("the file was not taken")
        except (aiohttp.ClientError, OSError) as error:
            raise Unclear(type(error).__name__) from None

    async def download(self, address: str, most: int) -> bytes:
        """The content of a file that Slack keeps, as far as a byte beyond `most`. Raises `Trouble`."""
        bearer = {"Authorization": f"Bearer {self.token}"}
        try:
            async with asyncio.timeout(self._patience), self._open().get(address, headers=bearer) as reply:
                if reply.status >= 400:
                    raise Unclear(f"status {reply.status}")
                if reply.content_type == "text/html":
                    raise Unclear("a page to sign in came, not the file")
                content = bytearray()
                async for piece in reply.content.iter_chunked(PIECE):
                    content += piece
                    if len(content) > most:
                        break
                return bytes(content)
        except (aiohttp.ClientError, OSError) as error:
            raise Unclear(type(error).__name__) from None

    async def _ask(self, method: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        client = web_client(self.token, self._api_base, self._open())
        try:
            async with asyncio.timeout(self._patience):
                reply = await client.api_call(method, **body)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotDelivered(type(error).__name__) from None
        except SlackApiError as error:
            raise _declined(error) from None
        except (aiohttp.ClientError, SlackClientError, OSError, AttributeError, ValueError) as error:
            raise Unclear(type(error).__name__) from None  # the library stumbles over replies that are no JSON object
        return reply.data if isinstance(reply.data, dict) else {}

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE)
            timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT, sock_connect=CONNECT)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=True)
        return self._session

    async def close(self) -> None:
        """Let go of connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()


def _declined(error: SlackApiError) -> Trouble:
    """Slack's reason; a reply without one leaves open what was done."""
    reply = error.response
    data = getattr(reply, "data", None)
    status = int(getattr(reply, "status_code", 0) or getattr(reply, "status", 0) or 0)
    why = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == TOO_MANY:
        return Declined("ratelimited", status=status, wait=_seconds(getattr(reply, "headers", {})))
    return Declined(why, status=status) if why and status < 500 else Unclear(why or f"status {status}")


def _seconds(headers: Mapping[str, str]) -> float:
    """How long Slack asks us to wait; a second when it does not say."""
    told = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    return max(1.0, float(told)) if told.isdecimal() else 1.0
