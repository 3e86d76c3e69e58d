"""The seals of the journal: what was changed or taken out is seen, and what was lawfully forgotten stays forgotten."""

from datetime import datetime

import sqlalchemy as sa

from storage import journal, seals
from storage import tables as t
from storage.database import Database
from storage.erasure import erase
from storage.seals import Verdict
from storage.tables_console import seals as t_seals
from tests.storage.records import plant


async def write(database: Database, now: datetime, *actions: str) -> None:
    async with database.write() as conn:
        for action in actions:
            await journal.note(conn, at=now, who="Ada", action=action, subject="hull")
        await seals.seal(conn)


async def verified(database: Database, *heads: str) -> Verdict:
    async with database.read() as conn:
        return await seals.verify(conn, heads)


async def test_a_journal_that_nobody_touched_is_whole(database: Database, now: datetime) -> None:
    await write(database, now, "invite", "export")
    await write(database, now, "send")

    found = await verified(database)

    assert (found.whole, found.sealed, found.unsealed) == (True, 3, 0)


async def test_a_line_that_was_changed_is_named(database: Database, now: datetime) -> None:
    await write(database, now, "invite", "export", "send")
    async with database.write() as conn:
        await conn.execute(sa.update(t.journal).where(t.journal.c.id == 2).values(who="Ben"))

    assert (await verified(database)).broken == ["Line 2 is not as it was written."]


async def test_a_line_that_was_taken_out_is_named(database: Database, now: datetime) -> None:
    await write(database, now, "invite", "export", "send")
    async with database.write() as conn:
        await conn.execute(sa.delete(t.journal).where(t.journal.c.id == 2))

    assert (await verified(database)).broken == ["Line 2 is missing."]


async def test_a_line_that_was_taken_out_with_its_seal_leaves_a_gap(database: Database, now: datetime) -> None:
    await write(database, now, "invite", "export", "send")
    async with database.write() as conn:
        await conn.execute(sa.delete(t.journal).where(t.journal.c.id == 2))
        await conn.execute(sa.delete(t_seals).where(t_seals.c.journal_id == 2))

    assert (await verified(database)).broken == ["The seal of line 3 does not follow from the one before."]


async def test_a_change_is_not_hidden_by_taking_the_salt_away(database: Database, now: datetime) -> None:
    await write(database, now, "invite", "export")
    async with database.write() as conn:
        await conn.execute(sa.update(t.journal).where(t.journal.c.id == 2).values(who="Ben"))
        await seals.open_lines(conn, [2])

    assert (await verified(database)).broken == ["Line 2 is not as it was written."]


async def test_the_end_of_the_chain_is_missed_by_who_noted_its_head(database: Database, now: datetime) -> None:
    await write(database, now, "invite", "export", "send")
    noted = (await verified(database)).head
    async with database.write() as conn:
        await conn.execute(sa.delete(t.journal).where(t.journal.c.id == 3))
        await conn.execute(sa.delete(t_seals).where(t_seals.c.journal_id == 3))

    found = await verified(database, noted)

    assert found.whole
    assert found.heads == set()


async def test_erasing_somebody_leaves_the_chain_whole_and_nothing_to_guess_from(
    database: Database, now: datetime
) -> None:
    async with database.write() as conn:
        await plant(conn, now)
        await erase(conn, "pcanary", "RECEIPT", now)

    found = await verified(database)
    async with database.read() as conn:
        salts = (await conn.scalars(sa.select(t_seals.c.salt))).all()

    assert (found.whole, found.emptied) == (True, 2)
    assert list(salts) == ["", ""]


async def test_a_line_that_was_committed_late_is_sealed_after_those_with_higher_numbers(
    database: Database, now: datetime
) -> None:
    line = {"at": now, "who": "Ada", "action": "send", "subject": "", "detail": "{}"}
    async with database.write() as conn:
        await conn.execute(sa.insert(t.journal).values(id=7, **line))
        await seals.seal(conn)
        await conn.execute(sa.insert(t.journal).values(id=5, **line))
        await seals.seal(conn)

    found = await verified(database)

    assert (found.whole, found.sealed, found.unsealed) == (True, 2, 0)
