"""The description of the API for programs (OpenAPI 3.1), made from the table of its endpoints."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import msgspec

from bot.console.api.contract import PREFIX, Endpoint, Error
from bot.facilitation.tokens import AS
from bot.rights import Staff, may

REF: Final = "#/components/schemas/{name}"
NAMED: Final = re.compile(r"{(\w+)}")
WORDS: Final = re.compile(r"\W+")
Schema = dict[str, Any]
ABOUT: Final = (
    "The commands of the team for other programs. Each takes a token (Team, Tokens; or `reconvene token add`), which "
    "works as facilitator, moderator or observer, in some areas or in all. People are told of by code name alone, and "
    "small numbers not at all. Times are in UTC unless something else is said."
)
KEY: Final[Schema] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "What you call this request. The same key with the same body has the same reply and does nothing.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 60},
}
REFUSALS: Final[Mapping[str, str]] = {
    "401": "There is no token, or it is none, or it is over.",
    "403": "The role of the token may not do this.",
    "404": "It is not there, or in an area that is not the token's.",
    "409": "The Idempotency-Key was used for something else.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "What was sent was not understood, or cannot be done. The sentence says why; nothing was changed.",
    "429": "Too many requests.",
}


@cache
def as_json(endpoints: tuple[Endpoint, ...]) -> bytes:
    """The description as a file."""
    return msgspec.json.format(msgspec.json.encode(described(endpoints)), indent=2)


def described(endpoints: Sequence[Endpoint]) -> Schema:
    """The description."""
    asked = _schemas(endpoint.takes for endpoint in endpoints)
    replied = _schemas([*(endpoint.gives for endpoint in endpoints), Error])
    paths: dict[str, Schema] = {}
    for endpoint in endpoints:
        told = _operation(endpoint, asked[endpoint.takes.__name__])
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = told
    return {
        "openapi": "3.1.0",
        "info": {"title": "Reconvene", "version": "1", "description": ABOUT},
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(replied.items())),
            "responses": {code: _refusal(why) for code, why in REFUSALS.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas(types: Iterable[type[msgspec.Struct]]) -> dict[str, Schema]:
    """These and all that they are made of, by name."""
    return msgspec.json.schema_components(tuple(types), ref_template=REF)[1]


def _operation(endpoint: Endpoint, asked: Schema) -> Schema:
    in_path = NAMED.findall(endpoint.path)
    reads = endpoint.method == "GET"
    parameters = [_parameter(name, asked, "path") for name in in_path]
    rest = [name for name in asked["properties"] if name not in in_path]
    if reads:
        parameters += [_parameter(name, asked, "query") for name in rest]
    body = {} if reads or not rest else {"requestBody": _body(asked, rest)}
    return {
        "operationId": f"{endpoint.method.lower()}{WORDS.sub('_', endpoint.path).rstrip('_')}",
        "summary": endpoint.summary,
        "description": f"For: {', '.join(roles(endpoint))}.",
        "parameters": [*parameters, *([KEY] if endpoint.once else [])],
        **body,
        "responses": {
            "200": _reply(REF.format(name=endpoint.gives.__name__), "It is done." if not reads else "What was asked."),
            **{code: {"$ref": f"#/components/responses/{code}"} for code in _codes(endpoint)},
        },
    }


def roles(endpoint: Endpoint) -> list[str]:
    """What a token has to work as for this."""
    return [role for role in AS if may(Staff(name="", role=role), endpoint.needs)]


def _codes(endpoint: Endpoint) -> list[str]:
    other = set() if endpoint.method == "POST" else {"413", "415"}
    return [code for code in REFUSALS if code not in other and (endpoint.once or code != "409")]


def _parameter(name: str, asked: Schema, place: str) -> Schema:
    schema = dict(asked["properties"][name])
    about = {"description": schema.pop("description")} if "description" in schema else {}
    return {"name": name, "in": place, "required": name in asked.get("required", ()), **about, "schema": schema}


def _body(asked: Schema, names: Sequence[str]) -> Schema:
    required = [name for name in asked.get("required", ()) if name in names]
    schema = {
        "type": "object",
        "description": asked["description"],
        "properties": {name: asked["properties"][name] for name in names},
        "required": required,
        "additionalProperties": False,
    }
    return {"required": bool(required), "content": {"application/json": {"schema": schema}}}


def _refusal(why: str) -> Schema:
    return _reply(REF.format(name="Error"), why)


def _reply(ref: str, about: str) -> Schema:
    return {"description": about, "content": {"application/json": {"schema": {"$ref": ref}}}}
