"""What a person of the team must do: call back, see to an access need, answer a complaint."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import LAY, participants, tasks


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One request. `code_name` and `area` are empty when it is nobody's in particular."""

    id: int
    kind: str
    note: str
    receipt: str
    created_at: datetime
    code_name: str = ""
    area: str = ""
    done_at: datetime | None = None
    done_by: str = ""


LISTED = sa.select(
    tasks.c.id,
    tasks.c.kind,
    tasks.c.note,
    tasks.c.receipt,
    tasks.c.created_at,
    tasks.c.done_at,
    tasks.c.done_by,
    sa.func.coalesce(participants.c.code_name, "").label("code_name"),
    sa.func.coalesce(participants.c.area, "").label("area"),
).select_from(tasks.outerjoin(participants))


async def waiting(conn: AsyncConnection, areas: Sequence[str]) -> list[Task]:
    """What is still to be done for these areas, oldest first, with what belongs to no area."""
    ours = sa.or_(participants.c.area.in_(areas), tasks.c.participant_id.is_(None))
    found = await conn.execute(LISTED.where(tasks.c.done_at.is_(None), ours).order_by(tasks.c.created_at, tasks.c.id))
    return [Task(**row._mapping) for row in found]


async def waits(conn: AsyncConnection, note: str) -> bool:
    """Whether the team has this request, word for word, and has not seen to it yet."""
    same = sa.select(tasks.c.id).where(tasks.c.note == note, tasks.c.done_at.is_(None))
    return (await conn.execute(same.limit(1))).first() is not None


async def open_of(conn: AsyncConnection, participant_id: str, kind: str) -> int | None:
    """The number of a task of this kind about this person that nobody has seen to."""
    mine = (tasks.c.participant_id == participant_id, tasks.c.kind == kind, tasks.c.done_at.is_(None))
    number: int | None = await conn.scalar(sa.select(tasks.c.id).where(*mine).order_by(tasks.c.id).limit(1))
    return number


async def add(conn: AsyncConnection, people: Collection[str], kind: str, note: str, now: datetime) -> int:
    """A task about each of these people. How many those are."""
    row = {"kind": kind, "note": note, "receipt": "", "created_at": now}
    if people:
        await conn.execute(sa.insert(tasks), [{**row, "participant_id": id} for id in people])
    return len(people)


async def call(conn: AsyncConnection, participant_id: str, note: str, now: datetime) -> None:
    """Somebody who takes part is to be called, unless that is asked of the team already."""
    open_call = sa.exists().where(
        tasks.c.participant_id == participant_id, tasks.c.kind == "callback", tasks.c.done_at.is_(None)
    )
    wanted = sa.select(participants.c.id).where(
        participants.c.id == participant_id, participants.c.state == "active", LAY, ~open_call
    )
    await add(conn, (await conn.scalars(wanted)).all(), "callback", note, now)


async def find(conn: AsyncConnection, id: int) -> Task | None:
    """The task of this number."""
    row = (await conn.execute(LISTED.where(tasks.c.id == id))).first()
    return Task(**row._mapping) if row else None


async def finish(conn: AsyncConnection, id: int, *, by: str, now: datetime) -> bool:
    """It is done; False when somebody else was quicker."""
    done = await conn.execute(
        sa.update(tasks).where(tasks.c.id == id, tasks.c.done_at.is_(None)).values(done_at=now, done_by=by)
    )
    return done.rowcount == 1
