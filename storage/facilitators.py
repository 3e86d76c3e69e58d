"""The people who run the dialogue."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables_console as t
from storage.rows import from_json, to_json
from storage.scenes import Place
from storage.tables import contacts, facilitators
from storage.tables_care import duties

GUARDIANS = ("lead", "deputy")
"""Duties that answer for safeguarding as a whole."""
WITH_PEOPLE = ("lead", "facilitator", "safeguarding")
"""Roles that are told of people. The others see numbers, or words."""
YOUTH = "youth"
"""The duty of looking after those who are not 18 yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facilitator:
    """One member of the team. No areas: all of them."""

    id: str
    name: str
    created_at: datetime
    areas: tuple[str, ...] = ()
    duty: str = ""  # of safeguarding: lead or deputy; or youth
    role: str = ""  # none was given: lead with no areas, facilitator with some

    @property
    def works_as(self) -> str:
        """Their role."""
        return self.role or ("facilitator" if self.areas else "lead")


@dataclass(frozen=True, kw_only=True, slots=True)
class Colleague(Facilitator):
    """A member as the team is looked at as a whole."""

    joined: bool = False  # works in a chat
    seen_at: datetime | None = None  # was last at work in the console, if signed in
    passkeys: int = 0
    authenticator: bool = False


TEAM = sa.select(facilitators, sa.func.coalesce(duties.c.duty, "").label("duty")).select_from(
    facilitators.outerjoin(duties)
)


def read(row: Any) -> Facilitator:
    """A row of `TEAM`."""
    return Facilitator(**_known(row))


def _known(row: Any) -> dict[str, Any]:
    columns = ("id", "name", "created_at", "duty", "role")
    return {"areas": from_json(row.areas, tuple[str, ...]), **{name: row._mapping[name] for name in columns}}


async def add(conn: AsyncConnection, facilitator: Facilitator) -> None:
    """A new member of the team."""
    await conn.execute(
        sa.insert(facilitators).values(
            id=facilitator.id,
            name=facilitator.name,
            areas=to_json(facilitator.areas),
            created_at=facilitator.created_at,
            role=facilitator.role,
        )
    )


async def change(conn: AsyncConnection, id: str, role: str, areas: tuple[str, ...]) -> None:
    """This member has another role, or works elsewhere."""
    new = {"role": role, "areas": to_json(areas)}
    await conn.execute(sa.update(facilitators).where(facilitators.c.id == id).values(**new))


async def remove(conn: AsyncConnection, id: str) -> None:
    """This member is on the team no more. Whoever also takes part stays a participant, in the same chat."""
    mine = contacts.c.facilitator_id == id
    await conn.execute(sa.update(contacts).where(mine).values(facilitator_id=None))
    nobody = (contacts.c.facilitator_id.is_(None), contacts.c.participant_id.is_(None))
    await conn.execute(sa.delete(contacts).where(*nobody))
    await conn.execute(sa.delete(facilitators).where(facilitators.c.id == id))


async def find(conn: AsyncConnection, id: str) -> Facilitator | None:
    """The member with this id."""
    row = (await conn.execute(TEAM.where(facilitators.c.id == id))).first()
    return read(row) if row else None


async def team(conn: AsyncConnection) -> list[Facilitator]:
    """Everybody, by name."""
    return [read(row) for row in await conn.execute(TEAM.order_by(facilitators.c.name))]


async def roster(conn: AsyncConnection, now: datetime) -> list[Colleague]:
    """Everybody, by name, with how they come in."""
    mine = facilitators.c.id
    alive = (t.sessions.c.facilitator_id == mine, *t.alive(now))
    keys = sa.select(sa.func.count()).where(t.passkeys.c.facilitator_id == mine)
    app = (t.authenticators.c.facilitator_id == mine, t.authenticators.c.confirmed_at.is_not(None))
    more = (
        sa.exists().where(contacts.c.facilitator_id == mine).label("joined"),
        sa.select(sa.func.max(t.sessions.c.seen_at)).where(*alive).scalar_subquery().label("seen_at"),
        keys.scalar_subquery().label("passkeys"),
        sa.exists().where(*app).label("authenticator"),
    )
    rows = await conn.execute(TEAM.add_columns(*more).order_by(facilitators.c.name, mine))
    return [
        Colleague(
            **_known(row),
            joined=bool(row.joined),
            seen_at=row.seen_at,
            passkeys=row.passkeys,
            authenticator=bool(row.authenticator),
        )
        for row in rows
    ]


async def working(conn: AsyncConnection, area: str) -> list[tuple[Facilitator, Place]]:
    """Those who work with the people of this area and have a chat to be told in."""
    here = [member for member in await team(conn) if not member.areas or area in member.areas]
    there = [member for member in here if member.duty or member.works_as in WITH_PEOPLE]
    places = [(member, await place_of(conn, member.id)) for member in there]
    return [(member, place) for member, place in places if place]


async def give_duty(conn: AsyncConnection, id: str, duty: str, now: datetime) -> None:
    """This member answers for safeguarding from now on; "": not any more."""
    await conn.execute(sa.delete(duties).where(duties.c.facilitator_id == id))
    if duty:
        await conn.execute(sa.insert(duties).values(facilitator_id=id, duty=duty, at=now))


async def place_of(conn: AsyncConnection, id: str) -> Place | None:
    """The chat in which this member works, if they have joined one."""
    found = await conn.execute(
        sa.select(contacts.c.channel, contacts.c.bot, contacts.c.chat)
        .where(contacts.c.facilitator_id == id)
        .order_by(contacts.c.id.desc())
        .limit(1)
    )
    row = found.first()
    return (row.channel, row.bot, row.chat) if row else None
