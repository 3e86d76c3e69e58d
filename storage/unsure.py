"""Messages to many of which nobody knows whether they arrived: a person decides what becomes of them."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.outbox import WAITS_FOR_TALK
from storage.tables import broadcasts, deliveries, outbox, participants

LET_BE = "left as it is"
AGAIN = "sent once more"
"""With one of these words begins the reason of one that a person has decided about."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unclear:
    """One of them; `number` is its line on the ledger."""

    number: int
    template: str
    code_name: str
    area: str
    reason: str


UNDECIDED = tuple(outbox.c.reason.not_like(f"{words}%") for words in (LET_BE, AGAIN))
LISTED = (
    sa.select(
        deliveries.c.id.label("number"),
        broadcasts.c.template,
        participants.c.code_name,
        participants.c.area,
        outbox.c.reason,
    )
    .select_from(
        deliveries.join(broadcasts)
        .join(outbox, outbox.c.id == deliveries.c.outbox_id)
        .join(participants, participants.c.id == deliveries.c.participant_id)
    )
    .where(outbox.c.state == "uncertain", *UNDECIDED, outbox.c.reason != WAITS_FOR_TALK)
    .where(participants.c.state != "stopped", participants.c.reachable)  # to others nothing more is sent anyway
    .order_by(deliveries.c.id)
)


async def listed(conn: AsyncConnection, areas: tuple[str, ...]) -> list[Unclear]:
    """Those of these areas that nobody has decided about, oldest first."""
    return [Unclear(**row._mapping) for row in await conn.execute(LISTED.where(participants.c.area.in_(areas)))]


async def find(conn: AsyncConnection, number: int) -> Unclear | None:
    """The one with this number, as long as it is undecided."""
    row = (await conn.execute(LISTED.where(deliveries.c.id == number))).first()
    return Unclear(**row._mapping) if row else None


async def again(conn: AsyncConnection, number: int, by: str, now: datetime, expires_at: datetime) -> bool:
    """Queue it once more. The ledger's line is told by the new message from now on, so the counts still add up.

    False when somebody else has decided about it.
    """
    old = (await conn.execute(sa.select(outbox).where(outbox.c.id == _ours(number)))).one()
    if not await _decide(conn, number, f"{AGAIN} by {by}"):
        return False
    fresh = {**old._mapping, "cause": f"{old.cause}+", "state": "queued", "reason": "", "settled_at": None}
    fresh |= {"attempt": 0, "platform_id": "", "not_before": now, "created_at": now, "expires_at": expires_at}
    fresh.pop("id")
    new = await conn.scalar(sa.insert(outbox).values(fresh).returning(outbox.c.id))
    await conn.execute(sa.update(deliveries).where(deliveries.c.id == number).values(outbox_id=new))
    return True


async def let_be(conn: AsyncConnection, number: int, by: str) -> bool:
    """It stays uncertain, and somebody knows. False when somebody else has decided about it."""
    return await _decide(conn, number, f"{LET_BE} by {by}")


def _ours(number: int) -> sa.ScalarSelect[int | None]:
    return sa.select(deliveries.c.outbox_id).where(deliveries.c.id == number).scalar_subquery()


async def _decide(conn: AsyncConnection, number: int, words: str) -> bool:
    undecided = (outbox.c.id == _ours(number), outbox.c.state == "uncertain", *UNDECIDED)
    done = await conn.execute(sa.update(outbox).where(*undecided).values(reason=words))
    return bool(done.rowcount)
