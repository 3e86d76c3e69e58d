"""The app that all workspaces share: Slack speaks to it over HTTP or over a line of our own, and waits for "received".

Bolt says "received" when its middleware is through. Ours puts what came on disk first; else Slack tells it again.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.slack import sheets
from bot.channels.slack.channel import TIME_TO_STORE, SlackChannel
from bot.channels.slack.inbound import read, removed_at, team_of
from bot.channels.slack.installing import EVENTS, INSTALL, REDIRECT, Door, Records, flow
from bot.channels.slack.signature import Verifier
from bot.channels.slack.socket import PING, Line, Sleep
from bot.channels.slack.transport import API, SILENT, Trouble, web_client
from bot.faults import fault

log = logging.getLogger(__name__)

MOST = 1_000_000  # bytes of one request; Slack's are far smaller
LATER = {"Retry-After": "5"}


class SlackApp:
    """Knows the workspaces we work in. Receives by HTTP when there is a signing secret, else over a line."""

    def __init__(
        self,
        now: Callable[[], datetime],
        records: Records,
        *,
        signing_secret: str = "",
        app_token: str = "",
        door: Door | None = None,
        api_base: str = API,
        ping: float = PING,
        time_to_store: float = TIME_TO_STORE,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        if bool(signing_secret) == bool(app_token):
            raise ValueError("either a signing secret or an app token, or anybody could speak as a stakeholder")
        self.workspaces: dict[str, SlackChannel] = {}
        self.ready = False  # all workspaces are known: what comes from another one is not for us
        self._now = now
        self._records = records
        self._time_to_store = time_to_store
        web = web_client("", api_base)
        self._bolt = AsyncApp(
            name="reconvene",
            signing_secret=signing_secret or app_token,
            client=web,
            logger=SILENT,
            authorize=_authorize,
            request_verification_enabled=False,  # seen to before anything is read, see `events`
            ignoring_self_events_enabled=False,  # seen to in `inbound`
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
        )
        self._bolt.use(self._take)
        self.verifier = Verifier(signing_secret, now) if signing_secret else None
        self.line = Line(self._bolt, app_token, web, self.gap, ping=ping, sleep=sleep) if app_token else None
        self._door = flow(door, records, now, api_base) if door else None

    @property
    def trouble(self) -> str:
        """What keeps things from coming in; "" when nothing does."""
        return (self.line.trouble if self.line else "") or (self.verifier.trouble if self.verifier else "")

    def routes(self) -> list[Route]:
        """The pages that Slack and admins come to."""
        found = [Route(EVENTS, self.events, methods=["POST"])] if self.verifier else []
        if self._door:
            found += [Route(INSTALL, self.install), Route(REDIRECT, self.returned)]
        return found

    async def run(self) -> None:
        """Keep the line open until cancelled; by HTTP there is nothing to do."""
        if self.line:
            await self.line.run()
        await asyncio.Event().wait()

    def gap(self) -> None:
        """For a while nobody listened: look up what was said."""
        for channel in self.workspaces.values():
            channel.missed()

    # ── over HTTP ────────────────────────────────────────────────────────────────────────────────────────────
    async def events(self, request: Request) -> Response:
        """1. is it Slack?  2. store  3. say so."""
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        if self.verifier is None or not self.verifier.holds(body, request.headers):
            return Response(status_code=401)
        try:
            asked = to_async_bolt_request(request, body)
        except (ValueError, AttributeError, TypeError, LookupError):  # signed, and yet nothing that Slack would send
            return Response(status_code=400)
        return to_starlette_response(await self._bolt.async_dispatch(asked))

    async def install(self, request: Request) -> Response:
        """Send an admin to Slack to agree."""
        assert self._door is not None
        return to_starlette_response(await self._door.handle_installation(to_async_bolt_request(request, b"")))

    async def returned(self, request: Request) -> Response:
        """The admin comes back with a code, or without."""
        assert self._door is not None
        try:
            answer = await self._door.handle_callback(to_async_bolt_request(request, b""))
        except Trouble as trouble:
            log.error("slack.installation_not_asked error=%s", type(trouble).__name__)
            return PlainTextResponse("Slack does not answer. Nothing was changed. Please try again.", status_code=503)
        return to_starlette_response(answer)

    # ── on either way ────────────────────────────────────────────────────────────────────────────────────────
    async def _take(self, body: Mapping[str, Any]) -> BoltResponse:
        """Everything that Slack says comes through here. Returning says "received", so the disk comes first."""
        if body.get("type") == "app_rate_limited":
            log.error("slack.events_dropped_by_slack")
            self.gap()
            return _received()
        team, gone = team_of(body), removed_at(body)
        if gone is not None:
            return await self._removed(team, gone)
        channel = self.workspaces.get(team)
        if channel is None:
            log.warning("slack.unknown_workspace ready=%s", self.ready)
            return _received() if self.ready else _again()
        sheet = sheets.opening(body)
        if sheet:
            channel.open_sheet(*sheet)
        found = read(body, team, self._now())
        if found and not await channel.hand_over(found):
            return _again()
        fault("webhook.accepted")
        return _received()

    async def _removed(self, team: str, at: datetime) -> BoltResponse:
        """Two events tell of it, in any order, perhaps after the app is back: the time decides."""
        channel = self.workspaces.get(team)
        if channel and channel.installed_at and at < channel.installed_at:
            return _received()
        log.error("slack.removed team=%s", team)
        try:
            async with asyncio.timeout(self._time_to_store):
                await self._records.removed(team, at)
        except Exception as error:  # whatever the database says, Slack must tell it again
            log.error("slack.not_stored error=%s", type(error).__name__)
            return _again()
        return _received()


async def _authorize(team_id: str | None) -> AuthorizeResult:
    """Bolt wants somebody to act for; we never act within a request."""
    return AuthorizeResult(enterprise_id=None, team_id=team_id)


def _received() -> BoltResponse:
    return BoltResponse(status=200, body="")


def _again() -> BoltResponse:
    return BoltResponse(status=503, body="", headers={name: [value] for name, value in LATER.items()})


async def _body(request: Request) -> bytes | None:
    """None when it is longer than anything Slack sends."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST:
            return None
    return body
