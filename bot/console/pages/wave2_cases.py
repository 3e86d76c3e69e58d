"""Safeguarding: what was noticed about somebody's safety, for those who answer for it and nobody else."""

from typing import Final

from starlette.responses import Response

from bot.console.page import Door, Visit
from bot.console.pages.wave2_frame import nowhere, whole_number
from bot.rights import Deed
from storage.cases import MAILBOX, OUTCOMES, Case
from storage.rows import new_id

HERE: Final = "/wave2/cases"


async def listed(visit: Visit) -> Response:
    """What is not seen to yet, the gravest first; with those that are, if asked for. No words of anybody."""
    closed = visit.asked("closed") == "yes"
    found = await visit.office.cases(visit.who, closed=closed)
    there = [one for one in found if one.area in (*visit.wanted_areas, "")]
    if closed:
        there = sorted((one for one in there if one.state == "closed"), key=lambda one: one.heard_at, reverse=True)
    return visit.page("wave2_cases.html", found=there, closed=closed)


async def _one(visit: Visit) -> Case | None:
    """The case of the address, if it is this person's to see."""
    number = whole_number(visit.path("number"))
    return next((one for one in await visit.office.cases(visit.who, closed=True) if one.id == number), None)


async def shown(visit: Visit) -> Response:
    """One case with what was said. The look is noted."""
    if await _one(visit) is None:
        return nowhere(visit)
    case = await visit.office.case(visit.who, whole_number(visit.path("number")))
    somebody = bool(case.participant_id) and case.code_name != MAILBOX
    return visit.page("wave2_case.html", key=new_id(), case=case, somebody=somebody, outcomes=OUTCOMES)


async def take(visit: Visit) -> Response:
    """See to it."""
    case = await _one(visit)
    if case is None:
        return nowhere(visit)
    await visit.office.take_case(visit.who, case.id)
    return visit.go(f"{HERE}/{case.id}", "You have it now. The alerts stop.")


async def note(visit: Visit) -> Response:
    """What was done."""
    case = await _one(visit)
    if case is None:
        return nowhere(visit)
    await visit.office.note_case(visit.who, case.id, visit.given("text"))
    return visit.go(f"{HERE}/{case.id}#notes", "Written down.")


async def talk(visit: Visit) -> Response:
    """Write to the person through the assistant."""
    case = await _one(visit)
    if case is None or not case.participant_id:
        return nowhere(visit)
    await visit.office.write_to(visit.who, case.code_name, visit.given("text"), key=visit.given("key"))
    return visit.go(f"{HERE}/{case.id}#talk", f"Written to {case.code_name}.")


async def close(visit: Visit) -> Response:
    """It is seen to."""
    case = await _one(visit)
    if case is None:
        return nowhere(visit)
    await visit.office.close_case(visit.who, case.id, visit.given("outcome"), visit.given("note"))
    return visit.go(HERE, f"Case {case.id} is closed. The programme goes on for {case.code_name}.")


DOORS = (
    Door(path=HERE, view=listed, needs=Deed.SAFEGUARD),
    Door(path=f"{HERE}/{{number}}", view=shown, needs=Deed.SAFEGUARD),
    Door(path=f"{HERE}/{{number}}/take", view=take, needs=Deed.SAFEGUARD, method="POST"),
    Door(path=f"{HERE}/{{number}}/note", view=note, needs=Deed.SAFEGUARD, method="POST"),
    Door(path=f"{HERE}/{{number}}/talk", view=talk, needs=Deed.SAFEGUARD, method="POST"),
    Door(path=f"{HERE}/{{number}}/close", view=close, needs=Deed.SAFEGUARD, method="POST"),
)
