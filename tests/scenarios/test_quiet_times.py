"""Nobody is written to at night or on a holiday: what falls there comes at another time, or is shown as left out."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.facilitation import Mistake
from bot.script import Script
from storage.broadcasts import Audience
from storage.database import Database
from tests.stage import OLIVE, shipped, staged

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
HULL = Audience(areas=("hull",))
SECOND = "What do you think lies behind that?"


async def test_the_two_hour_reminder_of_an_early_workshop_comes_the_evening_before(database: Database) -> None:
    """Scenario 5: workshop at 09:30: half past seven is too early, so the reminder goes at 19:30 the day before."""
    async with staged(database, MONDAY) as stage:
        await stage.workshops(datetime(2026, 10, 13, 9, 30))  # noqa: DTZ001 (local to the area)
        person = await stage.joins("hull")
        await stage.passes_until(datetime(2026, 10, 12, 18, 29, tzinfo=UTC))
        before = "\n".join(person.texts())

        await stage.passes_until(datetime(2026, 10, 12, 18, 31, tzinfo=UTC))
        said = len(person.texts())
        await stage.passes_until(datetime(2026, 10, 13, 9, 0, tzinfo=UTC))

        assert "We start at" not in before
        assert "We start at 9:30am on Tuesday 13 October" in person.texts()[-1]
        assert person.texts()[said:] == [], "and not a second time in the morning"


async def test_a_prompt_on_a_holiday_comes_on_the_next_day_that_is_none(database: Database) -> None:
    """Scenario 5: the bank-holiday rule is honoured."""
    closed = frozenset({date(2026, 10, 8), date(2026, 10, 9)})
    script = Script(replace(shipped().programme, holidays=closed))
    async with staged(database, MONDAY, script=script) as stage:
        await stage.workshops(datetime(2026, 10, 13, 18, 0))  # noqa: DTZ001
        person = await stage.joins("hull")
        await stage.passes_until(datetime(2026, 10, 8, 8, 0, tzinfo=UTC))
        said = len(person.texts())

        await stage.passes_until(datetime(2026, 10, 10, 16, 59, tzinfo=UTC))
        quiet = person.texts()[said:]
        await stage.passes_until(datetime(2026, 10, 10, 17, 1, tzinfo=UTC))

        assert quiet == []
        assert any("good day in Hull" in text for text in person.texts()[said:])


async def test_no_broadcast_goes_out_at_night_or_on_a_holiday(database: Database) -> None:
    script = Script(replace(shipped().programme, holidays=frozenset({date(2026, 10, 6)})))
    async with staged(database, MONDAY, script=script) as stage:
        await stage.workshops(datetime(2026, 10, 13, 18, 0))  # noqa: DTZ001
        person = await stage.joins("hull")

        await stage.passes_until(datetime(2026, 10, 5, 21, 0, tzinfo=UTC))
        with pytest.raises(Mistake, match="quiet hours until Wednesday 09:00"):
            await stage.office.send(OLIVE, "nudge", HULL, key="k")
        await stage.says(person, "HELP")
        await stage.office.send(OLIVE, "nudge", HULL, key="k", urgent=True)
        await stage.settle()

        assert "You can type SKIP" in person.texts()[-2], "who asks is answered at any hour"
        assert "No rush" in person.texts()[-1]


async def test_a_prompt_that_waits_overnight_does_not_make_two_on_one_day(database: Database) -> None:
    """An open question holds the first diary until the morning; the cards, due that evening, come a day later."""
    async with staged(database, MONDAY) as stage:
        await stage.workshops(datetime(2026, 10, 13, 18, 0))  # noqa: DTZ001
        person = await stage.joins("hull")
        await stage.passes_until(datetime(2026, 10, 14, 16, 30, tzinfo=UTC))
        await stage.says(person, "MENU")
        await stage.passes_until(datetime(2026, 10, 15, 7, 59, tzinfo=UTC))
        waiting = "\n".join(person.texts())
        await stage.passes_until(datetime(2026, 10, 15, 8, 1, tzinfo=UTC))
        in_the_morning = "\n".join(person.texts())
        await stage.passes_until(datetime(2026, 10, 16, 16, 59, tzinfo=UTC))
        on_the_day = "\n".join(person.texts())
        await stage.passes_until(datetime(2026, 10, 16, 17, 1, tzinfo=UTC))

        assert "stayed with you" not in waiting
        assert "stayed with you" in in_the_morning
        assert SECOND not in on_the_day
        assert SECOND in "\n".join(person.texts())
