"""What people answered, taken together: the rows that totals are made of. Nobody is named here, and no code name is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.run import Value
from storage.reflections import SHARED, SOURCE
from storage.rows import from_json
from storage.tables import LAY, answers, attendance, equality, participants

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


async def given(
    conn: AsyncConnection, areas: Sequence[str], flows: Collection[str], steps: Collection[str] = ()
) -> list[Given]:
    """What was answered in these flows (at these steps, if any are named), but for what people kept to themselves, took
    back, or still talk about.
    """
    found = await conn.execute(
        sa.select(_a.participant_id, _a.area, _a.flow, _a.step, _a.value)
        .select_from(SOURCE)
        .where(_a.area.in_(areas), _a.flow.in_(flows), _a.value.is_not(None), LAY, *SHARED)
        .where(_a.step.in_(steps) if steps else sa.true())
        .order_by(_a.at, _a.run_id, _a.step)
    )
    newest = {(person, flow, step): (area, value) for person, area, flow, step, value in found.all()}
    return [
        Given(person=person, area=area, flow=flow, step=step, value=_value(value))
        for (person, flow, step), (area, value) in newest.items()
    ]


@lru_cache(maxsize=4096)
def _value(text: str) -> Value:
    """Many people choose the same."""
    value: Value = from_json(text, Value)  # type: ignore[arg-type]
    return value


async def told_apart(conn: AsyncConnection, areas: Sequence[str]) -> dict[tuple[str, str, str], int]:
    """How many of those who take part now gave which answer to the questions kept apart: (area, item, answer) → n."""
    p, e = participants.c, equality.c
    found = await conn.execute(
        sa.select(p.area, e.item, e.answer, sa.func.count().label("n"))
        .join_from(equality, participants)
        .where(p.area.in_(areas), p.state.in_(("active", "paused")), LAY)
        .group_by(p.area, e.item, e.answer)
    )
    return {(row.area, row.item, row.answer): row.n for row in found}


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
