"""People: who takes part, by code name; who went quiet, and the phone calls that it leads to."""

from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from bot.console.page import Door, Visit, hidden
from bot.rights import Deed

KINDS: Final = (
    ("", "Everybody"),
    ("active", "Taking part"),
    ("quiet", "Quiet for 10 days"),
    ("unreached", "Cannot be reached"),
    ("missed", "Missed a workshop"),
    ("paused", "On a break"),
    ("joining", "Joining"),
    ("stopped", "Left"),
)
CALLED: Final = ("quiet", "unreached")


async def people(visit: Visit) -> Response:
    """The list, narrowed and searched, page by page."""
    kind, search = visit.asked("show"), visit.asked("q").strip()
    areas = _where(visit)
    found = await visit.office.roster(visit.who, areas, kind=kind, search=search, after=visit.asked("after"))
    where = {"where": visit.asked("where")} if visit.asked("where") else {}
    more = urlencode({"show": kind, "q": search, "after": found.after, **where}) if found.after else ""
    tabs = [
        (f"/people?{urlencode({'show': name, **where})}", words, name == kind, found.counts[name])
        for name, words in KINDS
        if found.counts[name] or name in ("", kind)
    ]
    known: dict[str, Any] = {"kind": kind, "search": search, "more": more, "areas": areas}
    return visit.page("people.html", found=found, tabs=tabs, Deed=Deed, **known)


async def phone(visit: Visit) -> Response:
    """One more person to call."""
    code_name = visit.given("code_name")
    made = await visit.office.phone(visit.who, code_name, visit.given("note"))
    said = f"{code_name} stands on the list of calls." if made else f"{code_name} stands on the list of calls already."
    return visit.go(visit.back("/people"), said)


async def phone_all(visit: Visit) -> Response:
    """Everybody who went quiet, or cannot be reached."""
    made = await visit.office.phone_all(visit.who, visit.all_given("in"), kind=visit.given("show"))
    people = "1 person stands" if made == 1 else f"{made} people stand"
    return visit.go(visit.back("/people"), f"{people} on the list of calls now. You find them under Today.")


def _where(visit: Visit) -> tuple[str, ...]:
    """The area that a link names, else what they look at."""
    where = visit.asked("where")
    return (where,) if where in {area.id for area in visit.areas} else visit.wanted_areas


DOORS = (
    Door(path="/people", view=people, needs=Deed.WATCH),
    Door(path="/people/phone", view=hidden(phone), needs=Deed.TASKS, method="POST"),
    Door(path="/people/phone/all", view=hidden(phone_all), needs=Deed.TASKS, method="POST"),
)
