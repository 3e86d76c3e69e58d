"""Where a person is reached: the only table that knows platform ids."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.scenes import Place
from storage.tables import contacts


async def release(conn: AsyncConnection, participant_id: str) -> str:
    """Let go of the place a person was reached at so far; what they want to be called is handed back."""
    mine = contacts.c.participant_id == participant_id
    name = (await conn.execute(sa.select(contacts.c.name).where(mine))).scalar()
    await conn.execute(sa.update(contacts).where(mine).values(participant_id=None, name=""))
    await conn.execute(
        sa.delete(contacts).where(contacts.c.participant_id.is_(None), contacts.c.facilitator_id.is_(None))
    )
    return name or ""


async def claim(conn: AsyncConnection, place: Place, participant_id: str, name: str) -> None:
    """From now on this person is reached here."""
    channel, bot, chat = place
    here = (contacts.c.channel == channel, contacts.c.bot == bot, contacts.c.chat == chat)
    taken = await conn.execute(sa.update(contacts).where(*here).values(participant_id=participant_id, name=name))
    if not taken.rowcount:
        await conn.execute(
            sa.insert(contacts).values(channel=channel, bot=bot, chat=chat, participant_id=participant_id, name=name)
        )
