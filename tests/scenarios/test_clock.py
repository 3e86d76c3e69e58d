"""The clock jumps, the machine sleeps, the clocks are changed: nothing begins twice, and nothing at a wrong hour."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.script import Script
from storage.database import Database
from storage.tables import runs
from tests.stage import Stage, shipped, staged

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)
GOOD_DAY = datetime(2026, 10, 8, 17, 0, tzinfo=UTC)
QUESTION = "Think of a good day"


async def begun(stage: Stage) -> list[tuple[str, datetime]]:
    """The entries of the calendar that began, and when."""
    async with stage.parts.db.read() as conn:
        found = await conn.execute(sa.select(runs.c.entry, runs.c.opened_at).where(runs.c.entry != ""))
        return [(row.entry, row.opened_at) for row in found]


@pytest.mark.parametrize("hours", [2, 8, 60])
async def test_a_machine_that_slept_asks_once_or_says_why_not(sqlite_database: Database, hours: int) -> None:
    async with staged(sqlite_database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        await stage.passes_until(GOOD_DAY - timedelta(hours=1))

        stage.clock.forward(hours=hours)
        await stage.settle()
        await stage.passes(days=3)

        entries = [entry for entry, _ in await begun(stage)]
        assert entries.count("before_w1") == 1
        assert len(entries) == len(set(entries))
        assert QUESTION in "\n".join(person.texts())
        assert await stage.broken_promises() == []


async def test_a_clock_that_goes_forth_and_back_asks_once_and_answers_at_any_time(sqlite_database: Database) -> None:
    async with staged(sqlite_database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        await stage.passes_until(GOOD_DAY - timedelta(hours=1))

        stage.clock.forward(hours=2)
        await stage.settle()
        stage.clock.forward(hours=-2)
        await stage.says(person, "MENU")
        menu = person.texts()[-1]
        await stage.passes(days=1)

        assert [entry for entry, _ in await begun(stage)].count("before_w1") == 1
        assert "Welcome back" in menu
        assert await stage.broken_promises() == []


def moved_to(zone: str) -> Script:
    """The shipped programme, with Hull somewhere else on the earth."""
    script = shipped()
    areas = {**script.programme.areas, "hull": replace(script.programme.areas["hull"], zone=zone)}
    return Script(replace(script.programme, areas=areas))


@pytest.mark.parametrize(
    ("zone", "night"),
    [
        ("Europe/London", datetime(2026, 3, 29)),  # noqa: DTZ001 (a date)
        ("Europe/London", datetime(2026, 10, 25)),  # noqa: DTZ001
        ("Australia/Lord_Howe", datetime(2026, 10, 4)),  # noqa: DTZ001 (half an hour forward)
        ("Pacific/Kiritimati", datetime(2026, 10, 25)),  # noqa: DTZ001 (14 hours ahead, never changed)
    ],
)
async def test_a_machine_that_sleeps_through_the_night_of_the_change_keeps_one_prompt_a_day_at_its_hour(
    sqlite_database: Database, zone: str, night: datetime
) -> None:
    local = ZoneInfo(zone)
    start = (night - timedelta(days=13)).replace(hour=10, tzinfo=local)
    async with staged(sqlite_database, start.astimezone(UTC), script=moved_to(zone)) as stage:
        await stage.workshops(night - timedelta(days=2) + timedelta(hours=18))
        await stage.joins("hull")
        await stage.passes_until((night - timedelta(hours=2)).replace(tzinfo=local).astimezone(UTC))

        stage.clock.at = (night + timedelta(hours=8)).replace(tzinfo=local).astimezone(UTC)
        await stage.settle()
        await stage.passes(days=6)

        entries = await begun(stage)
        days = Counter(at.astimezone(local).date() for _, at in entries)
        plan = await stage.plan("hull")
        evenings = [row.due_at.astimezone(local).hour for key, row in plan.items() if key.startswith("entry:diary_")]
        assert len(entries) == len({entry for entry, _ in entries}) >= 3
        assert max(days.values()) == 1, entries
        assert set(evenings) == {18}
        assert await stage.broken_promises() == []
