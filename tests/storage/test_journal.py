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


async def test_lines_are_found_by_all_that_is_asked_together(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        for day, who in enumerate(("Ada", "Ben", "Ada", "Ada")):
            at = now + timedelta(days=day)
            await journal.note(conn, at=at, who=who, action=("export", "saw")[day % 2], subject=f"s{day}")

        every = await journal.find(conn, 10)
        hers = await journal.find(conn, 10, who="Ada", actions=("export", "send"))
        then = await journal.find(conn, 10, since=now + timedelta(days=1), until=now + timedelta(days=3))
        page = await journal.find(conn, 1, before=every[0].id, subject="s2")

        assert await journal.count(conn, "Ada", "export", now + timedelta(days=1)) == 1
    assert [one.subject for one in every] == ["s3", "s2", "s1", "s0"]
    assert [one.subject for one in hers] == ["s2", "s0"]
    assert [one.subject for one in then] == ["s2", "s1"]
    assert [one.subject for one in page] == ["s2"]
