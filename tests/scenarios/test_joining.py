"""At the door: who comes in by which code, and what is kept of those who do not."""

import hashlib
import logging
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.script import Script
from storage.database import Database
from storage.tables import consents, participants
from tests.botapi import BotApi, Person
from tests.scenarios.raw import holds
from tests.stage import OLIVE, Stage, running, shipped, staged

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)
CANARY = "canary-words"
EXCUSE = "I only have this in English."


async def at_the_door(stage: Stage) -> Person:
    """A stranger whose chat has a number that stands nowhere by chance."""
    return stage.api.person(777_000_777_001)


async def opens(stage: Stage, person: Person, area: str = "hull") -> None:
    """They open the link of an area."""
    await stage.says(person, f"/start {(await stage.office.invite(OLIVE, area)).code}")


@pytest.mark.parametrize("age", ["I am under 16", "I am 16 or 17"])
async def test_who_is_too_young_gets_a_goodbye_and_nothing_is_stored(
    database: Database, age: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Scenario 17: under 16: a goodbye with Childline, nothing stored."""
    caplog.set_level(logging.INFO)
    async with staged(database, MONDAY) as stage:
        person = await at_the_door(stage)
        await opens(stage, person)
        await stage.taps(person, "English")
        assert await holds(database, str(person.chat)) == [str(person.chat)], "known while the chat is on"

        await stage.taps(person, age)

        assert "Childline" in person.texts()[-1]
        assert "0800 1111" in person.texts()[-1]
        assert await stage.office.people(OLIVE, ["hull"]) == []
        assert not await stage.broken_promises()
    assert await holds(database, str(person.chat)) == []
    assert str(person.chat) not in caplog.text


async def test_not_now_is_forgotten_and_the_same_code_opens_again(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await at_the_door(stage)
        await opens(stage, person)
        for label in ("English", "Yes", "The workshop team", "Not now"):
            await stage.taps(person, label)

        assert await holds(database, str(person.chat)) == []
        await opens(stage, person)

        assert "Which language" in person.texts()[-1]


async def test_an_unknown_code_opens_nothing_and_nothing_is_kept(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await at_the_door(stage)

        await stage.says(person, f"/start {CANARY}")
        await stage.says(person, f"Is {CANARY} not right?")

        assert "does not open anything" in person.texts()[0]
        assert "need a code" in person.texts()[1]
    assert await holds(database, CANARY, str(person.chat)) == []


async def test_a_used_code_opens_nothing(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        known = await stage.joins("hull")
        member = (await stage.office.people(OLIVE, ["hull"]))[0]
        code = (await stage.office.rejoin_code(OLIVE, member.code_name)).code
        first, second = stage.person(), stage.person()

        await stage.says(first, code)
        await stage.says(second, f"/start {code}")

        assert "Your place has moved" in "\n".join(first.texts())
        assert "does not open anything" in second.texts()[-1]
        assert (await stage.scene(known)).person is None


async def test_a_group_gets_one_sentence_and_nothing_is_kept(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with staged(database, MONDAY) as stage:
        group = stage.api.person(-777_000_777_001, kind="supergroup")

        await stage.says(group, f"Hello all, {CANARY}")

        assert ["private chat" in text for text in group.texts()] == [True]
        assert not await stage.broken_promises()
    assert await holds(database, CANARY, str(group.chat)) == []
    assert CANARY not in caplog.text


async def test_a_rejoin_code_moves_a_person_to_a_new_phone_in_the_middle_of_a_question(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        old = await stage.joins("hull")
        await stage.passes_until(datetime(2026, 10, 8, 17, 30, tzinfo=UTC))
        person = await stage.id_of(old)
        await stage.says(old, "NEW PHONE")
        code = next(word for word in old.texts()[-2].split() if word.startswith("back-"))
        new = stage.person()

        await stage.says(new, code)
        await stage.says(new, "The park.")
        said = len(old.texts())
        await stage.passes(days=2)

        assert await stage.id_of(new) == person
        assert "good day in Hull" in "\n".join(new.texts())
        assert "a hard day" in "\n".join(new.texts())
        assert old.texts()[said:] == [], "the old phone gets nothing any more"
        await stage.says(old, "hello?")
        assert "need a code" in old.texts()[-1]


async def test_a_new_phone_does_not_undo_stop(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        old = await stage.joins("hull")
        await stage.says(old, "STOP")
        await stage.taps(old, "Decide later")
        member = (await stage.office.people(OLIVE, ["hull"]))[0]
        new = stage.person()

        await stage.says(new, (await stage.office.rejoin_code(OLIVE, member.code_name)).code)
        said = len(new.texts())
        await stage.says(new, "hello again")
        await stage.passes(days=9)

        known = (await stage.scene(new)).person
        assert known is not None
        assert known.state == "stopped"
        assert not any("Workshop 1" in text or "tomorrow" in text for text in new.texts()[said:])


async def test_a_new_notice_is_asked_about_before_anything_else(database: Database) -> None:
    """Scenario 13: new notice version: the next contact is the re-consent, not the prompt."""
    async with BotApi() as api:
        async with running(database, api, MONDAY) as stage:
            await stage.workshops(W1)
            person = await stage.joins("hull")
        newer = Script(replace(shipped().programme, notice_version="2026-2"))

        async with running(database, api, datetime(2026, 10, 8, 16, 0, tzinfo=UTC), script=newer) as stage:
            said = len(person.texts())
            await stage.passes_until(datetime(2026, 10, 8, 17, 5, tzinfo=UTC))
            asked = person.texts()[said:]
            await stage.taps(person, "Yes, I'm still in")
            await stage.passes(hours=2)

    assert "our privacy page has changed" in asked[0]
    assert "still happy to take part" in asked[-1]
    assert not any("good day in Hull" in text for text in asked)
    assert any("good day in Hull" in text for text in person.texts()), "the prompt follows once they have agreed"


async def test_who_does_not_agree_to_a_new_notice_is_left_alone(database: Database) -> None:
    async with BotApi() as api:
        async with running(database, api, MONDAY) as stage:
            await stage.workshops(W1)
            person = await stage.joins("hull")
        newer = Script(replace(shipped().programme, notice_version="2026-2"))

        async with running(database, api, datetime(2026, 10, 8, 16, 0, tzinfo=UTC), script=newer) as stage:
            await stage.passes_until(datetime(2026, 10, 8, 17, 5, tzinfo=UTC))
            await stage.taps(person, "No, I want to leave")
            said = len(person.texts())
            await stage.passes(days=9)

    assert person.texts()[said:] == []


async def test_a_consent_is_recorded_with_the_notice_and_the_hash_of_its_words(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await stage.joins("hull", reminders="No")
        other = stage.person()
        await opens(stage, other)
        for label in ("Easy English", "Yes", "The workshop team", "Yes"):
            await stage.taps(other, label)
        mine = await stage.id_of(person)
        asked = next(d.source for d in person.deliveries() if "send you reminders" in d.text)

        async with database.read() as conn:
            rows = (await conn.execute(sa.select(consents).order_by(consents.c.id))).all()

    own = {row.item: row for row in rows if row.participant_id == mine}
    assert {item: row.answer for item, row in own.items()} == {
        **dict.fromkeys(("part", "media", "quote", "after"), "yes"),
        "remind": "no",
    }
    assert {(row.notice_version, row.channel, row.via) for row in rows} == {("2026-1", "telegram", "self")}
    assert own["remind"].text_hash == hashlib.sha256(asked.encode()).hexdigest()
    by_locale = {row.locale: row.text_hash for row in rows if row.item == "part"}
    assert len(set(by_locale.values())) == 2, "other words, another hash"


async def test_who_reads_welsh_is_told_once_a_conversation_what_is_there_in_english_only(database: Database) -> None:
    english = shipped().programme
    menu = english.flows["menu"]
    welsh = replace(menu, prompts={**menu.prompts, "cy": menu.prompts["en"]})
    locales = {**english.locales, "cy": "en"}
    programme = replace(english, flows={**english.flows, "menu": welsh}, locales=locales)
    async with staged(database, MONDAY, script=Script(programme)) as stage:
        person = await stage.joins("hull")
        async with stage.parts.db.write() as conn:
            await conn.execute(sa.update(participants).values(locale="cy"))

        await stage.says(person, "The ferry makes a noise at night.")
        assert not [text for text in person.texts() if EXCUSE in text], "their language is there"
        await stage.says(person, "SKIP")
        before = len(person.texts())
        await stage.says(person, "STOP")
        await stage.says(person, "what?")

        told = [text.count(EXCUSE) for text in person.texts()[before:]]
        assert len(told) > 1
        assert told == [1, *([0] * (len(told) - 1))], "said once a conversation"
