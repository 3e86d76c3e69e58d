"""What people named as helping: the answers of each time somebody went through the questions about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.run import Value
from storage.reflections import HEARD, HIDDEN_FROM_TEAM, PRIVATE, SETTLED, SOURCE
from storage.rows import from_json
from storage.tables import LAY, answer_parts, answers, participants

_a = answers.c
_p = answer_parts.c


@dataclass(kw_only=True, slots=True)
class Named:
    """One place, group or person that somebody named, as they told of it. `values`, `words`: by step."""

    flow: str
    area: str
    person: str
    values: dict[str, Value] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


async def named(conn: AsyncConnection, areas: Sequence[str], steps: Iterable[tuple[str, str]]) -> list[Named]:
    """All that people named there and share with the team, oldest first; `steps`: the questions, each (flow, step)."""
    wanted = sa.or_(*(sa.and_(_a.flow == flow, _a.step == step) for flow, step in steps), sa.false())
    parts = sa.and_(_p.run_id == _a.run_id, _p.step == _a.step, _p.replaced_at.is_(None))
    found = await conn.execute(
        sa.select(_a.run_id, _a.step, _a.flow, _a.area, _a.participant_id, _a.value, _p.text, HEARD)
        .select_from(SOURCE.outerjoin(answer_parts, parts))
        .where(_a.area.in_(areas), wanted, _a.withdrawn_at.is_(None), _a.value.is_not(None))
        .where(_a.vis.not_in(HIDDEN_FROM_TEAM), participants.c.state != "joining", LAY, SETTLED, sa.not_(PRIVATE))
        .order_by(_a.at, _a.run_id, _p.at, _p.id)
    )
    told: dict[str, Named] = {}
    for row in found:
        one = told.setdefault(row.run_id, Named(flow=row.flow, area=row.area, person=row.participant_id))
        one.values[row.step] = from_json(row.value, Value)  # type: ignore[arg-type]
        if words := row.text or row.heard:
            one.words[row.step] = " ".join(filter(None, [one.words.get(row.step, ""), *words.split()]))
    return list(told.values())
