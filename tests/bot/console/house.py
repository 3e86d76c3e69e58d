"""The console over the small programme of `tests.bot.team`, driven in-process by whoever is named."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx
from starlette.applications import Starlette

from bot.console.app import build
from bot.console.guard import OpenHouse
from bot.rights import Staff
from tests.bot.team import ADA, Team

ADDRESS = "http://127.0.0.1:8000"
TOKEN = re.compile(r'name="form" value="([^"]+)"|"X-Form": "([^"]+)"')


@dataclass(kw_only=True, slots=True)
class Browser:
    """Somebody at the console. `get` follows redirects; `send` fills in the form's own token."""

    client: httpx.AsyncClient

    async def get(self, path: str, **query: str) -> httpx.Response:
        """Open a page."""
        return await self.client.get(path, params=query or None, follow_redirects=True)

    async def send(self, path: str, fields: Mapping[str, str | Sequence[str]], *, page: str = "/") -> httpx.Response:
        """Send a form of `page` and go where it leads."""
        shown = (await self.get(page)).text
        found = TOKEN.search(shown)
        assert found, shown[:300]
        data = {"form": found[1] or found[2], **fields}
        return await self.client.post(path, data=data, follow_redirects=True)


def console(team: Team, who: Staff = ADA) -> Starlette:
    """The console as this person sees it."""
    return build(team.office, team.clock, OpenHouse(who), secure=False)


def browser(team: Team, who: Staff = ADA) -> Browser:
    """A browser in which this person is signed in."""
    transport = httpx.ASGITransport(app=console(team, who))
    return Browser(client=httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers={"Origin": ADDRESS}))
