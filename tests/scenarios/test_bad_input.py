"""What should not come, comes: each is answered in one clear sentence, and nothing is lost."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.channels.telegram.channel import TelegramChannel
from bot.facilitation import Mistake
from bot.health import Health
from bot.messages import Address, Inbound, Words
from storage import mine, sqlite
from storage.broadcasts import Audience
from storage.database import Database
from storage.tables import channel_state, inbox
from tests.bot.test_health import ask
from tests.botapi import Person
from tests.stage import OLIVE, Stage, staged

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
BEFORE_W1 = datetime(2026, 10, 8, 17, 30, tzinfo=UTC)
W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)
LONG = "Die Straße ist laut. 🚲 " * 4200
"""About 100,000 characters."""


async def asked_before_w1(stage: Stage) -> Person:
    """Somebody in Hull who has just been asked about a good day."""
    await stage.workshops(W1)
    person = await stage.joins("hull")
    await stage.passes_until(BEFORE_W1)
    return person


async def good_day(database: Database, participant: str) -> str:
    """What they said about a good day, as it is kept."""
    async with database.read() as conn:
        own = await mine.everything(conn, participant)
    return next((answer.text for answer in own.answers if answer.step == "good_day"), "")


async def test_a_sticker_is_answered_and_the_question_stays_open(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)

        stage.api.tell(message=person.message(sticker={"file_id": "s", "emoji": "🙃"}))
        await stage.settle()
        answer = person.texts()[-1]
        await stage.says(person, "The park.")

        assert "text, voice notes and photos" in answer
        assert await good_day(database, await stage.id_of(person)) == "The park."


async def test_a_photo_where_none_is_wanted_is_not_kept_but_its_caption_is(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)

        person.sends_photo(caption="The park.")
        await stage.settle()
        await stage.passes(seconds=10)

        async with database.read() as conn:
            own = await mine.everything(conn, await stage.id_of(person))
        (answer,) = (answer for answer in own.answers if answer.step == "good_day")
        assert [(part.media_kind, part.text) for part in answer.parts] == [("", "The park.")]


async def test_a_message_of_a_hundred_thousand_characters_is_kept_whole_and_soon(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        await stage.says(person, LONG)

        assert await good_day(database, await stage.id_of(person)) == LONG
        assert "kept it all" in person.texts()[-1]

    address = Address(channel="telegram", bot=stage.parts.channels[0].bot, chat=str(person.chat))
    said = Words(text=LONG, message="m")
    await stage.parts.turns.accept([Inbound(key="long", address=address, at=MONDAY, content=said)])
    began = time.perf_counter()
    taken = await stage.parts.turns.step()
    seconds = time.perf_counter() - began
    assert taken == 1
    assert seconds < 0.2


async def test_what_no_database_takes_is_made_visible_and_kept(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        odd = ["a\x00b", "half \ud83d of a face", "\udfff", "\x00"]

        for text in odd:
            await stage.says(person, text, then=0)
        await stage.passes(seconds=10)

        kept = "a\ufffdb\nhalf \ufffd of a face\n\ufffd\n\ufffd"
        assert await good_day(database, await stage.id_of(person)) == kept
        assert "a hard day" in person.texts()[-1]
        async with database.read() as conn:
            aside = await conn.scalar(sa.select(sa.func.count()).where(inbox.c.state == "quarantined"))
        assert aside == 0


async def test_odd_words_break_nothing(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        odd = ["<b>not</b> & **so**", "🙃", "   ", "\u202e\u200b"]

        for text in odd:
            await stage.says(person, text)
        await stage.says(person, "MY DATA")

        read = "\n".join(person.texts())
        assert "What would you like to do?" in person.texts()[-1]
        assert [text for text in odd if text.strip() not in read] == []
        assert not await stage.broken_promises()


async def test_a_forged_button_does_nothing(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        said = len(person.texts())
        forged = ["", "r", "r.x.1.yes", "r..", "b.999999.cant_come", "b.x.y", "s.send.x.thanks.", "💥"]

        for token in forged:
            person.presses(token)
        await stage.settle()

        assert ["have that one already" in text for text in person.texts()[said:]] == [True] * len(forged)


async def test_a_button_of_a_chat_that_has_closed_says_so(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        for _ in range(3):
            await stage.says(person, "SKIP")
        token = dict(person.deliveries()[-1].buttons)[stage.label_like(person, "Food")]
        await stage.passes(days=5, hours=1)

        person.presses(token)
        await stage.settle()

        assert "That chat has closed" in person.texts()[-1]


async def test_a_button_of_somebody_elses_question_does_nothing(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person, other = await stage.joins("hull"), await stage.joins("hull")
        await stage.says(person, "STOP")
        data = dict(person.deliveries()[-1].buttons)["Delete it"]

        other.presses(data)
        await stage.settle()

        states = [member.state for member in await stage.office.people(OLIVE, ["hull"])]
        assert sorted(states) == ["active", "stopped"]
        assert "have that one already" in other.texts()[-1]


async def test_an_update_that_cannot_be_read_is_set_aside_and_the_next_goes_on(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        person = await asked_before_w1(stage)

        stage.api.tell(message={**person.message(text="canary"), "chat": "not a chat"})
        await stage.says(person, "The park.")

        async with database.read() as conn:
            aside = (await conn.execute(sa.select(inbox.c.body).where(inbox.c.state == "quarantined"))).scalars().all()
        assert len(aside) == 1
        assert "canary" not in aside[0]
        assert await good_day(database, await stage.id_of(person)) == "The park."


async def test_a_workshop_in_the_past_is_asked_about_and_then_moves_what_it_can(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        yesterday = datetime(2026, 10, 4, 18, 0)  # noqa: DTZ001

        with pytest.raises(Mistake, match="Sunday 04 October 2026, 18:00 is in the past"):
            await stage.office.set_workshop(OLIVE, "hull", 1, yesterday)
        before = await stage.plan("hull")
        placed = await stage.office.set_workshop(OLIVE, "hull", 1, yesterday, confirm=True)
        after = await stage.plan("hull")
        said = len(person.texts())
        await stage.passes(days=1)

        assert {row.state for row in before.values()} == {"planned", "dropped"}
        assert placed.dropped == sum(
            row.state == "planned" and after[key].state == "dropped" for key, row in before.items()
        )
        assert after["entry:remind_24h"].state == "dropped"
        assert after["entry:remind_24h"].reason != ""
        assert not any("tomorrow" in text for text in person.texts()[said:])
        assert not await stage.broken_promises()


async def test_a_revoked_token_keeps_what_is_queued_until_it_is_good_again(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        people = [await stage.joins("hull") for _ in range(2)]
        good, stage.api.token = stage.api.token, "4242:another"

        sent = await stage.office.send(OLIVE, "remind_24h", Audience(areas=("hull",)), key="k")
        await paused(stage)
        held = (await stage.office.ledger(OLIVE, sent.broadcast.id)).counts
        stage.api.token = good
        stage.clock.at += timedelta(minutes=2)
        await stage.settle()

        assert set(held) <= {"queued", "sending"}
        assert [sum("Can't come?" in text for text in person.texts()) for person in people] == [1, 1]
        assert (await stage.office.ledger(OLIVE, sent.broadcast.id)).counts == {"sent": 2}
    assert "dispatch.paused" in caplog.text
    assert good not in caplog.text


async def paused(stage: Stage) -> None:
    """Wait until the bot is on hold, on disk."""
    hold = sa.select(channel_state.c.paused).where(channel_state.c.chat == "")
    async with asyncio.timeout(10):
        while True:
            async with stage.parts.db.read() as conn:
                if await conn.scalar(hold):
                    return
            await asyncio.sleep(0.003)


async def test_on_a_full_disk_nothing_is_acknowledged_and_when_there_is_room_again_nothing_is_lost(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(sqlite_database, MONDAY) as stage:
        person = await asked_before_w1(stage)
        channel = stage.parts.channels[0]
        assert isinstance(channel, TelegramChannel)
        health = Health(stage.parts, lambda: {"telegram": channel.trouble})

        with monkeypatch.context() as full:
            full.setitem(sqlite.PRAGMAS, "max_page_count", 1)  # it grows no more, whoever opens it
            async with sqlite_database.write() as conn:
                await conn.exec_driver_sql("PRAGMA max_page_count = 1")
            person.says(LONG)
            await stage.api.until(lambda: "cannot be stored" in channel.trouble)
            assert stage.api.unconfirmed()
            ready = await ask(health, "/ready")
        async with asyncio.timeout(10):
            while stage.api.unconfirmed() or channel.trouble:  # noqa: ASYNC110  (a poller's patience: nobody rings)
                await asyncio.sleep(0.05)
        await stage.settle()
        await stage.passes(seconds=10)

        assert ready.status_code == 503
        assert ready.json()["wrong"] == ["telegram: updates cannot be stored (OperationalError)"]
        assert await good_day(sqlite_database, await stage.id_of(person)) == LONG
        assert await stage.broken_promises() == []
