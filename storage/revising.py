"""A message that was edited after it was sent."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.effects import RevisePart
from storage import reading_texts as texts
from storage.tables import answer_parts, answers


async def revise(conn: AsyncConnection, participant_id: str, effect: RevisePart) -> None:
    """The edited message becomes a new part in the place of the old one, which stays as history."""
    part = answer_parts.c
    mine = (part.participant_id == participant_id, part.message == effect.message, part.replaced_at.is_(None))
    found = (await conn.execute(sa.select(answer_parts).where(*mine))).first()
    if found is None or found.text == effect.text:
        return
    await conn.execute(sa.update(answer_parts).where(part.id == found.id).values(replaced_at=effect.at))
    fresh = {**found._mapping, "text": effect.text}
    fresh.pop("id")
    await conn.execute(sa.insert(answer_parts).values(**fresh))
    await conn.execute(
        sa.update(answers)
        .where(answers.c.run_id == found.run_id, answers.c.step == found.step)
        .values(revision=answers.c.revision + 1)
    )
    await texts.refresh(conn, [(found.run_id, found.step)])
