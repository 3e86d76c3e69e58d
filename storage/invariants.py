"""What must hold of the data at any moment, asked of the data itself. `reconvene doctor` prints what does not."""

from collections.abc import Callable, Coroutine
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.erasure import hash_of
from storage.files import Files
from storage.tables import (
    answer_parts,
    answers,
    broadcasts,
    contacts,
    deadlines,
    deliveries,
    inbox,
    metadata,
    outbox,
    participants,
    runs,
    tombstones,
)
from storage.tables_care import OPEN_TALK, cases, talks
from storage.tables_media import media

Check = Callable[[AsyncConnection], Coroutine[Any, Any, list[str]]]
LISTED = 5


async def check(conn: AsyncConnection) -> list[str]:
    """The broken promises, each as a sentence; none when all is well."""
    return [sentence for one in CHECKS for sentence in await one(conn)]


async def recordings_are_there(conn: AsyncConnection, files: Files) -> list[str]:
    """A recording that is kept has its file, as long as it was when it was written."""
    kept = (await conn.execute(sa.select(media.c.id, media.c.size).where(media.c.state == "kept"))).all()
    lost = sorted(row.id for row in kept if files.size(row.id) != row.size)
    if not lost:
        return []
    more = f" and {len(lost) - LISTED} more" if len(lost) > LISTED else ""
    named = ", ".join(lost[:LISTED])
    return [f"Recordings are missing or cut short in {files.folder}: {named}{more}. Restore them from a backup."]


async def _names(conn: AsyncConnection, question: sa.Select[Any], sentence: str) -> list[str]:
    """One sentence about all rows that a question finds, naming the first few."""
    found = [
        " ".join(str(value) for value in row)
        for row in await conn.execute(question.order_by(*question.selected_columns))
    ]
    if not found:
        return []
    more = f" and {len(found) - LISTED} more" if len(found) > LISTED else ""
    return [f"{sentence}: {', '.join(found[:LISTED])}{more}."]


async def file_is_whole(conn: AsyncConnection) -> list[str]:
    """SQLite's own opinion of its file."""
    if conn.dialect.name != "sqlite":
        return []
    found = (await conn.exec_driver_sql("PRAGMA quick_check(5)")).scalars().all()
    lost = (await conn.exec_driver_sql("PRAGMA foreign_key_check")).mappings().all()
    damage = [f"The database file is damaged: {line}." for line in found if line != "ok"]
    return damage + [f"A row of {row['table']} points to a row of {row['parent']} that is not there." for row in lost]


async def one_effect_per_update(conn: AsyncConnection) -> list[str]:
    """An update that waits for its turn has no effect yet, and one that had its turn keeps no words."""
    cause = inbox.c.channel + ":" + inbox.c.bot + ":" + inbox.c.key
    waiting = sa.select(inbox.c.id).where(inbox.c.state == "new")
    acted = sa.or_(sa.exists().where(outbox.c.cause == cause), sa.exists().where(runs.c.cause == cause))
    kept = sa.select(inbox.c.id).where(inbox.c.state == "done", inbox.c.body != "")
    return [
        *await _names(conn, waiting.where(acted), "Updates that had an effect still wait for their turn"),
        *await _names(conn, kept, "Updates that had their turn still keep their words"),
    ]


async def ledger_adds_up(conn: AsyncConnection) -> list[str]:
    """Of everybody a broadcast named we know either why they were left out, or the message."""
    excluded, sent = deliveries.c.excluded != "", deliveries.c.outbox_id.is_not(None)
    named = sa.func.count(deliveries.c.id)
    told = sa.func.sum(sa.case((excluded != sent, 1), else_=0))
    question = (
        sa.select(broadcasts.c.id, named, told)
        .join_from(broadcasts, deliveries)
        .group_by(broadcasts.c.id)
        .having(named != told)
    )
    return [
        f"Broadcast {row[0]} names {row[1]} people but accounts for {row[2]}." for row in await conn.execute(question)
    ]


async def nobody_is_orphaned(conn: AsyncConnection) -> list[str]:
    """Where a person is named without a foreign key, they exist."""
    broken: list[str] = []
    for table in (outbox, deliveries):
        whose = table.c.participant_id
        lost = sa.select(table.c.id).where(whose.is_not(None), ~sa.exists().where(participants.c.id == whose))
        broken += await _names(conn, lost, f"Rows of {table.name} name a person who is not there")
    return broken


async def erased_stay_erased(conn: AsyncConnection) -> list[str]:
    """No row names anybody who has a tombstone, as after a restored backup."""
    stones = (await conn.execute(sa.select(tombstones.c.receipt, tombstones.c.participant_hash))).all()
    known: set[str] = set()
    for table in metadata.sorted_tables if stones else ():
        if "participant_id" in table.c:
            whose = table.c.participant_id
            known |= set((await conn.scalars(sa.select(whose).where(whose.is_not(None)).distinct())).all())
    if stones:
        known |= set((await conn.scalars(sa.select(participants.c.id))).all())
    back = sorted(id for id in known if any(hash_of(id, stone.receipt) == stone.participant_hash for stone in stones))
    return [f"Erased people are back: {', '.join(back)}. Erase them again."] if back else []


async def one_timer_of_a_kind(conn: AsyncConnection) -> list[str]:
    """A run has at most one open timer of each kind, under its own key and of its own person."""
    open_ones = (
        sa.select(deadlines.c.run_id, deadlines.c.key)
        .where(deadlines.c.kind == "timer", deadlines.c.state == "planned")
        .order_by(deadlines.c.run_id, deadlines.c.id)
    )
    seen: set[tuple[str, str]] = set()
    twice: list[str] = []
    for run_id, key in await conn.execute(open_ones):
        timer = (run_id, key.rpartition(":")[2])
        if timer in seen:
            twice.append(f"Run {run_id} has two open timers of the kind {timer[1]}.")
        seen.add(timer)
    return twice


async def answers_have_their_run(conn: AsyncConnection) -> list[str]:
    """An answer and its parts belong to a run of the same person."""
    broken: list[str] = []
    for table in (answers, answer_parts):
        own = sa.exists().where(runs.c.id == table.c.run_id, runs.c.participant_id == table.c.participant_id)
        lost = sa.select(table.c.run_id, table.c.step).where(~own)
        broken += await _names(conn, lost, f"Rows of {table.name} have no run of the same person")
    return broken


async def chats_are_in_order(conn: AsyncConnection) -> list[str]:
    """In a chat nothing was sent before what was decided earlier; one proven late to have arrived is no sign."""
    o = outbox.c
    sent = sa.and_(o.state == "sent", o.reason == "")
    chat = (o.channel, o.bot, o.chat)
    next_sent = sa.func.min(sa.case((sent, o.settled_at))).over(partition_by=chat, order_by=o.id, rows=(1, None))
    went_back = sa.func.min(o.created_at).over(partition_by=chat, order_by=o.id, rows=(1, None)) < o.created_at
    overtaken = sa.or_(
        sa.and_(o.state.in_(("queued", "sending")), next_sent.is_not(None)),
        sa.and_(sent, o.settled_at > next_sent, ~went_back),  # a clock that was put back is no sign either
    )
    lines = sa.select(o.id, overtaken.label("overtaken")).where(o.chat != "").subquery()
    question = sa.select(lines.c.id).where(lines.c.overtaken)
    return await _names(conn, question, "Messages were overtaken by later ones of the same chat")


async def plans_are_for_people_we_may_write_to(conn: AsyncConnection) -> list[str]:
    """Nobody who left, or whom we cannot reach at any address, has a prompt planned."""
    nowhere = ~sa.exists().where(contacts.c.participant_id == participants.c.id)
    question = (
        sa.select(participants.c.code_name)
        .join_from(deadlines, participants)
        .where(deadlines.c.kind == "entry", deadlines.c.state == "planned")
        .where(sa.or_(participants.c.state.in_(("stopped", "joining")), nowhere))
        .distinct()
    )
    return await _names(conn, question, "Prompts are planned for people who may not be written to")


async def people_in_danger_are_left_in_peace(conn: AsyncConnection) -> list[str]:
    """Whoever has a red case that is not closed gets nothing of the programme: the safety talk is open."""
    safe = sa.exists().where(talks.c.participant_id == cases.c.participant_id, OPEN_TALK, talks.c.kind == "safety")
    grave = (cases.c.level == "red", cases.c.state != "closed", cases.c.participant_id.is_not(None))
    question = sa.select(cases.c.code_name).where(*grave, ~safe).distinct()
    return await _names(conn, question, "People with an open red case still get messages of the programme")


async def guests_are_only_passing(conn: AsyncConnection) -> list[str]:
    """Somebody who writes to the mailbox is known only as long as they write."""
    writing = sa.exists().where(runs.c.participant_id == participants.c.id, runs.c.state == "waiting")
    question = sa.select(participants.c.code_name).where(participants.c.role == "guest", ~writing)
    return await _names(conn, question, "Guests of the mailbox are still known although they have finished")


CHECKS: tuple[Check, ...] = (
    file_is_whole,
    one_effect_per_update,
    ledger_adds_up,
    nobody_is_orphaned,
    erased_stay_erased,
    one_timer_of_a_kind,
    answers_have_their_run,
    chats_are_in_order,
    plans_are_for_people_we_may_write_to,
    people_in_danger_are_left_in_peace,
    guests_are_only_passing,
)
