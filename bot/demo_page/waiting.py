"""What the browser shows while the invented people live through the weeks before the page opens."""

from collections.abc import Callable
from typing import Final

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.demo_page.safety import HEADERS

PAGE: Final = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta http-equiv="refresh" content="1">
<title>{percent} % – Reconvene</title><link rel="stylesheet" href="/console/static/console.css"></head>
<body><main class="waiting"><h1>Three weeks are passing</h1>
<p>86 invented people join, meet at their first workshop and write back. This takes about half a minute.</p>
<p><progress value="{percent}" max="100" aria-label="How far they are"></progress> {percent} %</p>
</main></body></html>"""


class Waiting:
    """Answers in the app's place until all is there. `done`: the share that has been lived through, 1 at the end."""

    def __init__(self, app: ASGIApp, done: Callable[[], float]) -> None:
        self._app = app
        self._done = done

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        early = scope["type"] == "http" and self._done() < 1 and not scope["path"].startswith("/console/static/")
        page = HTMLResponse(PAGE.format(percent=int(100 * self._done())), status_code=503, headers=dict(HEADERS))
        await (page if early else self._app)(scope, receive, send)
