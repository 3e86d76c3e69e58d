"""Several workspaces: the pages by which an admin puts the app into one, through Slack's own consent."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from slack_bolt.error import BoltError
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.channels.slack.transport import SILENT, Client, Declined, web_client

log = logging.getLogger(__name__)

EVENTS = "/slack/events"
INSTALL = "/slack/install"
REDIRECT = "/slack/oauth_redirect"
SCOPES = (
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "im:history",
    "im:read",
    "im:write",
    "users:read",
    "users:read.email",
)
"""What the app may do; the manifest says the same."""
LASTS = timedelta(minutes=10)  # how long an admin may take
AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """A workspace that the app is installed in."""

    team: str
    name: str
    token: str
    installed_at: datetime

    def __repr__(self) -> str:
        """Without the token."""
        return f"Workspace(team={self.team!r})"


class Records(Protocol):
    """Who keeps what is installed."""

    async def installed(self, workspace: Workspace) -> None:
        """Put it on disk, and begin to work there."""

    async def removed(self, team: str, at: datetime) -> None:
        """The app was taken out of this workspace at that time: nothing goes there until it is installed again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """What Slack's consent needs to know of us."""

    client_id: str
    client_secret: str
    public_url: str

    def __repr__(self) -> str:
        """Without the secret."""
        return f"Door(client_id={self.client_id!r})"


def flow(door: Door, records: Records, now: Callable[[], datetime], api_base: str) -> AsyncOAuthFlow:
    """Slack's own flow, with what it has to remember in our hands."""
    settings = AsyncOAuthSettings(
        client_id=door.client_id,
        client_secret=door.client_secret,
        scopes=list(SCOPES),
        redirect_uri=f"{door.public_url}{REDIRECT}",
        install_path=INSTALL,
        redirect_uri_path=REDIRECT,
        install_page_rendering_enabled=False,
        installation_store=_Store(records, now),
        state_store=_States(now),
        logger=SILENT,
    )
    return _Flow(api_base, settings)


class _Flow(AsyncOAuthFlow):
    """Slack's flow, asking over our own road."""

    def __init__(self, api_base: str, settings: AsyncOAuthSettings) -> None:
        super().__init__(client=web_client("", api_base), settings=settings, logger=SILENT)
        self._api_base = api_base

    async def run_installation(self, code: str) -> Installation | None:
        """The token for a code; None when Slack does not take the code. Raises `Trouble` when it cannot be asked."""
        secret = {"client_id": self.settings.client_id, "client_secret": self.settings.client_secret}
        asked = {**secret, "code": code, "redirect_uri": self.settings.redirect_uri or ""}
        client = Client("", self._api_base)
        try:
            given = await client.look("oauth.v2.access", asked)
        except Declined as no:
            log.warning("slack.installation_declined error=%s", no.error)
            return None
        finally:
            await client.close()
        team = given.get("team") or {}
        return Installation(
            user_id="",  # who installed it is not kept
            team_id=team.get("id"),
            team_name=team.get("name"),
            bot_token=given.get("access_token"),
            is_enterprise_install=bool(given.get("is_enterprise_install")),
        )


class _Store(AsyncInstallationStore):
    """Hands an installation on. Slack's library calls it; nobody asks it for tokens."""

    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def async_save(self, installation: Installation) -> None:
        """Raises the library's own error, which becomes a page that says so."""
        if not installation.team_id or not installation.bot_token or installation.is_enterprise_install:
            raise BoltError("install the app in one workspace, not in a whole organisation")
        workspace = Workspace(
            team=installation.team_id,
            name=(installation.team_name or "")[:120],
            token=installation.bot_token,
            installed_at=self._now(),
        )
        try:
            await self._records.installed(workspace)
        except Exception as error:  # whatever the database says, the admin is told to try again
            log.error("slack.installation_not_stored error=%s", type(error).__name__)
            raise BoltError("the installation could not be stored; please try again in a minute") from None


class _States(AsyncOAuthStateStore):
    """Numbers that were given out a moment ago, each good for one return."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._given: dict[str, datetime] = {}

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """A fresh one; the oldest give way when somebody asks for very many."""
        state = secrets.token_urlsafe(32)
        self._given[state] = self._now() + LASTS
        for old in list(self._given)[:-AT_ONCE]:
            del self._given[old]
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether it was given out and is not too old."""
        until = self._given.pop(state, None)
        return until is not None and self._now() < until
