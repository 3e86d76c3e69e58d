"""What people told at some questions, gathered by the conversation it was told in: light, for what is counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.run import Value
from storage.reflections import HEARD, SHARED, SOURCE
from storage.rows import from_json
from storage.tables import LAY, answer_parts, answers

_a = answers.c
_p = answer_parts.c


@dataclass(kw_only=True, slots=True)
class Told:
    """What one person told in one conversation. `values`, `words`: by step."""

    flow: str
    area: str
    person: str
    values: dict[str, Value] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


async def at(conn: AsyncConnection, areas: Sequence[str], steps: Iterable[tuple[str, str]]) -> list[Told]:
    """All that people share with the team, oldest first; `steps`: the questions, each (flow, step)."""
    asked = list(steps)
    exact = sa.or_(*(sa.and_(_a.flow == flow, _a.step == step) for flow, step in asked), sa.false())
    near = (_a.flow.in_({flow for flow, _ in asked}), _a.step.in_({step for _, step in asked}))  # for the index
    parts = sa.and_(_p.run_id == _a.run_id, _p.step == _a.step, _p.replaced_at.is_(None))
    rows = await conn.execute(
        sa.select(_a.run_id, _a.step, _a.flow, _a.area, _a.participant_id, _a.value, _p.text, HEARD)
        .select_from(SOURCE.outerjoin(answer_parts, parts))
        .where(_a.area.in_(areas), *near, exact, _a.value.is_not(None), LAY, *SHARED)
        .order_by(_a.at, _a.run_id, _p.at, _p.id)
    )
    found: dict[str, Told] = {}
    for row in rows:
        one = found.setdefault(row.run_id, Told(flow=row.flow, area=row.area, person=row.participant_id))
        one.values[row.step] = from_json(row.value, Value)  # type: ignore[arg-type]
        if words := row.text or row.heard:
            one.words[row.step] = " ".join(filter(None, [one.words.get(row.step, ""), *words.split()]))
    return list(found.values())
