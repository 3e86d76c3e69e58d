"""Codes that open the door: to join an area, to come back on another phone, to work as a facilitator."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.rows import new_id
from storage.tables import invites

PERSONAL = timedelta(days=7)
"""How long a code for one person is good."""
SEAT = timedelta(days=60)
"""A stakeholder has until long after the first workshop."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Invite:
    """One code. `uses_left` none: any number of people may use it."""

    code: str
    kind: str
    created_at: datetime
    area: str = ""
    participant_id: str | None = None
    facilitator_id: str | None = None
    stakeholder_id: int | None = None
    expires_at: datetime | None = None
    uses_left: int | None = None

    def good(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return (self.expires_at is None or now < self.expires_at) and (self.uses_left is None or self.uses_left > 0)


def tidy(code: str) -> str:
    """A code as people type it, in the form it is kept: "  HULL-7K3F " is "hull-7k3f"."""
    return code.strip().casefold()


async def add(conn: AsyncConnection, invite: Invite) -> None:
    """A new code."""
    await conn.execute(sa.insert(invites).values(asdict(invite)))


async def find(conn: AsyncConnection, code: str) -> Invite | None:
    """The invite of this code, used up or not."""
    row = (await conn.execute(sa.select(invites).where(invites.c.code == tidy(code)))).first()
    return Invite(**row._mapping) if row else None


async def take(conn: AsyncConnection, code: str, now: datetime) -> Invite | None:
    """Take one use of a code; None when it is unknown, expired or used up.

    Two people at once cannot both have the last use.
    """
    taken = await conn.execute(
        sa.update(invites)
        .where(
            invites.c.code == tidy(code),
            sa.or_(invites.c.expires_at.is_(None), invites.c.expires_at > now),
            sa.or_(invites.c.uses_left.is_(None), invites.c.uses_left > 0),
        )
        .values(uses_left=invites.c.uses_left - 1)
    )
    return await find(conn, code) if taken.rowcount else None


async def join_code(conn: AsyncConnection, area: str, now: datetime) -> Invite | None:
    """The newest code that opens this area now."""
    found = await conn.execute(
        sa.select(invites).where(invites.c.kind == "join", invites.c.area == area).order_by(invites.c.created_at.desc())
    )
    return next((invite for row in found if (invite := Invite(**row._mapping)).good(now)), None)


async def joining(conn: AsyncConnection, area: str, now: datetime) -> str:
    """The code that opens this area to anybody; made when there is none."""
    known = await join_code(conn, area, now)
    if known:
        return known.code
    code = f"{area[:30].replace('_', '-')}-{new_id(5)}"
    await add(conn, Invite(code=code, kind="join", area=area, created_at=now))
    return code


async def close(conn: AsyncConnection, area: str, now: datetime) -> None:
    """The codes of this area open nothing any more."""
    mine = (invites.c.kind == "join", invites.c.area == area)
    await conn.execute(sa.update(invites).where(*mine).values(expires_at=now))


async def rejoin(conn: AsyncConnection, participant_id: str, now: datetime) -> str:
    """A code that moves this person, once, to another phone or account. Their older ones open nothing any more."""
    older = (invites.c.kind == "rejoin", invites.c.participant_id == participant_id)
    await conn.execute(sa.delete(invites).where(*older))
    code = f"back-{new_id(5)}-{new_id(5)}"
    await add(conn, _personal(code, "rejoin", now, participant_id=participant_id))
    return code


async def facilitator(conn: AsyncConnection, facilitator_id: str, now: datetime) -> str:
    """A code with which this member of the team, once, begins to work in a chat."""
    code = f"team-{new_id(5)}-{new_id(5)}"
    await add(conn, _personal(code, "facilitator", now, facilitator_id=facilitator_id))
    return code


async def stakeholder(conn: AsyncConnection, stakeholder_id: int, now: datetime) -> str:
    """A code with which this stakeholder, once, begins to talk with the assistant. Older ones open nothing any more."""
    older = (invites.c.kind == "stakeholder", invites.c.stakeholder_id == stakeholder_id)
    await conn.execute(sa.delete(invites).where(*older))
    code = f"seat-{new_id(5)}-{new_id(5)}"
    await add(conn, replace(_personal(code, "stakeholder", now), stakeholder_id=stakeholder_id, expires_at=now + SEAT))
    return code


def _personal(
    code: str, kind: str, now: datetime, *, participant_id: str | None = None, facilitator_id: str | None = None
) -> Invite:
    return Invite(
        code=code,
        kind=kind,
        created_at=now,
        expires_at=now + PERSONAL,
        uses_left=1,
        participant_id=participant_id,
        facilitator_id=facilitator_id,
    )
