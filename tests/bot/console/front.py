"""The console behind its front door, on https, with browsers that keep cookies and a chat to say yes in."""

import html
import re
from dataclasses import dataclass, field
from datetime import datetime

import httpx
import pytest
from starlette.applications import Starlette

from bot.console.app import build
from bot.console.keeper import FrontDoor
from bot.console.site import Site
from bot.desk import Desk
from bot.messages import Outgoing, Tap, Words
from storage import tables as t
from storage.database import Database
from storage.rows import to_json
from tests.bot.team import Stopped, Team

HOME = "https://console.example.org"
THERE = Site(address=HOME)
CODE = re.compile(r"/console ([A-Z]+-\d{3})")
FORM = re.compile(r'name="form" value="([^"]+)"')
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def team(sqlite_database: Database, now: datetime) -> Team:
    """The team on SQLite alone: what these tests look at is the web; the rows are tried in `tests.storage`."""
    return Team(db=sqlite_database, clock=Stopped(at=now))


@dataclass(kw_only=True, slots=True)
class Window:
    """One browser, with what it was shown last."""

    client: httpx.AsyncClient
    shown: httpx.Response | None = None

    async def open(self, path: str, **headers: str) -> httpx.Response:
        """Look at a page; redirects are followed."""
        self.shown = await self.client.get(path, follow_redirects=True, headers=headers)
        return self.shown

    async def send(self, path: str, *, origin: str = HOME, **fields: str) -> httpx.Response:
        """Send a form of the page that is shown. Where it leads is not followed."""
        assert self.shown is not None
        found = FORM.search(self.shown.text)
        data = {"form": found[1] if found else "", **fields}
        return await self.client.post(path, data=data, headers={"Origin": origin})

    async def press(self, path: str, **fields: str) -> httpx.Response:
        """Send a form and go where it leads."""
        answer = await self.send(path, **fields)
        self.shown = await self.open(answer.headers["location"]) if answer.status_code == 303 else answer
        return self.shown

    def read(self, pattern: str) -> str:
        """Something on the page."""
        assert self.shown is not None
        found = re.search(pattern, self.shown.text)
        assert found, self.shown.text
        return html.unescape(found[1])

    @property
    def code(self) -> str:
        """The code on the page."""
        assert self.shown is not None
        found = CODE.search(self.shown.text)
        assert found, self.shown.text
        return found[1]

    def cookie(self, name: str) -> str | None:
        """A cookie of ours."""
        return self.client.cookies.get(f"__Host-{name}")


@dataclass(kw_only=True, slots=True)
class Front:
    """The door, and the team behind it."""

    team: Team
    site: Site = THERE
    app: Starlette = field(init=False)

    def __post_init__(self) -> None:
        front = FrontDoor(self.team.office, self.team.db, self.team.clock, self.site)
        self.app = build(self.team.office, self.team.clock, front, site=self.site, beside=front.routes())

    def window(self, address: str = "192.0.2.7") -> Window:
        """Another browser, at this address."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 50000))
        return Window(
            client=httpx.AsyncClient(transport=transport, base_url=HOME, headers={"User-Agent": FIREFOX}),
        )

    async def member(self, id: str = "ben", *, role: str = "", areas: tuple[str, ...] = ()) -> str:
        """Somebody on the team."""
        at = self.team.clock.at
        await self.team.add(t.facilitators, id=id, name=id.title(), areas=to_json(areas), created_at=at, role=role)
        return id

    async def says(self, id: str, text: str) -> list[Outgoing]:
        """Somebody of the team writes to the assistant."""
        async with self.team.db.write() as conn:
            desk = Desk(self.team.office, self.team.script)
            return await desk.answer(conn, id, Words(text=text, message="1"), self.team.clock.at)

    async def agrees(self, id: str, code: str) -> None:
        """They send the code and press Yes."""
        [asked] = await self.says(id, f"/console {code}")
        async with self.team.db.write() as conn:
            desk = Desk(self.team.office, self.team.script)
            await desk.answer(conn, id, Tap(token=asked.choices[0].token), self.team.clock.at)

    async def signed_in(self, id: str = "ben", address: str = "192.0.2.7") -> Window:
        """A browser in which they are signed in."""
        window = self.window(address)
        await window.open("/sign-in")
        await self.agrees(id, window.code)
        answer = await window.send("/sign-in")
        assert answer.status_code == 303, answer.text
        assert window.cookie("reconvene")
        return window
