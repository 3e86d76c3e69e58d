"""Other programs: who comes in, to what, and how a no is said."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.routing import Match

from bot.console.api.contract import Ask, Caller, Endpoint, Shape
from bot.console.api.guard import Reception
from bot.console.api.table import ENDPOINTS
from bot.facilitation.tokens import AS
from bot.rights import Role
from storage import tables as t
from storage.tables_api import api_tokens
from tests.bot.console.house import ADDRESS
from tests.bot.console.programs import Program, client, program
from tests.bot.team import ADA, Team

EVERYBODY = frozenset(AS)
RUNNING = frozenset({Role.FACILITATOR})
MODERATING = RUNNING | {Role.MODERATOR}
RULES: Mapping[str, frozenset[Role]] = {
    "GET /programme": EVERYBODY,
    "GET /workshops": EVERYBODY,
    "POST /workshops/{area}/{wave}": RUNNING,
    "GET /gates": RUNNING,
    "GET /progress": EVERYBODY,
    "GET /today": RUNNING,
    "GET /report": RUNNING,
    "GET /people": RUNNING,
    "GET /people/{code}": RUNNING,
    "POST /attendance": RUNNING,
    "POST /areas/{area}/invite": RUNNING,
    "GET /tasks": RUNNING,
    "POST /tasks/{id}/done": RUNNING,
    "GET /reflections": RUNNING,
    "GET /reflections/{id}": RUNNING,
    "GET /statements": MODERATING,
    "GET /statements/results": MODERATING,
    "POST /statements/{id}": MODERATING,
    "GET /questions": RUNNING,
    "POST /questions/{id}/answer": RUNNING,
    "GET /issues": RUNNING,
    "POST /issues/{area}/{number}/approve": RUNNING,
    "GET /commitments": RUNNING,
    "GET /broadcasts": RUNNING,
    "GET /broadcasts/{id}": RUNNING,
    "GET /broadcasts/{id}/ledger": RUNNING,
    "POST /broadcasts/preview": RUNNING,
    "POST /broadcasts": RUNNING,
    "POST /broadcasts/{id}/cancel": RUNNING,
}
"""The roles for which an endpoint is there. The others are told that they may not."""
NAMED = {endpoint.name: endpoint for endpoint in ENDPOINTS}


class Anything(Ask, frozen=True, forbid_unknown_fields=False):
    """Whatever is asked."""


class There(Shape, frozen=True):
    """One got there."""

    there: bool = True


async def there(caller: Caller, asked: Anything) -> There:
    return There()


def some(endpoint: Endpoint) -> str:
    return re.sub(r"{[^}]+}", "1", endpoint.path)


async def knock(asking: Program, endpoint: Endpoint) -> httpx.Response:
    path = some(endpoint)
    return await (asking.get(path) if endpoint.method == "GET" else asking.post(path, key="k"))


def test_every_endpoint_has_its_rule() -> None:
    assert NAMED.keys() == RULES.keys()
    assert len(NAMED) == len(ENDPOINTS)


def test_no_endpoint_stands_in_front_of_another(team: Team) -> None:
    routes = Reception(team.office, team.clock.now).routes()

    for endpoint in ENDPOINTS:
        scope = {"type": "http", "headers": [], "path_params": {}, "root_path": "", "method": endpoint.method}
        first = next(r for r in routes if r.matches({**scope, "path": f"/api/v1{some(endpoint)}"})[0] is Match.FULL)
        assert getattr(first, "name", "") == f"api {endpoint.name}"


@pytest.mark.parametrize("role", AS)
async def test_an_endpoint_is_there_for_the_roles_that_it_is_for(team: Team, role: Role) -> None:
    bare = [replace(endpoint, takes=Anything, call=there) for endpoint in ENDPOINTS]
    app = Starlette(routes=Reception(team.office, team.clock.now).routes(bare))
    asking = await program(team, role)
    asking.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ADDRESS)

    got = {name: (await knock(asking, endpoint)).status_code for name, endpoint in NAMED.items()}

    assert got == {name: 200 if role in roles else 403 for name, roles in RULES.items()}


async def test_without_a_token_there_is_one_answer_to_everything(team: Team) -> None:
    nobody = Program(client=client(team), secret="")

    nowhere = await nobody.get("/nothing/here")
    answers = [await knock(nobody, endpoint) for endpoint in ENDPOINTS]

    assert {(answer.status_code, answer.text) for answer in answers} == {(401, nowhere.text)}
    assert {answer.headers["www-authenticate"] for answer in answers} == {"Bearer"}
    assert not any("set-cookie" in answer.headers for answer in answers)


async def test_a_wrong_an_ended_and_an_expired_token_are_told_the_same(team: Team) -> None:
    ended, expired = await program(team, name="ended"), await program(team, name="expired")
    wrong = Program(client=client(team), secret="rct_" + "x" * 43)
    await team.office.end_token(ADA, ended.id)
    async with team.db.write() as conn:
        past = sa.update(api_tokens).where(api_tokens.c.id == expired.id).values(expires_at=team.clock.at)
        await conn.execute(past)

    answers = [await one.get("/programme") for one in (wrong, ended, expired)]

    assert {(answer.status_code, answer.text) for answer in answers} == {(401, answers[0].text)}


async def test_a_session_in_the_console_is_no_token(team: Team) -> None:
    signed_in = client(team)
    assert (await signed_in.get("/programme")).status_code == 200, "the console lets this browser in"

    assert (await signed_in.get("/api/v1/programme")).status_code == 401


async def test_role_and_areas_are_read_anew_for_each_request(team: Team) -> None:
    asking = await program(team, areas=("hull",))
    before = await asking.get("/people", area="hull")
    async with team.db.write() as conn:
        await conn.execute(sa.update(api_tokens).values(role="observer"))

    after = await asking.get("/people", area="hull")

    assert (before.status_code, after.status_code) == (200, 403)
    assert after.json()["error"]["code"] == "not_allowed"


async def test_there_is_nothing_beside_what_is_in_the_table(team: Team) -> None:
    asking = await program(team)

    answers = [
        await asking.get("/team"),
        await asking.client.put("/api/v1/programme", headers={"Authorization": f"Bearer {asking.secret}"}),
        await asking.client.get("/api/", headers={"Authorization": f"Bearer {asking.secret}"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert {answer.json()["error"]["code"] for answer in answers} == {"not_found"}


@pytest.mark.parametrize(
    "path",
    ["/people?area={}", "/progress?area={}", "/workshops?area={}", "/reflections?area={}", "/report?area={}"],
)
async def test_an_area_of_others_is_as_one_that_is_not_there(team: Team, path: str) -> None:
    asking = await program(team, areas=("hull",))

    others, none = await asking.get(path.format("newquay")), await asking.get(path.format("york"))

    assert (others.status_code, none.status_code) == (404, 404)
    assert others.text.replace("newquay", "york") == none.text


async def test_what_is_of_others_is_as_if_it_were_not_there(team: Team) -> None:
    await team.person("Gull-1", "newquay")
    await team.answer("gull-1", "We meet at the harbour.")
    await team.add(t.tasks, id=7, participant_id="gull-1", kind="callback", created_at=team.clock.at)
    asking = await program(team, areas=("hull",))

    answers = [
        await asking.get("/people/Gull-1"),
        await asking.get("/reflections/diary_1-gull-1.day"),
        await asking.post("/tasks/7/done"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert (await asking.get("/people")).json()["people"] == []
    assert (await asking.get("/reflections")).json()["reflections"] == []
    assert (await asking.get("/tasks")).json()["tasks"] == []


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 422, "not_json"),
        (b"[]", "application/json", 422, "not_json"),
        (b"\xff\xfe", "application/json", 422, "not_json"),
        (b'{"area":' + b"[" * 100_000, "application/json", 422, "not_json"),
        (b"{}", "text/plain", 415, "not_json"),
        (b'{"area": "hull"}', "application/json", 422, "not_valid"),
        (b'{"area": "hull", "wave": "x", "state": "", "people": ["A"]}', "application/json", 422, "not_valid"),
        (b'{"area": "hull", "wave": 1, "state": "missed", "people": [], "x": 1}', "application/json", 422, "not_valid"),
        (b'{"area": "hull", "wave": 1, "state": "no", "people": ["A-1"]}', "application/json", 422, "not_possible"),
        (b'"' + b"x" * 200_001 + b'"', "application/json", 413, "too_large"),
    ],
)
async def test_what_is_not_understood_is_told_in_a_sentence(
    team: Team, body: bytes, kind: str, status: int, code: str
) -> None:
    asking = await program(team)
    headers = {"Authorization": f"Bearer {asking.secret}", "Content-Type": kind}

    answer = await asking.client.post("/api/v1/attendance", content=body, headers=headers)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["sentence"].endswith(".")
    assert await team.rows(t.attendance) == []


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:00", "soon", "2026-11-26"])
async def test_a_date_that_cannot_be_moves_nothing(team: Team, start: str) -> None:
    answer = await (await program(team)).post("/workshops/hull/1", {"start": start, "confirm": True})

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "not_valid")
    assert await team.rows(t.workshops) == []


async def test_what_no_database_can_keep_is_taken_as_it_can_be_shown(team: Team) -> None:
    asking = await program(team)

    answers = [
        await asking.get("/people/a%00b"),
        await asking.get("/people", search="\x00"),
        await asking.post("/areas/hull/invite", {"anyway": "a\x00b"}),
        await asking.get("/broadcasts/1/ledger", after=10**30),
    ]

    assert [answer.status_code for answer in answers] == [404, 200, 200, 422]


@pytest.mark.parametrize("query", ["?what=1", "?area=hull&area=newquay", "?wave=one"])
async def test_a_question_that_is_not_understood_is_not_half_answered(team: Team, query: str) -> None:
    asking = await program(team)

    answer = await asking.get(f"/reflections{query}")

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "not_valid")


async def test_what_stands_in_the_address_is_not_said_twice(team: Team) -> None:
    asking = await program(team)

    answer = await asking.post("/areas/hull/invite", {"area": "newquay"})

    assert answer.status_code == 422
    assert await team.rows(t.invites) == []


async def test_a_program_that_asks_too_much_waits(team: Team) -> None:
    made, other = await program(team, name="busy"), await program(team, name="calm")
    app = Starlette(routes=Reception(team.office, team.clock.now, each=2).routes())
    for one in (made, other):
        one.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ADDRESS)

    answers = [(await made.get("/programme")).status_code for _ in range(3)]
    others = await other.get("/programme")
    team.clock.at += timedelta(minutes=11)

    assert answers == [200, 200, 429]
    assert others.status_code == 200
    assert (await made.get("/programme")).status_code == 200


async def test_an_answer_is_kept_by_no_browser_and_shown_to_no_other_site(team: Team) -> None:
    asking = await program(team)

    answer = await asking.client.get(
        "/api/v1/programme", headers={"Authorization": f"Bearer {asking.secret}", "Origin": "https://elsewhere.example"}
    )

    assert answer.headers["cache-control"] == "no-store"
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_nothing_of_what_people_said_is_logged(team: Team, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    await team.person("Heron-1")
    await team.answer("heron-1", "Coats in bed.")
    asking = await program(team)

    told = await asking.get("/reflections", search="coats")

    assert "Coats in bed." in told.text
    ours = [
        record.getMessage() for record in caplog.records if record.name.split(".")[0] in ("bot", "storage", "flows")
    ]
    assert "oats" not in " ".join(ours)
