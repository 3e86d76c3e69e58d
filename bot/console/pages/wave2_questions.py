"""Questions to those who decide: how long they have waited, and what is replied."""

from typing import Final

from starlette.responses import Response

from bot.console.page import Door, Visit
from bot.console.pages.wave2_frame import nowhere, page
from bot.facilitation import Mistake
from bot.facilitation.questions import LONGEST, OWED
from bot.plainness import read_aloud
from bot.rights import Deed
from storage.passing import Passed

HERE: Final = "/wave2/questions"
SHOWN: Final = 50


async def queue(visit: Visit) -> Response:
    """Those without a reply, the oldest first."""
    return await _shown(visit)


async def _shown(visit: Visit, typed: dict[str, str] | None = None, wrong: str = "") -> Response:
    """`typed`: a reply that could not be saved, with the question it is for."""
    found = await visit.office.waiting_questions(visit.who, visit.wanted_areas, SHOWN)
    seats, passed = await _seats(visit)
    return page(
        visit,
        "wave2_questions.html",
        HERE,
        status=422 if wrong else 200,
        found=found,
        days=OWED.days,
        longest=LONGEST,
        roles=sorted({one.reply.by for one in found.replied if one.reply}),
        seats=seats,
        names={number: role for there in seats.values() for number, role in there},
        passed=passed,
        typed=typed or {},
        wrong=wrong,
    )


async def _seats(visit: Visit) -> tuple[dict[str, list[tuple[int, str]]], dict[str, list[Passed]]]:
    """Who could be asked, by area; and what was put to somebody already, by question."""
    if visit.programme.stakeholders is None or not visit.may(Deed.STAKEHOLDERS):
        return {}, {}
    seats: dict[str, list[tuple[int, str]]] = {}
    for one in await visit.office.stakeholders(visit.who, visit.wanted_areas):
        seats.setdefault(one.area, []).append((one.id, one.role or one.name))
    passed: dict[str, list[Passed]] = {}
    for put in await visit.office.passed_on(visit.who, visit.wanted_areas):
        if put.stakeholder_id is not None:
            passed.setdefault(f"{put.run_id}.{put.step}", []).append(put)
    return seats, passed


async def reply(visit: Visit) -> Response:
    """Pass on what somebody replied."""
    answer, role, text = visit.given("answer"), visit.given("replied_by"), visit.given("text")
    if await visit.office.question(visit.who, answer) is None:
        return nowhere(visit)
    try:
        await visit.office.answer_question(visit.who, answer, replied_by=role, text=text)
    except Mistake as mistake:
        return await _shown(visit, {"id": answer, "by": role, "text": text}, str(mistake))
    return visit.go(HERE, "Noted. They read it when they next hear of what their area talks about.")


async def put_to(visit: Visit) -> Response:
    """Put it to a stakeholder, without a name."""
    found = await visit.office.question(visit.who, visit.path("answer"))
    if found is None:
        return nowhere(visit)
    await visit.office.pass_on(visit.who, found.asked.id, words=visit.given("words"), to=visit.number("to"))
    return visit.go(HERE, "Put to them, without a name. Their reply comes back here to be looked at.")


async def pass_back(visit: Visit) -> Response:
    """A stakeholder's reply goes back to whoever asked."""
    found = await visit.office.question(visit.who, visit.path("answer"))
    if found is None:
        return nowhere(visit)
    _, passed = await _seats(visit)
    if visit.number("number") not in {put.id for put in passed.get(found.asked.id, ())}:
        return nowhere(visit)
    await visit.office.pass_back(visit.who, visit.number("number"), visit.given("words"))
    return visit.go(HERE, "Sent back to whoever asked, under the name or role that was chosen.")


async def plainness(visit: Visit) -> Response:
    """How hard a text is to read, while it is written."""
    text = (visit.all_given("text") or visit.all_given("reply") or visit.all_given("words") or ("",))[0]
    return visit.page("wave2_plainness.html", heard=read_aloud(text) if text.strip() else None)


DOORS = (
    Door(path=HERE, view=queue, needs=Deed.AGENDA),
    Door(path="/wave2/plainness", view=plainness, needs=Deed.AGENDA, method="POST"),
    Door(path=HERE, view=reply, needs=Deed.AGENDA, method="POST"),
    Door(path=f"{HERE}/{{answer}}/put", view=put_to, needs=Deed.STAKEHOLDERS, method="POST"),
    Door(path=f"{HERE}/{{answer}}/back", view=pass_back, needs=Deed.STAKEHOLDERS, method="POST"),
)
