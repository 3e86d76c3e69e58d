"""Wave 2 begins with what wave 1 found, and not before."""

from datetime import UTC, date, datetime

from storage import statements
from storage.database import Database
from tests.botapi import Person
from tests.scenarios import wave_two
from tests.stage import OLIVE, Stage, staged
from tests.storage.records import everything

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)
BEFORE_W2 = datetime(2026, 11, 5, 18, 0, tzinfo=UTC)
QUOTE = "We wear coats in bed"


async def told_the_group(stage: Stage, share: str = "The group, no name") -> Person:
    """Somebody in Hull who tells of a cold home, and lets the group hear it."""
    await stage.workshops(W1)
    person = await stage.joins("hull")
    await stage.says(person, f"{QUOTE}. The walls are wet.")
    await stage.taps(person, share)
    return person


async def test_wave_two_waits_until_nothing_is_missing_and_says_what_is(database: Database) -> None:
    """Scenario 6: wave-2 flows refuse to start without approved key issues and decision scope."""
    async with staged(database, MONDAY) as stage:
        person = await told_the_group(stage)
        await wave_two.draft(stage.office)

        await stage.passes_until(BEFORE_W2.replace(minute=30))
        plan = (await stage.plan("hull"))["entry:before_w2"]
        (gate,) = await stage.office.gates(OLIVE, ["hull"], "G4")
        tasks = [task.note for task in await stage.office.tasks(OLIVE) if task.kind == "stuck"]
        asked_too_early = [text for text in person.texts() if "Did we get it right?" in text]

        await wave_two.quote(stage.office, QUOTE)
        await wave_two.say_what_can_be_decided(stage.office)
        await wave_two.approve(stage.office)
        await stage.passes(hours=2)

        assert asked_too_early == []
        assert plan.state == "planned"
        assert plan.reason.startswith("waits for gate G4 (wave 2): ")
        assert {one.where for one in gate.missing} >= {
            "reconvene issue quote hull 1",
            "reconvene issue approve hull 3",
            "reconvene scope set hull --decider …",
        }
        assert len(tasks) == 1, "the team is told once, however many people wait"
        assert "reconvene gates show --area hull --gate G4" in tasks[0]
        said = "\n".join(person.texts())
        assert "Cold homes" in said
        assert f'Someone said: "{QUOTE}"' in said
        assert "Did we get it right?" in person.texts()[-1]
        assert not await stage.broken_promises()


async def test_the_agenda_is_checked_by_those_it_came_from(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await told_the_group(stage)
        await stage.says(person, "I would ask when the lights get mended")
        await wave_two.draft(stage.office)
        await wave_two.quote(stage.office, QUOTE)
        await wave_two.approve(stage.office)
        await wave_two.say_what_can_be_decided(stage.office)
        await stage.passes_until(BEFORE_W2.replace(minute=30))

        await stage.taps(person, "Partly")
        await stage.says(person, "You left out the school run.")
        await stage.taps(person, "The last bus")
        said = "\n".join(person.texts())
        await stage.says(person, "Come by bus yourselves.")
        await stage.taps(person, "I can't come")
        await stage.taps(person, "A voice note or a line for the workshop")
        await stage.says(person, "Say that the school run takes an hour.")
        await stage.taps(person, "Just the team")

        assert "Some guests will join us: the housing team" in said
        assert "This can change: how homes are repaired" in said
        assert "decide by Monday 1 March" in said
        assert "We will take what you said to workshop 2" in person.texts()[-1]
        found = await stage.office.evidence(OLIVE, "hull", ["school"])
        assert {row.step for row in found} == {"missed", "voice_note"}


async def test_what_people_miss_is_on_the_agenda_by_itself_and_can_become_a_key_issue(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await told_the_group(stage)
        await wave_two.draft(stage.office)
        await wave_two.quote(stage.office, QUOTE)
        await wave_two.approve(stage.office)
        await wave_two.say_what_can_be_decided(stage.office)
        await stage.passes_until(BEFORE_W2.replace(minute=30))
        await stage.taps(person, "No")
        await stage.says(person, "You left out the school run.")
        for _ in range(5):
            await stage.says(person, "SKIP")

        (raised,) = await stage.office.raised(OLIVE, ["hull"])
        issue = await stage.office.add_issue(OLIVE, "hull", "The school run", raised_by=raised.id)

        assert raised.parts[0].text == "You left out the school run."
        assert (issue.people, issue.origin) == (1, "participants")
        assert any("the key issues miss something" in task.note for task in await stage.office.tasks(OLIVE))


async def test_the_gate_closes_again_when_a_quote_is_taken_back(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await told_the_group(stage)
        await wave_two.draft(stage.office)
        await wave_two.quote(stage.office, QUOTE)
        await wave_two.approve(stage.office)
        await wave_two.say_what_can_be_decided(stage.office)
        (before,) = await stage.office.gates(OLIVE, ["hull"], "G4")

        await stage.says(person, "DELETE")
        await stage.taps(person, stage.label_like(person, "yes"))

        (after,) = await stage.office.gates(OLIVE, ["hull"], "G4")
        assert before.missing == ()
        assert {one.what for one in after.missing} == {
            f"{what} (key issue {n})"
            for n in (1, 2, 3)
            for what in ("a quote that may be used", "people who spoke of it")
        }
        async with database.read() as conn:
            assert QUOTE not in await everything(conn)


async def asked_for_replies(stage: Stage) -> Person:
    """Somebody in Hull whose three key issues were approved, and for each of which somebody was asked to answer."""
    person = await told_the_group(stage)
    await wave_two.draft(stage.office)
    await wave_two.quote(stage.office, QUOTE)
    await wave_two.approve(stage.office)
    await wave_two.say_what_can_be_decided(stage.office)
    await stage.passes_until(datetime(2026, 11, 12, 12, 0, tzinfo=UTC))
    for number in (1, 2, 3):
        owner, due = f"Owner {number}", date(2026, 11, 20)
        await stage.office.ask_owner(OLIVE, "hull", number, owner=owner, level="district", due_on=due)
    return person


async def test_silence_is_told_as_no_reply_without_anybody_doing_anything(database: Database) -> None:
    """Scenario 16: commitment date +14 d with no word: F14 shows "no reply yet" without staff action."""
    async with staged(database, MONDAY) as stage:
        person = await asked_for_replies(stage)
        await stage.office.hear_owner(OLIVE, 1, position="will_do", reply="We mend forty homes first.")
        await stage.office.hear_owner(
            OLIVE, 2, position="will_not", reply="There will be no late bus.", reason="there is no money this year"
        )
        await stage.passes_until(datetime(2026, 11, 21, 12, 0, tzinfo=UTC))
        await stage.office.hear_owner(OLIVE, 1, state="doing", reply="Ten homes are done.")
        standing = {one.commitment.number: one.standing for one in await stage.office.commitments(OLIVE)}

        await stage.passes_until(datetime(2026, 12, 8, 18, 30, tzinfo=UTC))

        told = next(text for text in person.texts() if "what came of it" in text)
        assert standing == {1: "doing", 2: "not_done", 3: "asked"}
        assert "Owner 1 said: Ten homes are done.\nThis is being done." in told
        assert "It will not be done. The reason: there is no money this year" in told
        assert "Owner 3: no reply yet. It was due by Friday 20 November." in told
        assert not any("Silence is shown as silence" in text for text in person.texts())
        history = [one.state for one in await stage.office.history_of(OLIVE, 3)]
        assert history == ["asked", "no_reply"]
        await stage.taps(person, "Partly")
        await stage.says(person, "Forty is not enough.")
        assert [row.step for row in await stage.office.evidence(OLIVE, "hull", ["forty"])] == []
        await stage.taps(person, "The group, no name")
        assert [row.step for row in await stage.office.evidence(OLIVE, "hull", ["forty"])] == ["back"]


async def test_no_news_is_told_as_no_news(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_for_replies(stage)

        await stage.passes_until(datetime(2026, 12, 8, 18, 30, tzinfo=UTC))

        assert any("There is no news yet. We last asked on Thursday 12 November." in text for text in person.texts())


async def test_who_missed_workshop_one_still_takes_part_in_wave_two(database: Database) -> None:
    """Scenario 14: the agenda comes to those who were not there, too."""
    async with staged(database, MONDAY) as stage:
        person = await told_the_group(stage)
        await wave_two.draft(stage.office)
        await wave_two.quote(stage.office, QUOTE)
        await wave_two.approve(stage.office)
        await wave_two.say_what_can_be_decided(stage.office)
        await stage.passes_until(datetime(2026, 10, 13, 19, 0, tzinfo=UTC))
        await stage.office.attend(OLIVE, "hull", 1, "missed")

        await stage.passes_until(BEFORE_W2.replace(minute=30))

        assert any("Sorry we missed you" in text for text in person.texts())
        assert "Did we get it right?" in person.texts()[-1]


async def test_what_is_asked_for_in_other_words_is_said_again_once(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await told_the_group(stage)
        async with database.write() as conn:
            id = await statements.submit(conn, "hull", "Mr Smith left.", MONDAY, author=await stage.id_of(person))
        await stage.office.reword_statement(OLIVE, id, "It names a person.")
        await stage.settle()

        await stage.taps(person, "Say it again")
        asked = person.texts()[-1]
        await stage.says(person, "people who shout left.")
        waiting = await stage.office.statements(OLIVE, state="waiting")
        await stage.taps(person, "Say it again")

        assert "The team says: It names a person." in asked
        assert [one.text for one in waiting] == ["people who shout left."]
        assert person.texts()[-1] == "I have that one already."
        assert not await stage.broken_promises()


async def test_a_question_gets_its_reply_with_the_agenda(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await told_the_group(stage)
        await stage.passes_until(datetime(2026, 10, 13, 19, 0, tzinfo=UTC))
        await stage.office.attend(OLIVE, "hull", 1, "attended")
        await stage.passes_until_asked(person, "ask one thing")
        await stage.says(person, "When do the lights get mended?")
        await stage.taps(person, "Just the team")
        (question,) = await stage.office.questions(OLIVE, open_only=True)
        await stage.office.answer_question(OLIVE, question.asked.id, replied_by="The head of parks", text="In May.")
        await wave_two.draft(stage.office)
        await wave_two.quote(stage.office, QUOTE)
        await wave_two.approve(stage.office)
        await wave_two.say_what_can_be_decided(stage.office)

        await stage.passes_until(BEFORE_W2.replace(minute=30))
        await stage.taps_until(person, "I'm coming")

        said = "\n".join(person.texts())
        assert 'You asked: "When do the lights get mended?"' in said
        assert "The head of parks replied: In May." in said


async def test_people_hear_what_others_think_once_it_was_looked_at(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        first, second = [await stage.joins("hull", pace="Most days") for _ in range(2)]
        await stage.passes_until(datetime(2026, 10, 13, 19, 0, tzinfo=UTC))
        await stage.office.attend(OLIVE, "hull", 1, "attended")
        await stage.passes_until_asked(first, "would be better if")

        await stage.says(first, "there were more benches.")
        (waiting,) = await stage.office.statements(OLIVE, state="waiting")
        nothing_to_vote_on = first.texts()[-1]
        await stage.office.approve_statement(OLIVE, waiting.id)
        await stage.says(second, "the last bus came at ten.")
        asked = second.texts()[-1]
        await stage.taps(second, "Don't agree")
        await stage.says(second, "The benches. I am tired of the rain, not of standing.")
        await stage.taps(second, "Just the team")

        assert "A person will check it first" in "\n".join(first.texts())
        assert "We will take these lines to workshop 2" in nothing_to_vote_on
        assert "Life in Hull would be better if… there were more benches." in asked
        assert "1 of 1" in asked
        counted = {one.text: (one.agree, one.disagree) for one in await stage.office.statements(OLIVE)}
        assert counted == {"there were more benches.": (0, 1), "the last bus came at ten.": (0, 0)}
        assert not any("Most agreed" in text for text in second.texts()), "two people are no result"
        assert not await stage.broken_promises()
