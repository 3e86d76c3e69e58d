"""What people want to ask of those who decide, and what they were told. The question stays an answer of theirs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import mine
from storage.reflections import OPEN, SHARED, SOURCE, Reflection, gathered
from storage.tables import LAY, answers, participants
from storage.tables_loop import question_replies

Asked = tuple[str, str]
"""A flow and the step of it that asks for a question."""
_a = answers.c
_q = question_replies.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """Who answered and what."""

    by: str
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """Somebody's own question with its reply, if there is one."""

    asked: str
    reply: Reply | None


Told = list[tuple[Reflection, Reply | None]]
WITH_REPLY = SOURCE.outerjoin(question_replies, sa.and_(_q.run_id == _a.run_id, _q.step == _a.step))


async def of_areas(
    conn: AsyncConnection, areas: Sequence[str], steps: Iterable[Asked], *, waiting: bool = False
) -> Told:
    """The questions that people share with the team, oldest first, each with its reply; or those without one."""
    statement = _asked(areas, steps).order_by(_a.at, _a.run_id, _a.step)
    return await _read(conn, statement.where(_q.reply.is_(None)) if waiting else statement)


async def some(
    conn: AsyncConnection, areas: Sequence[str], steps: Iterable[Asked], *, replied: bool, limit: int
) -> Told:
    """The questions that have waited longest, or those with the newest replies."""
    statement = _asked(areas, steps).limit(limit)
    if replied:
        return await _read(conn, statement.where(_q.reply.is_not(None)).order_by(_q.at.desc(), _a.run_id))
    return await _read(conn, statement.where(_q.reply.is_(None)).order_by(_a.at, _a.run_id, _a.step))


async def find(
    conn: AsyncConnection, areas: Sequence[str], steps: Iterable[Asked], run_id: str, step: str
) -> tuple[Reflection, Reply | None] | None:
    """One question, if it is of these areas."""
    one = _asked(areas, steps).where(_a.run_id == run_id, _a.step == step)
    return next(iter(await _read(conn, one)), None)


def _asked(areas: Sequence[str], steps: Iterable[Asked]) -> sa.Select[Any]:
    here = sa.or_(*(sa.and_(_a.flow == flow, _a.step == step) for flow, step in steps), sa.false())
    said = (_a.kind.in_(OPEN), _a.value.is_not(None), LAY)
    columns = (answers, participants.c.code_name, _q.replied_by, _q.reply, _q.at.label("replied_at"))
    return sa.select(*columns).select_from(WITH_REPLY).where(_a.area.in_(areas), here, *SHARED, *said)


async def _read(conn: AsyncConnection, statement: sa.Select[Any]) -> Told:
    rows = (await conn.execute(statement)).all()
    replies = [Reply(by=row.replied_by, text=row.reply, at=row.replied_at) if row.reply else None for row in rows]
    return list(zip(await gathered(conn, rows), replies, strict=True))


async def reply(
    conn: AsyncConnection, run_id: str, step: str, *, replied_by: str, text: str, by: str, now: datetime
) -> None:
    """The person is told this when the chat next comes to it."""
    asker = sa.select(answers.c.participant_id).where(answers.c.run_id == run_id, answers.c.step == step)
    row = {"run_id": run_id, "step": step, "participant_id": await conn.scalar(asker)}
    row |= {"replied_by": replied_by, "reply": text, "by": by, "at": now}
    insert = (sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert)(question_replies)
    taken = {name: insert.excluded[name] for name in ("replied_by", "reply", "by", "at")}
    await conn.execute(insert.on_conflict_do_update(index_elements=["run_id", "step"], set_=taken), row)


async def own(conn: AsyncConnection, participant_id: str, steps: Iterable[Asked]) -> Own | None:
    """This person's newest question."""
    a = answers.c
    wanted = sa.or_(*(sa.and_(a.flow == flow, a.step == step) for flow, step in steps), sa.false())
    row = (
        await conn.execute(
            sa.select(a.run_id, a.step, _q.replied_by, _q.reply, _q.at)
            .select_from(answers.outerjoin(question_replies, sa.and_(_q.run_id == a.run_id, _q.step == a.step)))
            .where(a.participant_id == participant_id, a.withdrawn_at.is_(None), a.value.is_not(None), wanted)
            .order_by(a.at.desc())
            .limit(1)
        )
    ).first()
    if row is None:
        return None
    replied = Reply(by=row.replied_by, text=row.reply, at=row.at) if row.reply else None
    return Own(asked=await mine.words(conn, row.run_id, row.step), reply=replied)
