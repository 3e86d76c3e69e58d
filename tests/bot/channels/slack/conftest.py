"""A Slack and our side of it, over HTTP without a socket between: Slack's own server is a real one."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.slack.app import SlackApp
from bot.channels.slack.channel import SlackChannel
from bot.channels.slack.installing import EVENTS, Workspace
from tests.slackapi import Door, SlackApi


async def no_sleep(seconds: float) -> None:
    """Waiting that takes no time."""


class Notes:
    """Records that only remember what they were told."""

    def __init__(self) -> None:
        self.kept: list[Workspace] = []
        self.gone: list[str] = []
        self.broken = False

    async def installed(self, workspace: Workspace) -> None:
        """Remember it."""
        if self.broken:
            raise ConnectionError("canary")
        self.kept.append(workspace)

    async def removed(self, team: str, at: datetime) -> None:
        """Remember it."""
        if self.broken:
            raise ConnectionError("canary")
        self.gone.append(team)


def door_of(app: SlackApp) -> Door:
    """How Slack reaches us."""
    client = httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=app.routes())), base_url="https://us")

    async def post(body: bytes, headers: dict[str, str]) -> int:
        sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        return (await client.post(EVENTS, content=body, headers=sent)).status_code

    return post


def now() -> datetime:
    """The signatures that Slack's side makes are of this moment."""
    return datetime.now(UTC)


@pytest.fixture
async def api() -> AsyncIterator[SlackApi]:
    """The server."""
    async with SlackApi() as server:
        yield server


@pytest.fixture
def notes() -> Notes:
    """What becomes of installations."""
    return Notes()


@pytest.fixture
async def app(api: SlackApi, notes: Notes) -> SlackApp:
    """The app, reached by HTTP."""
    made = SlackApp(now, notes, signing_secret=api.secret, api_base=api.url, time_to_store=0.5, sleep=no_sleep)
    made.ready = True
    api.door = door_of(made)
    return made


@pytest.fixture
async def channel(api: SlackApi, app: SlackApp) -> AsyncIterator[SlackChannel]:
    """The workspace, impatient."""
    made = SlackChannel(api.team, api.token, now, api_base=api.url, patience=0.3, time_to_store=0.5, sleep=no_sleep)
    app.workspaces[made.bot] = made
    yield made
    await made.close()
