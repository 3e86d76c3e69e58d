"""The list of people page by page: who they are by code name, where they stand, and how they take part."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import people, waiting
from storage.people import Member
from storage.tables import LAY, answers, attendance, participants, runs, tasks

PAGE: Final = 50
_p = participants.c
MISSED = sa.exists().where(attendance.c.participant_id == _p.id, attendance.c.state == "missed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One person on the list. `answered` of the `asked` conversations that the calendar began with them."""

    member: Member
    asked: int = 0
    answered: int = 0
    called: bool = False  # somebody of the team has been asked to call, and has not yet

    @property
    def code_name(self) -> str:
        """As the team knows them."""
        return self.member.code_name


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Some of the list, and from where the next page goes on ("" at its end)."""

    lines: tuple[Line, ...]
    after: str = ""


def kinds(quiet_since: datetime) -> Mapping[str, sa.ColumnElement[bool]]:
    """What the list can be narrowed to, by name."""
    return {
        "": LAY,
        **{state: sa.and_(LAY, _p.state == state) for state in ("active", "paused", "joining", "stopped")},
        "quiet": waiting.silent(quiet_since),
        "unreached": waiting.UNREACHED,
        "missed": sa.and_(LAY, MISSED),
    }


async def counts(conn: AsyncConnection, areas: Sequence[str], quiet_since: datetime) -> dict[str, int]:
    """How many people there are of each kind."""
    columns = [
        sa.func.coalesce(sa.func.sum(sa.case((test, 1), else_=0)), 0).label(f"k_{name}")
        for name, test in kinds(quiet_since).items()
    ]
    row = (await conn.execute(sa.select(*columns).where(LAY, _p.area.in_(areas)))).one()
    return {name: int(getattr(row, f"k_{name}")) for name in kinds(quiet_since)}


async def page(
    conn: AsyncConnection, areas: Sequence[str], kind: sa.ColumnElement[bool], *, search: str = "", after: str = ""
) -> Page:
    """The people of these areas, by area and code name, from behind `after`."""
    tests = [kind, _p.area.in_(areas)]
    if search:
        tests.append(sa.func.lower(_p.code_name).contains(search.casefold(), autoescape=True))
    if after:
        area, _, code_name = after.partition(":")
        tests.append(sa.or_(_p.area > area, sa.and_(_p.area == area, _p.code_name > code_name)))
    found = await people.some(conn, *tests, limit=PAGE + 1)
    shown = found[:PAGE]
    more = f"{shown[-1].area}:{shown[-1].code_name}" if len(found) > PAGE else ""
    return Page(lines=tuple(await lines(conn, shown)), after=more)


async def lines(conn: AsyncConnection, members: Sequence[Member]) -> list[Line]:
    """These people with how they take part: two statements for all of them."""
    ids = [member.id for member in members]
    said = sa.exists().where(
        answers.c.run_id == runs.c.id, answers.c.value.is_not(None), answers.c.withdrawn_at.is_(None)
    )
    found = await conn.execute(
        sa.select(
            runs.c.participant_id,
            sa.func.count().label("asked"),
            sa.func.sum(sa.case((said, 1), else_=0)).label("answered"),
        )
        .where(runs.c.participant_id.in_(ids), runs.c.entry != "")
        .group_by(runs.c.participant_id)
    )
    known = {member.id: Line(member=member) for member in members}
    for row in found:
        known[row.participant_id] = replace(known[row.participant_id], asked=row.asked, answered=int(row.answered))
    for id in await to_be_called(conn, ids):
        known[id] = replace(known[id], called=True)
    return list(known.values())


async def to_be_called(conn: AsyncConnection, ids: Collection[str]) -> set[str]:
    """Those of these people whom somebody of the team is to call."""
    waits = (tasks.c.participant_id.in_(ids), tasks.c.kind == waiting.CALL, tasks.c.done_at.is_(None))
    return set((await conn.scalars(sa.select(tasks.c.participant_id).where(*waits))).all())


async def uncalled(conn: AsyncConnection, areas: Sequence[str], kind: sa.ColumnElement[bool]) -> list[str]:
    """The ids of those of a kind whom nobody has been asked to call since they were last heard."""
    return list((await conn.scalars(sa.select(_p.id).where(kind, _p.area.in_(areas), ~waiting.CALLED))).all())
