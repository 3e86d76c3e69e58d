"""One area: the gates before each phase, what is missing at each, and the three ways to go on."""

from datetime import date
from typing import Final

from starlette.responses import Response

from bot.console.page import Door, Visit
from bot.console.pages.wave2_frame import spot
from bot.facilitation import Gate, Mistake
from bot.rights import Deed
from flows.gates import GATES, NEVER_ANYWAY, SIGNED, Missing

TOWARDS: Final = ("issue", "scope", "commitment")
"""The verbs of commands that are done on the pages towards wave 2."""


async def area(visit: Visit) -> Response:
    """The page."""
    known = _known(visit)
    if known is None:
        return visit.page("missing.html", status=404)
    gates = await visit.office.gates(visit.who, [known])
    return visit.page(
        "programme_area.html",
        area=visit.programme.areas[known],
        gates=[(gate, [(one, *where(one, known)) for one in gate.missing]) for gate in gates],
        state=state,
        never=NEVER_ANYWAY,
        signed=SIGNED,
        today=visit.now.astimezone(visit.zone).date(),
    )


def state(gate: Gate) -> tuple[str, str]:
    """How a gate stands, and the tone of it."""
    if not gate.missing:
        return "open", "good"
    if gate.anyway:
        return "gone on without", "warm"
    return f"{len(gate.missing)} missing", "bad"


def where(missing: Missing, area: str) -> tuple[str, str]:
    """The page on which it is filled in and that page's name; else no page, and the file with its key."""
    verb, _, _ = missing.where.removeprefix("reconvene ").partition(" ")
    if verb == "attend":
        return spot(missing, area), "Workshop 1"
    return (spot(missing, area), "Towards wave 2") if verb in TOWARDS else ("", missing.where)


async def confirm(visit: Visit) -> Response:
    """Vouch for something, with a note of how one knows."""
    known = _known(visit)
    if known is None:
        return visit.page("missing.html", status=404)
    item = visit.given("item")
    if item in SIGNED:
        await visit.office.sign_gate(visit.who, known, item, name=visit.given("name"), on=_day(visit.given("on")))
    else:
        await visit.office.confirm_gate(visit.who, known, item, visit.given("note"))
    return visit.go(f"/programme/{known}#{_gate(visit)}", "It is written down, with your name.")


async def anyway(visit: Visit) -> Response:
    """Go on without, and say why."""
    known = _known(visit)
    if known is None:
        return visit.page("missing.html", status=404)
    gate = await visit.office.go_anyway(visit.who, known, _gate(visit), visit.given("reason"))
    return visit.go(f"/programme/{known}#{gate.gate}", f"You go on past {gate.gate} without. It is written down.")


def _known(visit: Visit) -> str | None:
    wanted = visit.path("area")
    return wanted if wanted in {one.id for one in visit.areas} else None


def _gate(visit: Visit) -> str:
    wanted = visit.given("gate")
    if wanted not in GATES:
        raise Mistake("There is no such gate. Nothing was changed.")
    return wanted


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Mistake(f"“{text}” is no day. Write it as in 2026-11-26.") from None


PATH = "/programme/{area}"
DOORS = (
    Door(path=PATH, view=area, needs=Deed.AGENDA),
    Door(path=f"{PATH}/confirm", view=confirm, needs=Deed.AGENDA, method="POST"),
    Door(path=f"{PATH}/anyway", view=anyway, needs=Deed.AGENDA, method="POST"),
)
