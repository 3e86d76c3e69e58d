"""The description of the API: all of it, and every reply as it is described."""

import re
from typing import Any

import pytest

from bot.console.api.openapi import REFUSALS, described
from bot.console.api.table import ENDPOINTS
from storage import tables as t
from storage.broadcasts import Audience
from tests.bot.console.on_sqlite import database_url
from tests.bot.console.programs import LEA, Program, client, faults, program
from tests.bot.facilitation.test_commitments import asked
from tests.bot.facilitation.test_exchange import wrote
from tests.bot.facilitation.test_questions import asking
from tests.bot.team import ADA, Team

__all__ = ["database_url"]

DESCRIPTION = described(ENDPOINTS)
SCHEMAS = DESCRIPTION["components"]["schemas"]
DRAFT = {"template": "remind_24h", "areas": ["hull"]}


async def lived(team: Team) -> tuple[Program, dict[str, str]]:
    """A programme in which there is something of everything, a program that asks, and what some things are called."""
    asking(team)
    await asked(team)
    await team.add(t.tasks, id=7, participant_id="heron-1", kind="callback", note="After six", created_at=team.clock.at)
    statement = await wrote(team, "Heron-2", "there were more benches.")
    await wrote(team, "Heron-3", "the bus came at night.")
    shown = await team.office.statements(ADA, state="waiting")
    await team.office.approve_statement(ADA, next(one.id for one in shown if one.id != statement))
    when = team.clock.at.replace(tzinfo=None, day=26)
    await team.office.set_workshop(ADA, "hull", 1, when, place="Guildhall")
    posted = await team.office.send(ADA, "remind_24h", Audience(areas=("hull",)), key="k")
    await team.office.confirm_gate(ADA, "hull", "retention", "two years")
    named = {"{code}": "Heron-1", "{area}": "hull", "{wave}": "1", "{number}": "1"}
    ids = {"broadcasts": posted.broadcast.id, "statements": statement, "tasks": "7"}
    ids |= dict.fromkeys(("reflections", "questions"), "diary_1-heron-1.day")
    return await program(team), {**named, **ids}


def filled(path: str, known: dict[str, str]) -> str:
    path = re.sub(r"{(code|area|wave|number)}", lambda found: known[found[0]], path)
    return path.replace("{id}", known.get(path.split("/")[1], ""))


def reply_of(method: str, path: str) -> dict[str, Any]:
    found = DESCRIPTION["paths"][path][method.lower()]["responses"]["200"]["content"]["application/json"]["schema"]
    assert isinstance(found, dict)
    return found


def test_every_endpoint_is_described() -> None:
    told = {f"{method.upper()} {path}" for path, methods in DESCRIPTION["paths"].items() for method in methods}

    assert told == {endpoint.name for endpoint in ENDPOINTS}


def test_everything_that_is_pointed_at_is_there() -> None:
    parts = DESCRIPTION["components"]

    for ref in re.findall(r"'\$ref': '#/components/(\w+)/([^']+)'", repr(DESCRIPTION)):
        assert ref[1] in parts[ref[0]], ref


def test_names_are_names_and_say_what_they_are() -> None:
    operations = [one for methods in DESCRIPTION["paths"].values() for one in methods.values()]

    assert all(re.fullmatch(r"\w+", name) for name in SCHEMAS)
    assert len({one["operationId"] for one in operations}) == len(ENDPOINTS)
    assert all(one["summary"].endswith(".") for one in operations)
    assert all({"401", "403", "404", "422", "429"} <= one["responses"].keys() for one in operations)
    assert set(REFUSALS) >= {code for one in operations for code in one["responses"]} - {"200"}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_what_is_asked_is_described_where_it_stands(endpoint: Any) -> None:
    told = DESCRIPTION["paths"][endpoint.path][endpoint.method.lower()]
    in_path = {one["name"] for one in told["parameters"] if one["in"] == "path"}
    in_query = {one["name"] for one in told["parameters"] if one["in"] == "query"}
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})

    assert in_path == set(re.findall(r"{(\w+)}", endpoint.path))
    assert all(one["required"] for one in told["parameters"] if one["in"] == "path")
    assert in_path | in_query | set(body.get("properties", ())) == set(endpoint.takes.__struct_fields__)
    assert not (in_query and endpoint.method == "POST")


async def test_every_answer_is_as_it_is_described_and_has_something_in_it(team: Team) -> None:
    dash, known = await lived(team)

    for endpoint in ENDPOINTS:
        if endpoint.method == "GET":
            answer = await dash.get(filled(endpoint.path, known))
            assert answer.status_code == 200, (endpoint.name, answer.text)
            assert faults(answer.json(), reply_of("GET", endpoint.path), SCHEMAS) == [], endpoint.name
            lists = [value for value in answer.json().values() if isinstance(value, list)]
            assert any(lists) or not lists or "{" in endpoint.path, endpoint.name


BODIES: dict[str, dict[str, Any]] = {
    "/workshops/{area}/{wave}": {"start": "2026-11-27T18:00:00", "dry": True},
    "/attendance": {"area": "hull", "wave": 1, "state": "attended", "people": ["Heron-1"]},
    "/areas/{area}/invite": {"anyway": "we test"},
    "/tasks/{id}/done": {},
    "/statements/{id}": {"state": "held", "reason": "It names somebody."},
    "/questions/{id}/answer": {"replied_by": "Head of housing", "text": "From May on."},
    "/broadcasts/preview": DRAFT,
    "/broadcasts": {**DRAFT, "again": True},
    "/broadcasts/{id}/cancel": {},
}


async def test_every_deed_is_answered_as_it_is_described(team: Team) -> None:
    dash, known = await lived(team)
    await team.office.edit_issue(ADA, "hull", 1, title="Cold homes in winter")
    [issue] = await team.office.issues(ADA)
    bodies = {**BODIES, "/issues/{area}/{number}/approve": {"seen": issue.revision}}
    dash.secret = (await team.office.add_token(LEA, "of Lea", role="facilitator")).secret

    for endpoint in ENDPOINTS:
        if endpoint.method == "POST":
            key = "k-1" if endpoint.once else ""
            answer = await dash.post(filled(endpoint.path, known), bodies[endpoint.path], key=key)
            assert answer.status_code == 200, (endpoint.name, answer.text)
            assert faults(answer.json(), reply_of("POST", endpoint.path), SCHEMAS) == [], endpoint.name


async def test_a_no_is_as_it_is_described(team: Team) -> None:
    answer = await client(team).get("/api/v1/programme")

    assert faults(answer.json(), {"$ref": "#/components/schemas/Error"}, SCHEMAS) == []


async def test_the_description_is_there_for_everybody_and_tells_nothing_of_the_programme(team: Team) -> None:
    answer = await client(team).get("/api/openapi.json")

    assert answer.json() == DESCRIPTION
    assert "hull" not in answer.text.lower()


@pytest.mark.parametrize(
    ("value", "schema", "fault"),
    [
        (1, {"type": "string"}, "$: 1 is no string"),
        (True, {"type": "integer"}, "$: True is no integer"),
        ({}, {"type": "object", "required": ["a"]}, "$: a is not there"),
        ({"a": 1}, {"type": "object", "properties": {}}, "$: a is not described"),
        ([""], {"type": "array", "items": {"type": "null"}}, "$[0]: '' is no null"),
        ("2026-11-26T18:00:00", {"type": "string", "format": "date-time"}, "$: '2026-11-26T18:00:00' has no zone"),
    ],
)
def test_a_reply_that_is_not_as_described_would_be_found(value: object, schema: dict[str, Any], fault: str) -> None:
    assert faults(value, schema, {}) == [fault]
