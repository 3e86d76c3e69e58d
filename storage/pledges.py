"""What an owner gave to a commitment besides the answer itself, and which commitments are whose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.agenda import SETTLED, Commitment
from storage import commitments as store
from storage.tables_loop import commitments
from storage.tables_stakeholders import pledges, stakeholders

_p = pledges.c
EMPTY = dict.fromkeys(("resources", "funding", "gains", "goal", "indicator", "commissioning", "evidence"), "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pledge:
    """`wording` is the owner's line for participants, until the team has approved it."""

    commitment_id: int
    stakeholder_id: int | None = None
    resources: str = ""
    funding: str = ""
    gains: str = ""
    goal: str = ""
    indicator: str = ""
    commissioning: str = ""
    evidence: str = ""
    wording: str = ""
    escalated_on: str = ""


async def save(conn: AsyncConnection, commitment_id: int, **values: Any) -> None:
    """These things are so from now on; what is not named stays."""
    fresh = {**EMPTY, "wording": "", "escalated_on": "", "stakeholder_id": None, **values}
    insert = (sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert)(pledges)
    row = insert.values(commitment_id=commitment_id, **fresh)
    taken = {name: row.excluded[name] for name in values}
    await conn.execute(row.on_conflict_do_update(index_elements=["commitment_id"], set_=taken))


async def find(conn: AsyncConnection, commitment_id: int) -> Pledge:
    """What was given; empty when nothing was."""
    row = (await conn.execute(sa.select(pledges).where(_p.commitment_id == commitment_id))).first()
    return Pledge(**row._mapping) if row else Pledge(commitment_id=commitment_id)


async def of_stakeholder(conn: AsyncConnection, stakeholder_id: int) -> list[Commitment]:
    """The commitments of this stakeholder."""
    mine = sa.select(_p.commitment_id).where(_p.stakeholder_id == stakeholder_id)
    found = await conn.execute(store.LISTED.where(commitments.c.id.in_(mine)).order_by(commitments.c.id))
    return [store.read(row) for row in found]


async def due(conn: AsyncConnection, participant_ids: Sequence[str]) -> dict[str, dict[str, date]]:
    """For each of these people: their commitments that are not settled, and the date of each."""
    s = stakeholders.c
    found = await conn.execute(
        sa.select(s.participant_id, commitments.c.id, commitments.c.due_on)
        .join_from(stakeholders, pledges, _p.stakeholder_id == s.id)
        .join(commitments, commitments.c.id == _p.commitment_id)
        .where(s.participant_id.in_(participant_ids), commitments.c.state.not_in((*SETTLED, "asked")))
        .order_by(commitments.c.id)
    )
    dates: dict[str, dict[str, date]] = {}
    for row in found:
        dates.setdefault(row.participant_id, {})[str(row.id)] = date.fromisoformat(row.due_on)
    return dates


async def owners(conn: AsyncConnection, ids: Sequence[int]) -> dict[int, Pledge]:
    """The pledges of these commitments, by commitment."""
    found = await conn.execute(sa.select(pledges).where(_p.commitment_id.in_(ids)))
    return {row.commitment_id: Pledge(**row._mapping) for row in found}
