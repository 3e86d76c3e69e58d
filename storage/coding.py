"""What people of the team sorted answers under, each for themselves, where two of them differ, and what was settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.agreement import Agreement
from flows.frames import GIVEN, NOTHING, Label
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


async def agreement(conn: AsyncConnection, areas: Sequence[str], first: str, second: str) -> Mapping[str, Agreement]:
    """Label → how far the two agree about it, over the answers that both have looked at."""
    looked, cells = _cells(areas, first, second)
    c = cells.c
    whole = sa.select(sa.func.count()).select_from(looked).scalar_subquery()
    counted = sa.select(
        c.label,
        sa.func.sum(c.one * c.two).label("both"),
        sa.func.sum(c.one * (1 - c.two)).label("first"),
        sa.func.sum((1 - c.one) * c.two).label("second"),
        whole.label("whole"),
    ).group_by(c.label)
    return {
        row.label: Agreement(
            both=int(row.both),
            first=int(row.first),
            second=int(row.second),
            neither=int(row.whole - row.both - row.first - row.second),
        )
        for row in await conn.execute(counted)
    }


async def differences(
    conn: AsyncConnection, areas: Sequence[str], first: str, second: str, limit: int = MOST
) -> list[Difference]:
    """Where the two differ and nobody has settled it since, newest answers first."""
    _, cells = _cells(areas, first, second)
    c = cells.c
    moved = sa.func.coalesce(_c.removed_at, _c.at) > _v.at
    again = sa.exists().where(_c.run_id == c.run_id, _c.step == c.step, _c.label == c.label, moved)
    settled = sa.exists().where(_v.run_id == c.run_id, _v.step == c.step, _v.label == c.label, sa.not_(again))
    asked = (
        sa.select(cells)
        .where(c.one != c.two, sa.not_(settled))
        .order_by(c.at.desc(), c.run_id, c.step, c.label)
        .limit(limit)
    )
    return [
        Difference(place=(row.run_id, row.step), label=row.label, coder=first if row.one else second)
        for row in await conn.execute(asked)
    ]
