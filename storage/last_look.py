"""A last look at messages that were claimed a moment ago: is each of them still to be sent?"""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.among import among
from storage.outbox import NOT_WANTED, TALKED_TO
from storage.tables import outbox, participants

row = outbox.c
CLAIMED = (
    sa.select(
        row.id,
        row.attempt,
        (row.expires_at <= sa.bindparam("now", type_=row.expires_at.type)).label("late"),
        NOT_WANTED.label("unwanted"),
        TALKED_TO.label("talked_to"),
    )
    .select_from(outbox.outerjoin(participants, participants.c.id == row.participant_id))
    .where(among(row.id, "ids"), row.state == "sending")
)


async def still_wanted(conn: AsyncConnection, claimed: Mapping[int, int], now: datetime) -> set[int]:
    """Those of these messages (each with the number of its attempt) that may leave: nobody has left, called them off
    or taken them over since they were claimed."""
    found = await conn.execute(CLAIMED, {"ids": list(claimed), "now": now})
    return {
        one.id for one in found if one.attempt == claimed[one.id] and not (one.late or one.unwanted or one.talked_to)
    }
