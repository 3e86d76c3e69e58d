"""Tokens: which other programs may ask, as what and where; for who leads the team."""

from typing import Final

from starlette.responses import Response

from bot.console.page import Door, Visit
from bot.console.pages.team import ROLES
from bot.facilitation.tokens import AS, DAYS
from bot.rights import Deed, Role
from storage.rows import new_id

MAY: Final = {
    Role.FACILITATOR: ("Area facilitator", "People by code name, answers, dates, tasks; and it may send messages."),
    Role.MODERATOR: ("Moderator", "What people put to each other, to show it or keep it back. No answers."),
    Role.OBSERVER: ("Observer", "Dates and figures. No people, no answers, nothing to change."),
}
assert tuple(MAY) == AS


async def listed(visit: Visit) -> Response:
    """Every token, and a form for one more. Its key makes two presses one token."""
    found = await visit.office.tokens(visit.who)
    good = [one for one in found if not one.over(visit.now)]
    over = [one for one in found if one.over(visit.now)]
    return visit.page("tokens.html", good=good, over=over, roles=ROLES, may=MAY, days=DAYS, key=new_id())


async def add(visit: Visit) -> Response:
    """One more. It is shown once, on the page that follows."""
    made = await visit.office.add_token(
        visit.who,
        visit.given("name"),
        role=visit.given("role"),
        areas=visit.all_given("areas"),
        days=visit.number("days"),
        key=visit.given("key"),
    )
    address = visit.parlour.site.address or str(visit.request.base_url).rstrip("/")
    return visit.page("tokens_made.html", made=made, address=address)


async def end(visit: Visit) -> Response:
    """It opens nothing any more."""
    ended = await visit.office.end_token(visit.who, visit.path("id"))
    return visit.go("/team/tokens", f"The token of {ended.name} is over. Whatever used it is not let in any more.")


DOORS = (
    Door(path="/team/tokens", view=listed, needs=Deed.STAFF, fresh=True),
    Door(path="/team/tokens", view=add, needs=Deed.STAFF, method="POST", fresh=True),
    Door(path="/team/tokens/{id}/end", view=end, needs=Deed.STAFF, method="POST", fresh=True),
)
