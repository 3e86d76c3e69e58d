"""Team: who is on it, as what and where; for who leads it."""

from typing import Final

from starlette.responses import Response

from bot.console.page import Door, Visit
from bot.rights import Deed, Role
from storage.rows import new_id

ROLES: Final = {
    Role.LEAD: ("Lead", "Everything, and the team itself. Cases of safeguarding only with that duty."),
    Role.FACILITATOR: ("Area facilitator", "Everything in their areas: people, answers, messages, workshops."),
    Role.MODERATOR: ("Moderator", "Reads answers, and checks what people write for each other. Sends nothing."),
    Role.SAFEGUARDING: ("Safeguarding lead", "Cases of safeguarding and the people they are about. No answers."),
    Role.OBSERVER: ("Observer", "Numbers and pictures. No people, no answers, no files."),
}


async def team(visit: Visit) -> Response:
    """Everybody."""
    return visit.page("team.html", team=await visit.office.colleagues(visit.who), roles=ROLES)


async def new(visit: Visit) -> Response:
    """A form for one more. Its key makes two presses one member."""
    return visit.page("team_new.html", roles=ROLES, key=new_id())


async def add(visit: Visit) -> Response:
    """One more. Their code is shown once, on the page that follows."""
    name, areas, role = visit.given("name"), visit.all_given("areas"), visit.given("role")
    code = await visit.office.facilitator_code(visit.who, name, areas, role=role, key=visit.given("key"))
    return visit.page("team_code.html", code=code, link=_link(visit, code.code))


async def member(visit: Visit) -> Response:
    """One of them."""
    found = await visit.office.colleague(visit.who, visit.path("id"))
    if found is None:
        return visit.page("missing.html", status=404)
    return visit.page("team_member.html", member=found, roles=ROLES, own=found.id == visit.who.id)


async def change(visit: Visit) -> Response:
    """Another role, or other areas."""
    if await visit.office.colleague(visit.who, visit.path("id")) is None:
        return visit.page("missing.html", status=404)
    areas = visit.all_given("areas")
    found = await visit.office.change_member(visit.who, visit.path("id"), visit.given("role"), areas)
    return visit.go("/team", f"{found.name} has the new role. They sign in anew.")


async def remove(visit: Visit) -> Response:
    """They are on the team no more."""
    if await visit.office.colleague(visit.who, visit.path("id")) is None:
        return visit.page("missing.html", status=404)
    found = await visit.office.remove_member(visit.who, visit.path("id"))
    return visit.go("/team", f"{found.name} is on the team no more, and is signed out everywhere.")


async def code(visit: Visit) -> Response:
    """A new code, for another chat."""
    if await visit.office.colleague(visit.who, visit.path("id")) is None:
        return visit.page("missing.html", status=404)
    made = await visit.office.member_code(visit.who, visit.path("id"))
    return visit.page("team_code.html", code=made, link=_link(visit, made.code))


def _link(visit: Visit, code: str) -> str:
    bot = visit.parlour.site.links.get("telegram", "")
    return f"{bot}?start={code}" if bot else ""


DOORS = (
    Door(path="/team", view=team, needs=Deed.STAFF),
    Door(path="/team/new", view=new, needs=Deed.STAFF, fresh=True),
    Door(path="/team/new", view=add, needs=Deed.STAFF, method="POST", fresh=True),
    Door(path="/team/{id}", view=member, needs=Deed.STAFF, fresh=True),
    Door(path="/team/{id}", view=change, needs=Deed.STAFF, method="POST", fresh=True),
    Door(path="/team/{id}/code", view=code, needs=Deed.STAFF, method="POST", fresh=True),
    Door(path="/team/{id}/remove", view=remove, needs=Deed.STAFF, method="POST", fresh=True),
)
