"""Messages to an audience: who would get one, who is left out and why, and what became of each."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.many import execute_many
from storage.outbox import unsent
from storage.rows import MOST, from_json, in_pieces, new_id, to_json
from storage.tables import LAY, answers, attendance, broadcasts, contacts, deliveries, outbox, participants


@dataclass(frozen=True, kw_only=True, slots=True)
class Audience:
    """Whom a message is for. `attendance` speaks of `wave`; "unmarked" are those nobody has marked yet."""

    areas: tuple[str, ...] = ()  # empty: every area of the sender
    wave: int = 1
    attendance: str = ""  # attended · missed · left_early · unmarked; empty: all
    states: tuple[str, ...] = ()  # empty: all; who has stopped or paused is still left out, and named
    not_answered: str = ""  # a flow: those who have answered it are left out
    again: bool = False  # also those who got this message before


@dataclass(frozen=True, kw_only=True, slots=True)
class Broadcast:
    """One message that was sent to an audience, or called off."""

    id: str
    key: str
    template: str
    audience: Audience
    made_by: str
    state: str
    created_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """Somebody the audience names. `had` says that they got this template before."""

    id: str
    code_name: str
    area: str
    state: str
    reachable: bool
    facts: dict[str, Any]
    has_contact: bool
    answered: bool
    had: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What became of one recipient's message. Outcome: the outbox's word, or "excluded"."""

    code_name: str
    area: str
    outcome: str
    reason: str = ""
    at: datetime | None = None
    attempts: int = 0
    reply: str = ""
    replied_at: datetime | None = None


INSERT = {
    "sqlite": sqlite.insert(broadcasts).on_conflict_do_nothing(index_elements=["key"]).returning(broadcasts.c.id),
    "postgresql": postgresql.insert(broadcasts)
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(broadcasts.c.id),
}
ADDRESS = sa.insert(deliveries)
QUEUE = sa.insert(outbox)
ARRIVED = sa.select(outbox.c.id).where(outbox.c.state.in_(("queued", "sending", "sent", "uncertain")))
_p = participants.c


def _had(template: str) -> sa.ColumnElement[bool]:
    """Got this template, from a facilitator or from the calendar. A message that never arrived does not count."""
    return (
        sa.exists()
        .where(deliveries.c.participant_id == _p.id, deliveries.c.excluded == "")
        .where(deliveries.c.broadcast_id == broadcasts.c.id, broadcasts.c.template == template)
        .where(sa.or_(deliveries.c.outbox_id.is_(None), deliveries.c.outbox_id.in_(ARRIVED)))
        .correlate(participants)
    )


async def candidates(conn: AsyncConnection, audience: Audience, template: str) -> AsyncIterator[Candidate]:
    """Everybody the audience names, each once, with what decides whether they get the message.

    They are read some at a time, in no order that people would know.
    """
    named = _named(audience, template)
    after = ""
    while found := (await conn.execute(named.where(_p.id > after))).all():
        for row in found:
            yield Candidate(**{**row._mapping, "facts": from_json(row.facts, dict[str, Any])})
        after = found[-1].id


def _named(audience: Audience, template: str) -> sa.Select[Any]:
    answered = sa.exists().where(answers.c.participant_id == _p.id, answers.c.flow == audience.not_answered)
    statement = (
        sa.select(
            _p.id,
            _p.code_name,
            _p.area,
            _p.state,
            _p.reachable,
            _p.facts,
            sa.exists().where(contacts.c.participant_id == _p.id).label("has_contact"),
            answered.label("answered"),
            _had(template).label("had"),
        )
        .where(_p.area.in_(audience.areas), LAY, *_there(audience))
        .order_by(_p.id)
        .limit(MOST)
    )
    return statement.where(_p.state.in_(audience.states)) if audience.states else statement


def _there(audience: Audience) -> list[sa.ColumnElement[bool]]:
    if not audience.attendance:
        return []
    marked = sa.exists().where(attendance.c.participant_id == _p.id, attendance.c.wave == audience.wave)
    if audience.attendance == "unmarked":
        return [sa.not_(marked)]
    return [marked.where(attendance.c.state == audience.attendance)]


async def begin(conn: AsyncConnection, broadcast: Broadcast) -> bool:
    """Note a new broadcast; False when one with this key is there already."""
    row = {c.name: getattr(broadcast, c.name) for c in broadcasts.columns if c.name != "audience"}
    row["audience"] = to_json(broadcast.audience)
    return await conn.scalar(INSERT[conn.dialect.name], row) is not None


async def find(conn: AsyncConnection, *, id: str = "", key: str = "") -> Broadcast | None:
    """The broadcast of this id, or of this key."""
    test = broadcasts.c.id == id if id else broadcasts.c.key == key
    row = (await conn.execute(sa.select(broadcasts).where(test))).first()
    return _read(row) if row else None


async def latest(conn: AsyncConnection, limit: int) -> list[Broadcast]:
    """The newest broadcasts, newest first."""
    found = await conn.execute(sa.select(broadcasts).order_by(broadcasts.c.created_at.desc()).limit(limit))
    return [_read(row) for row in found]


def _read(row: Any) -> Broadcast:
    return Broadcast(**{**row._mapping, "audience": from_json(row.audience, Audience)})


async def template_of(conn: AsyncConnection, delivery: int, participant_id: str) -> str:
    """The template of a message that was sent to this person; "" when the row is not theirs."""
    found = await conn.scalar(
        sa.select(broadcasts.c.template)
        .select_from(deliveries.join(broadcasts))
        .where(deliveries.c.id == delivery, deliveries.c.participant_id == participant_id)
    )
    return found or ""


async def address(conn: AsyncConnection, broadcast_id: str, people: Mapping[str, str]) -> dict[str, int]:
    """A row for each person, with why they are left out ("": they are not); the numbers of the rows by person."""
    for some in in_pieces(list(people.items())):
        rows = [{"broadcast_id": broadcast_id, "participant_id": id, "excluded": why} for id, why in some]
        await execute_many(conn, ADDRESS, rows)
    found = await conn.execute(
        sa.select(deliveries.c.participant_id, deliveries.c.id).where(deliveries.c.broadcast_id == broadcast_id)
    )
    return {row.participant_id: row.id for row in found}


def cause(broadcast_id: str, participant_id: str) -> str:
    """What an outbox row of a broadcast names as its cause: one for each person, whatever happens."""
    return f"broadcast:{broadcast_id}:{participant_id}"


async def queue(conn: AsyncConnection, messages: Iterable[Mapping[str, Any]]) -> None:
    """Put these messages in the outbox."""
    await execute_many(conn, QUEUE, [dict(message) for message in messages])


async def tie_all(conn: AsyncConnection, broadcast_id: str) -> None:
    """Tie each message that was queued to its recipient's row."""
    mine = sa.literal(f"broadcast:{broadcast_id}:").concat(deliveries.c.participant_id)
    of_person = sa.select(outbox.c.id).where(outbox.c.cause == mine, outbox.c.op == 0).scalar_subquery()
    await conn.execute(
        sa.update(deliveries)
        .where(deliveries.c.broadcast_id == broadcast_id, deliveries.c.excluded == "")
        .values(outbox_id=of_person)
    )


async def try_out(conn: AsyncConnection, message: Mapping[str, Any]) -> None:
    """Put one message in the outbox that is on no ledger: a facilitator looks at it."""
    await conn.execute(sa.insert(outbox), dict(message))


async def deliver_from_calendar(
    conn: AsyncConnection, *, key: str, template: str, participant_id: str, now: datetime
) -> int:
    """The ledger's row for a message that the calendar sends to one person; the same row when asked again."""
    area = await conn.scalar(sa.select(_p.area).where(_p.id == participant_id)) or ""
    audience = Audience(areas=(area,))
    fresh = Broadcast(
        id=new_id(),
        key=key,
        template=template,
        audience=audience,
        made_by="calendar",
        state="sending",
        created_at=now,
    )
    await begin(conn, fresh)
    broadcast = await find(conn, key=key)
    assert broadcast is not None
    mine = (deliveries.c.broadcast_id == broadcast.id, deliveries.c.participant_id == participant_id)
    known = await conn.scalar(sa.select(deliveries.c.id).where(*mine))
    return known or (await address(conn, broadcast.id, {participant_id: ""}))[participant_id]


async def tie(conn: AsyncConnection, delivery: int, cause: str) -> None:
    """This row of the ledger is told by the outbox message with this cause."""
    message = sa.select(outbox.c.id).where(outbox.c.cause == cause, outbox.c.op == 0).scalar_subquery()
    await conn.execute(sa.update(deliveries).where(deliveries.c.id == delivery).values(outbox_id=message))


async def call_off(conn: AsyncConnection, broadcast_id: str, *, reason: str, now: datetime) -> int:
    """Cancel what has not been handed to the platform yet; how many that were."""
    await conn.execute(sa.update(broadcasts).where(broadcasts.c.id == broadcast_id).values(state="cancelled"))
    ours = sa.select(deliveries.c.outbox_id).where(deliveries.c.broadcast_id == broadcast_id)
    cancelled = await conn.execute(
        sa.update(outbox)
        .where(outbox.c.id.in_(ours), outbox.c.state == "queued")
        .values(state=unsent("cancelled"), reason=reason, settled_at=now)
    )
    return cancelled.rowcount


async def outcomes(conn: AsyncConnection, broadcast_id: str) -> dict[str, int]:
    """How many rows of the ledger have which outcome."""
    outcome = sa.case(
        (deliveries.c.excluded != "", "excluded"), else_=sa.func.coalesce(outbox.c.state, "cancelled")
    ).label("outcome")
    found = await conn.execute(
        sa.select(outcome, sa.func.count().label("rows"))
        .select_from(deliveries.outerjoin(outbox))
        .where(deliveries.c.broadcast_id == broadcast_id)
        .group_by(outcome)
    )
    return {row.outcome: row.rows for row in found}


async def ledger(conn: AsyncConnection, broadcast_id: str) -> list[Receipt]:
    """One row for each person the audience named. Somebody who was erased since still counts, nameless."""
    found = await conn.execute(
        sa.select(
            deliveries.c.excluded,
            deliveries.c.reply,
            deliveries.c.replied_at,
            participants.c.code_name,
            participants.c.area,
            outbox.c.state,
            outbox.c.reason,
            outbox.c.settled_at,
            outbox.c.attempt,
        )
        .select_from(
            deliveries.outerjoin(outbox).outerjoin(participants, participants.c.id == deliveries.c.participant_id)
        )
        .where(deliveries.c.broadcast_id == broadcast_id)
        .order_by(participants.c.area, participants.c.code_name, deliveries.c.id)
    )
    return [_receipt(row) for row in found]


def _receipt(row: Any) -> Receipt:
    return Receipt(
        code_name=row.code_name or "",
        area=row.area or "",
        outcome="excluded" if row.excluded else row.state or "cancelled",
        reason=row.excluded or row.reason or "",
        at=row.settled_at,
        attempts=row.attempt or 0,
        reply=row.reply,
        replied_at=row.replied_at,
    )
