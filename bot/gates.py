"""Reads how an area stands before a gate, and whether a flow may begin there."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from flows.definition import Flow, Programme
from flows.gates import GATE_OF_PHASE, Missing, Standing, missing
from storage import agenda, commitments, people

MARKABLE = ("active", "paused", "stopped")


async def standing(conn: AsyncConnection, programme: Programme, area: str, now: datetime) -> Standing:
    """All that the gates look at."""
    known = programme.areas[area]
    members = await people.of_areas(conn, [area])
    return Standing(
        area=area,
        today=now.astimezone(ZoneInfo(known.zone)).date(),
        texts=programme.texts,
        reason=known.reason,
        recorded=await agenda.confirmed(conn, area),
        unmarked=sum(member.state in MARKABLE and 1 not in member.attendance for member in members),
        issues=tuple(await agenda.of_areas(conn, [area])),
        scope=await agenda.scope(conn, area),
        commitments=tuple(await commitments.of_areas(conn, [area])),
    )


async def closed(
    conn: AsyncConnection, programme: Programme, flow: Flow, area: str, now: datetime
) -> tuple[Missing, ...]:
    """What keeps this flow from beginning in this area; () when nothing does."""
    gate = gate_of(flow)
    if not gate:
        return ()
    return missing(await standing(conn, programme, area, now), gate)


def gate_of(flow: Flow) -> str:
    """The gate this flow waits at, "" if at none."""
    return "" if flow.service else GATE_OF_PHASE.get(flow.phase, "")
