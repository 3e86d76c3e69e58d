"""A person's own words: seen, corrected, taken back, deleted."""

import logging
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from storage import mine
from storage.database import Database
from storage.erasure import hash_of
from storage.mine import OwnAnswer
from storage.reflections import Filter
from storage.tables import tombstones
from tests.botapi import Person
from tests.scenarios.raw import holds
from tests.stage import OLIVE, Stage, staged

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
BEFORE_W1 = datetime(2026, 10, 8, 17, 30, tzinfo=UTC)
W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)
CHAT = 777_000_777_001


async def asked_before_w1(stage: Stage, *, media: str = "Yes") -> Person:
    """Somebody in Hull who has just been asked about a good day."""
    await stage.workshops(W1)
    person = await stage.joins("hull", media=media)
    await stage.passes_until(BEFORE_W1)
    return person


async def own(stage: Stage, person: Person) -> dict[str, OwnAnswer]:
    """What the file of this person holds, by step."""
    async with stage.parts.db.read() as conn:
        data = await mine.everything(conn, await stage.id_of(person))
    return {answer.step: answer for answer in data.answers}


async def read_by_the_team(stage: Stage) -> list[str]:
    """What facilitators see, newest first."""
    read = await stage.office.reflections(OLIVE, Filter(areas=("hull",)))
    return ["\n".join(part.text or part.media_kind for part in row.parts) for row in read.rows]


async def tells(stage: Stage, person: Person, words: str) -> None:
    """Something that is on their mind, for the team."""
    await stage.says(person, words)
    await stage.taps(person, "Just the team")


async def test_my_data_holds_every_answer_and_delete_leaves_nothing(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Scenario 12: the file holds every own answer; afterwards neither the platform's id nor a word is anywhere."""
    caplog.set_level(logging.INFO)
    async with staged(database, MONDAY) as stage:
        stage._people = CHAT - 1  # a number that stands nowhere by chance
        person = await asked_before_w1(stage)
        code_name = (await stage.office.people(OLIVE, ["hull"]))[0].code_name
        pid = await stage.id_of(person)
        await stage.says(person, "canary one")
        await stage.says(person, "canary two")
        cleo = stage.api.person(888)
        await stage.says(cleo, (await stage.office.facilitator_code(OLIVE, "Cleo")).code)

        await stage.says(person, "MY DATA")
        shown = "\n".join(person.texts()[-4:])
        await stage.taps(person, "Get a copy")
        files = [delivery.document for delivery in person.deliveries() if delivery.document]
        assert await holds(database, "canary one", str(CHAT)) == ["canary one", str(CHAT)]
        await stage.says(person, "DELETE")
        await stage.taps(person, "Yes, delete it all")
        receipt = person.deliveries()[-1].source.partition("<b>")[2].partition("</b>")[0]
        await stage.passes(days=1)

        for words in ("canary one", "canary two", "Hull"):
            assert words in shown, words
        assert [all(words in file for words in ("canary one", "canary two")) for file in files] == [True, True]
        async with database.read() as conn:
            stones = {row.receipt: row.participant_hash for row in await conn.execute(sa.select(tombstones))}
        assert stones == {receipt: hash_of(pid, receipt)}, "the receipt verifies"
        assert not await stage.broken_promises()
        left = ("canary one", "canary two", str(CHAT), pid, code_name, "'Sam'")
        assert await holds(database, *left) == []
    assert [word for word in left if word in caplog.text] == []


async def test_after_delete_the_same_person_is_a_stranger(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        await stage.says(person, "DELETE")
        await stage.taps(person, "Yes, delete it all")

        await stage.passes(days=9)
        said = len(person.texts())
        await stage.says(person, "hello")

        assert "Your receipt number" in person.texts()[said - 1], "the goodbye was the last word"
        assert "need a code" in person.texts()[-1]


async def test_an_edited_message_is_a_new_revision_and_the_older_text_stays_in_the_persons_file(
    database: Database,
) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        await stage.says(person, "The prak.")
        await stage.says(person, "Waiting for the bus.")

        person.edits("The prak.", "The park.")
        await stage.settle()

        answer = (await own(stage, person))["good_day"]
        assert answer.text == "The park."
        assert [(part.text, part.replaced) for part in answer.parts] == [("The prak.", True), ("The park.", False)]
        for _ in range(5):
            await stage.says(person, "SKIP")
        await stage.taps(person, "Just the team")
        read = await stage.office.reflections(OLIVE, Filter(areas=("hull",)))
        row = next(row for row in read.rows if row.step == "good_day")
        assert (row.parts[0].text, row.revision) == ("The park.", 2)


async def test_an_edit_of_what_was_never_an_answer_changes_nothing(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        await stage.says(person, "MENU")
        said = len(person.texts())

        person.edits("MENU", "canary")
        await stage.settle()

        assert person.texts()[said:] == []
        assert await holds(database, "canary") == []


async def test_a_withdrawn_answer_is_gone_from_what_the_team_reads(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        await tells(stage, person, "The ferry is loud.")
        await tells(stage, person, "My neighbour drinks.")
        before = await read_by_the_team(stage)

        await stage.says(person, "MY DATA")
        await stage.taps(person, "Take back my last answer")

        assert before == ["My neighbour drinks.", "The ferry is loud."]
        assert await read_by_the_team(stage) == ["The ferry is loud."]
        assert "taken back" in person.texts()[-1]
        assert [answer.withdrawn for answer in (await own(stage, person)).values()].count(True) == 1


async def test_what_is_only_for_oneself_is_not_read_by_the_team(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")

        await stage.says(person, "I am often alone.")
        unfinished = await stage.office.reflections(OLIVE, Filter(areas=("hull",)))
        await stage.taps(person, "Only me")

        read = await stage.office.reflections(OLIVE, Filter(areas=("hull",)))
        assert (unfinished.rows, unfinished.unseen.unfinished) == ((), 1)
        assert (read.rows, read.unseen.private) == ((), 1)


async def test_a_voice_note_is_an_answer(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)

        person.sends_voice(seconds=75)
        await stage.settle()
        await stage.says(person, "and the sea")

        parts = (await own(stage, person))["good_day"].parts
        assert [(part.media_kind, part.seconds, part.text) for part in parts] == [
            ("voice", 75, ""),
            ("", 0, "and the sea"),
        ]
        assert "a hard day" in person.texts()[-1]


async def test_a_voice_note_is_not_kept_without_a_yes_to_it(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage, media="No")

        person.sends_voice()
        await stage.settle()
        await stage.passes(seconds=10)

        assert "asked us not to keep photos or voice notes" in person.texts()[-1]
        assert "good_day" not in await own(stage, person)
        assert await holds(database, "voice1") == []
        await stage.says(person, "Then in writing.")
        assert (await own(stage, person))["good_day"].text == "Then in writing."


async def test_words_that_were_no_answer_are_in_the_persons_file_too(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        for _ in range(3):
            await stage.says(person, "SKIP")

        await stage.says(person, "none of these, really")

        told = (await own(stage, person))["shapes_pre"]
        assert (told.value, told.text) == (None, "none of these, really")
