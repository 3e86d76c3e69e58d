"""Who holds a phone and which question is open on it: for the demo, where phone and notebook stand side by side."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.run import Run, RunState
from storage.rows import from_json
from storage.scenes import Place
from storage.tables import contacts, participants, runs


async def holder(conn: AsyncConnection, place: Place) -> str:
    """The code name of whoever is reached here; "" when nobody is."""
    channel, bot, chat = place
    c = contacts.c
    found = await conn.scalar(
        sa.select(participants.c.code_name)
        .join_from(contacts, participants, c.participant_id == participants.c.id)
        .where(c.channel == channel, c.bot == bot, c.chat == chat)
    )
    return found or ""


async def holders(conn: AsyncConnection, channel: str, bot: str) -> dict[str, str]:
    """The chats of all phones, and the code name of whoever is reached there."""
    c = contacts.c
    found = await conn.execute(
        sa.select(c.chat, participants.c.code_name)
        .join_from(contacts, participants, c.participant_id == participants.c.id)
        .where(c.channel == channel, c.bot == bot)
    )
    return {row.chat: row.code_name for row in found}


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The question a run waits at."""

    flow: str
    version: str
    step: str


async def standing(conn: AsyncConnection, run_ids: Collection[str]) -> dict[str, Standing]:
    """Where these runs stand; a run that has ended stands nowhere."""
    found = await conn.execute(sa.select(runs).where(runs.c.id.in_(run_ids), runs.c.state == RunState.WAITING))
    return {row.id: Standing(flow=row.flow, version=row.version, step=from_json(row.body, Run).step) for row in found}
