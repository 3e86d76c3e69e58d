"""Two processes never work on the same conversation at a time, and nothing overtakes within one."""

from collections.abc import Sequence
from datetime import datetime

import pytest
import sqlalchemy as sa

from storage import deadlines, inbox, taking
from storage.database import Database
from storage.inbox import InboxItem
from storage.scenes import Place
from tests.storage.records import plant_person

MOST = 100


async def arrive(db: Database, now: datetime, *chats: str) -> None:
    async with db.write() as conn:
        for chat in chats:
            known = await conn.scalar(sa.text("SELECT count(*) FROM inbox"))
            item = InboxItem(channel="telegram", bot="bot", key=f"k{known}", chat=chat, body="{}")
            await inbox.accept(conn, [item], now)


async def waiting(db: Database) -> list[InboxItem]:
    async with db.read() as conn:
        return await inbox.pending(conn, MOST)


async def free(db: Database) -> list[InboxItem]:
    async with db.read() as conn:
        return await inbox.free(conn, MOST)


def chats(items: Sequence[InboxItem]) -> list[str]:
    return [item.chat for item in items]


async def test_a_process_takes_what_no_other_has_in_hand(postgresql_database: Database, now: datetime) -> None:
    db = postgresql_database
    await arrive(db, now, "7", "8", "9", "7")
    everything = await waiting(db)

    async with db.write() as one:
        first, _ = await taking.mine(one, everything[:2], [])
        assert chats(await free(db)) == ["9", "7"]
        async with db.write() as other:
            second, _ = await taking.mine(other, everything, [])

    assert chats(first) == ["7", "8"]
    assert chats(second) == ["9"]


async def test_what_was_done_meanwhile_is_not_taken_again(postgresql_database: Database, now: datetime) -> None:
    db = postgresql_database
    await arrive(db, now, "7", "8")
    everything = await waiting(db)
    async with db.write() as conn:
        await inbox.settle(conn, [everything[0].id], now)

    async with db.write() as conn:
        assert chats((await taking.mine(conn, everything, []))[0]) == ["8"]


async def test_nothing_overtakes_an_earlier_message_that_somebody_looks_at(
    postgresql_database: Database, now: datetime
) -> None:
    db = postgresql_database
    await arrive(db, now, "7", "7")
    earlier, later = await waiting(db)

    async with db.write() as one:
        await one.execute(sa.text(f"SELECT id FROM inbox WHERE id = {earlier.id} FOR UPDATE"))
        async with db.write() as other:
            assert await taking.mine(other, [later], []) == ([], [])


async def test_what_is_due_for_somebody_waits_while_their_message_is_taken(
    postgresql_database: Database, now: datetime
) -> None:
    db = postgresql_database
    async with db.write() as conn:
        await plant_person(conn, now, pid="p1", code_name="Heron-1", chat="7")
        await deadlines.call(conn, "p1", "alarm", "alarm", now)
    await arrive(db, now, "7")
    async with db.read() as conn:
        due = await deadlines.due(conn, now, MOST)

    async with db.write() as one:
        await taking.mine(one, await waiting(db), [])
        async with db.write() as other:
            assert await taking.mine(other, [], due) == ([], [])
    async with db.write() as conn:
        assert await taking.mine(conn, [], due) == ([], due)


async def test_on_sqlite_all_is_for_the_only_process(sqlite_database: Database, now: datetime) -> None:
    await arrive(sqlite_database, now, "7", "8")
    everything = await waiting(sqlite_database)

    async with sqlite_database.write() as conn:
        assert await taking.mine(conn, everything, []) == (everything, [])


@pytest.mark.parametrize("place", [("telegram", "bot", "7"), ("tele", "grambot", "7")])
def test_conversations_have_locks_of_their_own(place: Place) -> None:
    assert (taking._key(place) == taking._key(("telegram", "bot", "7"))) is (place[0] == "telegram")
