"""What is queued for somebody waits while the team talks to them, and goes out behind all that was said meanwhile."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.outbox import WAITS_FOR_TALK, unsent
from storage.tables import deliveries, outbox, participants

WAITED_FOR_TALK = "waited while the team talked to them"
row = outbox.c


async def park(conn: AsyncConnection, participant_id: str, now: datetime) -> None:
    """All that is queued for this person waits, replies too: what matters now goes out first."""
    mine = (row.participant_id == participant_id, row.state == "queued", ~row.burn)
    held = sa.update(outbox).where(*mine)
    await conn.execute(held.values(state=unsent("cancelled"), settled_at=now, reason=WAITS_FOR_TALK))


async def unpark(conn: AsyncConnection, participant_id: str, now: datetime) -> None:
    """Queue anew, behind all that was said meanwhile, what waited; a question of a run is asked again anyway."""
    here = sa.exists().where(participants.c.id == participant_id, participants.c.state != "stopped")
    parked = (row.state.in_(("cancelled", "uncertain")), row.reason == WAITS_FOR_TALK)
    held = await conn.execute(
        sa.select(outbox).where(here, row.participant_id == participant_id, *parked).order_by(row.id)
    )
    for old in held.all():
        fresh = {**old._mapping, "cause": f"{old.cause}+", "state": "queued", "reason": "", "settled_at": None}
        fresh |= {"not_before": now, "created_at": now}
        fresh.pop("id")
        new = await conn.scalar(sa.insert(outbox).values(fresh).returning(row.id)) if _goes(old) else None
        if new is not None:
            await conn.execute(sa.update(deliveries).where(deliveries.c.outbox_id == old.id).values(outbox_id=new))
        await conn.execute(sa.update(outbox).where(row.id == old.id).values(reason=WAITED_FOR_TALK))


def _goes(old: Any) -> bool:
    """Whether it is to go out still; of what must never come twice, only what was never handed over."""
    asked = old.token.startswith("r.")
    return bool(old.body) and not asked and (old.policy == "resend" or not old.attempt)
