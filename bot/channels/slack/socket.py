"""Socket Mode: events come over a line that we opened, so that no public address is needed."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.transport import SILENT

log = logging.getLogger(__name__)

LOOK = 10.0  # seconds between two looks whether the line is there
PING = 10.0
DEAF = 3  # looks in a row without a line that are told to the team
OURS = 1

Sleep = Callable[[float], Awaitable[None]]


class Line:
    """Keeps one line open, and notices when there is none, or when others listen too."""

    def __init__(
        self,
        app: AsyncApp,
        token: str,
        web: AsyncWebClient,
        gap: Callable[[], None],
        *,
        ping: float = PING,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._app = app
        self._token = token
        self._web = web
        self._gap = gap
        self._ping = ping
        self._sleep = sleep
        self.trouble = ""  # what the team should know; "" when all is well

    async def run(self) -> None:
        """Listen until cancelled."""
        handler = AsyncSocketModeHandler(
            self._app, self._token, logger=SILENT, web_client=self._web, ping_interval=self._ping
        )
        client: Any = handler.client
        client.message_listeners.append(self._told)
        connecting = asyncio.create_task(handler.connect_async())  # type: ignore[no-untyped-call]
        try:
            await self._watch(client)
        finally:
            connecting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await connecting
            await handler.close_async()  # type: ignore[no-untyped-call]

    async def _watch(self, client: Any) -> None:
        """A line that is not there is opened again by the library; if that takes long, the team should know."""
        deaf = 0
        while True:
            await self._sleep(LOOK)
            deaf = 0 if await client.is_connected() else deaf + 1
            if deaf == DEAF:
                self.trouble = "there is no line to Slack, so nothing comes in; the app token may not be good"
                log.error("slack.no_line")

    async def _told(self, client: object, message: Mapping[str, Any], raw: str | None = None) -> None:
        """Slack greets every new line, and says how many there are."""
        if message.get("type") != "hello":
            return
        self._gap()  # between two lines, and before the first, nobody listened
        lines = message.get("num_connections")
        self.trouble = ""
        if isinstance(lines, int) and lines > OURS:
            self.trouble = f"{lines} lines are open to Slack and one is ours: button presses may get lost on the others"
            log.error("slack.other_lines open=%d", lines)
