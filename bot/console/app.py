"""The console as a Starlette application: its doors, its guard, its files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from bot.clock import Clock
from bot.console.api.guard import Reception as ForPrograms
from bot.console.bookshelf import Bookshelf
from bot.console.guard import Doorkeeper, Guard, Headers
from bot.console.page import Door, Parlour
from bot.console.pages import (
    audit,
    broadcasts,
    broadcasts_new,
    flows,
    me,
    people,
    person,
    person_answers,
    person_rights,
    pictures,
    programme,
    programme_gates,
    programme_workshop,
    reflections,
    reflections_coding,
    reflections_quotes,
    team,
    today,
    tokens,
    wave2,
)
from bot.console.site import NOWHERE, Site
from bot.console.templating import HERE, templates
from bot.facilitation import Facilitation

DOORS: Final[tuple[Door, ...]] = (
    *audit.DOORS,
    *broadcasts.DOORS,
    *broadcasts_new.DOORS,
    *flows.DOORS,
    *me.DOORS,
    *people.DOORS,
    *person.DOORS,
    *person_answers.DOORS,
    *person_rights.DOORS,
    *pictures.DOORS,
    *programme.DOORS,
    *programme_gates.DOORS,
    *programme_workshop.DOORS,
    *reflections.DOORS,
    *reflections_coding.DOORS,
    *reflections_quotes.DOORS,
    *team.DOORS,
    *today.DOORS,
    *tokens.DOORS,
    *wave2.DOORS,
)
"""Every page and every form. Tests try each of them with each role."""


def build(
    office: Facilitation,
    clock: Clock,
    keeper: Doorkeeper,
    *,
    secure: bool = True,
    demo: bool = False,
    hosts: frozenset[str] = frozenset(),
    site: Site = NOWHERE,
    folder: Path | None = None,
    beside: Sequence[BaseRoute] = (),
) -> Starlette:
    """Everything wired. `hosts`: the names it answers under; `folder`: of the programme; `beside`: routes of others
    at the same address.
    """
    parlour = Parlour(
        office=office,
        templates=templates(),
        now=clock.now,
        shelf=Bookshelf(folder),
        secure=secure,
        demo=demo,
        site=site,
    )
    guard = Guard(parlour, keeper)
    return Starlette(
        routes=[
            *(guard.route(door) for door in in_order(DOORS)),
            _static(),
            *ForPrograms(office, clock.now).routes(),
            *beside,
        ],
        middleware=[Middleware(Headers, secure=secure, hosts=hosts)],
        exception_handlers={404: _missing},
    )


def in_order(doors: Sequence[Door]) -> list[Door]:
    """The named before those that stand for many: the first that fits is taken."""
    return sorted(doors, key=lambda door: [part.startswith("{") for part in door.path.split("/")])


def _static() -> Mount:
    return Mount("/console/static", StaticFiles(directory=HERE / "static"), name="console-static")


async def _missing(request: Request, error: Exception) -> Response:
    return Response("There is no such page.", status_code=404, media_type="text/plain")
