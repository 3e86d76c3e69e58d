"""What a program asks, read and checked before anything is done."""

import re
from typing import Any, Final, TypeVar

import msgspec
from starlette.requests import Request

from bot.console.api.contract import Ask, Endpoint, Refusal
from bot.messages import clean

LARGEST: Final = 200_000
"""Bytes of a body."""
KEY: Final = re.compile(r"[\x21-\x7e]{1,60}")
A = TypeVar("A", bound=Ask)


async def read(endpoint: Endpoint, request: Request) -> Ask:
    """All that belongs to it, from the path and the query or the body."""
    given = _query(endpoint.takes, request) if endpoint.method == "GET" else await _body(request)
    named = request.path_params
    if twice := sorted(given.keys() & named.keys()):
        raise Refusal(422, "not_valid", f"“{twice[0]}” stands in the address; leave it out of the rest.")
    return _checked(endpoint.takes, _storable({**given, **named}))


def key_of(request: Request) -> str:
    """What the program calls this request, so that it is not done twice."""
    key = request.headers.get("idempotency-key", "")
    if not KEY.fullmatch(key):
        raise Refusal(
            422,
            "needs_key",
            "Send a header Idempotency-Key with 1 to 60 visible characters, a new one for each message. "
            "Nothing was sent.",
        )
    return key


def _query(takes: type[Ask], request: Request) -> dict[str, Any]:
    given = request.query_params
    for name in given:
        if len(given.getlist(name)) > 1:
            raise Refusal(422, "not_valid", f"“{name}” is given more than once.")
    return dict(given)


async def _body(request: Request) -> dict[str, Any]:
    raw = await _raw(request)
    if not raw:
        return {}
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Refusal(415, "not_json", "Only JSON is taken here: send the header Content-Type: application/json.")
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refusal(422, "not_json", "The body is not a JSON object. Nothing was changed.") from None


async def _raw(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise Refusal(413, "too_large", f"A body has {LARGEST:,} bytes at most. Nothing was changed.")
    return body


def _storable(value: Any) -> Any:
    """The same with what databases refuse made visible."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_storable(one) for one in value]
    return {clean(name): _storable(one) for name, one in value.items()} if isinstance(value, dict) else value


def _checked(takes: type[A], given: dict[str, Any]) -> A:
    """Numbers may come as text: in an address everything does."""
    try:
        return msgspec.convert(given, takes, strict=False)
    except msgspec.ValidationError as wrong:
        raise Refusal(422, "not_valid", f"This was not understood: {wrong}. Nothing was changed.") from None
