"""Those who decide: invited by the team, known by their role, joined with a code or written down for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.rows import from_json
from storage.tables import invites, outbox, participants, runs
from storage.tables_stakeholders import stakeholders

_s = stakeholders.c
INVITED = "invited:"
NEVER_CAME = timedelta(days=120)
"""After so long an invitation that nobody took up is forgotten, with the name and address in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stakeholder:
    """One of them. `state` is empty until they have joined; `facts` are what they chose in the chat."""

    id: int
    area: str
    name: str
    type: str
    role: str
    org: str
    level: str
    reach: str
    invited_by: str
    invited_at: datetime
    joined_at: datetime | None = None
    participant_id: str | None = None
    code_name: str = ""
    state: str = ""
    reachable: bool = False
    last_heard_at: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    finished: frozenset[str] = frozenset()  # the flows they have gone through

    @property
    def attribution(self) -> str:
        """named, role or none; nobody is named who did not say so."""
        return str(self.facts.get("profile.attribution", "none"))


LISTED = (
    sa.select(
        *stakeholders.c,
        participants.c.code_name,
        participants.c.state,
        participants.c.reachable,
        participants.c.last_heard_at,
        participants.c.facts,
    )
    .select_from(stakeholders.outerjoin(participants))
    .order_by(_s.area, _s.id)
)


async def of_areas(conn: AsyncConnection, areas: Sequence[str]) -> list[Stakeholder]:
    """All stakeholders of these areas, in the order of their invitation."""
    return await _read(conn, LISTED.where(_s.area.in_(areas)))


async def find(conn: AsyncConnection, id: int) -> Stakeholder | None:
    """The one of this number."""
    return next(iter(await _read(conn, LISTED.where(_s.id == id))), None)


async def behind(conn: AsyncConnection, participant_id: str) -> Stakeholder | None:
    """The one who talks with the assistant as this participant."""
    return next(iter(await _read(conn, LISTED.where(_s.participant_id == participant_id))), None)


async def add(conn: AsyncConnection, now: datetime, **values: Any) -> int:
    """A new stakeholder; their number."""
    made = sa.insert(stakeholders).values(**values, invited_at=now).returning(_s.id)
    id: int = (await conn.execute(made)).scalar_one()
    return id


async def change(conn: AsyncConnection, id: int, **values: Any) -> None:
    """Something about them is put right."""
    await conn.execute(sa.update(stakeholders).where(_s.id == id).values(**values))


async def seat(conn: AsyncConnection, id: int, participant_id: str, now: datetime) -> None:
    """They talk with the assistant from now on: how to reach them is known there, and not kept here any more."""
    await change(conn, id, participant_id=participant_id, joined_at=now, reach="")


@dataclass(frozen=True, kw_only=True, slots=True)
class Invited:
    """Somebody who has a code and an address, and was not written to with this code."""

    id: int
    area: str
    name: str
    reach: str
    code: str


def cause_of(code: str) -> str:
    """What the message that brings a code is caused by: a code is sent once."""
    return INVITED + code


async def to_be_found(conn: AsyncConnection, now: datetime) -> list[Invited]:
    """Those who might be written to where they work."""
    i = invites.c
    sent = sa.exists().where(outbox.c.cause == sa.literal(INVITED).concat(i.code))
    found = await conn.execute(
        sa.select(_s.id, _s.area, _s.name, _s.reach, i.code)
        .join_from(stakeholders, invites, i.stakeholder_id == _s.id)
        .where(_s.participant_id.is_(None), _s.reach != "", i.expires_at > now, i.uses_left > 0, sa.not_(sent))
        .order_by(_s.id)
    )
    return [Invited(**row._mapping) for row in found]


async def sweep(conn: AsyncConnection, now: datetime) -> int:
    """Forget invitations that nobody took up."""
    old = (_s.participant_id.is_(None), _s.invited_at < now - NEVER_CAME)
    return (await conn.execute(sa.delete(stakeholders).where(*old))).rowcount


async def _read(conn: AsyncConnection, statement: sa.Select[Any]) -> list[Stakeholder]:
    rows = (await conn.execute(statement)).all()
    done = await _finished(conn, [row.participant_id for row in rows if row.participant_id])
    return [_stakeholder(row, done.get(row.participant_id, frozenset())) for row in rows]


async def _finished(conn: AsyncConnection, ids: Sequence[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    over = sa.select(runs.c.participant_id, runs.c.flow).where(
        runs.c.participant_id.in_(ids), runs.c.state == "finished"
    )
    for row in await conn.execute(over) if ids else ():
        found.setdefault(row.participant_id, set()).add(row.flow)
    return {id: frozenset(flows) for id, flows in found.items()}


def _stakeholder(row: Any, finished: frozenset[str]) -> Stakeholder:
    plain = ("id", "area", "name", "type", "role", "org", "level", "reach", "invited_by", "invited_at", "joined_at")
    return Stakeholder(
        **{name: getattr(row, name) for name in plain},
        participant_id=row.participant_id,
        code_name=row.code_name or "",
        state=row.state or "",
        reachable=bool(row.reachable),
        last_heard_at=row.last_heard_at,
        facts=from_json(row.facts, dict[str, Any]) if row.facts else {},
        finished=finished,
    )
