"""One person as the team looks after them: their conversations, what they agreed to, where they were, what they ask."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.rows import from_json
from storage.tables import attendance, consents, participants, runs, tasks
from storage.tasks import LISTED, Task


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A conversation of theirs, and at which question it stands or ended."""

    id: str
    flow: str
    version: str
    state: str
    step: str
    opened_at: datetime
    touched_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """What they said to one thing they can agree to, and which notice they were shown."""

    item: str
    answer: str
    notice_version: str
    at: datetime
    via: str
    assisted_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Whether they were at a workshop, and who says so."""

    wave: int
    state: str
    at: datetime
    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Body:
    """What of a run's body is told here."""

    step: str = ""


async def runs_of(conn: AsyncConnection, participant_id: str) -> list[Standing]:
    """Their conversations, the newest first."""
    names = ("id", "flow", "version", "state", "opened_at", "touched_at")
    found = await conn.execute(
        sa.select(runs.c.body, *(runs.c[name] for name in names))
        .where(runs.c.participant_id == participant_id)
        .order_by(runs.c.opened_at.desc(), runs.c.id)
    )
    return [
        Standing(step=from_json(row.body, _Body).step, **{name: getattr(row, name) for name in names}) for row in found
    ]


async def consents_of(conn: AsyncConnection, participant_id: str) -> list[Consent]:
    """What they agree to as it stands: the last word on each thing, in the order in which they were first asked."""
    found = await conn.execute(
        sa.select(*(consents.c[name] for name in Consent.__slots__))
        .where(consents.c.participant_id == participant_id)
        .order_by(consents.c.at, consents.c.id)
    )
    return list({row.item: Consent(**row._mapping) for row in found}.values())


async def marks_of(conn: AsyncConnection, participant_id: str) -> dict[int, Mark]:
    """The workshops at which they were marked, by wave."""
    found = await conn.execute(
        sa.select(*(attendance.c[name] for name in Mark.__slots__)).where(attendance.c.participant_id == participant_id)
    )
    return {row.wave: Mark(**row._mapping) for row in found}


async def tasks_of(conn: AsyncConnection, participant_id: str) -> list[Task]:
    """What they asked of the team, what is open first, then the newest."""
    mine = LISTED.where(tasks.c.participant_id == participant_id)
    found = await conn.execute(mine.order_by(tasks.c.done_at.is_not(None), tasks.c.created_at.desc(), tasks.c.id))
    return [Task(**row._mapping) for row in found]


async def facts_of(conn: AsyncConnection, participant_id: str) -> dict[str, object]:
    """What they told us about themselves and how they agreed, by its name in the script."""
    facts = await conn.scalar(sa.select(participants.c.facts).where(participants.c.id == participant_id))
    return from_json(facts or "{}", dict[str, object])
