"""Where the team watches a message go out: the counts in one message, drawn anew until all is settled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.rows import from_json, to_json
from storage.tables_sending import watches

_w = watches.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """Somebody of the team watches a broadcast in their chat. `number`: how often it was drawn anew."""

    broadcast_id: str
    facilitator_id: str
    shown: Mapping[str, int]
    drawn_at: datetime
    number: int

    @property
    def token(self) -> str:
        """The same in every copy."""
        return f"w.{self.broadcast_id}"

    @property
    def cause(self) -> str:
        """Of this copy."""
        return f"watch:{self.broadcast_id}:{self.facilitator_id}:{self.number}"


async def begin(conn: AsyncConnection, watch: Watch) -> bool:
    """Watch it there; False when it is watched there already."""
    if (await conn.execute(sa.select(_w.number).where(*_same(watch)))).first():
        return False
    who = {"broadcast_id": watch.broadcast_id, "facilitator_id": watch.facilitator_id}
    copy = {"shown": to_json(dict(watch.shown)), "drawn_at": watch.drawn_at, "number": watch.number}
    await conn.execute(sa.insert(watches), {**who, **copy})
    return True


async def drawn_before(conn: AsyncConnection, before: datetime) -> list[Watch]:
    """Those that may be drawn anew."""
    rows = await conn.execute(
        sa.select(watches).where(_w.drawn_at <= before).order_by(_w.broadcast_id, _w.facilitator_id)
    )
    return [
        Watch(
            broadcast_id=row.broadcast_id,
            facilitator_id=row.facilitator_id,
            shown=from_json(row.shown, dict[str, int]),
            drawn_at=row.drawn_at,
            number=row.number,
        )
        for row in rows
    ]


async def draw(conn: AsyncConnection, watch: Watch, shown: Mapping[str, int], now: datetime) -> bool:
    """It is drawn anew now; False when another process has done that."""
    values = {"shown": to_json(dict(shown)), "drawn_at": now, "number": watch.number + 1}
    done = await conn.execute(sa.update(watches).where(*_same(watch), _w.number == watch.number).values(**values))
    return bool(done.rowcount)


async def end(conn: AsyncConnection, watch: Watch) -> None:
    """There is nothing more to see."""
    await conn.execute(sa.delete(watches).where(*_same(watch)))


def _same(watch: Watch) -> tuple[sa.ColumnElement[bool], ...]:
    return (_w.broadcast_id == watch.broadcast_id, _w.facilitator_id == watch.facilitator_id)
