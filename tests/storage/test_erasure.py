"""After an erasure nothing of a person is left, in no table and in no byte of the file."""

from datetime import datetime

import pytest
import sqlalchemy as sa

from storage import tables as t
from storage.database import Database
from storage.erasure import COVERED, NOT_PERSONAL, erase, forget_contact, hash_of
from storage.invariants import check
from tests.storage.records import CANARY, CHAT, NAME, everything, plant

OTHER = {"pid": "pother", "code_name": "Heron-14", "chat": "5544332211"}


async def count(database: Database, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    async with database.read() as conn:
        return await conn.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0


async def erased(database: Database, now: datetime, receipt: str = "RECEIPT") -> str:
    """All rows after the person was planted, beside another, and erased."""
    async with database.write() as conn:
        await plant(conn, now)
        await plant(conn, now, **OTHER)
    async with database.write() as conn:
        await erase(conn, "pcanary", receipt, now)
    async with database.read() as conn:
        return await everything(conn)


async def test_nothing_of_an_erased_person_is_left(database: Database, now: datetime) -> None:
    left = await erased(database, now)

    for trace in ("pcanary", CHAT, "'Heron-1'", '"Heron-1"'):
        assert trace not in left


async def test_somebody_else_is_left_as_they_were(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await plant(conn, now, **OTHER)
    async with database.read() as conn:
        before = (await everything(conn)).splitlines()
    async with database.write() as conn:
        await plant(conn, now)
    async with database.write() as conn:
        await erase(conn, "pcanary", "RECEIPT", now)

    async with database.read() as conn:
        after = (await everything(conn)).splitlines()

    assert [line for line in before if line not in after] == []


async def test_no_byte_of_the_person_stays_on_disk(sqlite_database: Database, now: datetime) -> None:
    async with sqlite_database.write() as conn:
        await plant(conn, now)
    files = [sqlite_database.file, sqlite_database.file.with_name("reconvene.db-wal")]
    traces = [CANARY, CHAT, NAME, "pcanary"]
    assert all(any(trace.encode() in file.read_bytes() for file in files) for trace in traces)

    async with sqlite_database.write() as conn:
        await erase(conn, "pcanary", "RECEIPT", now)
    assert await sqlite_database.checkpoint()

    bytes_left = b"".join(file.read_bytes() for file in sqlite_database.file.parent.iterdir())
    assert [trace for trace in traces if trace.encode() in bytes_left] == []


async def test_receipt_proves_the_erasure(database: Database, now: datetime) -> None:
    await erased(database, now)

    async with database.read() as conn:
        [stone] = (await conn.execute(sa.select(t.tombstones))).all()

    assert (stone.receipt, stone.at) == ("RECEIPT", now)
    assert stone.participant_hash == hash_of("pcanary", "RECEIPT") != hash_of("pother", "RECEIPT")


async def test_people_without_a_receipt_can_be_erased_one_after_the_other(database: Database, now: datetime) -> None:
    await erased(database, now, receipt="")

    async with database.write() as conn:
        await erase(conn, "pother", "", now)

    assert await count(database, t.tombstones) == 2
    assert await count(database, t.participants) == 0


async def test_queued_messages_never_go_out_and_the_broadcast_still_adds_up(database: Database, now: datetime) -> None:
    await erased(database, now)

    assert await count(database, t.outbox, t.outbox.c.state == "queued") == 1  # the other person's
    assert await count(database, t.outbox, t.outbox.c.state == "cancelled") == 1
    assert await count(database, t.deliveries, t.deliveries.c.reply == "cant_come") == 2
    async with database.read() as conn:
        assert await check(conn) == []


async def test_last_goodbye_still_goes_out(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await plant(conn, now)
        goodbye = {"channel": "telegram", "bot": "bot", "chat": CHAT, "cause": "c", "op": 9, "body": "Goodbye"}
        goodbye |= {"burn": True, "always": True, "state": "queued", "participant_id": "pcanary"}
        await conn.execute(sa.insert(t.outbox).values(**goodbye, not_before=now, created_at=now))

        await erase(conn, "pcanary", "RECEIPT", now)

        [left] = (await conn.execute(sa.select(t.outbox).where(t.outbox.c.state == "queued"))).all()
    assert (left.body, left.chat, left.participant_id) == ("Goodbye", CHAT, None)


async def test_message_on_its_way_has_nothing_left_to_send_again(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await plant(conn, now)
        await conn.execute(sa.update(t.outbox).where(t.outbox.c.state == "queued").values(state="sending"))

        await erase(conn, "pcanary", "RECEIPT", now)

        [left] = (await conn.execute(sa.select(t.outbox).where(t.outbox.c.state == "sending"))).all()
    assert (left.body, left.chat, left.policy, left.expires_at) == ("", "", "hold", now)


async def test_update_that_still_waits_is_left_to_its_turn(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await plant(conn, now)
        update = {"channel": "telegram", "bot": "bot", "chat": CHAT, "key": "99", "body": "again", "state": "new"}
        await conn.execute(sa.insert(t.inbox).values(**update, received_at=now))

        await erase(conn, "pcanary", "RECEIPT", now)

        left = (await conn.execute(sa.select(t.inbox.c.key, t.inbox.c.body).order_by(t.inbox.c.id))).all()
    assert [tuple(row) for row in left] == [("update77", ""), ("99", "again")]


async def test_complaint_stays_as_a_fact(database: Database, now: datetime) -> None:
    await erased(database, now)

    async with database.read() as conn:
        found = (await conn.execute(sa.select(t.tasks).where(t.tasks.c.participant_id.is_(None)))).all()

    assert [(row.kind, row.note, row.receipt) for row in found] == [("complaint", "", "COMPLAINT")]


async def test_what_facilitators_were_told_of_the_person_is_emptied(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await plant(conn, now)
        for number, text in enumerate((f"Heron-1 says: {CANARY}", f"Heron-14 says: {CANARY}")):
            told = {"channel": "telegram", "bot": "bot", "chat": "staff", "cause": "desk", "op": number}
            told |= {"body": text, "state": "sent", "not_before": now, "created_at": now, "settled_at": now}
            await conn.execute(sa.insert(t.outbox).values(**told))

        await erase(conn, "pcanary", "RECEIPT", now)

        left = (await conn.scalars(sa.select(t.outbox.c.body).where(t.outbox.c.cause == "desk"))).all()
    assert sorted(left) == ["", f"Heron-14 says: {CANARY}"]


async def test_facilitator_who_took_part_keeps_their_desk(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await plant(conn, now)
        await conn.execute(sa.insert(t.facilitators).values(id="fac", name="Ada", created_at=now))
        await conn.execute(sa.update(t.contacts).values(facilitator_id="fac"))

        await erase(conn, "pcanary", "RECEIPT", now)

        [left] = (await conn.execute(sa.select(t.contacts))).all()
    assert (left.chat, left.facilitator_id, left.participant_id, left.name) == (CHAT, "fac", None, "")


async def test_nameless_answers_stay_without_a_way_back(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await plant(conn, now)

    async with database.write() as conn:
        code_name = await forget_contact(conn, "pcanary", now)

    assert await count(database, t.answers, t.answers.c.value == f'"{CANARY}"') == 1
    assert await count(database, t.participants, t.participants.c.code_name == code_name) == 1
    async with database.read() as conn:
        left = await everything(conn)
        assert await check(conn) == []
    for trace in (CHAT, NAME, "'Heron-1'", '"Heron-1"', "profile.patch"):
        assert trace not in left


async def test_no_byte_of_the_contact_stays_on_disk(sqlite_database: Database, now: datetime) -> None:
    async with sqlite_database.write() as conn:
        await plant(conn, now)
    async with sqlite_database.write() as conn:
        await forget_contact(conn, "pcanary", now)

    assert await sqlite_database.checkpoint()

    left = b"".join(file.read_bytes() for file in sqlite_database.file.parent.iterdir())
    assert CANARY.encode() in left
    assert [trace for trace in (CHAT, NAME) if trace.encode() in left] == []


def test_every_table_says_what_erasure_does_to_it() -> None:
    assert COVERED.keys() | NOT_PERSONAL == t.metadata.tables.keys()
    assert not COVERED.keys() & NOT_PERSONAL


@pytest.mark.parametrize("table", sorted(NOT_PERSONAL))
def test_table_without_people_names_nobody(table: str) -> None:
    personal = {"participant_id", "chat", "code_name", "bot", "text", "note"}

    assert not personal & set(t.metadata.tables[table].c.keys())


async def test_sample_person_is_in_every_table_that_is_covered(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await plant(conn, now)

    empty = [name for name in COVERED if not await count(database, t.metadata.tables[name])]

    assert empty == ["tombstones"]
