"""Between the workshops, as people live through it in Telegram: one gentle bridge, and one answer in any form."""

from datetime import UTC, datetime

import pytest

from storage import mine
from storage.database import Database
from tests.botapi import Person
from tests.stage import OLIVE, Stage, staged

W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)
HARD = "hard to change"
SET = ["good_places", "fair_jobs", "enough_money"]


async def answers(stage: Stage, person: Person) -> dict[str, object]:
    """What the program has kept of this person's answers, by step."""
    async with stage.parts.db.read() as conn:
        own = await mine.everything(conn, await stage.id_of(person))
    return {answer.step: answer.value for answer in own.answers}


async def open_cards(stage: Stage) -> Person:
    """Somebody who stands at the question of card C04."""
    await stage.workshops(W1)
    person = await stage.joins("hull", pace="Most days")
    await stage.office.attend(OLIVE, "hull", 1, "attended")
    await stage.passes_until(datetime(2026, 10, 17, 17, 30, tzinfo=UTC))
    assert "counts most where you live" in person.texts()[-1]
    return person


async def test_an_answer_about_habits_leads_over_one_bridge(database: Database) -> None:
    """Scenario 8."""
    async with staged(database) as stage:
        person = await open_cards(stage)

        await stage.says(person, "smoking and junk food")
        assert HARD in person.texts()[-1]
        await stage.says(person, "Long shifts. Smoking is the only break we get.")

        assert sum(HARD in text for text in person.texts()) == 1
        assert "next card" in person.texts()[-1]
        assert {"c04_say", "bridge_habits"} <= (await answers(stage, person)).keys()


async def test_the_bridge_may_be_skipped_and_does_not_come_back(database: Database) -> None:
    """Scenario 8."""
    async with staged(database) as stage:
        person = await open_cards(stage)
        await stage.says(person, "smoking and junk food")

        await stage.says(person, "SKIP")
        for _ in range(2):
            await stage.says(person, "BACK")
        await stage.says(person, "Just smoking, I think.")

        assert "next card" in person.texts()[-1]


async def test_a_wider_answer_meets_no_bridge(database: Database) -> None:
    async with staged(database) as stage:
        person = await open_cards(stage)

        await stage.says(person, "Smoking, but that is down to damp homes and bad jobs")

        assert not any(HARD in text for text in person.texts())


@pytest.mark.parametrize("way", ["taps", "numbers", "words"])
async def test_a_ranking_is_the_same_answer_in_any_form(database: Database, way: str) -> None:
    """Scenario 15, but for voice notes with a transcript by the team."""
    async with staged(database) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        await stage.passes_until_asked(person, "Which of the six")
        await stage.says(person, "SKIP")

        if way == "taps":
            for label in ("Good places to live", "Fair jobs and good work", "Enough money", "Done"):
                await stage.taps(person, stage.label_like(person, label))
        elif way == "numbers":
            await stage.says(person, "5 3 4")
        else:
            await stage.says(person, "Good places to live, fair jobs and good work and enough money to live well")

        assert "Your first is: Good places to live" in person.texts()[-1]
        assert (await answers(stage, person))["top3"] in (SET, tuple(SET))


async def test_places_are_added_with_a_word_and_five_are_enough_for_a_day(database: Database) -> None:
    async with staged(database) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")

        await stage.says(person, "add place")
        for n in range(5):
            await stage.says(person, f"Lunch club {n}")
            await stage.says_until_asked(person, "Would you like to add one more", "That makes five")
            if n < 4:
                await stage.taps(person, "Add one more")

        assert any("That makes five today" in text for text in person.texts())
        assert not any("one more" in text for text in person.texts()[-2:])


async def test_news_and_principles_are_told_to_whoever_asks(database: Database) -> None:
    async with staged(database) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")

        await stage.says(person, "News?")
        news = person.texts()[-3:]
        await stage.says(person, "principles")

        assert "There is no news yet" in "\n".join(news)
        assert "I will write again on Tuesday 6 October" in "\n".join(news)
        assert "1. Start from daily life." in person.texts()[-1]


async def test_a_chain_is_shown_in_the_persons_own_words(database: Database) -> None:
    async with staged(database) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        await stage.passes_until_asked(person, "What matters most")

        await stage.taps(person, stage.label_like(person, "Homes"))
        await stage.says(person, "Mould on the walls")
        await stage.says(person, "A cough that stays")
        await stage.says(person, "Children")
        await stage.taps(person, stage.label_like(person, "Some"))
        assert "Homes → Mould on the walls → A cough that stays" in person.texts()[-1]
        await stage.taps(person, stage.label_like(person, "Add a step"))
        await stage.says(person, "Missed school")

        assert "A cough that stays → Missed school" in person.texts()[-1]
        await stage.taps(person, stage.label_like(person, "Yes"))
        kept = (await answers(stage, person))["review"]
        assert kept in (
            ["home", "Mould on the walls", "A cough that stays", "Missed school"],
            ("home", "Mould on the walls", "A cough that stays", "Missed school"),
        )


async def test_who_missed_the_workshop_may_catch_up_here(database: Database) -> None:
    """Scenario 14, the first half: F17, and the flows go on."""
    async with staged(database) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        await stage.office.attend(OLIVE, "hull", 1, "missed")
        await stage.passes_until(datetime(2026, 10, 14, 11, 0, tzinfo=UTC))
        assert any("Sorry we missed you" in text for text in person.texts())

        await stage.taps(person, "Short version here")
        for _ in range(2):
            await stage.says(person, "The gap is in the wages.")
        await stage.taps(person, stage.label_like(person, "team"))

        assert any("join the dots" in text for text in person.texts())


async def test_who_wants_to_stop_after_missing_it_leaves_with_one_tap(database: Database) -> None:
    async with staged(database) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        await stage.office.attend(OLIVE, "hull", 1, "missed")
        await stage.passes_until(datetime(2026, 10, 14, 11, 0, tzinfo=UTC))

        await stage.taps(person, "I want to stop")

        known = (await stage.scene(person)).person
        assert known is not None
        assert known.state == "stopped"
