"""Who answers for a key issue: asked, heard, and shown as silent where they are."""

from typing import Final

from starlette.responses import Response

from bot.console.page import Door, Visit
from bot.console.pages.wave2_frame import day, nowhere, page, theirs, whole_number
from bot.facilitation import Answerable, Mistake
from bot.facilitation.commitments import Said
from bot.rights import Deed
from flows.agenda import LEVELS, POSITIONS, STATES

HERE: Final = "/wave2/commitments"
SAID: Final = ("position", "state", "action", "reply", "reason")


async def listed(visit: Visit) -> Response:
    """Everybody who was asked."""
    found = await visit.office.commitments(visit.who, visit.wanted_areas)
    issues = [one for one in await visit.office.issues(visit.who, visit.wanted_areas) if one.approved]
    there = {one.commitment.issue_id for one in found}
    levels = visit.office.called(LEVELS)
    nobody = [one for one in issues if one.id not in there]
    return page(visit, "wave2_commitments.html", HERE, found=found, nobody=nobody, levels=levels)


async def ask(visit: Visit) -> Response:
    """Ask somebody to answer for a key issue."""
    area, number = visit.given("area"), visit.number("number")
    if not theirs(visit, area):
        return nowhere(visit)
    asked = {"owner": visit.given("owner"), "level": visit.given("level")}
    seat = visit.number("seat") if visit.given("seat") else None
    one = await visit.office.ask_owner(visit.who, area, number, due_on=day(visit, "due_on"), seat=seat, **asked)
    return visit.go(f"/wave2/issues/{area}/{number}#answers", f"{one.commitment.owner} is asked to answer.")


async def _one(visit: Visit) -> Answerable | None:
    return await visit.office.commitment(visit.who, whole_number(visit.path("id")))


async def shown(visit: Visit) -> Response:
    """One of them, with all that was said."""
    found = await _one(visit)
    return await _page(visit, found) if found else nowhere(visit)


async def _page(visit: Visit, found: Answerable, typed: Said | None = None, wrong: str = "") -> Response:
    """`typed`: what could not be saved."""
    one = found.commitment
    values = {name: getattr(one, name) for name in SAID} | {"state": "", "due_on": one.due_on.isoformat()}
    return page(
        visit,
        "wave2_commitment.html",
        HERE,
        status=422 if wrong else 200,
        found=found,
        one=one,
        pledge=(await visit.office.pledges(visit.who, [one.area])).get(one.id),
        history=await visit.office.history_of(visit.who, one.id),
        area=visit.programme.areas[one.area],
        level=visit.office.called([one.level])[one.level],
        positions=tuple(POSITIONS),
        states=STATES[1:],
        typed={**values, **(typed or {})},
        wrong=wrong,
    )


async def hear(visit: Visit) -> Response:
    """Note what the owner said."""
    found = await _one(visit)
    if found is None:
        return nowhere(visit)
    said = Said(**{name: text for name in SAID if (text := visit.given(name))})  # type: ignore[typeddict-item]
    try:
        if visit.given("due_on"):
            said["due_on"] = day(visit, "due_on")
        await visit.office.hear_owner(visit.who, found.commitment.id, **said)
    except Mistake as mistake:
        return await _page(visit, found, said, str(mistake))
    return visit.go(f"{HERE}/{found.commitment.id}", "Noted. People read it in the next news.")


async def word(visit: Visit) -> Response:
    """Let the owner's line go to people."""
    found = await _one(visit)
    if found is None:
        return nowhere(visit)
    await visit.office.approve_wording(visit.who, found.commitment.id, visit.given("words"))
    return visit.go(f"{HERE}/{found.commitment.id}", "People read this line in the next news.")


DOORS = (
    Door(path=HERE, view=listed, needs=Deed.AGENDA),
    Door(path=HERE, view=ask, needs=Deed.AGENDA, method="POST"),
    Door(path=f"{HERE}/{{id}}", view=shown, needs=Deed.AGENDA),
    Door(path=f"{HERE}/{{id}}", view=hear, needs=Deed.AGENDA, method="POST"),
    Door(path=f"{HERE}/{{id}}/wording", view=word, needs=Deed.AGENDA, method="POST"),
)
