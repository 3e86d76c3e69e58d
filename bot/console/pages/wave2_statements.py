"""What people write for each other: looked at before others see it; and what it has come to."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.responses import Response

from bot.console.page import Door, Visit
from bot.console.pages.wave2_frame import nowhere, page
from bot.facilitation import Mistake
from bot.facilitation.exchange import LONGEST, words_mark
from bot.rights import Deed
from storage.statements import Statement

HERE: Final = "/wave2/statements"
SHOWN: Final = 50
TABS: Final = (
    ("waiting", "To look at"),
    ("approved", "Others can see"),
    ("reword", "Asked to say anew"),
    ("held", "Kept back"),
)


async def queue(visit: Visit) -> Response:
    """What nobody has looked at, oldest first; or what was decided, newest first."""
    state = visit.asked("state", "waiting")
    if state not in dict(TABS):
        return nowhere(visit)
    found = await visit.office.statements(visit.who, visit.wanted_areas)
    counts = {name: sum(one.state == name for one in found) for name, _ in TABS}
    there = [one for one in found if one.state == state]
    if state != "waiting":
        there = _older(there[::-1], visit.asked("before"))
    return page(
        visit,
        "wave2_statements.html",
        HERE,
        state=state,
        states=TABS,
        counts=counts,
        found=there[:SHOWN],
        left=len(there) - SHOWN,
        mark=words_mark,
        reasons=visit.office.reasons(),
        may_write=visit.may(Deed.AGENDA),
        longest=LONGEST,
    )


def _older(found: list[Statement], before: str) -> list[Statement]:
    """Those after the one of this name."""
    place = next((n for n, one in enumerate(found) if one.id == before), -1)
    return found[place + 1 :]


async def results(visit: Visit) -> Response:
    """What most agree on, and what people split on."""
    found = await visit.office.results(visit.who, visit.wanted_areas)
    return page(visit, "wave2_results.html", HERE, found=found)


async def add(visit: Visit) -> Response:
    """A view that was said aloud, written down."""
    area = visit.given("area")
    if area not in {one.id for one in visit.areas}:
        return nowhere(visit)
    await visit.office.add_statement(visit.who, area, visit.given("text"))
    return visit.go(HERE, "Written down. It is looked at like any other.")


Judge = Callable[[Visit, Statement], Awaitable[str]]


async def _judged(visit: Visit, judge: Judge) -> Response:
    """Decide on a statement as it was shown; the next one comes to the front."""
    statement = await visit.office.statement(visit.who, visit.path("id"))
    if statement is None:
        return nowhere(visit)
    if visit.given("seen") != words_mark(statement):
        raise Mistake("Its author has changed it meanwhile, so nothing was decided. Here is how it reads now.")
    return visit.go(f"{HERE}#queue", await judge(visit, statement))


async def approve(visit: Visit) -> Response:
    """Others may see it."""

    async def judge(visit: Visit, statement: Statement) -> str:
        await visit.office.approve_statement(visit.who, statement.id)
        return f"Others can see it now: “{statement.text}”"

    return await _judged(visit, judge)


async def reword(visit: Visit) -> Response:
    """Its author is asked to say it in other words."""

    async def judge(visit: Visit, statement: Statement) -> str:
        await visit.office.reword_statement(visit.who, statement.id, visit.given("reason"))
        return f"Its author is asked to say it anew: “{statement.text}”"

    return await _judged(visit, judge)


async def hold(visit: Visit) -> Response:
    """Kept back, and its author is told why."""

    async def judge(visit: Visit, statement: Statement) -> str:
        await visit.office.hold_statement(visit.who, statement.id, visit.given("reason"))
        return f"Kept back, and its author is told why: “{statement.text}”"

    return await _judged(visit, judge)


DOORS = (
    Door(path=HERE, view=queue, needs=Deed.MODERATE),
    Door(path=HERE, view=add, needs=Deed.AGENDA, method="POST"),
    Door(path=f"{HERE}/results", view=results, needs=Deed.MODERATE),
    Door(path=f"{HERE}/{{id}}/approve", view=approve, needs=Deed.MODERATE, method="POST"),
    Door(path=f"{HERE}/{{id}}/reword", view=reword, needs=Deed.MODERATE, method="POST"),
    Door(path=f"{HERE}/{{id}}/hold", view=hold, needs=Deed.MODERATE, method="POST"),
)
