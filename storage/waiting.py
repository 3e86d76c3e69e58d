"""What waits for a person of the team, counted where it comes in heaps: one statement each, whatever there is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import reflections, statements
from storage.tables import LAY, answers, deadlines, participants, runs, tasks
from storage.tables_loop import question_replies
from storage.tables_loop import statements as views

CALL = "callback"
"""The kind of task that is a phone call."""
TAKING_PART = ("active", "paused")
_p = participants.c
_d = deadlines.c
_planned = _d.state == sa.literal("planned", literal_execute=True)  # written out: a partial index must see the word


@dataclass(frozen=True, kw_only=True, slots=True)
class Heap:
    """So many of a kind wait in this area, the oldest of them since then."""

    area: str
    n: int
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Parked:
    """A conversation that stopped because its script is wrong, and of which no task tells the team."""

    code_name: str
    area: str
    flow: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Going:
    """One prompt or reminder of the calendar in one area: when the first goes out, and to how many people."""

    area: str
    entry: str
    at: datetime
    people: int


CALLED = sa.exists().where(
    tasks.c.participant_id == _p.id, tasks.c.kind == CALL, tasks.c.created_at >= _p.last_heard_at
)
"""Since this person was last heard, somebody has taken it upon them to call."""
UNREACHED = sa.and_(LAY, _p.state.in_(TAKING_PART), sa.not_(_p.reachable))
"""Whoever takes part and cannot be written to."""


def silent(since: datetime) -> sa.ColumnElement[bool]:
    """Whoever takes part, can be written to, takes no break, and was not heard since then."""
    return sa.and_(LAY, _p.state == "active", _p.reachable, _p.last_heard_at < since)


async def unreached(conn: AsyncConnection, areas: Sequence[str]) -> list[Heap]:
    """People whom nothing reaches any more and nobody has been asked to call."""
    return await _people(conn, areas, UNREACHED)


async def quiet(conn: AsyncConnection, areas: Sequence[str], since: datetime) -> list[Heap]:
    """People who have gone quiet and nobody has been asked to call."""
    return await _people(conn, areas, silent(since))


async def _people(conn: AsyncConnection, areas: Sequence[str], who: sa.ColumnElement[bool]) -> list[Heap]:
    tests = (who, _p.area.in_(areas), ~CALLED)
    count = sa.select(_p.area, sa.func.count().label("n"), sa.func.min(_p.last_heard_at).label("since")).where(*tests)
    return await _heaps(conn, count.group_by(_p.area))


async def views_to_check(conn: AsyncConnection, areas: Sequence[str]) -> list[Heap]:
    """One-line views that nobody has looked through yet."""
    tests = (views.c.area.in_(areas), views.c.state == "waiting", statements.STANDS)
    count = sa.select(views.c.area, sa.func.count().label("n"), sa.func.min(views.c.made_at).label("since"))
    return await _heaps(conn, count.where(*tests).group_by(views.c.area))


async def unanswered(
    conn: AsyncConnection, areas: Sequence[str], steps: Iterable[tuple[str, str]], before: datetime
) -> list[Heap]:
    """Questions asked before then, at one of these steps, that have no reply."""
    a = answers.c
    asked = sa.or_(*(sa.and_(a.flow == flow, a.step == step) for flow, step in steps), sa.false())
    replied = sa.exists().where(question_replies.c.run_id == a.run_id, question_replies.c.step == a.step)
    count = (
        sa.select(a.area, sa.func.count().label("n"), sa.func.min(a.at).label("since"))
        .select_from(reflections.SOURCE)
        .where(asked, a.area.in_(areas), a.at < before, a.value.is_not(None), LAY, *reflections.SHARED, ~replied)
    )
    return await _heaps(conn, count.group_by(a.area))


async def parked(conn: AsyncConnection, areas: Sequence[str]) -> list[Parked]:
    """Conversations that stand still and of which no task tells."""
    told = sa.exists().where(
        tasks.c.participant_id == runs.c.participant_id,
        tasks.c.kind == "stuck",
        tasks.c.created_at >= runs.c.touched_at,
    )
    found = await conn.execute(
        sa.select(_p.code_name, _p.area, runs.c.flow, runs.c.touched_at.label("since"))
        .join_from(runs, participants)
        .where(runs.c.state == sa.literal("parked", literal_execute=True), LAY, _p.area.in_(areas), ~told)
        .order_by(runs.c.touched_at)
    )
    return [Parked(**row._mapping) for row in found]


async def standing_still(conn: AsyncConnection, areas: Sequence[str], before: datetime) -> list[Heap]:
    """What should have happened before then and did not: the program is not at work, or waits after a restore."""
    count = (
        sa.select(_p.area, sa.func.count().label("n"), sa.func.min(_d.due_at).label("since"))
        .join_from(deadlines, participants)
        .where(_planned, _d.due_at < before, _living_in(areas))
    )
    return await _heaps(conn, count.group_by(_p.area))


def _living_in(areas: Sequence[str]) -> sa.ColumnElement[bool]:
    """A test that no index answers: what is due is looked up by its time, and whose it is afterwards."""
    return sa.func.coalesce(_p.area, "").in_(areas)


async def _heaps(conn: AsyncConnection, statement: sa.Select[Any]) -> list[Heap]:
    return [Heap(**row._mapping) for row in await conn.execute(statement)]


# ── what is to come ────────────────────────────────────────────────────────────────────────────────────────────
def _prompts(areas: Sequence[str]) -> tuple[sa.ColumnElement[bool], ...]:
    return (_d.kind == "entry", _planned, LAY, _p.state.in_(TAKING_PART), _living_in(areas))


async def going_out(conn: AsyncConnection, areas: Sequence[str], since: datetime, until: datetime) -> list[Going]:
    """The prompts of the calendar between these times, by area, soonest first."""
    first = sa.func.min(_d.due_at).label("at")
    found = await conn.execute(
        sa.select(_p.area, _d.key, first, sa.func.count().label("people"))
        .join_from(deadlines, participants)
        .where(*_prompts(areas), _d.due_at >= since, _d.due_at < until)
        .group_by(_p.area, _d.key)
        .order_by(first, _p.area, _d.key)
    )
    return [Going(area=row.area, entry=row.key.removeprefix("entry:"), at=row.at, people=row.people) for row in found]


async def next_out(conn: AsyncConnection, areas: Sequence[str], now: datetime) -> datetime | None:
    """When the next prompt of the calendar goes out."""
    soonest = sa.select(_d.due_at).join_from(deadlines, participants).where(*_prompts(areas), _d.due_at >= now)
    at: datetime | None = await conn.scalar(soonest.order_by(_d.due_at).limit(1))
    return at


async def heard(conn: AsyncConnection, areas: Sequence[str], since: datetime) -> dict[str, int]:
    """How many of those who take part were heard since then, by area."""
    tests = (LAY, _p.state.in_(TAKING_PART), _p.area.in_(areas), _p.last_heard_at >= since)
    count = sa.select(_p.area, sa.func.count().label("n")).where(*tests).group_by(_p.area)
    return {row.area: row.n for row in await conn.execute(count)}
