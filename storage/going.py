"""How far people have come: who has begun and finished each conversation, in which version, and who writes back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import LAY, answers, flow_versions, participants, publications, runs

_p, _r, _a = participants.c, runs.c, answers.c
_THERE = sa.and_(_p.role != "guest", _p.state != "joining")


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """People of one area in one flow. `older`: who are in the middle of a version that is not live."""

    flow: str
    area: str
    begun: int
    finished: int
    within: int
    older: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """People of one area in the middle of one version of a flow."""

    version: str
    area: str
    people: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A version of a flow that is kept."""

    version: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """One publication of the programme."""

    id: int
    version: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """How many people of one area were asked something by the calendar, and how many of them wrote back."""

    entry: str
    area: str
    asked: int
    replied: int


def _people(*when: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """How many different people there are, of those for whom this holds."""
    return sa.func.count(sa.distinct(sa.case((sa.and_(sa.true(), *when), _r.participant_id))))


async def passages(conn: AsyncConnection, areas: Sequence[str], live: Collection[str]) -> list[Passage]:
    """Everybody who has begun something, by flow and area. `live`: the versions that are live."""
    waits = _r.state == "waiting"
    found = await conn.execute(
        sa.select(
            _r.flow,
            _p.area,
            _people().label("begun"),
            _people(_r.state == "finished").label("finished"),
            _people(waits).label("within"),
            _people(waits, _r.version.not_in(live)).label("older"),
        )
        .join_from(runs, participants)
        .where(_THERE, _p.area.in_(areas))
        .group_by(_r.flow, _p.area)
    )
    return [Passage(**row._mapping) for row in found]


async def standing(conn: AsyncConnection, areas: Sequence[str], flow: str) -> list[Standing]:
    """Who is in the middle of which version of a flow."""
    found = await conn.execute(
        sa.select(_r.version, _p.area, _people().label("people"))
        .join_from(runs, participants)
        .where(_r.flow == flow, _r.state == "waiting", _THERE, _p.area.in_(areas))
        .group_by(_r.version, _p.area)
    )
    return [Standing(**row._mapping) for row in found]


async def kept(conn: AsyncConnection, flow: str) -> list[Kept]:
    """Every version of a flow, the newest first."""
    v = flow_versions.c
    found = await conn.execute(
        sa.select(v.version, v.published_at).where(v.flow == flow).order_by(v.published_at.desc(), v.version)
    )
    return [Kept(version=row.version, since=row.published_at) for row in found]


async def issues(conn: AsyncConnection, limit: int) -> list[Issue]:
    """The newest publications, without their files."""
    c = publications.c
    found = await conn.execute(sa.select(c.id, c.version, c.by, c.at).order_by(c.id.desc()).limit(limit))
    return [Issue(**row._mapping) for row in found]


async def joined(conn: AsyncConnection, areas: Sequence[str]) -> dict[str, int]:
    """How many people take part in each of these areas now."""
    there = (_p.area.in_(areas), _p.state.in_(("active", "paused")), LAY)
    found = await conn.execute(sa.select(_p.area, sa.func.count().label("n")).where(*there).group_by(_p.area))
    return {**dict.fromkeys(areas, 0), **{row.area: row.n for row in found}}


async def replies(conn: AsyncConnection, areas: Sequence[str]) -> list[Asked]:
    """Who was asked by each entry of the calendar, and who answered anything of it."""
    answered = sa.exists().where(_a.run_id == _r.id, _a.value.is_not(None))
    found = await conn.execute(
        sa.select(_r.entry, _p.area, _people().label("asked"), _people(answered).label("replied"))
        .join_from(runs, participants)
        .where(_r.entry != "", LAY, _p.state != "joining", _p.area.in_(areas))
        .group_by(_r.entry, _p.area)
    )
    return [Asked(**row._mapping) for row in found]
