"""When the team itself talks to somebody: one talk at a time, above whatever the dialogue was about.

While a talk is open no prompt, reminder or broadcast goes out to the person; it waits, and no question is lost.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import parking
from storage.among import among
from storage.tables import outbox as messages
from storage.tables import participants
from storage.tables_care import OPEN_TALK, talks

TEAM = "team"
SAFETY = "safety"
"""Nothing of the programme is sent until the case is closed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """An open talk. `opened_by`: whoever has it now. `facilitator_id` none: whoever of the team is there."""

    id: int
    participant_id: str
    kind: str
    facilitator_id: str | None
    opened_by: str
    opened_at: datetime


COLUMNS = [talks.c[name] for name in Talk.__slots__]
OF = sa.select(*COLUMNS).where(OPEN_TALK, among(talks.c.participant_id, "people"))
WITH = (
    sa.select(participants.c.code_name)
    .join_from(talks, participants)
    .where(OPEN_TALK, talks.c.facilitator_id == sa.bindparam("who"))
    .order_by(talks.c.opened_at)
)


async def of(conn: AsyncConnection, people: Collection[str]) -> dict[str, Talk]:
    """The open talks with these people."""
    found = await conn.execute(OF, {"people": list(people)})
    return {row.participant_id: Talk(**row._mapping) for row in found}


async def partners(conn: AsyncConnection, facilitator_id: str) -> list[str]:
    """The code names of those this member of the team is talking to, the longest talk first."""
    return list((await conn.scalars(WITH, {"who": facilitator_id})).all())


async def begin(
    conn: AsyncConnection, participant_id: str, *, kind: str, by: str, now: datetime, facilitator_id: str | None = None
) -> Talk:
    """Open a talk, or give the one that is open to this member of the team. Safety goes before anything else."""
    known = (await of(conn, [participant_id])).get(participant_id)
    grave = SAFETY if SAFETY in (kind, known.kind if known else "") else TEAM
    if known is None:
        row = {"participant_id": participant_id, "kind": kind, "opened_by": by, "opened_at": now}
        await conn.execute(sa.insert(talks).values(**row, facilitator_id=facilitator_id))
    else:
        mine = talks.c.id == known.id
        await conn.execute(sa.update(talks).where(mine).values(kind=grave, opened_by=by, facilitator_id=facilitator_id))
    if grave == SAFETY and (known is None or known.kind != SAFETY):
        await parking.park(conn, participant_id, now)
    return (await of(conn, [participant_id]))[participant_id]


async def said(conn: AsyncConnection, cause: str) -> bool:
    """Whether this was written to somebody before."""
    return await conn.scalar(sa.select(messages.c.id).where(messages.c.cause == cause).limit(1)) is not None


async def end(conn: AsyncConnection, talk: Talk, now: datetime) -> bool:
    """The dialogue goes on, and what waited goes out. False when it had ended already."""
    mine = (talks.c.id == talk.id, OPEN_TALK)
    ended = await conn.execute(sa.update(talks).where(*mine).values(closed_at=now))
    if ended.rowcount:
        await parking.unpark(conn, talk.participant_id, now)
    return ended.rowcount == 1
