"""The journal tells what was done, newest first."""

from datetime import datetime, timedelta

from storage import journal
from storage.database import Database


async def test_lines_are_read_newest_first_with_their_detail(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await journal.note(conn, at=now, who="Ada", action="invite", subject="hull", detail={"codes": 3})
        await journal.note(conn, at=now + timedelta(hours=1), who="Ada", action="export")

    async with database.read() as conn:
        newest, oldest = await journal.latest(conn, 10)

    assert (newest.action, newest.detail) == ("export", {})
    assert (oldest.at, oldest.who, oldest.subject, oldest.detail) == (now, "Ada", "hull", {"codes": 3})


async def test_lines_of_one_subject_are_read_page_by_page(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        for number in range(4):
            await journal.note(conn, at=now, who="Ada", action=f"act{number}", subject=f"subject{number % 2}")

    async with database.read() as conn:
        [first] = await journal.latest(conn, 1, subject="subject1")
        [second] = await journal.latest(conn, 1, subject="subject1", before=first.id)

    assert (first.action, second.action) == ("act3", "act1")


async def test_line_is_undone_with_its_deed(database: Database, now: datetime) -> None:
    try:
        async with database.write() as conn:
            await journal.note(conn, at=now, who="Ada", action="invite")
            raise LookupError
    except LookupError:
        pass

    async with database.read() as conn:
        assert await journal.latest(conn, 10) == []
