"""Which of what waits this process may take. Two processes never work on the same conversation at a time.

A process that has a conversation holds an advisory lock on it until its transaction ends. What lies further back in it
waits, so the order of a conversation is the order in which it came in. On SQLite one process takes it all.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.among import among
from storage.deadlines import Deadline
from storage.inbox import InboxItem
from storage.scenes import Place
from storage.seats import key_of
from storage.tables import contacts, deadlines, inbox

Taken = tuple[list[InboxItem], list[Deadline]]
UPDATES = (
    sa.select(inbox.c.id).where(among(inbox.c.id, "ids"), inbox.c.state == "new").with_for_update(skip_locked=True)
)
DUES = (
    sa.select(deadlines.c.id)
    .where(among(deadlines.c.id, "ids"), deadlines.c.state == "planned")
    .with_for_update(skip_locked=True)
)
TRY = "SELECT k FROM unnest(%s::bigint[]) AS k WHERE pg_try_advisory_xact_lock(k)"
_i = inbox.c
EARLIER = (
    sa.select(_i.channel, _i.bot, _i.chat, sa.func.min(_i.id).label("first"))
    .where(_i.state == "new", among(_i.chat, "chats"), ~among(_i.id, "ids"))
    .group_by(_i.channel, _i.bot, _i.chat)
)
PLACES = sa.select(contacts.c.participant_id, contacts.c.channel, contacts.c.bot, contacts.c.chat).where(
    among(contacts.c.participant_id, "ids")
)


async def mine(conn: AsyncConnection, items: Sequence[InboxItem], ringing: Sequence[Deadline]) -> Taken:
    """Those of these that are still to be done and whose conversations are free, in the order given."""
    if conn.dialect.name != "postgresql":
        return list(items), list(ringing)
    free = await _free(conn, UPDATES, [item.id for item in items])
    due = await _free(conn, DUES, [deadline.id for deadline in ringing])
    updates = [item for item in items if item.id in free]
    deadlines_due = [deadline for deadline in ringing if deadline.id in due]
    homes = await _homes(conn, {deadline.participant_id for deadline in deadlines_due})
    ours = await _locked(conn, {_place(item) for item in updates} | set(homes.values()))
    updates = await _without_earlier(conn, [item for item in updates if _place(item) in ours])
    return updates, [deadline for deadline in deadlines_due if homes[deadline.participant_id] in ours]


async def hold(conn: AsyncConnection, participant_id: str) -> None:
    """Wait until nobody is at work on this person's conversation, and keep others from it until the transaction ends.

    To be asked for first in a transaction, so that two of them never wait for each other.
    """
    if conn.dialect.name == "postgresql":
        place = (await _homes(conn, [participant_id]))[participant_id]
        await conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_key(place))))


async def _free(conn: AsyncConnection, statement: sa.Select[Any], wanted: Sequence[int]) -> set[int]:
    return set((await conn.scalars(statement, {"ids": wanted})).all()) if wanted else set()


async def _homes(conn: AsyncConnection, people: Collection[str]) -> Mapping[str, Place]:
    """Where the conversation of each person is; somebody without an address has one of their own."""
    homes: dict[str, Place] = {person: ("", "", person) for person in people}
    if people:
        for row in await conn.execute(PLACES, {"ids": list(people)}):
            homes[row.participant_id] = (row.channel, row.bot, row.chat)
    return homes


async def _locked(conn: AsyncConnection, places: Iterable[Place]) -> set[Place]:
    """The conversations that nobody else has; they are ours until the transaction ends."""
    keys = {_key(place): place for place in places}
    if not keys:
        return set()
    found = await conn.exec_driver_sql(TRY, (sorted(keys),))
    return {keys[key] for key in found.scalars()}


async def _without_earlier(conn: AsyncConnection, items: list[InboxItem]) -> list[InboxItem]:
    """What stands behind an earlier message of its conversation, which somebody else looks at, waits."""
    if not items:
        return []
    chats = sorted({item.chat for item in items})
    found = await conn.execute(EARLIER, {"chats": chats, "ids": [item.id for item in items]})
    first = {(row.channel, row.bot, row.chat): row.first for row in found}
    return [item for item in items if item.id < first.get(_place(item), item.id + 1)]


def _place(item: InboxItem) -> Place:
    return item.channel, item.bot, item.chat


def _key(place: Place) -> int:
    return key_of("\x1f".join(place))
