"""Messages to many: looked at first, sent once, followed to the end. By a facilitator in the chat, too."""

import asyncio
import os
import signal
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.facilitation import Mistake
from bot.rights import Kind, Staff
from storage.broadcasts import Audience
from storage.database import Database
from tests.botapi import BotApi, Person
from tests.stage import OLIVE, Stage, running, staged

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)
ROOT = Path(__file__).parents[2]
HULL = Audience(areas=("hull",))


async def facilitator(stage: Stage, *areas: str) -> Person:
    """Cleo, who has just come in with her code."""
    person = stage.person()
    code = (await stage.office.facilitator_code(OLIVE, "Cleo", areas)).code
    await stage.says(person, f"/start {code}")
    return person


def copies(people: list[Person], words: str) -> list[int]:
    """How many messages with these words each of them got."""
    return [sum(words in text for text in person.texts()) for person in people]


async def test_a_facilitator_sees_progress_and_reflections_in_the_chat(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        await stage.says(person, "The ferry makes a noise at night.")
        await stage.taps(person, "Just the team")
        cleo = await facilitator(stage, "hull")

        await stage.says(cleo, "/progress")
        await stage.says(cleo, "/reflections")
        await stage.says(cleo, "/reflections walsall")

        assert "fewer than 10 of 18 joined" in cleo.texts()[-4], "small numbers are not told"
        assert "One answer" in cleo.texts()[-3]
        assert "The ferry makes a noise at night." in cleo.texts()[-2]
        assert "Sam" not in "\n".join(cleo.texts()), "by code, never by name"
        assert "Cleo may not read reflections in Walsall" in cleo.texts()[-1]


async def test_a_facilitators_code_works_once(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        code = (await stage.office.facilitator_code(OLIVE, "Cleo")).code
        cleo, other = stage.person(), stage.person()

        await stage.says(cleo, f"/start {code}")
        await stage.says(other, f"/start {code}")
        await stage.says(other, "/progress")

        assert "Cleo" in cleo.texts()[0]
        assert "/progress" in cleo.texts()[1]
        assert "does not open anything" in other.texts()[0]
        assert "need a code" in other.texts()[1]


async def test_a_reminder_button_pressed_twice_sends_once(database: Database) -> None:
    """Scenario 4: pressed twice: each person gets exactly one."""
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        people = [await stage.joins("hull") for _ in range(2)]
        left = await stage.joins("hull")
        await stage.says(left, "STOP")
        cleo = await facilitator(stage, "hull")

        await stage.says(cleo, "/remind remind_24h hull")
        preview = cleo.texts()[-1]
        cleo.taps("Send to 2 people")
        cleo.taps("Send to 2 people")
        await stage.settle()

        assert "2 people" in preview
        assert "has left: 1" in preview
        assert copies([*people, left], "Can't come?") == [1, 1, 0]
        assert "remind_24h: 0 of 2 sent" in cleo.texts()[-2], "and is drawn anew from here"
        assert "sent already" in cleo.texts()[-1]
        (broadcast,) = await stage.office.broadcasts(OLIVE)
        assert (await stage.office.ledger(OLIVE, broadcast.id)).counts == {"sent": 2, "excluded": 1}


async def test_what_was_called_off_is_not_sent_by_a_later_press(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        cleo = await facilitator(stage, "hull")
        await stage.says(cleo, "/remind remind_24h hull")

        await stage.taps(cleo, "Do not send")
        await stage.taps(cleo, "Send to 1 person")

        assert copies([person], "Can't come?") == [0]
        assert "Nothing was sent" in cleo.texts()[-1]


async def test_a_reminder_is_planned_in_the_chat_and_goes_out_at_its_hour(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person, cleo = await stage.joins("hull"), await facilitator(stage, "hull")
        reminder = "The kettle is on"
        await stage.says(cleo, "/remind remind_2h hull at 15:00")
        assert "It goes out on Monday 5 October at 3pm" in cleo.texts()[-1]

        await stage.taps(cleo, "Send it then")
        await stage.passes(hours=4)
        assert copies([person], reminder) == [0]
        await stage.passes(minutes=30)
        await stage.api.until(lambda: copies([person], reminder) == [1], 10)
        await stage.passes(hours=1)

        assert copies([person], reminder) == [1]
        assert "of 1 sent" in cleo.texts()[-1]


async def test_a_reply_by_button_stands_in_the_ledger(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person, other = await stage.joins("hull"), await stage.joins("hull")
        sent = await stage.office.send(OLIVE, "remind_24h", HULL, key="k")
        await stage.settle()

        await stage.taps(person, "I can't come")
        forged = person.deliveries()[-2].buttons or person.deliveries()[-1].buttons
        other.presses(next(data for label, data in forged if label == "I can't come"))
        await stage.settle()

        replies = Counter(row.reply for row in (await stage.office.ledger(OLIVE, sent.broadcast.id)).rows)
        assert replies == {"cant_come": 1, "": 1}, "a button counts for the person it was sent to alone"
        assert "have that one already" in other.texts()[-1]


async def test_a_reply_to_a_reminder_of_the_calendar_stands_in_the_ledger(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        await stage.passes_until(datetime(2026, 10, 12, 18, 30, tzinfo=UTC))

        await stage.taps(person, "I can't come")

        made = {one.template: one for one in await stage.office.broadcasts(OLIVE)}
        (row,) = (await stage.office.ledger(OLIVE, made["remind_24h"].id)).rows
        assert (row.outcome, row.reply) == ("sent", "cant_come")


async def test_a_broadcast_to_nobody_is_said_and_not_sent(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull", reminders="No")
        cleo = await facilitator(stage)

        with pytest.raises(Mistake, match="Nobody would get this message: no participant fits this audience"):
            await stage.office.send(OLIVE, "remind_24h", Audience(areas=("walsall",)), key="k")
        await stage.says(cleo, "/remind remind_24h hull")

        assert "Nobody would get this message: 1 did not agree to reminders." in cleo.texts()[-1]
        assert not cleo.deliveries()[-1].buttons
        assert await stage.office.broadcasts(OLIVE) == []
        assert copies([person], "Can't come?") == [0]


async def test_every_recipient_stands_in_the_report_with_what_became_of_it(database: Database) -> None:
    """Scenario 4: the report shows sent, skipped and failed with reasons; doubt is not a second message."""
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        people = [await stage.joins("hull") for _ in range(3)]
        paused = await stage.joins("hull")
        await stage.says(paused, "PAUSE")
        await stage.taps(paused, "One week")
        stage.api.blocked.add(str(people[0].chat))
        stage.api.modes.append("disconnect")  # the first that is sent arrives, and nobody hears of it

        sent = await stage.office.send(OLIVE, "remind_24h", HULL, key="k")
        await stage.settle()
        await stage.passes(hours=3)

        rows = (await stage.office.ledger(OLIVE, sent.broadcast.id)).rows
        told = Counter((row.outcome, row.reason) for row in rows)
        assert sum(told.values()) == 4
        assert told["excluded", "takes a break"] == 1
        assert sum(n for (outcome, _), n in told.items() if outcome == "uncertain") == 1
        assert max(copies(people, "Can't come?")) == 1


async def test_a_kill_half_way_through_a_broadcast_gives_nobody_a_second_copy(database_url: str) -> None:
    """Scenario 4: killed half-way: nobody gets two, and whoever may have got none is named in the report."""
    async with BotApi() as api:
        database = Database.open(database_url)
        async with running(database, api, datetime(2026, 11, 5, 10, 30, tzinfo=UTC)) as stage:
            people = [await stage.joins("hull") for _ in range(4)]
        sent = await stage.office.send(OLIVE, "remind_24h", HULL, key="k")
        await database.close()

        killed = await sends(database_url, api, fault="send.after:3")
        ended = await sends(database_url, api)

        database = Database.open(database_url)
        async with running(database, api, datetime(2026, 11, 5, 12, 30, tzinfo=UTC)) as stage:
            again = await stage.office.send(OLIVE, "remind_24h", HULL, key="k")
            await stage.settle()
            ledger = await stage.office.ledger(OLIVE, sent.broadcast.id)
        await database.close()

    assert (killed, ended) == (-signal.SIGKILL, 0)
    assert again.repeated
    arrived = copies(people, "Can't come?")
    assert max(arrived) == 1
    assert sum(arrived) >= 3
    assert sum(ledger.counts.values()) == 4
    assert set(ledger.counts) <= {"sent", "uncertain"}
    assert ledger.counts.get("sent", 0) <= sum(arrived)


async def sends(url: str, api: BotApi, *, fault: str = "") -> int:
    """A process that sends what is in the outbox; how it ended."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.crash.driver", "send", url, api.url, api.token, "0"),
        cwd=ROOT,
        env={**os.environ, "RECONVENE_FAULT": fault},
    )
    return await process.wait()


async def test_a_facilitator_sends_only_to_their_areas(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        hull, walsall = await stage.joins("hull"), await stage.joins("walsall")

        await stage.office.send(
            Staff(name="Ben", kind=Kind.FACILITATOR, areas=("hull",)), "remind_24h", Audience(), key="k"
        )
        await stage.settle()

        assert copies([hull, walsall], "Can't come?") == [1, 0]
