"""Residents' words that somebody of the team has looked at and passed on to those who decide, and what came back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import answers, contacts, participants
from storage.tables_loop import question_replies
from storage.tables_stakeholders import lexicon, passed_on

_p = passed_on.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
    """Words without their author. `stakeholder_id` none: for all of the area; else a question put to one of them."""

    id: int
    run_id: str
    step: str
    flow: str
    area: str
    words: str
    stakeholder_id: int | None
    reply: str
    by: str
    at: datetime
    answered: bool = False  # the reply has gone back to whoever asked


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A word that people here use."""

    area: str
    term: str
    said_by: str
    means: str


STANDS = sa.exists().where(
    answers.c.run_id == _p.run_id,
    answers.c.step == _p.step,
    answers.c.withdrawn_at.is_(None),
    answers.c.share != "me",
)
"""What its author took back, or kept to themselves after all, is shown to nobody."""
LISTED = (
    sa.select(passed_on, question_replies.c.reply.is_not(None).label("answered"))
    .select_from(
        passed_on.outerjoin(
            question_replies, sa.and_(question_replies.c.run_id == _p.run_id, question_replies.c.step == _p.step)
        )
    )
    .where(STANDS)
    .order_by(_p.id)
)


async def on(conn: AsyncConnection, now: datetime, **values: Any) -> int:
    """Pass these words on; the number under which they are known."""
    found: int = (await conn.execute(sa.insert(passed_on).values(**values, at=now).returning(_p.id))).scalar_one()
    return found


async def known(conn: AsyncConnection, run_id: str, step: str, stakeholder_id: int | None) -> bool:
    """Whether this answer was passed on to them before."""
    same = (_p.run_id == run_id, _p.step == step, _p.stakeholder_id.is_not_distinct_from(stakeholder_id))
    return (await conn.execute(sa.select(_p.id).where(*same))).first() is not None


async def of_areas(conn: AsyncConnection, areas: Sequence[str]) -> list[Passed]:
    """All that was passed on there and stands."""
    return await _read(conn, LISTED.where(_p.area.in_(areas)))


async def find(conn: AsyncConnection, id: int) -> Passed | None:
    """The words of this number."""
    return next(iter(await _read(conn, LISTED.where(_p.id == id))), None)


async def to_all(conn: AsyncConnection, area: str, flows: Iterable[str]) -> list[Passed]:
    """What was passed on to all of an area from these conversations."""
    return await _read(conn, LISTED.where(_p.area == area, _p.stakeholder_id.is_(None), _p.flow.in_(list(flows))))


async def asked_of(conn: AsyncConnection, stakeholder_id: int) -> list[Passed]:
    """Questions put to this stakeholder that they have not answered."""
    mine = (_p.stakeholder_id == stakeholder_id, _p.reply == "", question_replies.c.reply.is_(None))
    return await _read(conn, LISTED.where(*mine))


async def reply(conn: AsyncConnection, id: int, words: str) -> None:
    """The stakeholder has answered; the team passes it back."""
    await conn.execute(sa.update(passed_on).where(_p.id == id).values(reply=words))


async def _read(conn: AsyncConnection, statement: sa.Select[Any]) -> list[Passed]:
    names = ("id", "run_id", "step", "flow", "area", "words", "stakeholder_id", "reply", "by", "at")
    return [
        Passed(**{name: getattr(row, name) for name in names}, answered=bool(row.answered))
        for row in await conn.execute(statement)
    ]


async def names(conn: AsyncConnection) -> frozenset[str]:
    """What people are called, by themselves and by the team: nothing of it may leave in words passed on."""
    own = await conn.scalars(sa.select(contacts.c.name).where(contacts.c.name != ""))
    codes = await conn.scalars(sa.select(participants.c.code_name))
    return frozenset(own.all()) | frozenset(codes.all())


# ── the words people use ───────────────────────────────────────────────────────────────────────────────────────
async def terms(conn: AsyncConnection, areas: Sequence[str]) -> list[Term]:
    """The lexicon of these areas."""
    c = lexicon.c
    found = await conn.execute(sa.select(lexicon).where(c.area.in_(areas)).order_by(c.area, c.said_by.desc(), c.term))
    return [Term(area=row.area, term=row.term, said_by=row.said_by, means=row.means) for row in found]


async def note_term(conn: AsyncConnection, term: Term, by: str, now: datetime) -> None:
    """A word for the lexicon, in the place of what was said of it before."""
    await drop_term(conn, term)
    row = {"area": term.area, "term": term.term, "said_by": term.said_by, "means": term.means, "by": by, "at": now}
    await conn.execute(sa.insert(lexicon), row)


async def drop_term(conn: AsyncConnection, term: Term) -> bool:
    """Take a word out; False when it was not there."""
    c = lexicon.c
    same = (c.area == term.area, c.term == term.term, c.said_by == term.said_by)
    return bool((await conn.execute(sa.delete(lexicon).where(*same))).rowcount)
