"""The calendar of whole areas: how many people get what, and when; a row for each moment, not for each person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.deadlines import ENTRY
from storage.tables import deadlines, participants

PREFIX = "entry:"
_d, _p = deadlines.c, participants.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """So many people of an area have this entry of the calendar at this moment, had it, or do without it (`state`)."""

    area: str
    entry: str
    state: str
    due_at: datetime
    reason: str
    people: int


async def of_areas(conn: AsyncConnection, areas: Sequence[str]) -> list[Slot]:
    """All entries of these areas, past and future, in order of time."""
    groups = (_p.area, _d.key, _d.state, _d.due_at, _d.reason)
    found = await conn.execute(
        sa.select(*groups, sa.func.count().label("people"))
        .join_from(participants, deadlines)
        .where(_p.area.in_(areas), _d.kind == ENTRY)
        .group_by(*groups)
        .order_by(_d.due_at, _d.key, _p.area)
    )
    return [
        Slot(
            area=row.area,
            entry=row.key.removeprefix(PREFIX).split(":")[0],
            state=row.state,
            due_at=row.due_at,
            reason=row.reason,
            people=row.people,
        )
        for row in found
    ]
