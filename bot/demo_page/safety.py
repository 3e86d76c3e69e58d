"""What keeps the page to itself: answers only to this machine's own browser, and loads nothing from elsewhere."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})
"""The names under which this page answers; a strange Host is a site that points its own name at this machine."""

LARGEST: Final = 1_000_000
"""Bytes of a request's body."""


class Safety:
    """Wraps the app: refuses what does not come from this page, and sets the headers on all it answers."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str] = LOCAL) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        fault = self._fault(scope["method"], Headers(scope=scope))
        answer: ASGIApp = JSONResponse({"error": fault}, status_code=403) if fault else self._app
        await answer(scope, receive, send_safely)

    def _fault(self, method: str, headers: Headers) -> str:
        host = headers.get("host", "")
        if urlsplit(f"//{host}").hostname not in self._hosts:
            return "This page answers only under http://127.0.0.1 or http://localhost."
        if method in ("GET", "HEAD"):
            return ""
        if headers.get("origin", "") not in (f"http://{host}", f"https://{host}"):
            return "This request did not come from the page itself."
        if not headers.get("content-type", "").startswith("application/json"):
            return "Only JSON is taken here."
        if not headers.get("content-length", "").isdecimal() or int(headers["content-length"]) > LARGEST:
            return "This is too long to send."
        return ""
