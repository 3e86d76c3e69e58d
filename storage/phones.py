"""Who holds a phone, by code name: for the demo's page, which shows one phone and everybody's plans side by side."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.scenes import Place
from storage.tables import contacts, participants


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
