"""One-line views that people put to each other: checked by the team first, then voted on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import mine
from storage.rows import new_id
from storage.tables import answers, participants
from storage.tables_loop import statements, votes

_s = statements.c
_v = votes.c
STATES = ("waiting", "approved", "reword", "held")


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One view. `code_name` is empty when the team wrote it; pass is a vote, too: it was seen."""

    id: str
    area: str
    text: str
    state: str
    reason: str
    made_at: datetime
    judged_by: str
    participant_id: str | None = None
    code_name: str = ""
    agree: int = 0
    disagree: int = 0
    passed: int = 0

    @property
    def seen(self) -> int:
        """How many people have had it before them."""
        return self.agree + self.disagree + self.passed


def _tally(vote: str) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((_v.vote == vote, 1), else_=0)), 0)


STANDS = sa.or_(
    _s.run_id == "",
    sa.exists()
    .where(answers.c.run_id == _s.run_id, answers.c.step == _s.step)
    .where(answers.c.withdrawn_at.is_(None), answers.c.share != "me"),
)
"""What its author took back, or kept to themselves after all, is nobody's to read."""
LISTED = (
    sa.select(
        *(_s[name] for name in ("id", "area", "text", "state", "reason", "made_at", "judged_by", "participant_id")),
        _s.run_id,
        _s.step,
        sa.func.coalesce(participants.c.code_name, "").label("code_name"),
        _tally("agree").label("agree"),
        _tally("disagree").label("disagree"),
        _tally("pass").label("passed"),
    )
    .select_from(
        statements.outerjoin(votes, _v.statement_id == _s.id).outerjoin(
            participants, participants.c.id == _s.participant_id
        )
    )
    .where(STANDS)
    .group_by(*statements.c, participants.c.code_name)
)


async def of_areas(conn: AsyncConnection, areas: Sequence[str], state: str = "") -> list[Statement]:
    """The statements of these areas, oldest first. One that waits is shown as its author has it now."""
    question = LISTED.where(_s.area.in_(areas)).order_by(_s.made_at, _s.id)
    return await _read(conn, question.where(_s.state == state) if state else question)


async def counts(conn: AsyncConnection, areas: Sequence[str]) -> dict[tuple[str, str], int]:
    """How many statements there are, by area and state."""
    wanted = sa.select(_s.area, _s.state, sa.func.count().label("n")).where(_s.area.in_(areas), STANDS)
    return {(row.area, row.state): row.n for row in await conn.execute(wanted.group_by(_s.area, _s.state))}


async def find(conn: AsyncConnection, id: str) -> Statement | None:
    """The statement of this name."""
    return next(iter(await _read(conn, LISTED.where(_s.id == id))), None)


async def _read(conn: AsyncConnection, question: sa.Select[Any]) -> list[Statement]:
    rows = (await conn.execute(question)).all()
    waiting = {(row.run_id, row.step) for row in rows if row.state == "waiting" and row.run_id}
    now = await mine.words_at(conn, waiting) if waiting else {}
    return [_statement(row, now.get((row.run_id, row.step), "")) for row in rows]


def _statement(row: Any, now: str) -> Statement:
    """`now`: its words as its author has them, if it waits."""
    values = {name: value for name, value in row._mapping.items() if name not in ("run_id", "step")}
    return Statement(**{**values, "text": _line(now) or row.text})


def _line(words: str) -> str:
    return " ".join(words.split())


async def submit(
    conn: AsyncConnection, area: str, text: str, now: datetime, *, author: str | None, run_id: str = "", step: str = ""
) -> str:
    """A new statement waits to be checked. Said anew at the same place, it takes the place of the older one."""
    known = sa.select(_s.id).where(_s.run_id == run_id, _s.step == step, _s.participant_id == author)
    old = await conn.scalar(known) if run_id else None
    if old is not None:
        again = {"text": _line(text), "state": "waiting", "reason": "", "judged_at": None, "judged_by": ""}
        await conn.execute(sa.update(statements).where(_s.id == old).values(**again))
        await conn.execute(sa.delete(votes).where(_v.statement_id == old))
        return str(old)
    id = f"s{new_id(9)}"
    row = {"id": id, "area": area, "participant_id": author, "run_id": run_id, "step": step}
    await conn.execute(sa.insert(statements), {**row, "text": _line(text), "made_at": now})
    return id


async def judge(
    conn: AsyncConnection, statement: Statement, state: str, *, reason: str, by: str, now: datetime
) -> None:
    """The team has looked at it, and at these very words."""
    judged = {"text": statement.text, "state": state, "reason": reason, "judged_by": by, "judged_at": now}
    await conn.execute(sa.update(statements).where(_s.id == statement.id).values(**judged))


async def to_vote_on(conn: AsyncConnection, area: str, participant_id: str) -> list[Statement]:
    """What this person may be shown: approved, by somebody else, new to them; what fewest have seen comes first."""
    voted = sa.exists().where(_v.statement_id == _s.id, _v.participant_id == participant_id).correlate(statements)
    others = sa.or_(_s.participant_id.is_(None), _s.participant_id != participant_id)
    found = await _read(conn, LISTED.where(_s.area == area, _s.state == "approved", others, ~voted))
    return sorted(found, key=lambda one: (one.seen, one.made_at, one.id))


async def vote(conn: AsyncConnection, participant_id: str, cast: Mapping[str, str], now: datetime) -> int:
    """This person's votes by statement; the last word counts. How many were taken: never on one's own."""
    others = sa.or_(_s.participant_id.is_(None), _s.participant_id != participant_id)
    known = await conn.scalars(sa.select(_s.id).where(_s.id.in_(list(cast)), _s.state == "approved", others))
    rows = [{"statement_id": id, "participant_id": participant_id, "vote": cast[id], "at": now} for id in known]
    if rows:
        insert = (sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert)(votes)
        taken = {name: insert.excluded[name] for name in ("vote", "at")}
        keys = ["statement_id", "participant_id"]
        await conn.execute(insert.on_conflict_do_update(index_elements=keys, set_=taken), rows)
    return len(rows)


async def newest_of(conn: AsyncConnection, participant_id: str) -> Statement | None:
    """What this person wrote last."""
    newest = LISTED.where(_s.participant_id == participant_id).order_by(_s.made_at.desc()).limit(1)
    return next(iter(await _read(conn, newest)), None)


def outcome(found: Iterable[Statement], fewest: int) -> tuple[Statement, Statement] | None:
    """What most agree on, and what people split on; None while too few have said what they think."""
    heard = [one for one in found if one.state == "approved" and one.agree + one.disagree >= fewest]
    if len(heard) < 2:
        return None
    agreed = max(heard, key=lambda one: (one.agree / (one.agree + one.disagree), one.agree, one.id))
    rest = [one for one in heard if one is not agreed]
    return agreed, min(rest, key=lambda one: (abs(one.agree - one.disagree) / (one.agree + one.disagree), one.id))
