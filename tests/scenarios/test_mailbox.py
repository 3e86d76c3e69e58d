"""The open mailbox: anybody may write, nobody is known by it."""

from datetime import UTC, datetime

import pytest

from storage import mailbox
from storage.database import Database
from storage.mailbox import Entry, Issue
from tests.botapi import Person
from tests.scenarios.test_safety import on_the_team
from tests.stage import OLIVE, Stage, staged
from tests.storage.records import everything

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
RED = "My neighbour says he wants to kill himself"


async def entries(database: Database) -> list[Entry]:
    """All that is in the mailbox."""
    async with database.read() as conn:
        return await mailbox.of_areas(conn, ["", "hull"])


async def rows(database: Database) -> list[str]:
    """Every row of the database as text, begun by its table."""
    async with database.read() as conn:
        return (await everything(conn)).splitlines()


async def begins(stage: Stage, person: Person) -> None:
    """Somebody says where they live, and what comes to mind."""
    await stage.says(person, "/start mailbox", then=0)
    await stage.taps(person, "Hull")
    await stage.says(person, "Rain on a bus shelter")


async def writes(stage: Stage, person: Person) -> None:
    """One message to the mailbox, from the first word to the last but one."""
    await begins(stage, person)
    await stage.says(person, "The buses are late")
    await stage.taps(person, "Getting about")
    await stage.says(person, "SKIP", then=0)
    await stage.says(person, "A warm library")


async def test_a_stranger_is_heard_and_nothing_leads_back_to_them(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        before = set(await rows(database))
        person = stage.person()
        await stage.says(person, "hello")
        assert "You need a code" in person.texts()[-1]
        await stage.taps(person, "Write to the mailbox")
        assert "We do not keep your name" in person.texts()[-2]

        await writes(stage, person)
        await stage.taps(person, "I live here")

        assert "We will share what people said by 30 June 2027" in person.texts()[-1]
        (entry,) = await entries(database)
        assert (entry.area, entry.month, entry.via, entry.you) == ("hull", "2026-10", "telegram", "live")
        assert entry.issues == (Issue(text="The buses are late", frame="getting_about"),)
        assert (entry.day, entry.helps) == ("Rain on a bus shelter", "A warm library")
        left = [row for row in await rows(database) if row not in before]
        assert {row.split()[0] for row in left} == {
            "mailbox_entries",
            "mailbox_marks",
            "mailbox_salts",
            "inbox",
            "outbox",
        }
        assert not [row for row in left if str(person.chat) in row or "guest" in row]
        assert [row for row in left if "uses are late" in row or "warm library" in row] == [
            row for row in left if row.startswith("mailbox_entries")
        ]
        await stage.taps(person, "I live here")
        assert person.texts()[-1] == "I have that one already."
        assert not await stage.broken_promises()


async def test_what_was_said_is_kept_when_somebody_falls_silent_and_nothing_when_they_say_stop(
    database: Database,
) -> None:
    async with staged(database, MONDAY) as stage:
        silent, leaver = stage.person(), stage.person()
        await begins(stage, silent)
        await begins(stage, leaver)
        assert await entries(database) == []

        await stage.says(leaver, "STOP")
        await stage.passes(hours=25)

        assert "I have kept nothing" in leaver.texts()[-1]
        (entry,) = await entries(database)
        assert (entry.area, entry.day, entry.issues) == ("hull", "Rain on a bus shelter", ())
        left = "\n".join(await rows(database))
        assert str(silent.chat) not in left
        assert str(leaver.chat) not in left
        assert not await stage.broken_promises()


async def test_danger_gets_the_numbers_at_once_and_a_case_without_a_person(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        lead = await on_the_team(stage, "Gil", "lead")
        person = stage.person()
        await begins(stage, person)

        await stage.says(person, RED)

        assert all(number in person.texts()[-1] for number in ("999", "116 123", "111"))
        assert "I do not keep who you are" in person.texts()[-1]
        assert "from the mailbox" in lead.texts()[-1]
        assert RED not in "\n".join(lead.texts())
        (case,) = await stage.office.cases(OLIVE)
        assert (case.participant_id, case.code_name, case.area, case.words) == (None, "Mailbox", "hull", RED)
        await stage.says(lead, f"/case {case.id}")
        assert RED in lead.texts()[-1]
        await stage.passes(hours=25)
        assert RED not in str(await entries(database))
        (case,) = await stage.office.cases(OLIVE)
        assert (case.words, case.state) == (RED, "open")
        assert not await stage.broken_promises()


async def test_who_stops_after_words_of_danger_leaves_a_case_without_them(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = stage.person()
        await begins(stage, person)
        person.says(RED)

        await stage.says(person, "Delete")

        assert "116 123" in person.texts()[-2], "the numbers come all the same"
        assert "I have kept nothing" in person.texts()[-1]
        (case,) = await stage.office.cases(OLIVE)
        assert case.words == ""
        assert await entries(database) == []


async def test_one_account_may_write_three_times_a_day(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person, other = stage.person(), stage.person()
        for _ in range(3):
            await writes(stage, person)
            await stage.taps(person, "Both")

        await stage.says(person, "mailbox")

        assert "Please come back tomorrow" in person.texts()[-1]
        await stage.says(other, "mailbox")
        assert "Which place" in other.texts()[-1]
        await stage.passes(days=1)
        await stage.says(person, "mailbox")
        assert "Which place" in person.texts()[-1]


async def test_a_failure_between_the_last_word_and_the_commit_loses_and_doubles_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(database, MONDAY) as stage:
        person = stage.person()
        await writes(stage, person)
        broken: list[list[Entry]] = []

        def breaks(place: str) -> None:
            if place == "turn.before_commit" and not broken:
                broken.append([])
                raise RuntimeError(place)

        monkeypatch.setattr("bot.turns.fault", breaks)
        await stage.taps(person, "I work here")

        assert broken
        assert [entry.you for entry in await entries(database)] == ["work"]
        (mark,) = [row for row in await rows(database) if row.startswith("mailbox_marks")]
        assert mark.endswith(", 1)")
        assert sum("Thank you. I have kept" in text for text in person.texts()) == 1


async def test_a_guest_with_a_code_comes_in_and_what_they_said_stays_in_the_mailbox(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = stage.person()
        await begins(stage, person)
        await stage.says(person, "/start nothing-like-it")
        assert "does not open anything" in person.texts()[-2]
        assert "three most important issues" in person.texts()[-1]

        await stage.says(person, f"/start {(await stage.office.invite(OLIVE, 'hull')).code}")

        known = (await stage.scene(person)).person
        assert known is not None
        assert (known.role, known.area, known.state) == ("participant", "hull", "joining")
        assert [entry.day for entry in await entries(database)] == ["Rain on a bus shelter"]


async def test_somebody_who_takes_part_is_told_that_they_do_not_need_the_mailbox(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await stage.joins("hull")

        await stage.says(person, "Mailbox")

        assert "you do not need the mailbox" in person.texts()[-2]
        assert await entries(database) == []


async def test_pictures_and_rights_are_answered_as_the_mailbox_can(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = stage.person()
        await stage.says(person, "/start mailbox-en-easy", then=0)
        assert "📬" in person.texts()[-2]
        await stage.taps(person, "Somewhere else")
        person.sends_voice(seconds=4)
        await stage.settle()
        assert "only take words" in person.texts()[-1]
        await stage.says(person, "HUMAN")
        assert "no one can call you" in person.texts()[-2]
        await stage.says(person, "Trees")
        await stage.passes(hours=25)

        (entry,) = await entries(database)
        assert (entry.area, entry.locale, entry.day) == ("", "en-easy", "Trees")
