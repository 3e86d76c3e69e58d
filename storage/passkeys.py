"""What proves who a member of the team is: passkeys of their devices, and the codes of an authenticator app."""

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables_console import authenticators, passkeys

_a = authenticators.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Passkey:
    """One key: the public half, the private one never leaves the device."""

    id: str
    facilitator_id: str
    name: str
    public_key: str
    counter: int
    made_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Authenticator:
    """An app that shows a new code every half minute. `step` is that of the last code that was taken."""

    facilitator_id: str
    secret: str
    step: int
    made_at: datetime
    confirmed_at: datetime | None = None


async def add(conn: AsyncConnection, key: Passkey) -> None:
    """A new passkey."""
    await conn.execute(sa.insert(passkeys).values(**asdict(key)))


async def find(conn: AsyncConnection, id: str) -> Passkey | None:
    """The passkey with this id."""
    row = (await conn.execute(sa.select(passkeys).where(passkeys.c.id == id))).first()
    return Passkey(**row._mapping) if row else None


async def of_member(conn: AsyncConnection, facilitator_id: str) -> list[Passkey]:
    """The passkeys of one member, oldest first."""
    mine = sa.select(passkeys).where(passkeys.c.facilitator_id == facilitator_id)
    return [Passkey(**row._mapping) for row in await conn.execute(mine.order_by(passkeys.c.made_at, passkeys.c.id))]


async def used(conn: AsyncConnection, id: str, counter: int, now: datetime) -> None:
    """Somebody came in with it."""
    await conn.execute(sa.update(passkeys).where(passkeys.c.id == id).values(counter=counter, used_at=now))


async def drop(conn: AsyncConnection, facilitator_id: str, id: str) -> bool:
    """It opens nothing any more. Whether it was theirs."""
    mine = sa.delete(passkeys).where(passkeys.c.id == id, passkeys.c.facilitator_id == facilitator_id)
    return (await conn.execute(mine)).rowcount == 1


async def authenticator(conn: AsyncConnection, facilitator_id: str) -> Authenticator | None:
    """The authenticator of this member, or the one they are setting up."""
    row = (await conn.execute(sa.select(authenticators).where(_a.facilitator_id == facilitator_id))).first()
    return Authenticator(**row._mapping) if row else None


async def set_up(conn: AsyncConnection, facilitator_id: str, secret: str, now: datetime) -> None:
    """Begin with a new one; it counts once a code of it was given."""
    await forget(conn, facilitator_id)
    await conn.execute(sa.insert(authenticators).values(facilitator_id=facilitator_id, secret=secret, made_at=now))


async def take_code(conn: AsyncConnection, facilitator_id: str, step: int, now: datetime) -> bool:
    """Take the code of this half minute, if neither it nor a later one was taken before."""
    mine = sa.update(authenticators).where(_a.facilitator_id == facilitator_id, _a.step < step)
    taken = await conn.execute(mine.values(step=step, confirmed_at=sa.func.coalesce(_a.confirmed_at, _instant(now))))
    return taken.rowcount == 1


def _instant(now: datetime) -> sa.ColumnElement[datetime]:
    return sa.literal(now, _a.confirmed_at.type)


async def forget(conn: AsyncConnection, facilitator_id: str) -> bool:
    """This member has no authenticator. Whether they had one."""
    return (await conn.execute(sa.delete(authenticators).where(_a.facilitator_id == facilitator_id))).rowcount == 1
