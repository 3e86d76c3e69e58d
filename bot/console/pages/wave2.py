"""Towards wave 2: how far each area is, what is missing, and what can be decided."""

from starlette.responses import Response

from bot.console.page import Door, Visit
from bot.console.pages import (
    wave2_cases,
    wave2_commitments,
    wave2_issues,
    wave2_questions,
    wave2_statements,
    wave2_words,
)
from bot.console.pages.wave2_frame import day, lacks, nowhere, page, theirs
from bot.rights import Deed
from flows.agenda import FEWEST


async def overview(visit: Visit) -> Response:
    """Every area at one look; whoever only looks at statements goes there."""
    if not visit.may(Deed.AGENDA):
        return visit.go("/wave2/statements" if visit.may(Deed.MODERATE) else "/wave2/assets")
    found = await visit.office.outlook(visit.who, visit.wanted_areas)
    lacking = {(one.area, gate.gate): lacks(gate.missing, one.area) for one in found for gate in one.gates}
    return page(visit, "wave2.html", "/wave2", found=found, lacking=lacking, fewest=FEWEST)


async def scope(visit: Visit) -> Response:
    """What can be decided in one area."""
    area = visit.path("area")
    if not theirs(visit, area):
        return nowhere(visit)
    found = await visit.office.scope(visit.who, area)
    return page(visit, "wave2_scope.html", "/wave2", area=visit.programme.areas[area], scope=found)


async def set_scope(visit: Visit) -> Response:
    """Say what can be decided."""
    area = visit.path("area")
    if not theirs(visit, area):
        return nowhere(visit)
    words = {name: visit.given(name) for name in ("inside", "outside", "budget", "decider")}
    on = day(visit, "decided_on") if visit.given("decided_on") else None
    await visit.office.set_scope(visit.who, area, **words, decided_on=on)
    return visit.go(f"/wave2/scope/{area}", "Saved. People are told this when the key issues go out.")


DOORS = (
    Door(path="/wave2", view=overview, needs=Deed.READ),
    Door(path="/wave2/scope/{area}", view=scope, needs=Deed.AGENDA),
    Door(path="/wave2/scope/{area}", view=set_scope, needs=Deed.AGENDA, method="POST"),
    *wave2_issues.DOORS,
    *wave2_statements.DOORS,
    *wave2_questions.DOORS,
    *wave2_words.DOORS,
    *wave2_commitments.DOORS,
    *wave2_cases.DOORS,
)
