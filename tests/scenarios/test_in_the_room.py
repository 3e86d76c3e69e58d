"""At the workshop: the team leads people from one question to the next, each in their own chat."""

from datetime import UTC, datetime

from storage import tables as t
from storage.attendance import of_wave
from storage.database import Database
from storage.reflections import Filter, Reflection
from storage.rows import to_json
from tests.botapi import Person
from tests.scenarios.test_safety import on_the_team
from tests.stage import OLIVE, Stage, staged
from tests.storage import records

AFTERNOON = datetime(2026, 10, 13, 14, 0, tzinfo=UTC)
W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area, 17:00 in UTC)
DOORS = datetime(2026, 10, 13, 16, 45, tzinfo=UTC)


async def opened(stage: Stage, count: int) -> tuple[Person, list[Person]]:
    """Ben of the team opens the room from his chat; so many people are asked in."""
    await stage.workshops(W1)
    ben = await on_the_team(stage, "Ben", "none", "hull")
    people = [await stage.joins("hull") for _ in range(count)]
    await stage.passes_until(DOORS)
    await stage.says(ben, "/room", then=0)
    await stage.taps(ben, "Open the room")
    return ben, people


async def led_on(stage: Stage, ben: Person) -> None:
    await stage.taps(ben, stage.label_like(ben, "next:"))


async def test_the_team_leads_the_room_step_by_step(database: Database) -> None:
    async with staged(database, AFTERNOON) as stage:
        ben, (ann, bob, cat) = await opened(stage, 3)
        for person in (ann, bob, cat):
            assert stage.newest(person).startswith("Are you with us today?")
            await stage.taps(person, "Yes")
            assert person.texts()[-1] == "Good. We go on together in a moment."
        assert "3 of 3 have answered" in (await shown(stage, ben))

        await stage.says(ann, "I know that street")
        assert person_hears(ann, "I have kept that.")
        await stage.says(ann, "and the shop on it")
        assert person_hears(ann, "I have kept that."), "it is said once"
        await led_on(stage, ben)
        assert {stage.newest(one) for one in (ann, bob, cat)} == {
            "You saw two lives on the cards. What is not the same?"
        }
        await stage.says(ann, "The homes")
        await stage.says(cat, "STOP", then=0)
        late = await stage.joins("hull")
        await stage.says(late, "START", then=0)
        await led_on(stage, ben)  # Bob is still at the question before
        assert stage.newest(ann).startswith("How would you say that")
        assert "What is not the same?" in stage.newest(bob)
        assert "How would you say that" not in "\n".join(cat.texts())
        await stage.taps(late, "On my way")
        assert stage.newest(late).startswith("How would you say that"), "who is late begins where the room is"
        await stage.says(bob, "The streets")
        assert stage.newest(bob).endswith("How would you say that to a friend? One line is fine.")
        for person, words in ((ann, "It's not fair."), (bob, "it's not fair"), (late, "Luck of the draw")):
            await stage.says(person, words)
        await led_on(stage, ben)
        for person, label in ((ann, "4"), (bob, "5"), (late, "1")):
            await stage.taps(person, label)
        await led_on(stage, ben)
        assert {stage.newest(one) for one in (ann, bob, late)} == {"One word for how you feel as you leave?"}
        assert "pulse: 3 answers (1: 1, 4: 1, 5: 1), 3.3 on average" in await shown(stage, ben)
        for person in (ann, bob):
            await stage.says(person, "Hopeful", then=0)
            assert "I will write again on" in person.texts()[-2], "then what was open before is asked again"

        await stage.passes_until(datetime(2026, 10, 13, 21, 1, tzinfo=UTC))  # an hour after the end

        async with stage.parts.db.read() as conn:
            assert sorted((await of_wave(conn, 1)).values()) == ["attended"] * 4
        assert (await stage.scene(late)).runs == [], "the room has closed by itself"
        said = {(row.step, part.text) for row in (await read(stage)) for part in row.parts}
        assert {("wait_1", "I know that street"), ("wait_1", "and the shop on it"), ("one_word", "Hopeful")} <= said
        assert [(one.text, one.people) for one in await stage.office.lexicon(OLIVE, "hull")] == [
            ("It's not fair.", 2),
            ("Luck of the draw", 1),
        ]
        assert not await stage.broken_promises()


async def shown(stage: Stage, ben: Person) -> str:
    await stage.says(ben, "/room hull 1", then=0)
    return ben.texts()[-1]


def person_hears(person: Person, words: str) -> bool:
    """Once, in all they got."""
    return sum(words in text for text in person.texts()) == 1


async def read(stage: Stage) -> tuple[Reflection, ...]:
    return tuple((await stage.office.reflections(OLIVE, Filter(areas=("hull",), flow="in_room"))).rows)


async def test_a_low_pulse_is_told_before_the_break_and_to_everybody(sqlite_database: Database) -> None:
    async with staged(sqlite_database, AFTERNOON) as stage:
        await stage.workshops(W1)
        ben = await on_the_team(stage, "Ben", "none", "hull")
        people = [await placed(stage, f"Heron-{n}") for n in range(5)]
        await stage.passes_until(DOORS)
        await stage.office.start_room(OLIVE, "hull", 1)
        await stage.settle()
        for person in people:
            await stage.taps(person, "Yes")
        for number in range(3):
            await stage.office.lead_on(OLIVE, "hull", 1, number)
        await stage.settle()
        for person, label in zip(people, "22123", strict=True):
            assert not await stage.office.tasks(OLIVE)
            await stage.taps(person, label)

        (task,) = await stage.office.tasks(OLIVE)
        assert task.note.startswith("Hull, in the room: 5 people say 2.0 of 5")
        assert ben.texts()[-1].startswith("Hull: 5 people say 2.0 of 5")
        await stage.office.lead_on(OLIVE, "hull", 1)
        await stage.settle()
        assert "5 people said 2.0 of 5." in people[0].texts()[-1]


async def placed(stage: Stage, code_name: str) -> Person:
    """Somebody who takes part already."""
    person = stage.person()
    now, facts = stage.clock.now(), {"consent.part": "yes", "consent.remind": "yes", "consent.version": "2026-1"}
    known = {"id": code_name.casefold(), "area": "hull", "code_name": code_name, "state": "active", "locale": "en"}
    place = {"channel": "telegram", "bot": stage.parts.channels[0].bot, "chat": str(person.chat)}
    async with stage.parts.db.write() as conn:
        await records.add(conn, t.participants, **known, facts=to_json(facts), joined_at=now, last_heard_at=now)
        await records.add(conn, t.contacts, **place, participant_id=known["id"])
    return person


async def test_two_presses_of_one_button_lead_on_once(database: Database) -> None:
    async with staged(database, AFTERNOON) as stage:
        ben, _ = await opened(stage, 1)
        _, button = ben.deliveries()[-1].buttons[0]

        ben.presses(button)
        ben.presses(button)
        await stage.settle()

        assert (await stage.office.room(OLIVE, "hull", 1)).stage == 1
        assert "That was done already" in ben.texts()[-1]
