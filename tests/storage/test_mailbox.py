"""What the mailbox keeps, and for how long."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from storage import mailbox
from storage import tables as t
from storage.database import Database
from storage.invariants import guests_are_only_passing
from storage.mailbox import Entry, Issue
from storage.retention import Swept, sweep
from storage.tables_mailbox import mailbox_marks, mailbox_salts
from tests.storage.records import CANARY, add, everything, plant_answer, plant_person

DAY = timedelta(days=1)
PLACE = ("telegram", "bot", "7788990011")
ENTRY = Entry(
    id="e1",
    month="2026-11",
    via="email",
    locale="en",
    area="hull",
    day=CANARY,
    issues=(Issue(text=CANARY, frame="home"), Issue(text="", frame="food")),
    helps=CANARY,
    aside=CANARY,
)


async def guest(database: Database, now: datetime, state: str = "joining") -> None:
    """Somebody in the middle of a message to the mailbox."""
    async with database.write() as conn:
        await plant_person(conn, now, pid="pguest", chat=PLACE[2])
        await plant_answer(conn, now, "pguest")
        guests = {"role": "guest", "state": state}
        await conn.execute(sa.update(t.participants).where(t.participants.c.id == "pguest").values(guests))
        await conn.execute(sa.update(t.answers).values(step="day"))
        await conn.execute(sa.update(t.answer_parts).values(step="day", text=CANARY))


async def closed(database: Database, today: date) -> None:
    async with database.write() as conn:
        await mailbox.close(conn, "pguest", today)


async def swept(database: Database, now: datetime) -> Swept:
    async with database.write() as conn:
        return await sweep(conn, now)


async def marks(database: Database) -> list[str]:
    async with database.read() as conn:
        return list((await conn.scalars(sa.select(mailbox_marks.c.mark))).all())


async def test_entries_are_counted_by_account_and_day(database: Database, now: datetime) -> None:
    await guest(database, now)
    today = now.date()
    for day in (today, today, today + DAY):
        await closed(database, day)

    async with database.read() as conn:
        assert await mailbox.written(conn, PLACE, today) == 2
        assert await mailbox.written(conn, PLACE, today + DAY) == 1
        assert await mailbox.written(conn, ("telegram", "bot", "1"), today) == 0
    assert len(set(await marks(database))) == 2, "another day, another mark: nobody is followed"


async def test_a_mark_leads_to_nobody_once_its_day_is_over_and_goes_after_thirty(
    database: Database, now: datetime
) -> None:
    await guest(database, now, state="active")
    await closed(database, now.date())

    await swept(database, now + 2 * DAY)
    async with database.read() as conn:
        assert await conn.scalar(sa.select(sa.func.count()).select_from(mailbox_salts)) == 0
    assert (await swept(database, now + 30 * DAY)).marks == 0
    assert (await swept(database, now + 31 * DAY)).marks == 1
    assert await marks(database) == []


async def test_a_guest_who_has_finished_and_is_still_known_is_found(database: Database, now: datetime) -> None:
    await guest(database, now)
    async with database.read() as conn:
        assert await guests_are_only_passing(conn) == []

    async with database.write() as conn:
        await conn.execute(sa.update(t.runs).values(state="finished"))
        assert "Heron-1" in str(await guests_are_only_passing(conn))


async def test_a_guest_whose_conversation_never_closed_is_closed_by_the_sweep(
    database: Database, now: datetime
) -> None:
    await guest(database, now)

    await swept(database, now + 8 * DAY)

    async with database.read() as conn:
        (entry,) = await mailbox.of_areas(conn, ["hull"])
        left = await everything(conn)
    assert entry.day == CANARY
    assert "pguest" not in left
    assert "tombstones" not in left


async def test_words_go_two_years_after_the_end_and_what_is_counted_stays(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await mailbox.add(conn, [ENTRY])
        await add(conn, t.workshops, area="hull", wave=2, starts_at=now, ends_at=now, place="", map="")

    assert (await swept(database, now + 700 * DAY)).entries == 0
    assert (await swept(database, now + 800 * DAY)).entries == 1
    assert (await swept(database, now + 800 * DAY)).entries == 0

    async with database.read() as conn:
        (worn,) = await mailbox.of_areas(conn, ["hull"])
        assert CANARY not in await everything(conn)
    assert [issue.frame for issue in worn.issues] == ["home", "food"]


async def test_a_mailbox_that_stays_open_keeps_what_came_of_late(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await mailbox.add(conn, [Entry(id="e2", month="2028-12", via="paper", locale="en", day=CANARY)])
        await add(conn, t.workshops, area="hull", wave=2, starts_at=now, ends_at=now, place="", map="")

    assert (await swept(database, now + 800 * DAY)).entries == 0
