"""What people want to ask of those who decide, and what they were told. The question stays an answer of theirs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import mine, reflections
from storage.reflections import Filter, Reflection
from storage.tables import answers
from storage.tables_loop import question_replies

Asked = tuple[str, str]
"""A flow and the step of it that asks for a question."""
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


async def of_areas(
    conn: AsyncConnection, areas: Sequence[str], steps: Iterable[Asked]
) -> list[tuple[Reflection, Reply | None]]:
    """The questions that people share with the team, oldest first, each with its reply."""
    asked: list[Reflection] = []
    for flow, step in steps:
        asked += await reflections.read(conn, Filter(areas=tuple(areas), flow=flow, step=step))
    found = await conn.execute(sa.select(question_replies))
    replies = {f"{row.run_id}.{row.step}": Reply(by=row.replied_by, text=row.reply, at=row.at) for row in found}
    return [(one, replies.get(one.id)) for one in sorted(asked, key=lambda one: (one.at, one.id))]


async def open_since(
    conn: AsyncConnection, areas: Sequence[str], steps: Iterable[Asked]
) -> dict[str, tuple[datetime, ...]]:
    """By area: when each question was asked that has no reply yet."""
    found: dict[str, tuple[datetime, ...]] = {}
    for one, answered in await of_areas(conn, areas, steps):
        if answered is None:
            found[one.area] = (*found.get(one.area, ()), one.at)
    return found


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
