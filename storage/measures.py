"""What people answered, taken together: the rows that totals are made of. Nobody is named here, and no code name is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.run import Value
from storage.reflections import HIDDEN_FROM_TEAM, PRIVATE, SETTLED, SOURCE
from storage.rows import from_json
from storage.tables import LAY, answers, attendance, participants

_a = answers.c
CAME = ("attended", "left_early")


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """The newest answer of one person to one question, if it may be counted."""

    person: str
    area: str
    flow: str
    step: str
    value: Value


@dataclass(frozen=True, kw_only=True, slots=True)
class Somebody:
    """One participant, as far as totals go: where they are from, where they stand, which workshops they were at."""

    id: str
    area: str
    state: str
    patch: str
    came: frozenset[int]


async def given(conn: AsyncConnection, areas: Sequence[str], flows: Collection[str]) -> list[Given]:
    """What was answered in these flows, but for what people kept to themselves, took back, or still talk about."""
    found = await conn.execute(
        sa.select(_a.participant_id, _a.area, _a.flow, _a.step, _a.value)
        .select_from(SOURCE)
        .where(_a.area.in_(areas), _a.flow.in_(flows), _a.value.is_not(None), _a.withdrawn_at.is_(None))
        .where(_a.vis.not_in(HIDDEN_FROM_TEAM), participants.c.state != "joining", LAY, SETTLED, sa.not_(PRIVATE))
        .order_by(_a.at, _a.run_id, _a.step)
    )
    newest = {(row.participant_id, row.flow, row.step): _read(row) for row in found}
    return list(newest.values())


def _read(row: Any) -> Given:
    value: Value = from_json(row.value, Value)  # type: ignore[arg-type]
    return Given(person=row.participant_id, area=row.area, flow=row.flow, step=row.step, value=value)


async def everybody(conn: AsyncConnection, areas: Sequence[str]) -> list[Somebody]:
    """All who agreed to take part, also those who have left since."""
    p = participants.c
    there = (p.area.in_(areas), p.state != "joining", LAY)
    came: dict[str, frozenset[int]] = {}
    seen = sa.select(attendance.c.participant_id, attendance.c.wave).join(participants)
    for row in await conn.execute(seen.where(*there, attendance.c.state.in_(CAME))):
        came[row.participant_id] = came.get(row.participant_id, frozenset()) | {row.wave}
    found = await conn.execute(sa.select(p.id, p.area, p.state, p.facts).where(*there).order_by(p.id))
    return [
        Somebody(
            id=row.id,
            area=row.area,
            state=row.state,
            patch=str(from_json(row.facts, dict[str, Any]).get("profile.patch", "")),
            came=came.get(row.id, frozenset()),
        )
        for row in found
    ]
