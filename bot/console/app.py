"""The console as a Starlette application: its doors, its guard, its files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import jinja2
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from bot.clock import Clock
from bot.console import telling
from bot.console.guard import Doorkeeper, Guard, Headers
from bot.console.page import Door, Parlour
from bot.console.pages import people, person, today
from bot.facilitation import Facilitation

HERE: Final = Path(__file__).parent
DOORS: Final[tuple[Door, ...]] = (*today.DOORS, *people.DOORS, *person.DOORS)
"""Every page and every form. Tests try each of them with each role."""


def build(
    office: Facilitation,
    clock: Clock,
    keeper: Doorkeeper,
    *,
    secure: bool = True,
    demo: bool = False,
    hosts: frozenset[str] = frozenset(),
    beside: Sequence[BaseRoute] = (),
) -> Starlette:
    """Everything wired. `hosts`: the names it answers under; `beside`: routes of others at the same address."""
    parlour = Parlour(office=office, templates=templates(), now=clock.now, secure=secure, demo=demo)
    guard = Guard(parlour, keeper)
    return Starlette(
        routes=[*(guard.route(door) for door in DOORS), _static(), *beside],
        middleware=[Middleware(Headers, secure=secure, hosts=hosts)],
        exception_handlers={404: _missing},
    )


def templates() -> Jinja2Templates:
    """The pages, escaped by themselves; a name that is missing is an error."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(telling.FILTERS)
    return Jinja2Templates(env=env)


def _static() -> Mount:
    return Mount("/console/static", StaticFiles(directory=HERE / "static"), name="console-static")


async def _missing(request: Request, error: Exception) -> Response:
    return Response("There is no such page.", status_code=404, media_type="text/plain")
