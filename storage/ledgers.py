"""Messages to many as one looks through them: the newest with their counts, and the people of one, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.broadcasts import Audience, Broadcast
from storage.rows import from_json
from storage.tables import broadcasts, deliveries, outbox, participants
from storage.unsure import LET_BE

CALENDAR = "calendar"
"""Who makes the messages that the calendar sends."""
WAITING = ("queued", "sending")
OUTCOME = sa.case(
    (deliveries.c.excluded != "", "excluded"),
    (outbox.c.state.in_(WAITING), "waiting"),
    else_=sa.func.coalesce(outbox.c.state, "cancelled"),
).label("outcome")
"""What became of one recipient's message, in one word."""
Counts = dict[str, int]
_b, _d = broadcasts.c, deliveries.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One person on the ledger. `open`: it may have arrived or not, and nobody has decided what to do."""

    number: int
    code_name: str  # "" once they are erased
    area: str
    outcome: str
    reason: str
    at: datetime | None
    reply: str
    open: bool


def _names(area: str) -> sa.ColumnElement[bool]:
    """The audience names this area; it is kept as JSON."""
    return _b.audience.contains(f'"{area}"', autoescape=True)


def _within(others: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    """Not to any of these areas."""
    return [sa.not_(_names(area)) for area in others]


def _read(row: Any) -> Broadcast:
    return Broadcast(**{**row._mapping, "audience": from_json(row.audience, Audience)})


async def by_hand(conn: AsyncConnection, others: Sequence[str]) -> list[Broadcast]:
    """Those that people sent, oldest first. `others`: areas that are not to be told of."""
    chosen = sa.select(broadcasts).where(_b.made_by != CALENDAR, *_within(others))
    return [_read(row) for row in await conn.execute(chosen.order_by(_b.created_at, _b.id))]


async def newest(
    conn: AsyncConnection,
    areas: Sequence[str],
    others: Sequence[str],
    limit: int,
    before: Broadcast | None = None,
    by: str = "",
) -> list[Broadcast]:
    """The newest to any of these areas, newest first; `before`: older than this one. `by`: of the calendar, or the
    team alone.
    """
    chosen = sa.select(broadcasts).where(sa.or_(*map(_names, areas)), *_within(others))
    if by:
        chosen = chosen.where(_b.made_by == CALENDAR if by == CALENDAR else _b.made_by != CALENDAR)
    if before:
        same = sa.and_(_b.created_at == before.created_at, _b.id < before.id)
        chosen = chosen.where(sa.or_(_b.created_at < before.created_at, same))
    found = await conn.execute(chosen.order_by(_b.created_at.desc(), _b.id.desc()).limit(limit))
    return [_read(row) for row in found]


async def counts(conn: AsyncConnection, ids: Sequence[str]) -> dict[str, Counts]:
    """Broadcast → outcome → how many people. Together they are everybody the audience named."""
    found: dict[str, Counts] = {id: {} for id in ids}
    asked = (
        sa.select(_d.broadcast_id, OUTCOME, sa.func.count().label("n"))
        .select_from(deliveries.outerjoin(outbox))
        .where(_d.broadcast_id.in_(ids))
        .group_by(_d.broadcast_id, OUTCOME)
    )
    for row in await conn.execute(asked) if ids else ():
        found[row.broadcast_id][row.outcome] = row.n
    return found


async def lines(conn: AsyncConnection, id: str, *, outcome: str = "", after: int = 0, limit: int = 50) -> list[Line]:
    """The people of one message from the line `after` on, in the order they were put down."""
    chosen = (
        sa.select(
            _d.id.label("number"),
            participants.c.code_name,
            participants.c.area,
            OUTCOME,
            _d.excluded,
            outbox.c.reason,
            outbox.c.settled_at,
            _d.reply,
        )
        .select_from(deliveries.outerjoin(outbox).outerjoin(participants, participants.c.id == _d.participant_id))
        .where(_d.broadcast_id == id, _d.id > after)
        .order_by(_d.id)
        .limit(limit)
    )
    if outcome:
        chosen = chosen.where(OUTCOME.in_((outcome,)))
    return [_line(row) for row in await conn.execute(chosen)]


def _line(row: Any) -> Line:
    reason = row.excluded or row.reason or ""
    return Line(
        number=row.number,
        code_name=row.code_name or "",
        area=row.area or "",
        outcome=row.outcome,
        reason=reason,
        at=row.settled_at,
        reply=row.reply,
        open=row.outcome == "uncertain" and not reason.startswith(LET_BE),
    )


async def reasons(conn: AsyncConnection, id: str) -> Counts:
    """Why people were left out of one message → how many, most first."""
    n = sa.func.count().label("n")
    asked = sa.select(_d.excluded, n).where(_d.broadcast_id == id, _d.excluded != "").group_by(_d.excluded)
    return {row.excluded: row.n for row in await conn.execute(asked.order_by(n.desc(), _d.excluded))}
