"""Reads how an area stands before its gates, and whether a flow may begin there."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from flows.definition import Flow, Programme
from flows.gates import ANYWAY, GATES_OF_PHASE, Missing, Standing
from flows.gates import closed as lacking
from flows.signposts import stale
from storage import agenda, commitments, facilitators, people, workshops
from storage.people import Member

ASKED_FOR = ("between",)
"""Flows of these phases are held up as prompts only: whoever goes on to one by themselves is not stopped."""
MARKABLE = ("active", "paused", "stopped")


async def standing(conn: AsyncConnection, programme: Programme, area: str, now: datetime) -> Standing:
    """All that the gates look at."""
    known = programme.areas[area]
    members = await people.of_areas(conn, [area])
    records = await agenda.confirmed(conn, area)
    dates = await workshops.all_of(conn)
    first = dates.get((area, 1))
    return Standing(
        area=area,
        today=now.astimezone(ZoneInfo(known.zone)).date(),
        texts=programme.texts,
        reason=known.reason,
        recorded=frozenset(records),
        waived={name.removeprefix(ANYWAY): why for name, why in records.items() if name.startswith(ANYWAY)},
        guardians=frozenset(one.duty for one, _ in await facilitators.working(conn, area)),
        stale=stale(programme.signposts, now.date()) if programme.signposts else None,
        evaluation=any((area, wave) in dates for wave in _evaluated(programme)),
        sourced=_sourced(programme, area),
        missed=sum(member.attendance.get(1) == "missed" for member in members),
        unmarked=_unmarked(members, first.starts_at if first else None),
        issues=tuple(await agenda.of_areas(conn, [area])),
        scope=await agenda.scope(conn, area),
        commitments=tuple(await commitments.of_areas(conn, [area])),
    )


def _unmarked(members: Sequence[Member], began: datetime | None) -> int:
    """Whoever joined after the workshop had begun could not be there."""
    there = [one for one in members if one.state in MARKABLE and (began is None or one.joined_at < began)]
    return sum(1 not in member.attendance for member in there)


def _evaluated(programme: Programme) -> set[int]:
    """The waves after which people are asked how it was."""
    asking = {flow.id for flow in programme.flows.values() if any("evaluation" in step.tags for step in flow.steps)}
    return {entry.wave for entry in programme.entries if entry.flow in asking}


def _sourced(programme: Programme, area: str) -> int | None:
    """How many cards of the area say where their figures come from; None: no flow asks for a card."""
    steps = [step for flow in programme.flows.values() for step in flow.steps]
    if not any(condition.subject.startswith("cards.") for step in steps for condition in step.when):
        return None
    return sum(bool(card.get("source", "").strip()) for card in programme.areas[area].cards.values())


async def closed(
    conn: AsyncConnection, programme: Programme, flow: Flow, area: str, now: datetime, *, prompted: bool = False
) -> tuple[Missing, ...]:
    """What keeps this flow from beginning in this area; () when nothing does. `prompted`: of our own accord."""
    gates = gates_of(programme, flow, prompted=prompted)
    return lacking(await standing(conn, programme, area, now), gates) if gates else ()


def gates_of(programme: Programme, flow: Flow, *, prompted: bool) -> tuple[str, ...]:
    """The gates this flow waits at."""
    if flow.service or (flow.phase in ASKED_FOR and not prompted) or _catches_up(programme, flow):
        return ()
    return GATES_OF_PHASE.get(flow.phase, ())


def _catches_up(programme: Programme, flow: Flow) -> bool:
    """It is for those who missed a workshop alone: what a gate asks for is not held up by it."""
    audiences = {entry.audience for entry in programme.entries if entry.flow == flow.id}
    return audiences == {"missed"} and flow.phase == "between"
