"""Who is signed in to the console, and who asks to be. Of tokens only hashes are kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.facilitators import TEAM, Facilitator, read
from storage.rows import new_id
from storage.tables import facilitators
from storage.tables_care import duties
from storage.tables_console import alive, asks, sessions

GOOD: Final = timedelta(minutes=10)
"""How long a code on the page is good."""
KEPT: Final = timedelta(days=1)
SEEN: Final = timedelta(minutes=1)
"""A page that is looked at again and again is noted once a minute."""
NAMES: Final = """
ACORN AMBER APPLE BADGE BASIN BEACH BIRCH BLOOM BRICK BROOK CABIN CANAL CEDAR CHALK CLOUD CORAL CRANE CROWN
DAISY DELTA DRIFT EAGLE EMBER FERRY FIELD FLAME FLINT FROST GLADE GLOBE GRAIN GRAPE GROVE HARBOUR HAZEL HERON
IVORY JUNIPER KAYAK KITE LEMON LILAC LINEN MAPLE MEADOW MELON MOSS OCEAN OLIVE ORBIT OTTER PEARL PEBBLE PLUM
PRISM QUARRY RAVEN REED RIVER ROBIN ROCKET SABLE SHELL SLATE SPARK SPRUCE STONE STORM SWIFT THYME TIDE TIGER
TULIP VALLEY VELVET WAGON WHEAT WILLOW WREN ZEBRA
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """A session: one browser in which a member of the team is signed in."""

    id: str
    browser: str
    way: str
    began_at: datetime
    seen_at: datetime
    proved_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A browser asks to be let in, or (with a session) asks to have it proved again who sits there."""

    id: str
    code: str
    browser: str
    state: str
    tries: int
    asked_at: datetime
    expires_at: datetime
    session_id: str | None = None
    facilitator_id: str | None = None


def hashed(secret: str) -> str:
    """What is kept of a token: whoever reads the database cannot sign in with it."""
    return hashlib.sha256(secret.encode()).hexdigest()


# ── sessions ───────────────────────────────────────────────────────────────────────────────────────────────────
async def begin(conn: AsyncConnection, facilitator_id: str, browser: str, way: str, now: datetime) -> str:
    """A new session; its token, which nobody else will ever have."""
    token = secrets.token_urlsafe(32)
    row = {"id": new_id(), "token_hash": hashed(token), "facilitator_id": facilitator_id, "browser": browser}
    times = {"began_at": now, "seen_at": now, "proved_at": now}
    await conn.execute(sa.insert(sessions).values(**row, **times, way=way))
    return token


async def look_up(conn: AsyncConnection, token: str, now: datetime) -> tuple[SignedIn, Facilitator] | None:
    """The session of a token with whose it is, as they are on the team now; None when it is over."""
    columns = [sessions.c[name].label(f"s_{name}") for name in SignedIn.__slots__]
    mine = sa.select(*TEAM.selected_columns, *columns).select_from(
        facilitators.outerjoin(duties).join(sessions, sessions.c.facilitator_id == facilitators.c.id)
    )
    row = (await conn.execute(mine.where(sessions.c.token_hash == hashed(token), *alive(now)))).first()
    if row is None:
        return None
    return SignedIn(**{name: row._mapping[f"s_{name}"] for name in SignedIn.__slots__}), read(row)


async def touch(conn: AsyncConnection, id: str, now: datetime) -> None:
    """Somebody is at work there."""
    await conn.execute(sa.update(sessions).where(sessions.c.id == id).values(seen_at=now))


async def prove(conn: AsyncConnection, id: str, now: datetime) -> None:
    """They have shown again who they are."""
    await conn.execute(sa.update(sessions).where(sessions.c.id == id).values(proved_at=now))


async def of_member(conn: AsyncConnection, facilitator_id: str, now: datetime) -> list[SignedIn]:
    """Where this member is signed in, the latest first."""
    columns = [sessions.c[name] for name in SignedIn.__slots__]
    mine = sa.select(*columns).where(sessions.c.facilitator_id == facilitator_id, *alive(now))
    return [SignedIn(**row._mapping) for row in await conn.execute(mine.order_by(sessions.c.seen_at.desc()))]


async def end(conn: AsyncConnection, facilitator_id: str, id: str = "") -> int:
    """End one session of this member, or all of theirs. How many there were."""
    mine = sa.delete(sessions).where(sessions.c.facilitator_id == facilitator_id)
    return (await conn.execute(mine.where(sessions.c.id == id) if id else mine)).rowcount


# ── asking ─────────────────────────────────────────────────────────────────────────────────────────────────────
async def ask(
    conn: AsyncConnection, nonce: str, browser: str, now: datetime, *, session_id: str | None = None
) -> Ask | None:
    """A browser asks; `nonce` is known to it alone. None in the odd case that no free code was found."""
    for _ in range(20):
        code = f"{secrets.choice(NAMES.split())}-{secrets.randbelow(900) + 100}"
        if await conn.scalar(sa.select(sa.func.count()).where(asks.c.code == code)):
            continue
        made = Ask(
            id=new_id(),
            code=code,
            browser=browser,
            state="open",
            tries=0,
            asked_at=now,
            expires_at=now + GOOD,
            session_id=session_id,
        )
        row = {name: getattr(made, name) for name in Ask.__slots__}
        await conn.execute(sa.insert(asks).values(**row, nonce_hash=hashed(nonce)))
        return made
    return None


async def asked(conn: AsyncConnection, nonce: str, now: datetime) -> Ask | None:
    """What this browser asked; None when it is over."""
    return await _ask(conn, asks.c.nonce_hash == hashed(nonce), asks.c.expires_at > now, asks.c.state != "used")


async def of_code(conn: AsyncConnection, code: str, now: datetime) -> Ask | None:
    """The ask whose code somebody typed, while it is good and nobody else typed it."""
    return await _ask(conn, asks.c.code == code.strip().upper(), asks.c.expires_at > now, asks.c.state == "open")


async def _ask(conn: AsyncConnection, *those: sa.ColumnElement[bool]) -> Ask | None:
    row: Any = (await conn.execute(sa.select(*(asks.c[name] for name in Ask.__slots__)).where(*those))).first()
    return Ask(**row._mapping) if row else None


async def claim(conn: AsyncConnection, id: str, facilitator_id: str) -> bool:
    """This member sent the code. The first one has it."""
    free = sa.update(asks).where(asks.c.id == id, asks.c.state == "open")
    return (await conn.execute(free.values(state="claimed", facilitator_id=facilitator_id))).rowcount == 1


async def decide(conn: AsyncConnection, id: str, facilitator_id: str, state: str, now: datetime) -> Ask | None:
    """Whoever sent the code says yes or no, once; None when it is too late or not theirs."""
    mine = (asks.c.id == id, asks.c.facilitator_id == facilitator_id, asks.c.state == "claimed")
    done = await conn.execute(sa.update(asks).where(*mine, asks.c.expires_at > now).values(state=state))
    return await _ask(conn, asks.c.id == id) if done.rowcount else None


async def use(conn: AsyncConnection, id: str, *, by: str = "yes") -> bool:
    """Let the browser in, once. `by` is the state it must be in."""
    mine = sa.update(asks).where(asks.c.id == id, asks.c.state == by)
    return (await conn.execute(mine.values(state="used"))).rowcount == 1


async def tried(conn: AsyncConnection, id: str) -> None:
    """A proof was wrong."""
    await conn.execute(sa.update(asks).where(asks.c.id == id).values(tries=asks.c.tries + 1))


async def sweep(conn: AsyncConnection, now: datetime) -> int:
    """Delete what is over. How many sessions."""
    await conn.execute(sa.delete(asks).where(asks.c.expires_at < now - KEPT))
    return (await conn.execute(sa.delete(sessions).where(~sa.and_(*alive(now))))).rowcount
