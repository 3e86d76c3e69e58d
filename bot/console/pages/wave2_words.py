"""What helps people where they live, and the words they use beside the words of officials."""

from typing import Final

from starlette.responses import Response

from bot.console.page import Door, Visit
from bot.console.pages.wave2_frame import nowhere, page, theirs
from bot.facilitation.lexicon import Said
from bot.facilitation.stakeholders import SPEAKERS
from bot.rights import Deed
from storage.passing import Term

HERE: Final = "/wave2/lexicon"
SHOWN: Final = 50
"""Things of one kind, or phrases of one area, in one look: those of most people come first."""


async def assets(visit: Visit) -> Response:
    """What people named as helping in one area, by kind; the others are a link away."""
    area = visit.asked("place") or visit.wanted_areas[0]
    if not theirs(visit, area):
        return nowhere(visit)
    (found,) = await visit.office.assets(visit.who, [area])
    places = [one for one in visit.areas if one.id in visit.wanted_areas]
    return page(visit, "wave2_assets.html", "/wave2/assets", found=found, places=places, shown=SHOWN)


async def lexicon(visit: Visit) -> Response:
    """People's own words, and what was noted of them."""
    heard = await visit.office.phrases(visit.who, visit.wanted_areas)
    noted = await visit.office.terms(visit.who, visit.wanted_areas) if visit.may(Deed.STAKEHOLDERS) else []
    known = {(one.area, one.term.casefold()) for one in noted if one.said_by == SPEAKERS[0]}
    fresh = {area: [one for one in said if not _known(one, area, known)] for area, said in heard.items()}
    editable = {area for area in visit.wanted_areas if visit.may(Deed.STAKEHOLDERS, area)}
    return page(
        visit,
        "wave2_lexicon.html",
        HERE,
        fresh=fresh,
        noted=_by_area(visit, noted),
        speakers=SPEAKERS,
        editable=editable,
        shown=SHOWN,
    )


def _known(one: Said, area: str, known: set[tuple[str, str]]) -> bool:
    return (area, one.text[:80].casefold()) in known


def _by_area(visit: Visit, noted: list[Term]) -> dict[str, dict[str, list[Term]]]:
    return {
        area: {by: [one for one in noted if one.area == area and one.said_by == by] for by in SPEAKERS}
        for area in visit.wanted_areas
    }


async def note(visit: Visit) -> Response:
    """A word more."""
    area = visit.path("area")
    if not theirs(visit, area):
        return nowhere(visit)
    said_by, means = visit.given("said_by"), visit.given("means")
    one = await visit.office.note_term(visit.who, area, visit.given("term"), said_by=said_by, means=means)
    return visit.go(HERE, f"“{one.term}” is in the lexicon now.")


async def change(visit: Visit) -> Response:
    """Say it in another way."""
    area = visit.path("area")
    if not theirs(visit, area):
        return nowhere(visit)
    new = {name: visit.given(name) for name in ("term", "said_by", "means")}
    was = {"was": visit.given("was"), "was_said_by": visit.given("was_said_by")}
    one = await visit.office.change_term(visit.who, area, **was, **new)
    return visit.go(HERE, f"“{one.term}” was changed.")


async def drop(visit: Visit) -> Response:
    """Take it out."""
    area = visit.path("area")
    if not theirs(visit, area):
        return nowhere(visit)
    term = visit.given("was")
    await visit.office.drop_term(visit.who, area, term, said_by=visit.given("was_said_by"))
    return visit.go(HERE, f"“{term}” is out of the lexicon.")


DOORS = (
    Door(path="/wave2/assets", view=assets, needs=Deed.READ),
    Door(path=HERE, view=lexicon, needs=Deed.READ),
    Door(path=f"{HERE}/{{area}}", view=note, needs=Deed.STAKEHOLDERS, method="POST"),
    Door(path=f"{HERE}/{{area}}/change", view=change, needs=Deed.STAKEHOLDERS, method="POST"),
    Door(path=f"{HERE}/{{area}}/drop", view=drop, needs=Deed.STAKEHOLDERS, method="POST"),
)
