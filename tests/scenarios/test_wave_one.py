"""Wave 1 as a participant of each area lives through it: a real client of Telegram against a local Bot API server."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage import mine
from storage.database import Database
from storage.deadlines import Deadline
from storage.reflections import Filter
from tests.botapi import Person
from tests.stage import OLIVE, Stage, staged

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)


async def test_wave_one_reaches_a_person_of_each_area(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        people = {area: await stage.joins(area) for area in stage.parts.script.programme.areas}

        for area, person in people.items():
            await before_the_workshop(stage, person, area)
        await at_the_workshop(stage, list(people.values()))
        for person in people.values():
            await between_the_workshops(stage, person)

        read = await stage.office.reflections(OLIVE, Filter(areas=()))
        assert {row.area for row in read.rows} == set(people)
        assert not await stage.broken_promises()


async def before_the_workshop(stage: Stage, person: Person, area: str) -> None:
    name = stage.parts.script.programme.areas[area].name
    await stage.passes_until(max(stage.clock.now(), datetime(2026, 10, 8, 17, 30, tzinfo=UTC)))

    assert any(f"good day in {name}" in text for text in person.texts())

    await stage.says(person, f"The park in {name}, and my neighbours.")
    await stage.says(person, "Waiting for the bus", then=3)
    await stage.says(person, "in the rain.", then=0)
    assert person.texts()[-1] != "", "quick follow-ups are gathered without a word"
    await stage.passes(seconds=10)
    await stage.says(person, "Yes, near the sea it is.")
    for label in ("jobs and work", "homes"):
        await stage.taps(person, stage.label_like(person, label))
    await stage.taps(person, stage.label_like(person, "done"))
    await stage.says(person, "7")
    await stage.says(person, "2")
    await stage.taps(person, stage.label_like(person, "team"))


async def at_the_workshop(stage: Stage, people: list[Person]) -> None:
    await stage.passes_until(datetime(2026, 10, 13, 17, 30, tzinfo=UTC))
    for person in people:
        read = "\n".join(person.texts())
        assert "One week to go" in read
        assert "See you tomorrow" in read
        assert "We start at 6pm" in read
    for area in stage.parts.script.programme.areas:
        await stage.office.attend(OLIVE, area, 1, "attended")
    await stage.passes_until(datetime(2026, 10, 14, 12, 0, tzinfo=UTC))
    for person in people:
        assert any("Thank you for today" in text for text in person.texts())


async def between_the_workshops(stage: Stage, person: Person) -> None:
    await stage.passes_until(max(stage.clock.now(), datetime(2026, 10, 14, 17, 30, tzinfo=UTC)))
    assert any("stayed with you" in text for text in person.texts())
    await stage.says(person, "How short the bus line is.")
    await stage.says(person, "That others see it too.")
    await stage.taps(person, stage.label_like(person, "only me"))
    for answer in ("5", "4", "5"):
        assert "1 is no, 5 is yes" in person.texts()[-1], "who was there says how it was"
        await stage.taps(person, answer)
    assert "Next one" in person.texts()[-1]


async def test_prompts_follow_each_other_through_two_weeks(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull", pace="Most days")
        await stage.passes_until(datetime(2026, 10, 13, 17, 30, tzinfo=UTC))
        await stage.office.attend(OLIVE, "hull", 1, "attended")

        for day in range(14, 28):
            await stage.passes_until(datetime(2026, 10, day, 18, 30, tzinfo=UTC))
            await stage.says(person, f"Something on day {day}.")

        read = "\n".join(person.texts())
        for words in ("stayed with you", "next walk", "join the dots", "one thing of the people who run", "new way"):
            assert words in read, words


@pytest.mark.parametrize("moved", [timedelta(days=2), timedelta(days=-1)])
async def test_a_moved_workshop_moves_what_is_not_sent(database: Database, moved: timedelta) -> None:
    """Scenario 3: all prompts that hang on W1 and have not gone out move; what was sent stays."""
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1, gap=timedelta(days=35))
        await stage.joins("hull")
        await stage.passes_until(datetime(2026, 10, 8, 17, 30, tzinfo=UTC))
        before = await stage.plan("hull")

        placed = await stage.office.set_workshop(OLIVE, "hull", 1, W1 + moved)

        after = await stage.plan("hull")
        sent = {key for key, row in before.items() if row.state == "done"}
        hang_on_it = {f"entry:{e.id}" for e in stage.parts.script.programme.entries if e.at.startswith("W1")}
        waiting = {key for key, row in before.items() if row.state == "planned" and key in hang_on_it}
        assert sent == {"entry:remind_7d", "entry:before_w1"}
        assert {key: after[key].due_at for key in sent} == {key: before[key].due_at for key in sent}
        assert {on_the_wall(after[key]) - on_the_wall(before[key]) for key in waiting} == {moved}
        assert placed.moved >= len(waiting)


def on_the_wall(row: Deadline) -> datetime:
    return row.due_at.astimezone(ZoneInfo("Europe/London")).replace(tzinfo=None)


async def test_six_in_the_evening_stays_six_when_the_clocks_go_back(database: Database) -> None:
    """Scenario 3: 25 October 2026 has 25 hours; the evening prompt comes at 18:00 on the wall before and after."""
    async with staged(database, MONDAY) as stage:
        await stage.workshops(datetime(2026, 10, 23, 18, 0))  # noqa: DTZ001
        await stage.joins("hull")

        plan = await stage.plan("hull")

        assert plan["entry:diary_1"].due_at == datetime(2026, 10, 24, 17, 0, tzinfo=UTC)
        assert plan["entry:diary_2"].due_at == datetime(2026, 10, 26, 18, 0, tzinfo=UTC)


async def test_everything_said_is_in_the_persons_own_file(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        await before_the_workshop(stage, person, "hull")

        async with database.read() as conn:
            own = await mine.everything(conn, await stage.id_of(person))

        texts = {answer.step: answer.text for answer in own.answers}
        assert texts["hard_day"] == "Waiting for the bus\nin the rain."
        assert {answer.step: answer.value for answer in own.answers}["assets_pre"] == 7
