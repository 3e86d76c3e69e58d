"""When words ask for care: the numbers to call come first, the right people are told, the programme is silent."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.facilitation import Mistake
from storage import mine
from storage.broadcasts import Audience
from storage.database import Database
from storage.reflections import Filter
from storage.tables import deadlines, outbox
from storage.tables_care import cases
from tests.botapi import Person
from tests.stage import OLIVE, Stage, staged

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
BEFORE_W1 = datetime(2026, 10, 8, 17, 30, tzinfo=UTC)
W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)
RED = "I don't want to be here any more"
NUMBERS = ("999", "116 123", "111")


async def asked_before_w1(stage: Stage) -> Person:
    """Somebody in Hull who has just been asked about a good day."""
    await stage.workshops(W1)
    person = await stage.joins("hull")
    await stage.passes_until(BEFORE_W1)
    return person


async def on_the_team(stage: Stage, name: str, duty: str = "none", *areas: str) -> Person:
    """A member of the team with a chat."""
    code = await stage.office.facilitator_code(OLIVE, name, areas)
    await stage.office.give_duty(OLIVE, name, duty)
    phone = stage.person()
    await stage.says(phone, f"/start {code.code}", then=0)
    return phone


async def code_name(stage: Stage) -> str:
    (member,) = await stage.office.people(OLIVE, ["hull"])
    return member.code_name


async def test_a_red_phrase_gets_the_numbers_first_and_stops_the_programme(database: Database) -> None:
    """Scenario 9: signpost in the same reply, lead alerted, prompts paused, facilitator cannot read the text."""
    async with staged(database, MONDAY) as stage:
        lead, ben = await on_the_team(stage, "Gil", "lead"), await on_the_team(stage, "Ben", "none", "hull")
        person = await asked_before_w1(stage)
        said = len(person.texts())

        await stage.says(person, RED)

        (reply,) = person.texts()[said:]
        assert all(number in reply for number in NUMBERS)
        assert "Is it safe for us to call you?" in reply
        name = await code_name(stage)
        assert name in lead.texts()[-1]
        assert RED not in "\n".join([*lead.texts(), *ben.texts()])
        assert name not in "\n".join(ben.texts())
        await stage.says(ben, "/cases")
        assert "may not see to safeguarding cases" in ben.texts()[-1]
        read = await stage.office.reflections(OLIVE, Filter(areas=("hull",)))
        assert RED not in str(read)
        (case,) = await stage.office.cases(OLIVE)
        assert (case.level, case.words, case.state) == ("red", RED, "open")

        await stage.passes(days=6)
        assert person.texts()[said + 1 :] == []
        assert not await stage.broken_promises()


async def test_words_kept_to_oneself_are_checked_too(database: Database) -> None:
    """Scenario 9: "Only me" is no place to overlook: what was gathered stays the person's own."""
    async with staged(database, MONDAY) as stage:
        await on_the_team(stage, "Gil", "lead")
        person = await asked_before_w1(stage)
        await stage.says(person, "A walk in the park", then=0)

        await stage.says(person, "Nobody would know. He hits me.")

        assert "116 123" in person.texts()[-1]
        (case,) = await stage.office.cases(OLIVE)
        assert case.words == "Nobody would know. He hits me."
        await stage.office.close_case(OLIVE, case.id, "helped")
        await stage.settle()
        async with database.read() as conn:
            own = await mine.everything(conn, await stage.id_of(person))
        assert {answer.step: answer.text for answer in own.answers}["good_day"] == "A walk in the park"
        assert "We can go on now." in person.texts()[-2]
        assert stage.newest(person)


async def test_the_answer_about_a_call_binds_the_team(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        lead = await on_the_team(stage, "Gil", "lead")
        person = await asked_before_w1(stage)
        await stage.says(person, RED)

        await stage.taps(person, "Text only")

        assert "No one will call you" in person.texts()[-1]
        assert "do not call" in lead.texts()[-1]
        await stage.says(person, "Please don't")
        assert "No one will call or write" not in person.texts()[-1], "an answer is changed by its button"
        await stage.taps(person, "Please don't")
        (case,) = await stage.office.cases(OLIVE)
        assert case.call == "no"
        with pytest.raises(Mistake, match="asked us not to call or write"):
            await stage.office.talk(OLIVE, case.code_name)


@pytest.mark.parametrize(("typed", "call"), [("text only", "text"), ("1", "yes"), ("Please don't.", "no")])
async def test_the_answer_about_a_call_may_be_typed(database: Database, typed: str, call: str) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        await stage.says(person, RED)

        await stage.says(person, typed)

        (case,) = await stage.office.cases(OLIVE)
        assert (case.call, case.words) == (call, RED)


async def test_an_alert_that_nobody_takes_up_comes_again_and_goes_further(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        lead = await on_the_team(stage, "Gil", "lead")
        deputy = await on_the_team(stage, "Hal", "deputy")
        ben = await on_the_team(stage, "Ben", "none", "hull")
        person = await asked_before_w1(stage)
        await stage.says(person, RED)
        first = len(ben.texts())

        await stage.passes(minutes=61)

        for guardian in (lead, deputy):
            assert sum("Safeguarding: case" in text for text in guardian.texts()) == 3
        assert ["A safeguarding case waits in Hull" in text for text in ben.texts()[first:]] == [True, True]
        assert await code_name(stage) not in "\n".join(ben.texts())
        await stage.taps(lead, "I take it")
        quiet = len(lead.texts())
        await stage.passes(days=1)
        assert lead.texts()[quiet:] == []
        (case,) = await stage.office.cases(OLIVE)
        assert (case.state, case.taken_by, case.rounds) == ("taken", "Gil", 3)


async def test_a_false_alarm_is_one_tap_and_the_question_comes_back(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        lead = await on_the_team(stage, "Gil", "lead")
        person = await asked_before_w1(stage)
        question = stage.newest(person)
        await stage.says(person, RED)

        await stage.taps(lead, "False alarm")

        assert person.texts()[-2:] == ["We can go on now.", question]
        (case,) = await stage.office.cases(OLIVE, closed=True)
        assert (case.state, case.outcome, case.closed_by) == ("closed", "false_alarm", "Gil")
        await stage.taps(lead, "False alarm")
        assert "closed already" in lead.texts()[-1]
        await stage.says(person, "The sea front")
        assert stage.newest(person) != question


async def test_what_comes_after_red_words_belongs_to_the_case(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await on_the_team(stage, "Gil", "lead")
        person = await asked_before_w1(stage)
        await stage.says(person, RED)

        await stage.says(person, "It began last winter")
        await stage.says(person, "I want to die")

        assert ["for the people who look after safety" in text for text in person.texts()[-2:]] == [True, False]
        assert "I am still a computer" in person.texts()[-1]
        (case,) = await stage.office.cases(OLIVE)
        assert case.words.splitlines() == [RED, "It began last winter", "I want to die"]
        assert case.rounds == 1


async def test_the_signpost_overtakes_everything_that_waits(database: Database) -> None:
    """Matrix 37: signpost first, even after a 429 and in the middle of a broadcast."""
    async with staged(database, MONDAY) as stage:
        await on_the_team(stage, "Gil", "lead")
        person = await asked_before_w1(stage)
        others = [await stage.joins("hull") for _ in range(3)]
        stage.api.mode, stage.api.retry_after = "429", 60
        sent = await stage.office.send(OLIVE, "nudge", Audience(areas=("hull",)), key="k")
        await stage.settle()
        before = len(stage.api.log)

        person.says(RED)
        await stage.api.until(lambda: not stage.api.unconfirmed())
        while await stage.parts.turns.step():
            pass
        stage.api.mode = "ok"
        stage.clock.forward(seconds=61)
        await stage.settle()

        first = next(one for one in stage.api.log[before:] if "Safeguarding" not in one.text)
        assert (first.chat, "999" in first.text) == (str(person.chat), True)
        assert "No rush" not in "\n".join(person.texts()[-2:])
        assert all("No rush" in other.texts()[-1] for other in others)
        (case,) = await stage.office.cases(OLIVE)
        await stage.office.close_case(OLIVE, case.id, "helped")
        await stage.settle()
        assert any("No rush" in text for text in person.texts()), "the broadcast waited and goes out now"
        assert (await stage.office.ledger(OLIVE, sent.broadcast.id)).counts == {"sent": 4}
        assert not await stage.broken_promises()


async def test_words_of_need_get_a_signpost_and_the_answer_is_kept(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        question = stage.newest(person)

        await stage.says(person, "We have no food in the house", then=0)

        assert "0800 144 8848" in person.texts()[-1]
        await stage.taps(person, "I'm OK, carry on")
        assert "If that changes, type HUMAN" in "\n".join(person.texts()[-3:])
        assert stage.newest(person) != question
        async with database.read() as conn:
            own = await mine.everything(conn, await stage.id_of(person))
        assert {a.step: a.text for a in own.answers}["good_day"] == "We have no food in the house"
        (task,) = await stage.office.tasks(OLIVE)
        assert task.note.startswith("in need")
        (case,) = await stage.office.cases(OLIVE, closed=True)
        assert (case.level, case.words, case.outcome) == ("amber", "", "carried_on")


async def test_a_call_can_be_asked_for_once(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        await stage.says(person, "I can't cope")

        await stage.taps(person, "I want a call")
        await stage.taps(person, "I want a call")
        await stage.says(person, "I really can't cope")

        assert [task.note.split(":")[0] for task in await stage.office.tasks(OLIVE)] == ["in need", "asked for a call"]
        assert sum("To talk to someone: Samaritans" in text for text in person.texts()) == 1


async def test_who_names_others_is_asked_not_to_once_a_day(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)

        await stage.says(person, "My neighbour Sue has got cancer", then=0)
        await stage.says(person, "My cousin has depression, too")

        assert sum("leave out other people's names" in text for text in person.texts()) == 1
        assert await stage.office.cases(OLIVE) == []
        assert stage.newest(person), "the conversation goes on"


async def test_who_has_left_is_still_heard_in_danger(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await on_the_team(stage, "Gil", "lead")
        person = await asked_before_w1(stage)
        await stage.says(person, "STOP")
        await stage.taps(person, "Decide later")

        await stage.says(person, RED)

        assert "116 123" in person.texts()[-1]
        await stage.office.close_case(OLIVE, 1, "helped")
        said = len(person.texts())
        await stage.passes(days=2)
        assert person.texts()[said:] == []


async def test_a_false_alarm_phrase_goes_by_unnoticed(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)

        await stage.says(person, "I could kill for a decent bus")

        assert await stage.office.cases(OLIVE) == []
        assert "999" not in person.texts()[-1]


async def test_an_edited_message_is_checked(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        await stage.says(person, "The park")

        person.edits("The park", "The park. I want to die.")
        await stage.settle()

        assert "116 123" in person.texts()[-1]
        assert len(await stage.office.cases(OLIVE)) == 1


async def test_a_stranger_in_danger_gets_the_numbers_and_nothing_is_kept(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        stranger = stage.person()

        await stage.says(stranger, "I want to kill myself")

        assert all(number in stranger.texts()[-1] for number in NUMBERS)
        assert await stage.office.cases(OLIVE) == []
        async with database.read() as conn:
            bodies = (await conn.scalars(sa.select(outbox.c.body))).all()
        assert set(bodies) == {""}


async def test_the_rights_of_a_person_hold_in_a_case(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        await stage.says(person, RED)

        await stage.says(person, "DELETE")
        await stage.taps(person, stage.label_like(person, "yes"))

        assert (await stage.scene(person)).person is None
        (case,) = await stage.office.cases(OLIVE)
        assert (case.participant_id, case.words, case.state) == (None, "", "open")
        async with database.read() as conn:
            left = (await conn.scalars(sa.select(deadlines.c.key))).all()
            kept = (await conn.execute(sa.select(cases.c.code_name))).scalar_one()
        assert left == []
        assert kept.startswith("erased")
        assert not await stage.broken_promises()


async def test_out_of_hours_the_person_is_told_when_the_team_is_back(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        await stage.passes_until(datetime(2026, 10, 8, 21, 30, tzinfo=UTC))

        await stage.says(person, RED)

        assert "The team is back at 9" in person.texts()[-1]
