"""What we owe people: a row for each message, written with the decision that caused it, until it is settled.

One message of a chat is on its way at a time, the oldest first; so what a person reads has the order of what was
decided. A row that was handed over and not heard of again is never called unsent.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.among import among
from storage.many import execute_many
from storage.rows import to_json
from storage.tables import broadcasts, contacts, journal, outbox, participants
from storage.tables_care import OPEN_TALK, talks

COPIES = 1  # how many more copies of a prompt may be risked when nobody knows whether the first arrived
LOOKS = 5  # how many more tries where the platform can be asked whether the one before arrived
WAITS_FOR_TALK = "waits while the team talks to them"
EVIDENCE = timedelta(seconds=30)  # how long to wait for a tap that proves it did


class End(StrEnum):
    """How one attempt ended, as the outbox sees it."""

    SENT = "sent"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"  # refused, and so would be everything else we say to this person
    AGAIN = "again"  # proven not delivered: no attempt spent
    MOVED = "moved"
    UNCERTAIN = "uncertain"


class OutboxItem(Struct, frozen=True, kw_only=True):
    """One message that this process must send now. `body` is the Outgoing as JSON."""

    id: int
    channel: str
    bot: str
    chat: str
    body: str
    participant_id: str | None
    priority: int
    policy: str
    attempt: int  # this one counted
    edits: str = ""  # the platform's id of the message it redraws


class Result(Struct, frozen=True, kw_only=True):
    """What became of one attempt."""

    item: OutboxItem
    end: End
    platform_id: str = ""
    reason: str = ""
    retry_at: datetime | None = None
    chat: str = ""  # where a moved chat is now
    told: bool = False  # the platform can be asked what became of it, before it is sent again


def _is(column: sa.Column[str], *words: str) -> sa.ColumnElement[bool]:
    """Written out, not bound: the databases take a partial index only for words they can see."""
    seen = [sa.literal(word, literal_execute=True) for word in words]
    return column == seen[0] if len(seen) == 1 else column.in_(seen)


row = outbox.c
QUEUED = _is(row.state, "queued")
older = outbox.alias("older")
FIRST_OF_ITS_CHAT = ~sa.exists().where(
    older.c.channel == row.channel,
    older.c.bot == row.bot,
    older.c.chat == row.chat,
    older.c.id < row.id,
    _is(older.c.state, "queued", "sending"),
)
CALLED_OFF = sa.and_(
    row.priority > 1,
    sa.exists().where(
        _is(broadcasts.c.state, "cancelled"),
        row.cause.startswith(sa.literal("broadcast:").concat(broadcasts.c.id).concat(":")),
    ),
)
"""Its broadcast was called off while it was on its way, and it came back unsent."""
NOT_WANTED = sa.or_(
    CALLED_OFF,
    row.body == "",  # its words were erased
    sa.and_(row.participant_id.is_not(None), participants.c.id.is_(None), ~row.always),
    sa.and_(participants.c.state == "stopped", ~row.always),
    participants.c.reachable.is_(False),
)
TALKED_TO = sa.and_(row.priority > 0, sa.exists().where(talks.c.participant_id == row.participant_id, OPEN_TALK))
CANDIDATES = (
    sa.select(
        *(row[name] for name in ("id", "channel", "bot", "chat", "body", "participant_id", "priority", "policy")),
        row.attempt,
        row.token,
        row.replaces,
        (row.expires_at <= sa.bindparam("now", type_=row.expires_at.type)).label("late"),
        NOT_WANTED.label("unwanted"),
        TALKED_TO.label("talked_to"),
    )
    .select_from(outbox.outerjoin(participants, participants.c.id == row.participant_id))
    .where(
        QUEUED,
        row.channel == sa.bindparam("channel"),
        row.bot == sa.bindparam("bot"),
        row.not_before <= sa.bindparam("now", type_=row.not_before.type),
        ~among(row.chat, "resting"),
        sa.or_(
            row.priority <= 0,
            ~among(row.chat, "fresh"),
        ),
        FIRST_OF_ITS_CHAT,
    )
    .order_by(row.priority, row.id)
    .limit(sa.bindparam("most"))
)
TAKE = (
    sa.update(outbox)
    .where(among(row.id, "ids"), QUEUED)
    .values(state="sending", attempt=row.attempt + 1, sender=sa.bindparam("claimed_by"))
    .returning(row.id)
)


def unsent(word: str) -> sa.Case[str]:
    """How a message ends that waits and is not wanted any more: in `word`, unless it was handed over before.

    Of one that was, and goes again as nobody knows whether it arrived, nobody can say either that it was not sent.
    """
    return sa.case((row.attempt > 0, "uncertain"), else_=word)


EMPTIED = {"body": sa.case((row.burn, ""), else_=row.body), "chat": sa.case((row.burn, ""), else_=row.chat)}
DROP = (
    sa.update(outbox)
    .where(row.id == sa.bindparam("of"), row.state == "queued")
    .values(
        state=sa.case((row.attempt > 0, "uncertain"), else_=sa.bindparam("end", type_=sa.String)),
        reason=sa.bindparam("why"),
        settled_at=sa.bindparam("now"),
        **EMPTIED,
    )
)
FORGET = sa.and_(row.burn, sa.bindparam("done", type_=sa.Boolean))
SETTLE = (
    sa.update(outbox)
    .where(row.id == sa.bindparam("of"), row.attempt == sa.bindparam("fence"), row.state == "sending")
    .values(
        state=sa.bindparam("end"),
        attempt=sa.bindparam("spent"),
        platform_id=sa.bindparam("their_id"),
        reason=sa.bindparam("why"),
        not_before=sa.bindparam("again_at"),
        settled_at=sa.bindparam("now"),
        body=sa.case((FORGET, ""), else_=row.body),
        chat=sa.case((FORGET, ""), else_=row.chat),
    )
)
LAST_PLATFORM_ID = (
    sa.select(row.platform_id)
    .where(row.token == sa.bindparam("of"), row.chat == sa.bindparam("in_chat"), row.platform_id != "")
    .order_by(row.id.desc())
    .limit(1)
)
NEXT = sa.select(sa.func.min(row.not_before)).where(
    QUEUED,
    row.channel == sa.bindparam("channel"),
    row.bot == sa.bindparam("bot"),
    row.not_before > sa.bindparam("now", type_=row.not_before.type),
)


async def add(conn: AsyncConnection, message: Mapping[str, Any]) -> None:
    """One message that the team's doing sends to one person."""
    await conn.execute(sa.insert(outbox), dict(message))


async def known(conn: AsyncConnection, cause: str) -> bool:
    """Whether messages of this cause were put in before."""
    return (await conn.execute(sa.select(outbox.c.id).where(outbox.c.cause == cause).limit(1))).first() is not None


async def claim(
    conn: AsyncConnection,
    now: datetime,
    limit: int,
    *,
    channel: str,
    bot: str,
    sender: str = "",
    resting: Collection[str] = (),
    fresh: Collection[str] = (),
) -> list[OutboxItem]:
    """Mark up to `limit` messages as being sent: of each chat the oldest, replies before prompts before broadcasts.

    Nothing is taken for a `resting` chat, and only replies for a `fresh` one. What came too late, or is for somebody
    who has left, is settled on the way. Only after the commit may anything be sent.
    """
    place = {"channel": channel, "bot": bot, "now": now, "most": limit}
    while True:
        found = (await conn.execute(CANDIDATES, {**place, "resting": list(resting), "fresh": list(fresh)})).all()
        dropped = [_dropped(one, now) for one in found if one.late or one.unwanted or one.talked_to]
        if not dropped:
            break
        await execute_many(conn, DROP, dropped)
    taken = await _take(conn, [one.id for one in found], sender)
    return [await _item(conn, one) for one in found if one.id in taken]


async def settle(conn: AsyncConnection, results: Sequence[Result], now: datetime) -> None:
    """Note how attempts ended. A result that comes after somebody else settled the row writes nothing."""
    if not results:
        return
    await execute_many(conn, SETTLE, [_settled(result, now) for result in results])
    for result in results:
        if result.end is End.UNREACHABLE:
            await _unreachable(conn, result, now)
        if result.end is End.MOVED:
            await _move(conn, result)


async def recover(
    conn: AsyncConnection, now: datetime, *, channel: str, bot: str, sender: str | None = None, told: bool = False
) -> int:
    """On taking over: what another process had on its way may have arrived. How many messages that concerns.

    What this very `sender` has on its way is left alone: it will hear of it. `told`: the platform can be asked what
    became of a message; it is, before anything is sent again.
    """
    left = [_is(row.state, "sending"), row.channel == channel, row.bot == bot]
    if sender is not None:
        left.append(row.sender != sender)
    again = (row.attempt <= LOOKS,) if told else (row.policy == "resend", row.attempt <= COPIES)
    why = "cut off while sending"
    resent = await conn.execute(
        sa.update(outbox).where(*left, *again).values(state="queued", not_before=now + EVIDENCE, reason=why)
    )
    given_up = await conn.execute(
        sa.update(outbox).where(*left).values(state="uncertain", settled_at=now, reason=why, **EMPTIED)
    )
    return resent.rowcount + given_up.rowcount


async def release(
    conn: AsyncConnection, mine: Collection[int], now: datetime, *, channel: str, bot: str, sender: str
) -> None:
    """Give back what this sender marked as being sent and does not send: a claim whose commit was not heard of."""
    place = (row.channel == channel, row.bot == bot, row.sender == sender)
    left = (_is(row.state, "sending"), *place, row.id.not_in(list(mine)))
    await conn.execute(sa.update(outbox).where(*left).values(state="queued", attempt=row.attempt - 1, not_before=now))


async def arrived(conn: AsyncConnection, tokens: Iterable[str], now: datetime) -> None:
    """Somebody pressed a button under these prompts: where that was uncertain, they did arrive, and need no copy."""
    unsure = sa.or_(_is(row.state, "uncertain"), sa.and_(QUEUED, row.attempt > 0))
    named = row.token.in_([token for token in tokens if token])
    await conn.execute(
        sa.update(outbox)
        .where(named, unsure, ~row.replaces)
        .values(state="sent", settled_at=now, reason="answered, so it arrived", **EMPTIED)
    )


async def cancel_for(
    conn: AsyncConnection, participant_id: str, now: datetime, *, reason: str = "left", everything: bool = False
) -> int:
    """Nothing more to this person, except what goes out always; with `everything`, not even that."""
    mine = [row.participant_id == participant_id, QUEUED]
    if not everything:
        mine.append(~row.always)
    done = await conn.execute(
        sa.update(outbox).where(*mine).values(state=unsent("cancelled"), settled_at=now, reason=reason, **EMPTIED)
    )
    return done.rowcount


async def left(conn: AsyncConnection, participant_id: str, now: datetime) -> None:
    """This person has left: what waits is cancelled, replies too, and what is on its way is not tried again."""
    await cancel_for(conn, participant_id, now, everything=True)
    flying = (row.participant_id == participant_id, _is(row.state, "sending"))
    await conn.execute(sa.update(outbox).where(*flying).values(always=False))


async def last_platform_id(conn: AsyncConnection, token: str, chat: str) -> str:
    """The platform's id of the newest message that shows this prompt in this chat, or ""."""
    return await conn.scalar(LAST_PLATFORM_ID, {"of": token, "in_chat": chat}) or ""


async def waiting(conn: AsyncConnection, now: datetime) -> int:
    """How many messages are on their way or could be: queued ones whose time has come, and those being sent."""
    going = sa.or_(_is(row.state, "sending"), sa.and_(QUEUED, row.not_before <= now))
    return await conn.scalar(sa.select(sa.func.count()).select_from(outbox).where(going)) or 0


async def next_due(conn: AsyncConnection, now: datetime, *, channel: str, bot: str) -> datetime | None:
    """When the next message that waits for its time may go."""
    due: datetime | None = await conn.scalar(NEXT, {"channel": channel, "bot": bot, "now": now})
    return due


def _dropped(one: Any, now: datetime) -> dict[str, object]:
    end, why = "expired", "its time had passed"
    if one.unwanted or not one.late:
        end, why = "cancelled", "not to be written to" if one.unwanted else WAITS_FOR_TALK
    return {"of": one.id, "end": end, "why": why, "now": now}


async def _take(conn: AsyncConnection, ids: list[int], sender: str) -> set[int]:
    return set((await conn.scalars(TAKE, {"ids": ids, "claimed_by": sender})).all()) if ids else set()


async def _item(conn: AsyncConnection, one: Any) -> OutboxItem:
    return OutboxItem(
        id=one.id,
        channel=one.channel,
        bot=one.bot,
        chat=one.chat,
        body=one.body,
        participant_id=one.participant_id,
        priority=one.priority,
        policy=one.policy,
        attempt=one.attempt + 1,
        edits=await last_platform_id(conn, one.token, one.chat) if one.replaces and one.token else "",
    )


def _settled(result: Result, now: datetime) -> dict[str, object]:
    attempt = result.item.attempt
    values: dict[str, object] = {
        "of": result.item.id,
        "fence": attempt,
        "spent": attempt,
        "their_id": result.platform_id,
        "why": result.reason[:200],
        "again_at": now,
        "now": now,
        "done": True,
    }
    waiting = {"end": "queued", "now": None, "done": False}
    match result.end:
        case End.SENT:
            return {**values, "end": "sent"}
        case End.REFUSED | End.UNREACHABLE:  # the copy before may have come, though this one did not
            return {**values, "end": "uncertain" if attempt > 1 else "refused"}
        case End.AGAIN | End.MOVED:
            return {**values, **waiting, "spent": attempt - 1, "again_at": result.retry_at or now}
        case End.UNCERTAIN if result.told and attempt <= LOOKS:
            return {**values, **waiting, "again_at": now + EVIDENCE}
        case End.UNCERTAIN if result.item.policy == "resend" and attempt <= COPIES:
            return {**values, **waiting, "again_at": now + EVIDENCE}
        case End.UNCERTAIN:
            return {**values, "end": "uncertain"}


async def _unreachable(conn: AsyncConnection, result: Result, now: datetime) -> None:
    """They cannot be written to: drop what waits for them, and tell the team."""
    person = result.item.participant_id
    if person is None:
        return
    there = await conn.execute(sa.update(participants).where(participants.c.id == person).values(reachable=False))
    if not there.rowcount:  # erased while it was on its way: nothing about them is noted any more
        return
    dropped = await cancel_for(conn, person, now, reason="cannot be reached", everything=True)
    detail = to_json({"reason": result.reason, "cancelled": dropped})
    line = {"at": now, "who": "dispatch", "action": "unreachable", "subject": person, "detail": detail}
    await conn.execute(sa.insert(journal), line)


async def _move(conn: AsyncConnection, result: Result) -> None:
    """The chat has another id from now on, for the person and for all that waits for them."""
    old = result.item
    for table in (contacts, outbox):
        here = [table.c.channel == old.channel, table.c.bot == old.bot, table.c.chat == old.chat]
        if table is outbox:
            here.append(_is(row.state, "queued", "sending"))
        await conn.execute(sa.update(table).where(*here).values(chat=result.chat))
