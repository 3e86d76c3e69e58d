"""What the database says at the end, in a form that is equal for equal conversations, and whether all promises hold."""

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import publishing
from bot.messages import Outgoing
from storage import invariants, invites
from storage.database import Database
from storage.invites import Invite
from storage.rows import from_json
from storage.tables import answer_parts, answers, consents, contacts, deadlines, inbox, outbox, participants, runs
from tests.botapi import Person
from tests.crash.people import CODE, MARK, copies, in_order
from tests.crash.program import START, script

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """All that one person's messages came to. Times, and what is drawn by lot, are left out."""

    state: str
    facts: str
    consents: Rows
    answers: Rows
    parts: Rows
    runs: Rows
    timers: Rows
    told: Rows
    """Every message that was decided for them: its marks, what became of it, whether it redraws another."""


def as_decided(account: Account) -> Account:
    """The same for somebody who left, had it been heard of each message that it arrived.

    When the program is killed before it is noted that a message arrived, and its reader leaves before it goes again,
    nobody can know: they need no second copy, and the ledger says that it is uncertain.
    """
    if account.state != "stopped":
        return account
    told = [(marks, "sent" if state == "uncertain" else state, redraws) for marks, state, redraws in account.told]
    return replace(account, told=told)


async def prepare(url: str) -> None:
    """Let people in with one code."""
    db = Database.open(url)
    async with db.write() as conn:
        await publishing.keep(conn, script().programme, START)
        await invites.add(conn, Invite(code=CODE, kind="join", area="hull", created_at=START))
    await db.close()


async def lay_out(url: str) -> None:
    """The same in a database that is still empty."""
    db = Database.open(url)
    await db.migrate()
    await db.close()
    await prepare(url)


async def accounts(url: str) -> dict[str, Account]:
    """Everybody's account, by chat; every promise is looked after on the way."""
    db = Database.open(url)
    async with db.read() as conn:
        assert await invariants.check(conn) == []
        assert set((await conn.scalars(sa.select(inbox.c.state))).all()) == {"done"}
        who = (await conn.execute(sa.select(contacts.c.chat, contacts.c.participant_id))).all()
        found = {chat: await _account(conn, chat, person) for chat, person in who if person}
    await db.close()
    return found


async def _account(conn: AsyncConnection, chat: str, person: str) -> Account:
    async def rows(*columns: sa.Column[Any], order: sa.Column[Any]) -> Rows:
        mine = columns[0].table.c.participant_id == person
        return [tuple(row) for row in await conn.execute(sa.select(*columns).where(mine).order_by(order))]

    a, p, c, r, d = answers.c, answer_parts.c, consents.c, runs.c, deadlines.c
    ((state, facts),) = (
        await conn.execute(sa.select(participants.c.state, participants.c.facts).where(participants.c.id == person))
    ).all()
    return Account(
        state=state,
        facts=facts,
        consents=await rows(c.item, c.answer, c.text_hash, order=c.id),
        answers=await rows(a.flow, a.step, a.value, a.share, a.revision, order=a.step),
        parts=await rows(p.step, p.text, order=p.id),
        runs=await rows(r.flow, r.state, order=r.flow),
        timers=sorted((key.rpartition(":")[2], state) for key, state in await rows(d.key, d.state, order=d.id)),
        told=await _told(conn, chat),
    )


async def _told(conn: AsyncConnection, chat: str) -> Rows:
    o = outbox.c
    found = await conn.execute(sa.select(o.body, o.state, o.replaces).where(o.chat == chat).order_by(o.id))
    return [(" ".join(MARK.findall(from_json(body, Outgoing).text)), state, again) for body, state, again in found]


async def somebody_left(conn: AsyncConnection) -> bool:
    """Whether somebody has left."""
    return bool(await conn.scalar(sa.select(sa.func.count()).where(participants.c.state == "stopped")))


async def quiet(conn: AsyncConnection) -> bool:
    """Whether nothing waits: no update, no message, no timer."""
    busy = (
        sa.select(sa.literal(1)).where(inbox.c.state == "new"),
        sa.select(sa.literal(1)).where(outbox.c.state.in_(("queued", "sending"))),
        sa.select(sa.literal(1)).where(deadlines.c.state == "planned"),
    )
    return not (await conn.execute(sa.union_all(*busy))).first()


def check_phone(person: Person, account: Account) -> None:
    """What was decided reached them once, or twice if it was cut off on the way, and in the order of decisions."""
    decided = [mark for marks, _, redraws in account.told if not redraws for mark in marks.split()]
    sent = [mark for marks, state, redraws in account.told if state == "sent" and not redraws for mark in marks.split()]
    came = copies(person)
    for mark in {*came, *decided}:
        assert sent.count(mark) <= came[mark] <= 2 * decided.count(mark), f"{mark} came {came[mark]} times"
    assert in_order(person) == [mark for mark in dict.fromkeys(decided) if came[mark]]
