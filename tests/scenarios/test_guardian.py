"""People of 16 and 17, where a programme takes them: a parent or carer is asked first, and some things are left out."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.facilitation import Mistake
from bot.script import Script
from storage.broadcasts import Audience
from storage.database import Database
from tests.botapi import Person
from tests.scenarios.test_safety import code_name, on_the_team
from tests.stage import OLIVE, Stage, shipped, staged

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)


def from_sixteen() -> Script:
    """The shipped programme, open to people of 16."""
    return Script(replace(shipped().programme, min_age=16))


async def at_the_wait(stage: Stage) -> Person:
    """Somebody of 16 who has said how their parent can be reached."""
    person = stage.person()
    await stage.says(person, f"/start {(await stage.office.invite(OLIVE, 'hull')).code}")
    for label in ("English", "I am 16 or 17"):
        await stage.taps(person, label)
    await stage.says(person, "my mum knows")
    assert "phone number or an email" in person.texts()[-1]
    await stage.says(person, "Mum: 07700 900 123", then=0)
    return person


async def test_nothing_is_asked_until_the_team_has_called(database: Database) -> None:
    async with staged(database, MONDAY, script=from_sixteen()) as stage:
        await stage.workshops(W1)
        gil = await on_the_team(stage, "Gil", "youth")
        person = await at_the_wait(stage)
        name, said = await code_name(stage), len(person.texts())
        (task,) = await stage.office.tasks(OLIVE)

        assert "The team will call them soon" in person.texts()[-1]
        assert task.note.startswith("Call the parent or carer: Mum, 07700900123.")
        assert "Please call their parent or carer: Mum, 07700900123." in gil.texts()[-1]
        with pytest.raises(Mistake, match="Nobody would get this message"):
            await stage.office.send(OLIVE, "remind_24h", Audience(areas=("hull",)), key="k")
        await stage.passes(days=6)
        assert len(person.texts()) == said, "no prompt, no reminder"
        await stage.says(person, "hello?")
        assert "I have kept that." in person.texts()[-1]

        await stage.says(gil, f"/guardian {name} yes", then=0)

        assert stage.newest(person) == "Quick check: who will see what you say?"
        assert any("your parent or carer is happy" in text for text in person.texts())
        for label in ("The workshop team", "Yes", "Yes", "Yes"):
            await stage.taps(person, label)
        known = (await stage.scene(person)).person
        assert known is not None
        assert (known.state, known.facts["profile.youth"], known.facts["profile.guardian"]) == ("active", "yes", "yes")
        assert not await stage.office.tasks(OLIVE)
        with pytest.raises(Mistake, match="does not wait"):
            await stage.office.guardian(OLIVE, name, "no")
        await stage.says(person, "There is no food in the house", then=0)
        assert f"{name} in Hull is 16 or 17 and may need help" in gil.texts()[-1]


async def test_with_a_no_nothing_is_kept(sqlite_database: Database) -> None:
    async with staged(sqlite_database, MONDAY, script=from_sixteen()) as stage:
        person = await at_the_wait(stage)

        await stage.office.guardian(OLIVE, await code_name(stage), "no")
        await stage.settle()

        assert "we stop here this time" in person.texts()[-1]
        assert (await stage.scene(person)).person is None
        assert not await stage.broken_promises()


async def test_who_would_rather_not_is_let_go(sqlite_database: Database) -> None:
    async with staged(sqlite_database, MONDAY, script=from_sixteen()) as stage:
        person = stage.person()
        await stage.says(person, f"/start {(await stage.office.invite(OLIVE, 'hull')).code}")
        for label in ("English", "I am 16 or 17"):
            await stage.taps(person, label)

        await stage.says(person, "SKIP", then=0)

        assert "we stop here" in person.texts()[-1]
        assert (await stage.scene(person)).person is None
