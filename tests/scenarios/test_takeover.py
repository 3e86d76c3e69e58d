"""The team talks to somebody through the bot: the dialogue waits, nothing is lost, and it resumes where it was."""

from datetime import UTC, datetime

import pytest

from bot.facilitation import Mistake, NotAllowed
from bot.rights import Staff
from storage import mine
from storage.broadcasts import Audience
from storage.database import Database
from tests.botapi import Person
from tests.scenarios.test_safety import RED, asked_before_w1, code_name, on_the_team
from tests.stage import OLIVE, Stage, staged

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
HULL = Audience(areas=("hull",))


async def answered(stage: Stage, person: Person) -> dict[str, str]:
    async with stage.parts.db.read() as conn:
        own = await mine.everything(conn, await stage.id_of(person))
    return {answer.step: answer.text for answer in own.answers}


async def test_a_facilitator_steps_in_and_the_question_waits(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        ben = await on_the_team(stage, "Ben", "none", "hull")
        person = await asked_before_w1(stage)
        question, name = stage.newest(person), await code_name(stage)

        await stage.says(ben, f"/talk {name.lower()}")
        await stage.says(ben, "Hello, do you need a lift on Tuesday?")
        await stage.says(person, "Yes please. From *Bransholme*")

        assert "Ben from the team is here now" in person.texts()[-2]
        assert person.texts()[-1] == "Ben: Hello, do you need a lift on Tuesday?"
        assert ben.texts()[-1] == f"{name}: Yes please. From *Bransholme*"
        assert "good_day" not in await answered(stage, person)

        await stage.says(ben, "/done")

        assert person.texts()[-2:] == ["We can go on now.", question]
        await stage.says(person, "The sea front")
        assert (await answered(stage, person))["good_day"] == "The sea front"
        assert not await stage.broken_promises()


async def test_who_asks_for_a_person_is_heard_by_the_team(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        ben = await on_the_team(stage, "Ben", "none", "hull")
        cleo = await on_the_team(stage, "Cleo", "none", "newquay")
        elsewhere = len(cleo.texts())
        person = await asked_before_w1(stage)
        question, name = stage.newest(person), await code_name(stage)

        await stage.says(person, "HUMAN")
        await stage.says(person, "Is there a ramp?")

        assert "You can write to them here" in "\n".join(person.texts()[-3:])
        assert "I have passed that on" in person.texts()[-1]
        assert f"{name} in Hull asks for a person" in ben.texts()[-2]
        assert ben.texts()[-1] == f"{name}: Is there a ramp?"
        assert cleo.texts()[elsewhere:] == []
        assert [task.note for task in await stage.office.tasks(OLIVE)] == ["asked in the chat"]

        await stage.says(person, "START")

        assert person.texts()[-2:] == ["We can go on now.", question]
        assert ben.texts()[-1] == f"{name} went back to the programme."


async def test_without_a_team_in_a_chat_asking_for_a_person_is_a_request(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        question = stage.newest(person)

        await stage.says(person, "HUMAN")

        assert stage.newest(person) == question
        assert len(await stage.office.tasks(OLIVE)) == 1


async def test_prompts_timers_and_broadcasts_wait_for_the_talk(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        name = await code_name(stage)
        await stage.says(person, "The park", then=0)  # more might follow
        await stage.office.talk(OLIVE, name)
        await stage.settle()
        said = len(person.texts())

        sent = await stage.office.send(OLIVE, "nudge", HULL, key="k")
        await stage.passes(hours=20)

        assert person.texts()[said:] == []
        (row,) = (await stage.office.ledger(OLIVE, sent.broadcast.id)).rows
        assert (row.outcome, row.reason) == ("cancelled", "waits while the team talks to them")

        await stage.office.talk_done(OLIVE, name)
        await stage.passes(hours=2)

        assert (await answered(stage, person))["good_day"] == "The park"
        heard = "\n".join(person.texts()[said:])
        assert "No rush" in heard
        assert "We can go on now." in heard
        assert (await stage.office.ledger(OLIVE, sent.broadcast.id)).counts == {"sent": 1}
        assert not await stage.broken_promises()


async def test_a_prompt_of_the_calendar_comes_after_the_talk_if_it_is_still_of_use(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        name = await code_name(stage)
        await stage.passes_until(datetime(2026, 10, 12, 9, 0, tzinfo=UTC))
        await stage.office.talk(OLIVE, name)
        await stage.settle()
        said = len(person.texts())

        await stage.passes_until(datetime(2026, 10, 12, 17, 50, tzinfo=UTC))
        reminder = (await stage.plan("hull"))["entry:remind_24h"]
        waited = person.texts()[said:]
        await stage.office.talk_done(OLIVE, name)
        await stage.passes(hours=1, minutes=5)

        assert (reminder.state, reminder.reason) == ("planned", "waits while the team talks to them")
        assert waited == []
        assert any("See you tomorrow" in text for text in person.texts()[said:])


async def test_buttons_and_voice_notes_wait_kindly(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        ben = await on_the_team(stage, "Ben", "none", "hull")
        person = await asked_before_w1(stage)
        await stage.taps_until(person, "Homes")
        name = await code_name(stage)
        await stage.says(ben, f"/talk {name}")

        await stage.taps(person, "Food")
        person.sends_voice()
        await stage.settle()

        assert "We can go on after that" in person.texts()[-2]
        assert "only pass on words" in person.texts()[-1]


async def test_rights_hold_while_the_team_talks(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        ben = await on_the_team(stage, "Ben", "none", "hull")
        person = await asked_before_w1(stage)
        name = await code_name(stage)
        await stage.says(ben, f"/talk {name}")
        told = len(ben.texts())

        await stage.says(person, "STOP")
        await stage.says(person, "Decide later")

        assert (await stage.scene(person)).talk is None
        assert ben.texts()[told:] == [], "what a person decides about their data is not passed on"
        await stage.says(ben, "Are you there?")
        assert "Are you there?" not in "\n".join(person.texts())
        with pytest.raises(Mistake, match="have left"):
            await stage.office.talk(OLIVE, name)


async def test_red_words_in_a_talk_go_to_safeguarding(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        lead, ben = await on_the_team(stage, "Gil", "lead"), await on_the_team(stage, "Ben", "none", "hull")
        person = await asked_before_w1(stage)
        name = await code_name(stage)
        await stage.says(ben, f"/talk {name}")
        told = len(ben.texts())

        await stage.says(person, RED)
        await stage.says(person, "Please hurry")
        await stage.says(ben, f"/say {name} What is it?")

        assert "116 123" in "\n".join(person.texts())
        assert "What is it?" not in "\n".join(person.texts())
        assert "seeing to" in ben.texts()[-1]
        assert RED not in "\n".join(ben.texts()[told:])

        await stage.taps(lead, "I take it")
        await stage.says(lead, f"/talk {name}")
        await stage.says(lead, "I am Gil. Are you safe now?")
        await stage.says(person, "Yes, now")

        assert person.texts()[-1] == "Gil: I am Gil. Are you safe now?"
        assert lead.texts()[-1] == f"{name}: Yes, now"
        await stage.says(lead, "/done")
        assert "Close it" in lead.texts()[-1]
        await stage.says(lead, "/case 1")
        assert "Yes, now" in lead.texts()[-1]
        await stage.says(lead, "/close 1 helped spoke with her")
        assert "We can go on now." in person.texts()
        (case,) = await stage.office.cases(OLIVE, closed=True)
        assert (case.outcome, case.note) == ("helped", "spoke with her")
        assert not await stage.broken_promises()


async def test_nobody_talks_to_people_of_another_area(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        cleo = await on_the_team(stage, "Cleo", "none", "newquay")
        await asked_before_w1(stage)
        name = await code_name(stage)

        await stage.says(cleo, f"/talk {name}")

        assert "may not talk to people" in cleo.texts()[-1]
        with pytest.raises(Mistake, match="Nobody has the code name"):
            await stage.office.talk(OLIVE, "Owl-9")
        with pytest.raises(Mistake, match="Nobody talks to"):
            await stage.office.say(OLIVE, "hello", name)
        with pytest.raises(Mistake, match="You talk to nobody"):
            await stage.office.talk_done(OLIVE)


async def test_words_with_no_chat_of_the_team_become_a_request(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        await stage.office.talk(OLIVE, await code_name(stage))
        await stage.settle()

        await stage.says(person, "Is there a ramp?")

        assert [(task.kind, task.note) for task in await stage.office.tasks(OLIVE)] == [
            ("question", "Is there a ramp?")
        ]
        assert "I have passed that on" in person.texts()[-1]


async def test_two_members_of_the_team_do_not_both_take_a_case(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await on_the_team(stage, "Gil", "lead")
        person = await asked_before_w1(stage)
        await stage.says(person, RED)

        await stage.office.take_case(OLIVE, 1)

        with pytest.raises(Mistake, match="taken already, by Olive"):
            await stage.office.take_case(OLIVE, 1)
        with pytest.raises(Mistake, match="is no outcome"):
            await stage.office.close_case(OLIVE, 1, "fine")
        with pytest.raises(Mistake, match="There is no case 9"):
            await stage.office.case(OLIVE, 9)
        with pytest.raises(Mistake, match="Nobody is called"):
            await stage.office.give_duty(OLIVE, "Zed", "lead")


async def test_only_an_operator_gives_duties(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await on_the_team(stage, "Ben", "none", "hull")
        with pytest.raises(NotAllowed):
            await stage.office.give_duty(Staff(name="Ben", areas=("hull",)), "Ben", "lead")
