"""Who comes in: every door asks here first. Deny by default; what somebody may not see does not exist for them."""

import hmac
import secrets
from dataclasses import dataclass, replace
from typing import Final, Protocol
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers as RequestHeaders
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.console.page import Door, Parlour, Visit, partial, read_form
from bot.console.rooms import first_room
from bot.facilitation import Mistake, NotAllowed
from bot.rights import Staff, may

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
POLICY: Final = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
YEARS: Final = 63_072_000
"""Seconds for which a browser remembers that this address is on https."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """Somebody who is signed in. `token` is what their forms carry; `fresh`: they proved it again minutes ago."""

    who: Staff
    token: str
    fresh: bool = False


class Doorkeeper(Protocol):
    """Knows who is signed in."""

    async def session(self, request: Request) -> Session | None:
        """The session of this browser. Roles and areas are read anew each time."""


class OpenHouse:
    """Lets everybody in as one person: the demo, on this machine alone."""

    def __init__(self, who: Staff) -> None:
        self._session = Session(who=who, token=secrets.token_urlsafe(16), fresh=True)

    async def session(self, request: Request) -> Session | None:
        """Always the same."""
        return self._session


class Guard:
    """Makes a route of a door."""

    def __init__(self, parlour: Parlour, keeper: Doorkeeper) -> None:
        self._parlour = parlour
        self._keeper = keeper

    def route(self, door: Door) -> Route:
        """The door with its guard."""

        async def endpoint(request: Request) -> Response:
            return await self._enter(door, request)

        return Route(door.path, endpoint, methods=[door.method], name=f"{door.method} {door.path}")

    async def _enter(self, door: Door, request: Request) -> Response:
        session = await self._keeper.session(request)
        if session is None:
            return self._sign_in(request)
        visit = Visit(
            request=request, who=session.who, parlour=self._parlour, token=session.token, nonce=request.state.nonce
        )
        if not may(session.who, door.needs):
            return self._not_for(visit, door)
        if door.fresh and not session.fresh:
            return _elsewhere(
                request, f"/again?to={quote(visit.back('/') if door.method == 'POST' else here(request))}"
            )
        try:
            if door.method == "POST":
                visit = await self._filled(visit, request)
            return await door.view(visit)
        except NotAllowed as refusal:
            return visit.page("refused.html", status=403, sentence=str(refusal))
        except Mistake as mistake:
            if door.method == "POST" and not visit.partial:
                return visit.go(visit.back("/"), str(mistake), bad=True)
            return visit.page("mistake.html", status=422, sentence=str(mistake))

    def _not_for(self, visit: Visit, door: Door) -> Response:
        """Nothing tells that it exists. Who has no use for the first page begins at the first of theirs."""
        first = first_room(visit.who)
        if door.path == "/" and door.method == "GET" and first != "/":
            return visit.go(first)
        return visit.page("missing.html", status=404)

    def _sign_in(self, request: Request) -> Response:
        if request.method != "GET":
            return Response("Please sign in again; nothing was changed.", status_code=401)
        return _elsewhere(request, "/sign-in" if request.url.path == "/" else f"/sign-in?to={quote(here(request))}")

    async def _filled(self, visit: Visit, request: Request) -> Visit:
        fields = await read_form(request)
        token = request.headers.get("x-form", "") or (fields.get("form") or [""])[0]
        if not hmac.compare_digest(token.encode(), visit.token.encode()) or not same_site(request):
            raise Mistake("This form was not made by this page. Nothing was changed; please open the page again.")
        return replace(visit, fields=fields)


def here(request: Request) -> str:
    """The page that is asked for, as a path with what stands behind it."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _elsewhere(request: Request, to: str) -> Response:
    """To another page as a whole, even when only a part of one was asked for."""
    if partial(request):
        return Response(status_code=200, headers={"HX-Redirect": to})
    return RedirectResponse(to, status_code=303)


def same_site(request: Request) -> bool:
    """Whether a form comes from a page of ours."""
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host", "")


class Headers:
    """Sets on every answer what a browser needs to know to keep people safe."""

    def __init__(self, app: ASGIApp, *, secure: bool = True, hosts: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._secure = secure
        self._hosts = hosts  # the names under which it answers; none: any

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._strange(scope):
            await Response("This page does not answer under that name.", status_code=403)(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._set(MutableHeaders(scope=message), nonce, scope["path"])
            await send(message)

        await self._app(scope, receive, send_safely)

    def _strange(self, scope: Scope) -> bool:
        """A site that points its own name at this machine."""
        host = urlsplit(f"//{RequestHeaders(scope=scope).get('host', '')}").hostname
        return bool(self._hosts) and host not in self._hosts

    def _set(self, headers: MutableHeaders, nonce: str, path: str) -> None:
        headers.update(HEADERS)
        headers.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce))
        headers.setdefault("Cache-Control", "max-age=3600" if path.startswith("/console/static/") else "no-store")
        if self._secure:
            headers["Strict-Transport-Security"] = f"max-age={YEARS}; includeSubDomains"
