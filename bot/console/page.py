"""What a page is made of: a door with its rule, the visit of somebody who came in, and the two ways to answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal
from urllib.parse import parse_qs, quote, urlsplit
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.templating import Jinja2Templates

from bot.console import telling
from bot.console.bookshelf import Bookshelf
from bot.console.rooms import Here, rooms
from bot.console.site import NOWHERE, Site
from bot.facilitation import Facilitation, Mistake, NotAllowed
from bot.messages import clean
from bot.rights import Deed, Staff, may
from flows.definition import Area, Programme

LARGEST: Final = 200_000
"""Bytes of a form."""
FIELDS: Final = 500
SAID: Final = "said"
"""The cookie that carries one sentence over to the next page."""
AREA: Final = "area"
"""The cookie with the area that somebody looks at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parlour:
    """What all visits share: the commands, the templates, and the clock."""

    office: Facilitation
    templates: Jinja2Templates
    now: Callable[[], datetime]
    shelf: Bookshelf = field(default_factory=Bookshelf)
    secure: bool = True  # served over https: cookies are bound to it
    demo: bool = False
    site: Site = NOWHERE


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """Somebody who came in by a door, and what they asked for."""

    request: Request
    who: Staff
    parlour: Parlour
    token: str = ""  # proves that a form was made for this session
    nonce: str = ""
    fields: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def office(self) -> Facilitation:
        """All that staff can do."""
        return self.parlour.office

    @property
    def programme(self) -> Programme:
        """The dialogue as it is published now."""
        return self.parlour.office.programme

    @property
    def now(self) -> datetime:
        """The time, in UTC."""
        return self.parlour.now()

    @property
    def areas(self) -> tuple[Area, ...]:
        """Those that this person works in."""
        return tuple(area for area in self.programme.areas.values() if not self.who.areas or area.id in self.who.areas)

    @property
    def area(self) -> str:
        """The area that they look at now; "": all of theirs."""
        wanted = self.request.query_params.get(AREA, self.request.cookies.get(AREA, ""))
        return wanted if wanted in {area.id for area in self.areas} else ""

    @property
    def title(self) -> str:
        """What the dialogue is called, where it is looked at from."""
        named = self.programme.areas[self.area].name if self.area else telling.plural(len(self.areas), "place")
        only = self.areas[0].name if len(self.areas) == 1 else named
        return self.programme.title.replace("{{ area }}", only)

    @property
    def wanted_areas(self) -> tuple[str, ...]:
        """The area they look at, or all of theirs, by id."""
        return (self.area,) if self.area else tuple(area.id for area in self.areas)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are told."""
        known = self.programme.areas
        return ZoneInfo((known[self.area] if self.area else next(iter(known.values()))).zone)

    @property
    def rooms(self) -> tuple[Here, ...]:
        """The pages that stand in the side bar for this person."""
        return rooms(self.who, self.request.url.path)

    def may(self, deed: Deed, area: str = "") -> bool:
        """Whether to offer this at all. The command asks again."""
        return may(self.who, deed, area)

    def path(self, name: str) -> str:
        """A part of the address, as it was written in the door's path."""
        return clean(str(self.request.path_params[name]))

    def asked(self, name: str, otherwise: str = "") -> str:
        """What stands behind the question mark of the address."""
        return clean(self.request.query_params.get(name, otherwise))

    def given(self, name: str, otherwise: str = "") -> str:
        """A field of the form, without the blanks around it."""
        return clean((self.fields.get(name) or [otherwise])[0].strip())

    def all_given(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may be ticked more than once."""
        return tuple(map(clean, self.fields.get(name, ())))

    def number(self, name: str) -> int:
        """A field that is a whole number; `Mistake` if it is not."""
        text = self.given(name)
        if not text.isascii() or not text.isdecimal() or len(text) > 15:
            raise Mistake(f"“{text}” is not a whole number.")
        return int(text)

    @property
    def partial(self) -> bool:
        """Whether a page that is open asks for a part of itself."""
        return partial(self.request)

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """A whole page, or the part of one."""
        known = {"visit": self, "programme": self.programme, "now": self.now, "zone": self.zone}
        text = self.parlour.templates.get_template(template).render({**known, **values})
        response = HTMLResponse(text, status_code=status)
        if SAID in self.request.cookies and not self.partial:
            response.delete_cookie(SAID)
        if AREA in self.request.query_params:
            response.set_cookie(AREA, self.area, httponly=True, samesite="strict", secure=self.parlour.secure)
        return response

    def go(self, to: str, said: str = "", *, bad: bool = False) -> Response:
        """On to another page of ours, with one sentence about what was done."""
        response = RedirectResponse(to, status_code=303)
        if said:
            text = quote(("!" if bad else "") + said)[:3500]
            response.set_cookie(SAID, text, max_age=60, httponly=True, samesite="strict", secure=self.parlour.secure)
        return response

    def back(self, otherwise: str) -> str:
        """The page of ours that the form was on."""
        parts = urlsplit(self.request.headers.get("referer", ""))
        mine = parts.netloc == self.request.headers.get("host", "") and parts.path.startswith("/")
        return (parts.path + (f"?{parts.query}" if parts.query else "")) if mine else otherwise


def partial(request: Request) -> bool:
    """Whether a page that is open asks for a part of itself."""
    return request.headers.get("hx-request") == "true"


View = Callable[[Visit], Awaitable[Response]]


def hidden(view: View) -> View:
    """What is in an area that is not this person's does not exist for them. The refusal stays in the journal."""

    async def look(visit: Visit) -> Response:
        try:
            return await view(visit)
        except NotAllowed:
            return visit.page("missing.html", status=404)

    return look


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """A page or a form and who may use it. There is no door without a rule."""

    path: str
    view: View
    needs: Deed
    method: Literal["GET", "POST"] = "GET"
    fresh: bool = False  # only for somebody who has proved again, minutes ago, who they are


async def read_form(request: Request) -> Mapping[str, list[str]]:
    """The fields of a form; `Mistake` if it is too long or none."""
    kind = request.headers.get("content-type", "").split(";")[0]
    if kind != "application/x-www-form-urlencoded":
        raise Mistake("Only forms are taken here.")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise Mistake("This is too long to save. Nothing was changed; please shorten it.")
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=FIELDS)
    except (UnicodeDecodeError, ValueError):
        raise Mistake("This form could not be read. Nothing was changed; please try again.") from None
