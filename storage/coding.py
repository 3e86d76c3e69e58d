"""What people of the team sorted answers under, each for themselves, where two of them differ, and what was settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.agreement import Agreement
from flows.frames import GIVEN, NOTHING, Label
from storage.columns import Instant
from storage.reading import Card, Place
from storage.rows import new_id
from storage.tables import answers
from storage.tables_reading import STANDING, code_verdicts, codes, themes

_a, _c, _v, _t = answers.c, codes.c, code_verdicts.c, themes.c
MOST = 50
"""Differences that are shown at once; when they are settled, the next ones come."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One of two people put this answer under the label, the other did not, though both have looked at it."""

    place: Place
    label: str
    coder: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the team settled about a label of an answer."""

    label: str
    holds: bool
    by: str
    at: datetime


# ── labels ─────────────────────────────────────────────────────────────────────────────────────────────────────
async def labels(conn: AsyncConnection, *, retired: bool = False) -> list[Label]:
    """Those that are there from the start, and the team's own; `retired`: only those that are not offered any more."""
    wanted = _t.retired_at.is_not(None) if retired else _t.retired_at.is_(None)
    found = await conn.execute(sa.select(themes).where(wanted).order_by(_t.made_at, _t.id))
    own = [Label(key=f"theme:{row.id}", name=row.name, kind="own", memo=row.memo, id=row.id) for row in found]
    return own if retired else [*GIVEN, *own]


async def names(conn: AsyncConnection) -> dict[str, str]:
    """How every label is called, those that are not offered any more included."""
    found = await conn.execute(sa.select(_t.id, _t.name))
    return {**{label.key: label.name for label in GIVEN}, **{f"theme:{row.id}": row.name for row in found}}


async def add_theme(conn: AsyncConnection, name: str, memo: str, by: str, now: datetime) -> str:
    """One of the team's own; its id."""
    row = {"id": new_id(), "name": name, "memo": memo, "made_by": by, "made_at": now, "changed_at": now}
    await conn.execute(sa.insert(themes), row)
    return str(row["id"])


async def change_theme(conn: AsyncConnection, id: str, now: datetime, **values: Any) -> bool:
    """False if there is none."""
    done = await conn.execute(sa.update(themes).where(_t.id == id).values(**values, changed_at=now))
    return done.rowcount == 1


# ── codes ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def add(conn: AsyncConnection, card: Card, label: str, coder: str, span: tuple[int, int], now: datetime) -> bool:
    """Sort an answer, or the words from `span` on, under a label. False if this person already has."""
    insert = (sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert)(codes)
    begin, end = span
    row = {
        "run_id": card.run_id,
        "step": card.reflection.step,
        "participant_id": card.participant_id,
        "label": label,
        "coder": coder,
        "begin": begin,
        "end": end,
        "words": card.text[begin:end],
        "revision": card.reflection.revision,
        "at": now,
    }
    new = await conn.scalar(insert.values(row).on_conflict_do_nothing().returning(_c.id))
    return new is not None


async def remove(conn: AsyncConnection, id: int, coder: str, now: datetime) -> bool:
    """Take a code of one's own off; it stays as history. False if there is none that stands."""
    mine = sa.update(codes).where(_c.id == id, _c.coder == coder, STANDING)
    return (await conn.execute(mine.values(removed_at=now, removed_by=coder))).rowcount == 1


async def settle(conn: AsyncConnection, card: Card, label: str, now: datetime, *, holds: bool, by: str) -> None:
    """The team says whether a label holds for an answer."""
    place = {"run_id": card.run_id, "step": card.reflection.step, "participant_id": card.participant_id}
    await conn.execute(sa.insert(code_verdicts), {**place, "label": label, "holds": holds, "by": by, "at": now})


async def verdicts(conn: AsyncConnection, place: Place) -> list[Verdict]:
    """What was settled about an answer, oldest first."""
    asked = sa.select(code_verdicts).where(_v.run_id == place[0], _v.step == place[1]).order_by(_v.id)
    return [Verdict(label=row.label, holds=row.holds, by=row.by, at=row.at) for row in await conn.execute(asked)]


# ── two coders ─────────────────────────────────────────────────────────────────────────────────────────────────
def _standing(areas: Sequence[str], first: str, second: str) -> sa.CTE:
    """Codes of these two on answers that may be read."""
    same = sa.and_(_a.run_id == _c.run_id, _a.step == _c.step)
    return (
        sa.select(_c.run_id, _c.step, _c.label, _c.coder, _a.at)
        .join_from(codes, answers, same)
        .where(STANDING, _c.coder.in_((first, second)))
        .where(_a.area.in_(areas), _a.withdrawn_at.is_(None), _a.share != "me")
        .cte("standing")
    )


def _cells(areas: Sequence[str], first: str, second: str) -> tuple[sa.CTE, sa.CTE]:
    """What both have looked at; and for each of these, label by label, who put it there: 1 or 0."""
    standing = _standing(areas, first, second)
    s = standing.c
    looked = (
        sa.select(s.run_id, s.step).group_by(s.run_id, s.step).having(sa.func.count(sa.distinct(s.coder)) == 2)
    ).cte("looked")
    cells = (
        sa.select(
            s.run_id,
            s.step,
            s.label,
            s.at,
            sa.func.max(sa.case((s.coder == first, 1), else_=0)).label("one"),
            sa.func.max(sa.case((s.coder == second, 1), else_=0)).label("two"),
        )
        .join(looked, sa.and_(looked.c.run_id == s.run_id, looked.c.step == s.step))
        .where(s.label != NOTHING)
        .group_by(s.run_id, s.step, s.label, s.at)
    ).cte("cells")
    return looked, cells


async def compared(
    conn: AsyncConnection, areas: Sequence[str], first: str, second: str, limit: int = MOST
) -> tuple[dict[str, Agreement], list[Difference]]:
    """How far the two agree, label by label, over the answers that both have looked at; and where they differ and
    nobody has settled it since, newest answers first. One statement, as both need all that the two have coded.
    """
    looked, cells = _cells(areas, first, second)
    differing = sa.select(_differing(cells, limit).subquery("differing"))
    rows = (await conn.execute(sa.union_all(_counted(looked, cells), differing))).all()
    each = {row.label: _agreement(row) for row in rows if not row.run_id}
    apart = sorted((row for row in rows if row.run_id), key=lambda row: (-row.at.timestamp(), row.run_id, row.step))
    return each, [
        Difference(place=(row.run_id, row.step), label=row.label, coder=first if row.one else second) for row in apart
    ]


def _counted(looked: sa.CTE, cells: sa.CTE) -> sa.Select[Any]:
    c = cells.c
    whole = sa.select(sa.func.count()).select_from(looked).scalar_subquery()
    counts = (c.one * c.two, c.one * (1 - c.two), (1 - c.one) * c.two)
    nobody = (sa.literal("").label("run_id"), sa.literal("").label("step"), sa.literal(None, Instant).label("at"))
    both, one, two = (sa.cast(sa.func.sum(count), sa.Integer) for count in counts)
    return sa.select(
        c.label, *nobody, one.label("one"), two.label("two"), both.label("both"), whole.label("whole")
    ).group_by(c.label)


def _differing(cells: sa.CTE, limit: int) -> sa.Select[Any]:
    c = cells.c
    moved = sa.func.coalesce(_c.removed_at, _c.at) > _v.at
    again = sa.exists().where(_c.run_id == c.run_id, _c.step == c.step, _c.label == c.label, moved)
    settled = sa.exists().where(_v.run_id == c.run_id, _v.step == c.step, _v.label == c.label, sa.not_(again))
    nothing = (sa.literal(0).label("both"), sa.literal(0).label("whole"))
    return (
        sa.select(c.label, c.run_id, c.step, c.at, c.one, c.two, *nothing)
        .where(c.one != c.two, sa.not_(settled))
        .order_by(c.at.desc(), c.run_id, c.step, c.label)
        .limit(limit)
    )


def _agreement(row: Any) -> Agreement:
    neither = row.whole - row.both - row.one - row.two
    return Agreement(both=row.both, first=row.one, second=row.two, neither=neither)
