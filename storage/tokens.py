"""Tokens of other programs. Of a token only its hash is kept; what it may do is read anew each time it is used."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.rows import from_json, to_json
from storage.tables_api import api_replies, api_tokens

KEPT: Final = timedelta(days=365)
"""So long the team can see that there was a token, once it opens nothing any more."""
_t, _r = api_tokens.c, api_replies.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """One program that may ask: as what, where, until when, and who answers for it."""

    id: str
    name: str
    role: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    areas: tuple[str, ...] = ()  # none: all
    maker_id: str = ""
    used_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""

    def over(self, now: datetime) -> bool:
        """Whether it opens nothing any more."""
        return self.ended_at is not None or self.expires_at <= now


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What is kept of a request under its key. `reply` is empty as long as it is not known how it went."""

    digest: str
    reply: str


COLUMNS = tuple(_t[name] for name in Token.__slots__)


def alive(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Of tokens: those that are good."""
    return (_t.ended_at.is_(None), _t.expires_at > now)


def hashed(secret: str) -> str:
    """What is kept of a token: whoever reads the database cannot use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def add(conn: AsyncConnection, token: Token, secret: str) -> None:
    """A new token."""
    row = {name: getattr(token, name) for name in Token.__slots__}
    row |= {"areas": to_json(token.areas), "token_hash": hashed(secret)}
    await conn.execute(sa.insert(api_tokens).values(row))


async def by_secret(conn: AsyncConnection, secret: str, now: datetime) -> Token | None:
    """The token as it is now; None when there is no such token, or it is over."""
    return await _one(conn, _t.token_hash == hashed(secret), *alive(now))


async def find(conn: AsyncConnection, id: str) -> Token | None:
    """The token of this id, good or not."""
    return await _one(conn, _t.id == id)


async def named(conn: AsyncConnection, name: str, now: datetime) -> Token | None:
    """The good token of this name."""
    return await _one(conn, sa.func.lower(_t.name) == name.lower(), *alive(now))


async def everything(conn: AsyncConnection) -> list[Token]:
    """All tokens, the newest first."""
    return [_read(row) for row in await conn.execute(sa.select(*COLUMNS).order_by(_t.made_at.desc(), _t.id))]


async def touch(conn: AsyncConnection, id: str, now: datetime) -> None:
    """It was used."""
    await conn.execute(sa.update(api_tokens).where(_t.id == id).values(used_at=now))


async def end(conn: AsyncConnection, now: datetime, by: str, *those: sa.ColumnElement[bool]) -> int:
    """These open nothing any more. How many did until now."""
    good = sa.update(api_tokens).where(*alive(now), *those)
    return (await conn.execute(good.values(ended_at=now, ended_by=by))).rowcount


async def end_one(conn: AsyncConnection, id: str, now: datetime, by: str) -> bool:
    """This one; False when it was over already."""
    return await end(conn, now, by, _t.id == id) == 1


async def end_of(conn: AsyncConnection, maker_id: str, now: datetime, by: str) -> int:
    """All that this member of the team made."""
    return await end(conn, now, by, _t.maker_id == maker_id)


async def sweep(conn: AsyncConnection, now: datetime) -> int:
    """Delete what was over a year ago. How many tokens."""
    old = sa.or_(_t.ended_at < now - KEPT, _t.expires_at < now - KEPT)
    return (await conn.execute(sa.delete(api_tokens).where(old))).rowcount


# ── what must not be done twice ──────────────────────────────────────────────────────────────────────────────────
async def claim(conn: AsyncConnection, token_id: str, key: str, digest: str, now: datetime) -> Kept:
    """This request has the key from now on, unless another had it before; what is kept under it."""
    row = {"token_id": token_id, "key": key, "digest": digest, "reply": "", "at": now}
    insert = (sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert)(api_replies)
    await conn.execute(insert.values(row).on_conflict_do_nothing())
    return await _kept(conn, token_id, key)


async def keep(conn: AsyncConnection, token_id: str, key: str, reply: str) -> str:
    """How it went. The first reply stays."""
    mine = sa.update(api_replies).where(_r.token_id == token_id, _r.key == key, _r.reply == "")
    await conn.execute(mine.values(reply=reply))
    return (await _kept(conn, token_id, key)).reply


async def _kept(conn: AsyncConnection, token_id: str, key: str) -> Kept:
    mine = sa.select(_r.digest, _r.reply).where(_r.token_id == token_id, _r.key == key)
    row = (await conn.execute(mine)).one()
    return Kept(digest=row.digest, reply=row.reply)


async def _one(conn: AsyncConnection, *those: sa.ColumnElement[bool]) -> Token | None:
    row = (await conn.execute(sa.select(*COLUMNS).where(*those))).first()
    return _read(row) if row else None


def _read(row: Any) -> Token:
    return Token(**{**row._mapping, "areas": from_json(row.areas, tuple[str, ...])})
