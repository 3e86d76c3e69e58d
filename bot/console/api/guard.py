"""Which programs come in: every endpoint asks here first. Deny by default; no cookie counts, only the token."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console.api import openapi
from bot.console.api.asking import key_of, read
from bot.console.api.contract import PREFIX, Ask, Caller, Endpoint, Error, Refusal, Told
from bot.console.api.table import ENDPOINTS
from bot.console.throttle import Throttle
from bot.facilitation import Bearer, Facilitation, Mistake, NotAllowed
from bot.rights import may

EACH: Final = 600
"""Requests of one token in ten minutes."""
TOTAL: Final = 6000
WRONG: Final = 60
"""Wrong tokens from one address in that time."""
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def no_token() -> Refusal:
    """Whatever is wrong with a token, the answer is the same."""
    return Refusal(
        401, "no_token", "This takes a token that is good, in the header Authorization: Bearer. A lead makes them."
    )


def nowhere() -> Refusal:
    """There is no such endpoint."""
    return Refusal(404, "not_found", "There is nothing at this address. What there is stands in /api/openapi.json.")


def not_yours() -> Refusal:
    """It is in an area that is not the token's: that it exists is not told."""
    return Refusal(404, "not_found", "There is nothing like that here.")


def later() -> Refusal:
    """Too much at once."""
    return Refusal(429, "too_many", "Too many requests. Wait ten minutes, then go on more slowly.")


def key_taken() -> Refusal:
    """The same key for another request."""
    return Refusal(
        409, "key_taken", "This Idempotency-Key was used for something else. Nothing was sent; use a new key."
    )


class Reception:
    """Lets programs in and has their requests seen to."""

    def __init__(self, office: Facilitation, now: Callable[[], datetime], *, each: int = EACH) -> None:
        self._office = office
        self._now = now
        self._tries = Throttle(now, each=each, total=TOTAL)
        self._wrong = Throttle(now, each=WRONG)

    def routes(self, endpoints: Sequence[Endpoint] = ENDPOINTS) -> list[BaseRoute]:
        """All of them, what they are, and one for whatever is not there."""
        return [
            Route("/api/openapi.json", _description, methods=["GET"]),
            *(self._route(endpoint) for endpoint in _in_order(endpoints)),
            Route("/api/{rest:path}", self._nowhere, methods=list(METHODS)),
        ]

    def _route(self, endpoint: Endpoint) -> Route:
        async def enter(request: Request) -> Response:
            try:
                return await self._seen_to(endpoint, request)
            except Refusal as no:
                return _refused(no)
            except NotAllowed:
                return _refused(not_yours())
            except Mistake as mistake:
                return _refused(Refusal(422, "not_possible", str(mistake)))

        return Route(PREFIX + endpoint.path, enter, methods=[endpoint.method], name=f"api {endpoint.name}")

    async def _nowhere(self, request: Request) -> Response:
        try:
            await self._bearer(request)
        except Refusal as no:
            return _refused(no)
        return _refused(nowhere())

    async def _bearer(self, request: Request) -> Bearer:
        """Whose token it is. Whatever is wrong with one, the answer is the same."""
        kind, _, secret = request.headers.get("authorization", "").partition(" ")
        found = await self._office.bearer(secret.strip()) if kind.lower() == "bearer" else None
        if found is None:
            raise no_token() if self._wrong.free(request.client.host if request.client else "") else later()
        if not self._tries.free(found.token.id):
            raise later()
        return found

    async def _seen_to(self, endpoint: Endpoint, request: Request) -> Response:
        bearer = await self._bearer(request)
        if not may(bearer.staff, endpoint.needs):
            raise Refusal(403, "not_allowed", f"The token “{bearer.token.name}” may not {endpoint.needs}.")
        asked = await read(endpoint, request)
        if endpoint.once:
            return await self._once(endpoint, request, bearer, asked)
        return _reply(msgspec.json.encode(await self._call(endpoint, bearer, asked)))

    async def _call(self, endpoint: Endpoint, bearer: Bearer, asked: Ask, key: str = "") -> msgspec.Struct:
        caller = Caller(office=self._office, bearer=bearer, now=self._now(), key=key)
        return await endpoint.call(caller, asked)

    async def _once(self, endpoint: Endpoint, request: Request, bearer: Bearer, asked: Ask) -> Response:
        """The same key and the same body: the same reply. If it is not known how it went, the command knows the key."""
        key = key_of(request)
        digest = hashlib.sha256(msgspec.json.encode([endpoint.name, asked])).hexdigest()
        kept = await self._office.claim_key(bearer, key, digest)
        if kept.digest != digest:
            raise key_taken()
        if kept.reply:
            return _reply(kept.reply.encode())
        reply = msgspec.json.encode(await self._call(endpoint, bearer, asked, key)).decode()
        return _reply((await self._office.keep_reply(bearer, key, reply)).encode())


def _in_order(endpoints: Sequence[Endpoint]) -> list[Endpoint]:
    """The named before those that stand for many: the first that fits is taken."""
    return sorted(endpoints, key=lambda one: [part.startswith("{") for part in one.path.split("/")])


async def _description(request: Request) -> Response:
    return _reply(openapi.as_json(ENDPOINTS))


def _reply(body: bytes) -> Response:
    return Response(body, media_type="application/json")


def _refused(no: Refusal) -> Response:
    body = msgspec.json.encode(Error(error=Told(code=no.code, sentence=no.sentence)))
    headers = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "600"}}.get(no.status, {})
    return Response(body, status_code=no.status, media_type="application/json", headers=headers)
