"""Leaving, coming back, taking a break: no word goes out that a person does not want."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import mine
from storage.broadcasts import Audience
from storage.database import Database
from storage.outbox import waiting
from storage.reflections import Filter
from tests.botapi import Person
from tests.stage import OLIVE, Stage, staged

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
BEFORE_W1 = datetime(2026, 10, 8, 17, 30, tzinfo=UTC)
W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)
GOODBYE = "I will not write again"


async def asked_before_w1(stage: Stage) -> Person:
    """Somebody in Hull who has just been asked about a good day."""
    await stage.workshops(W1)
    person = await stage.joins("hull")
    await stage.passes_until(BEFORE_W1)
    return person


async def state_of(stage: Stage, person: Person) -> str:
    known = (await stage.scene(person)).person
    return known.state if known else "unknown"


async def test_stop_within_a_sentence_is_an_answer(database: Database) -> None:
    """Scenario 1: "The bus doesn't stop here" is saved as an answer."""
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)

        await stage.says(person, "The bus doesn't stop here")

        async with database.read() as conn:
            own = await mine.everything(conn, await stage.id_of(person))
        assert {answer.step: answer.text for answer in own.answers}["good_day"] == "The bus doesn't stop here"
        assert await state_of(stage, person) == "active"


@pytest.mark.parametrize("word", [" Stop. ", "Koniec!"])
async def test_stop_ends_contact_in_the_middle_of_a_ranking(database: Database, word: str) -> None:
    """Scenario 1: the whole message STOP leaves, whatever was being asked and in whatever language it is said."""
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        await stage.taps_until(person, "Homes")

        await stage.says(person, word)
        said = len(person.texts())
        await stage.passes(days=20)

        assert GOODBYE in "\n".join(person.texts()[:said])
        assert person.texts()[said:] == []
        assert not await stage.broken_promises()


async def test_stop_takes_back_what_was_on_its_way(database: Database) -> None:
    """Scenario 2: STOP between scheduling and sending: nothing is sent but the goodbye."""
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        stage.api.mode, stage.api.retry_after = "429", 600
        sent = await stage.office.send(OLIVE, "nudge", everybody(), key="k")
        await stage.settle()

        person.says("STOP")
        await stage.api.until(lambda: not stage.api.unconfirmed())
        while await stage.parts.turns.step():
            pass
        stage.api.mode = "ok"
        said = len(person.texts())
        stage.clock.forward(seconds=601)
        await stage.passes(days=2)

        assert GOODBYE in person.texts()[said]
        assert not any("No rush" in text for text in person.texts()[said:])
        ledger = await stage.office.ledger(OLIVE, sent.broadcast.id)
        assert ledger.counts == {"cancelled": 1}


def everybody() -> Audience:
    return Audience(areas=("hull",))


async def test_a_person_who_blocked_the_bot_is_left_alone_and_the_team_is_told(database: Database) -> None:
    """Scenario 2: a refusal is noted once, not tried again, and the calendar says why nothing went out."""
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        stage.api.blocked.add(str(person.chat))  # nobody tells us

        sent = await stage.office.send(OLIVE, "nudge", everybody(), key="k")
        await stage.settle()
        tries = stage.api.calls.count(("sendMessage", "403"))
        await stage.passes(days=4)

        assert tries == 1
        assert stage.api.calls.count(("sendMessage", "403")) == tries
        (row,) = (await stage.office.ledger(OLIVE, sent.broadcast.id)).rows
        assert (row.outcome, row.reason, row.attempts) == ("refused", "blocked", 1)
        (member,) = await stage.office.people(OLIVE, ["hull"])
        assert not member.reachable
        assert (await stage.plan("hull"))["entry:remind_24h"].reason == "the person has blocked the assistant"


async def test_who_unblocks_the_bot_is_reached_again(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        person.blocks()
        await stage.settle()
        person.unblocks()
        await stage.settle()

        await stage.passes_until(datetime(2026, 10, 12, 18, 30, tzinfo=UTC))

        assert any("See you tomorrow" in text for text in person.texts())


async def test_who_writes_can_be_reached_and_was_heard_now(database: Database) -> None:
    """A refusal may be out of date: whoever writes is reached again, and the team sees when they last wrote."""
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        stage.api.blocked.add(str(person.chat))
        await stage.office.send(OLIVE, "nudge", everybody(), key="k")
        await stage.settle()
        (refused,) = await stage.office.people(OLIVE, ["hull"])
        stage.api.blocked.clear()
        stage.clock.forward(seconds=3600)

        await stage.says(person, "A walk by the river")

        (heard,) = await stage.office.people(OLIVE, ["hull"])
        assert not refused.reachable
        assert heard.reachable
        assert heard.last_heard_at - refused.last_heard_at >= timedelta(hours=1)


async def test_stop_outlives_later_chatter_until_start_and_yes(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        await stage.says(person, "STOP")
        await stage.taps(person, "Decide later")

        for words in ("hello?", "/start", "yes", "I had a good day"):
            await stage.says(person, words)
            assert await state_of(stage, person) == "stopped", words
        await stage.says(person, "START")
        assert await state_of(stage, person) == "stopped", "START alone only asks"
        await stage.taps(person, "Yes, join again")

        assert await state_of(stage, person) == "active"
        await stage.passes_until(datetime(2026, 10, 12, 18, 30, tzinfo=UTC))
        assert any("See you tomorrow" in text for text in person.texts())
        read = await stage.office.reflections(OLIVE, Filter(areas=("hull",)))
        assert read.rows == (), "what was said after STOP is nobody's to read"


async def test_who_says_no_at_the_door_stays_away(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        await stage.says(person, "STOP")
        await stage.taps(person, "Decide later")

        await stage.says(person, "START")
        await stage.taps(person, "No, stay out")

        assert await state_of(stage, person) == "stopped"


async def test_after_two_weeks_without_a_word_the_answers_have_no_name(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        await stage.says(person, "The park.")
        await stage.says(person, "STOP")

        await stage.passes(days=15)

        assert (await stage.scene(person)).person is None
        read = await stage.office.reflections(OLIVE, Filter(areas=("hull",)))
        assert [(row.parts[0].text, row.code_name[:9]) for row in read.rows] == [("The park.", "Nameless-")]


async def test_a_break_of_a_week_ends_by_itself(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        await stage.passes_until(datetime(2026, 10, 13, 17, 30, tzinfo=UTC))
        await stage.office.attend(OLIVE, "hull", 1, "attended")
        await stage.says(person, "PAUSE")
        await stage.taps(person, "One week")
        said = len(person.texts())

        await stage.passes_until(datetime(2026, 10, 20, 17, 0, tzinfo=UTC))
        quiet = person.texts()[said:]
        await stage.passes_until(datetime(2026, 10, 26, 19, 0, tzinfo=UTC))

        assert quiet == []
        assert await state_of(stage, person) == "active"
        assert len(person.texts()) > said, "the diary goes on after the break"
        plan = await stage.plan("hull")
        assert (plan["entry:diary_1"].state, plan["entry:diary_1"].reason) == ("missed", "the person takes a break")
        assert await waiting_now(stage) == 0


async def waiting_now(stage: Stage) -> int:
    async with stage.parts.db.read() as conn:
        return await waiting(conn, stage.clock.now())


async def test_start_ends_a_break_early(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        await stage.says(person, "PAUSE")
        await stage.taps(person, "Until I say START")
        assert await state_of(stage, person) == "paused"

        await stage.says(person, "START")
        await stage.passes_until(BEFORE_W1)

        assert await state_of(stage, person) == "active"
        assert any("good day in Hull" in text for text in person.texts())
