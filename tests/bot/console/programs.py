"""Another program at the API, with a token of the small programme of `tests.bot.team`; and what a reply looks like."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from bot.console.app import build
from bot.console.guard import OpenHouse
from bot.rights import Role, Staff
from tests.bot.console.house import ADDRESS
from tests.bot.team import ADA, Team

LEA = Staff(name="Lea", id="lea", role=Role.LEAD)
TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


@dataclass(kw_only=True, slots=True)
class Program:
    """Something that asks with a token."""

    client: httpx.AsyncClient
    secret: str
    id: str = ""

    async def get(self, path: str, **query: str | int) -> httpx.Response:
        """Ask for something."""
        return await self.client.get(f"/api/v1{path}", params=query or None, headers=self._headers())

    async def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str = "") -> httpx.Response:
        """Have something done."""
        headers = self._headers() | ({"Idempotency-Key": key} if key else {})
        return await self.client.post(f"/api/v1{path}", json=body or {}, headers=headers)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


async def program(
    team: Team, role: str = "facilitator", areas: tuple[str, ...] = (), *, name: str = "dash", who: Staff = ADA
) -> Program:
    """A program that was given a token."""
    made = await team.office.add_token(who, name, role=role, areas=areas)
    return Program(client=client(team), secret=made.secret, id=made.token.id)


def client(team: Team) -> httpx.AsyncClient:
    """Something without a token."""
    app = build(team.office, team.clock, OpenHouse(ADA), secure=False)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ADDRESS)


def faults(value: Any, schema: Mapping[str, Any], known: Mapping[str, Any], at: str = "$") -> list[str]:
    """Where a reply is not as it is described."""
    if ref := schema.get("$ref"):
        return faults(value, known[ref.rpartition("/")[2]], known, at)
    if choices := schema.get("anyOf"):
        tries = [faults(value, one, known, at) for one in choices]
        return [] if [] in tries else tries[0]
    return [*_kind(value, schema, at), *_within(value, schema, known, at)]


def _kind(value: Any, schema: Mapping[str, Any], at: str) -> list[str]:
    kinds = schema.get("type", [])
    wanted = [kinds] if isinstance(kinds, str) else kinds
    fits = any(isinstance(value, TYPES[one]) and isinstance(value, bool) == (one == "boolean") for one in wanted)
    if wanted and not fits:
        return [f"{at}: {value!r} is no {kinds}"]
    if schema.get("format") == "date-time" and not datetime.fromisoformat(value).tzinfo:
        return [f"{at}: {value!r} has no zone"]
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return [f"{at}: {value!r} does not fit"]
    return [] if value in schema.get("enum", [value]) else [f"{at}: {value!r} is none of the words"]


def _within(value: Any, schema: Mapping[str, Any], known: Mapping[str, Any], at: str) -> list[str]:
    if isinstance(value, list):
        inner = schema.get("items", {})
        return [fault for n, one in enumerate(value) for fault in faults(one, inner, known, f"{at}[{n}]")]
    if not isinstance(value, dict):
        return []
    named, other = schema.get("properties", {}), schema.get("additionalProperties")
    found = [f"{at}: {name} is not there" for name in schema.get("required", []) if name not in value]
    for name, one in value.items():
        inner = named.get(name, other)
        if not isinstance(inner, dict):
            found.append(f"{at}: {name} is not described")
        else:
            found += faults(one, inner, known, f"{at}.{name}")
    return found
