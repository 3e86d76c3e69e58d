"""The weeks before an election: which areas are in them; and what waits for a sign-off, or for its hour."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.broadcasts import Audience
from storage.rows import from_json, to_json
from storage.tables_elections import held_messages, pre_elections

_h = held_messages.c
WAITS = ("held", "planned")


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A message by hand that waits until somebody else has looked at it ("held"), or until its hour ("planned")."""

    id: str
    key: str
    template: str
    audience: Audience
    fill: Mapping[str, str]
    made_by: str
    made_at: datetime
    approved_by: str = ""
    state: str = "held"
    why: str = "election"  # or many, or unplanned
    maker_id: str = ""  # of a facilitator who asked for it in a chat
    send_at: datetime | None = None
    reason: str = ""  # why it was missed


async def near(conn: AsyncConnection) -> frozenset[str]:
    """The areas in which an election is near."""
    return frozenset((await conn.scalars(sa.select(pre_elections.c.area))).all())


async def begin(conn: AsyncConnection, areas: Iterable[str], by: str, now: datetime) -> None:
    """In these areas an election is near from now on."""
    known = await near(conn)
    rows = [{"area": area, "by": by, "at": now} for area in areas if area not in known]
    if rows:
        await conn.execute(sa.insert(pre_elections), rows)


async def over(conn: AsyncConnection, areas: Iterable[str]) -> None:
    """The election is over there."""
    await conn.execute(sa.delete(pre_elections).where(pre_elections.c.area.in_(list(areas))))


async def hold(conn: AsyncConnection, held: Held) -> Held:
    """Keep this message back; the same key again is the same message."""
    known = await find(conn, key=held.key)
    if known is None:
        row = {column.name: getattr(held, column.name) for column in held_messages.columns}
        row |= {"audience": to_json(held.audience), "fill": to_json(dict(held.fill))}
        await conn.execute(sa.insert(held_messages), row)
    return known or held


async def find(conn: AsyncConnection, *, id: str = "", key: str = "") -> Held | None:
    """The held message of this id, or of this key."""
    test = _h.id == id if id else _h.key == key
    row = (await conn.execute(sa.select(held_messages).where(test))).first()
    return _read(row) if row else None


async def waiting(conn: AsyncConnection) -> list[Held]:
    """What still waits for somebody to look at it, oldest first."""
    question = sa.select(held_messages).where(_h.state == "held").order_by(_h.made_at, _h.id)
    return [_read(row) for row in await conn.execute(question)]


async def planned(conn: AsyncConnection, missed_since: datetime) -> list[Held]:
    """What waits for its hour, looked at or not, soonest first; and what has missed it lately."""
    lately = sa.and_(_h.state == "missed", _h.send_at >= missed_since)
    wanted = (_h.send_at.is_not(None), sa.or_(_h.state.in_(WAITS), lately))
    return [_read(row) for row in await conn.execute(sa.select(held_messages).where(*wanted).order_by(_h.send_at))]


async def due(conn: AsyncConnection, now: datetime) -> list[Held]:
    """What has come to its hour, looked at or not."""
    wanted = (_h.send_at <= now, _h.state.in_(WAITS))
    return [_read(row) for row in await conn.execute(sa.select(held_messages).where(*wanted).order_by(_h.send_at))]


async def decide(
    conn: AsyncConnection, id: str, state: str, *, by: str = "", reason: str = "", was: Sequence[str] = ("held",)
) -> bool:
    """It is in this state from now on; False when it was decided otherwise already. `by`: who has looked at it."""
    told = {"approved_by": by} if by else {}
    done = await conn.execute(
        sa.update(held_messages).where(_h.id == id, _h.state.in_(was)).values(state=state, reason=reason[:200], **told)
    )
    return bool(done.rowcount)


def _read(row: Any) -> Held:
    values = dict(row._mapping)
    audience, fill = from_json(values.pop("audience"), Audience), from_json(values.pop("fill"), dict[str, str])
    return Held(**values, audience=audience, fill=fill)
