"""Every door of the console with every role. A new door without a line in `RULES` fails here."""

import re
from collections.abc import Mapping
from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from bot.console.app import DOORS, build, in_order
from bot.console.bookshelf import Bookshelf
from bot.console.guard import Guard, Headers, OpenHouse, Session
from bot.console.page import Door, Parlour, Visit
from bot.console.site import Site
from bot.console.templating import templates
from bot.rights import OWNER, Role, Staff
from storage import tables as t
from tests.bot.console.front import team
from tests.bot.console.house import ADDRESS
from tests.bot.console.on_sqlite import database_url
from tests.bot.team import Team

__all__ = ["database_url", "team"]

EVERYBODY = frozenset(Role)
WITH_PEOPLE = frozenset({Role.LEAD, Role.FACILITATOR, Role.SAFEGUARDING})
RUNNING = frozenset({Role.LEAD, Role.FACILITATOR})
READING = RUNNING | {Role.MODERATOR}
LEADING = frozenset({Role.LEAD})
GUARDING = frozenset({Role.SAFEGUARDING})
"""Beside whoever has the duty."""
RULES: Mapping[str, frozenset[Role]] = {
    # today and people
    "GET /": WITH_PEOPLE,
    "GET /today/queue": WITH_PEOPLE,
    "POST /today/done": WITH_PEOPLE,
    "POST /today/uncertain/again": RUNNING,
    "POST /today/uncertain/leave": RUNNING,
    "GET /people": WITH_PEOPLE,
    "POST /people/phone": WITH_PEOPLE,
    "POST /people/phone/all": WITH_PEOPLE,
    "GET /people/{code}": WITH_PEOPLE,
    "POST /people/{code}/phone": WITH_PEOPLE,
    "POST /people/{code}/pause": RUNNING,
    "POST /people/{code}/resume": RUNNING,
    "POST /people/{code}/attend": RUNNING,
    "POST /people/{code}/code": RUNNING,
    # programme
    "GET /programme": EVERYBODY,
    "GET /programme/{area}": RUNNING,
    "POST /programme/{area}/confirm": RUNNING,
    "POST /programme/{area}/anyway": RUNNING,
    "GET /programme/{area}/{wave}": WITH_PEOPLE,
    "POST /programme/{area}/{wave}/move": RUNNING,
    "POST /programme/{area}/{wave}/attend": RUNNING,
    "POST /programme/{area}/{wave}/invite": RUNNING,
    # broadcasts
    "GET /broadcasts": RUNNING,
    "POST /broadcasts/again": RUNNING,
    "POST /broadcasts/leave": RUNNING,
    "GET /broadcasts/{id}": RUNNING,
    "GET /broadcasts/{id}/events": RUNNING,
    "POST /broadcasts/{id}/cancel": RUNNING,
    "GET /broadcasts/new": RUNNING,
    "POST /broadcasts/try": RUNNING,
    "POST /broadcasts/send": RUNNING,
    "GET /broadcasts/held/{id}": RUNNING,
    "POST /broadcasts/held/{id}/approve": RUNNING,
    "POST /broadcasts/held/{id}/drop": RUNNING,
    # reflections
    "GET /reflections": READING,
    "POST /reflections/read": READING,
    "POST /reflections/export": RUNNING,
    "GET /reflections/{id}": READING,
    "POST /reflections/{id}/read": READING,
    "GET /reflections/themes": READING,
    "POST /reflections/themes": RUNNING,
    "POST /reflections/themes/{theme}": RUNNING,
    "GET /reflections/differences": READING,
    "POST /reflections/{id}/codes": RUNNING,
    "POST /reflections/{id}/uncode": RUNNING,
    "POST /reflections/{id}/settle": RUNNING,
    "GET /reflections/quotes": READING,
    "POST /reflections/quotes/{quote}/agreed": RUNNING,
    "POST /reflections/quotes/{quote}/drop": RUNNING,
    "POST /reflections/quotes/{quote}/use": RUNNING,
    "POST /reflections/{id}/quotes": RUNNING,
    # towards wave 2
    "GET /wave2": READING,
    "GET /wave2/scope/{area}": RUNNING,
    "POST /wave2/scope/{area}": RUNNING,
    "GET /wave2/issues": RUNNING,
    "GET /wave2/issues/{area}": RUNNING,
    "POST /wave2/issues/{area}": RUNNING,
    "GET /wave2/issues/{area}/{number}": RUNNING,
    "POST /wave2/issues/{area}/{number}": RUNNING,
    "POST /wave2/issues/{area}/{number}/approve": RUNNING,
    "POST /wave2/issues/{area}/{number}/drop": RUNNING,
    "GET /wave2/issues/{area}/{number}/sources": RUNNING,
    "POST /wave2/issues/{area}/{number}/sources": RUNNING,
    "POST /wave2/issues/{area}/{number}/unlink": RUNNING,
    "POST /wave2/issues/{area}/{number}/quote": RUNNING,
    "GET /wave2/statements": READING,
    "POST /wave2/statements": RUNNING,
    "GET /wave2/statements/results": READING,
    "POST /wave2/statements/{id}/approve": READING,
    "POST /wave2/statements/{id}/reword": READING,
    "POST /wave2/statements/{id}/hold": READING,
    "GET /wave2/questions": RUNNING,
    "POST /wave2/plainness": RUNNING,
    "POST /wave2/questions": RUNNING,
    "POST /wave2/questions/{answer}/put": RUNNING,
    "POST /wave2/questions/{answer}/back": RUNNING,
    "GET /wave2/assets": READING,
    "GET /wave2/lexicon": READING,
    "POST /wave2/lexicon/{area}": RUNNING,
    "POST /wave2/lexicon/{area}/change": RUNNING,
    "POST /wave2/lexicon/{area}/drop": RUNNING,
    "GET /wave2/commitments": RUNNING,
    "POST /wave2/commitments": RUNNING,
    "GET /wave2/commitments/{id}": RUNNING,
    "POST /wave2/commitments/{id}": RUNNING,
    "POST /wave2/commitments/{id}/wording": RUNNING,
    "GET /wave2/cases": GUARDING,
    "GET /wave2/cases/{number}": GUARDING,
    "POST /wave2/cases/{number}/take": GUARDING,
    "POST /wave2/cases/{number}/note": GUARDING,
    "POST /wave2/cases/{number}/talk": GUARDING,
    "POST /wave2/cases/{number}/close": GUARDING,
    # audit and team
    "GET /audit": LEADING,
    "POST /audit/verify": LEADING,
    "GET /audit/file": LEADING,
    "GET /team": LEADING,
    "GET /team/new": LEADING,
    "POST /team/new": LEADING,
    "GET /team/tokens": LEADING,
    "POST /team/tokens": LEADING,
    "POST /team/tokens/{id}/end": LEADING,
    "GET /team/{id}": LEADING,
    "POST /team/{id}": LEADING,
    "POST /team/{id}/code": LEADING,
    "POST /team/{id}/remove": LEADING,
    # broadcasts
    "POST /broadcasts/plan": RUNNING,
    # flows
    "GET /flows": WITH_PEOPLE,
    "GET /flows/publish": LEADING,
    "POST /flows/publish": LEADING,
    "GET /flows/{flow}": WITH_PEOPLE,
    "GET /flows/{flow}/picture": WITH_PEOPLE,
    "POST /flows/{flow}/try": WITH_PEOPLE,
    "GET /flows/{flow}/versions": WITH_PEOPLE,
    # people
    "GET /people/new": RUNNING,
    "POST /people/new": RUNNING,
    "GET /people/{code}/answer": RUNNING,
    "POST /people/{code}/answer/{flow}": RUNNING,
    "POST /people/{code}/answer/{flow}/heard": RUNNING,
    "GET /people/{code}/rights": RUNNING,
    "POST /people/{code}/rights/answer": RUNNING,
    "POST /people/{code}/rights/ask": RUNNING,
    "POST /people/{code}/rights/close": RUNNING,
    "POST /people/{code}/rights/erase": RUNNING,
    "POST /people/{code}/rights/fact": RUNNING,
    "POST /people/{code}/rights/save": RUNNING,
    "POST /people/{code}/rights/send": RUNNING,
    # pictures
    "GET /pictures": EVERYBODY,
    "GET /pictures/{name}.csv": RUNNING,
    # oneself
    "GET /me": EVERYBODY,
    "POST /sign-out": EVERYBODY,
    "POST /me/sessions": EVERYBODY,
    "GET /me/passkey": EVERYBODY,
    "POST /me/passkey": EVERYBODY,
    "POST /me/passkey/remove": EVERYBODY,
    "GET /me/app": EVERYBODY,
    "POST /me/app": EVERYBODY,
    "POST /me/app/remove": EVERYBODY,
}
"""The roles for which a door is there. For the others it answers like one that does not exist."""
NAMED = {door.method + " " + door.path: door for door in DOORS}


def test_every_door_has_its_rule() -> None:
    assert NAMED.keys() == RULES.keys()
    assert len(NAMED) == len(DOORS)


def test_no_door_stands_in_front_of_another(team: Team) -> None:
    guard = Guard(parlour_of(team), Porter(OWNER, fresh=True))
    doors = in_order(DOORS)
    routes = [guard.route(door) for door in doors]
    asked = {"type": "http", "headers": [], "path_params": {}, "root_path": ""}

    for door, own in zip(doors, routes, strict=True):
        scope = {**asked, "method": door.method, "path": some(door)}
        assert next(one for one in routes if one.matches(scope)[0] is Match.FULL) is own, door.path


@pytest.mark.parametrize("role", [*Role, None], ids=[*Role, "operator"])
async def test_a_door_is_there_for_those_whom_it_is_for(team: Team, role: Role | None) -> None:
    who = OWNER if role is None else Staff(name="Eve", role=role)
    async with behind_the_doors(team, who) as client:
        opened = {name for name, door in NAMED.items() if await opens(client, door)}

    assert opened == {name for name, roles in RULES.items() if role is None or role in roles}


@pytest.mark.parametrize("role", Role)
async def test_no_page_leads_in_and_then_refuses(team: Team, role: Role) -> None:
    await team.add(t.facilitators, id="eve", name="Eve", areas="[]", created_at=team.clock.at, role=role)
    who = Staff(name="Eve", id="eve", role=role)
    site = Site(address="http://localhost:8000")
    app = build(team.office, team.clock, OpenHouse(who), secure=False, site=site)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ADDRESS)
    mine = [name for name, roles in RULES.items() if role in roles and name.startswith("GET") and "{" not in name]

    answers = {name: (await client.get(NAMED[name].path)).status_code for name in mine}

    assert {name: code for name, code in answers.items() if code not in (200, 303)} == {}


async def test_who_has_no_use_for_the_first_page_begins_at_the_first_of_theirs(team: Team) -> None:
    async with behind_the_doors(team, Staff(name="Eve", role=Role.OBSERVER)) as client:
        answer = await client.get("/")

    assert (answer.status_code, answer.headers["location"]) == (303, "/programme")


async def test_no_form_is_taken_without_its_mark_or_from_elsewhere(team: Team) -> None:
    forms = [door for door in DOORS if door.method == "POST"]
    async with behind_the_doors(team, OWNER) as client:
        bare = [await client.post(some(door), data={"form": ""}) for door in forms]
        client.headers["Origin"] = "https://elsewhere.example"
        elsewhere = [await client.post(some(door), data={"form": MARK}) for door in forms]

    assert {(answer.status_code, answer.text) for answer in [*bare, *elsewhere]} == {(303, "")}


async def test_what_needs_care_asks_first_who_it_is(team: Team) -> None:
    async with behind_the_doors(team, OWNER, fresh=False) as client:
        led = {door.path: await led_to(client, door) for door in DOORS if door.fresh}

    assert led
    assert [path for path, to in led.items() if not to.startswith("/again?to=/")] == []


async def led_to(client: httpx.AsyncClient, door: Door) -> str:
    """Where a door sends somebody who is not to come in yet."""
    data = {"form": MARK} if door.method == "POST" else None
    answer = await client.request(door.method, some(door), data=data)
    return str(answer.headers.get("location", ""))


MARK = "the-mark-of-a-form"


class Porter:
    """Knows one person, whom every browser is."""

    def __init__(self, who: Staff, *, fresh: bool) -> None:
        self._session = Session(who=who, token=MARK, fresh=fresh)

    async def session(self, request: Request) -> Session | None:
        """Theirs."""
        return self._session


def behind_the_doors(team: Team, who: Staff, *, fresh: bool = True) -> httpx.AsyncClient:
    """The doors of the console with their rules, and behind each a page that only says that one got there."""
    guard = Guard(parlour_of(team), Porter(who, fresh=fresh))
    app = Starlette(
        routes=[guard.route(replace(door, view=there)) for door in in_order(DOORS)],
        middleware=[Middleware(Headers, secure=False)],
    )
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers={"Origin": ADDRESS})


def parlour_of(team: Team) -> Parlour:
    shelf = Bookshelf(None)
    return Parlour(office=team.office, templates=templates(), now=team.clock.now, shelf=shelf, secure=False)


async def there(visit: Visit) -> Response:
    return Response("there")


def some(door: Door) -> str:
    return re.sub(r"{[^}]+}", "somebody", door.path)


async def opens(client: httpx.AsyncClient, door: Door) -> bool:
    data = {"form": MARK} if door.method == "POST" else None
    return (await client.request(door.method, some(door), data=data)).text == "there"
