"""Quotes: words kept to be used, whether they may be as things stand, and where they are."""

from urllib.parse import urlencode

from starlette.responses import Response

from bot.console.marking import as_written
from bot.console.page import Door, Visit, hidden
from bot.console.pages.reflections import about_one, answer, lists, near, the_card
from bot.facilitation import Mistake
from bot.rights import Deed
from storage.quotes import PAGE


async def keep(visit: Visit) -> Response:
    """Keep some words of a reflection."""
    id = visit.path("id")
    words, key = as_written(visit.given("words")), visit.given("key")
    try:
        if not words:
            raise Mistake("Mark the words of the quote first, or copy them into the field.")
        await visit.office.mark_quote(visit.who, id, words, key, near(visit))
    except Mistake as mistake:
        if not visit.partial:
            raise
        return await the_card(visit, id, str(mistake), bad=True)
    return await answer(visit, id, "The quote is kept.")


async def quotes(visit: Visit) -> Response:
    """All that are kept, newest first."""
    found = await visit.office.quotes(visit.who, visit.wanted_areas, visit.asked("before"))
    may_use = visit.may(Deed.AGENDA)
    issues = await visit.office.issues(visit.who, visit.wanted_areas) if may_use else []
    known = {
        **(await lists(visit)),
        "quotes": found,
        "may_use": may_use,
        "issues": {area: [one for one in issues if one.area == area] for area in visit.wanted_areas},
        "more": urlencode({"before": found[-1].id}) if len(found) == PAGE else "",
    }
    return visit.page("reflections_quotes.html", **known)


async def agreed(visit: Visit) -> Response:
    """The person said yes to this one."""
    await visit.office.quote_agreed(visit.who, visit.path("quote"))
    return visit.go(visit.back("/reflections/quotes"), "Noted: they agreed. The quote may be used.")


async def drop(visit: Visit) -> Response:
    """Keep it no more."""
    await visit.office.drop_quote(visit.who, visit.path("quote"))
    return visit.go(visit.back("/reflections/quotes"), "The quote is dropped. The reflection stays as it is.")


async def use(visit: Visit) -> Response:
    """Let a key issue speak with it."""
    issue = await visit.office.use_quote(visit.who, visit.path("quote"), visit.number("issue"))
    return visit.go(visit.back("/reflections/quotes"), f"Key issue {issue.number} speaks with this quote now.")


DOORS = (
    Door(path="/reflections/quotes", view=quotes, needs=Deed.READ),
    Door(path="/reflections/quotes/{quote}/agreed", view=hidden(agreed), needs=Deed.CODE, method="POST"),
    Door(path="/reflections/quotes/{quote}/drop", view=hidden(drop), needs=Deed.CODE, method="POST"),
    Door(path="/reflections/quotes/{quote}/use", view=hidden(use), needs=Deed.AGENDA, method="POST"),
    Door(path="/reflections/{id}/quotes", view=about_one(keep), needs=Deed.CODE, method="POST"),
)
