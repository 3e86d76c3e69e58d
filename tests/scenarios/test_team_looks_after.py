"""What the team does for one person, while the programme runs: a break, a copy of their data, and erasing it."""

from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from storage import tables
from storage.database import Database
from storage.people import Member
from storage.rows import new_id
from storage.stones import Stones
from tests.botapi import BotApi
from tests.stage import OLIVE, Stage, running, staged

W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)


async def only(stage: Stage) -> Member:
    (member,) = await stage.office.people(OLIVE)
    return member


async def test_a_break_that_the_team_notes_keeps_messages_back_and_ends_by_itself(database: Database) -> None:
    async with staged(database) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        await stage.office.pause(OLIVE, (await only(stage)).code_name, "week")
        before = len(person.texts())

        await stage.passes(days=6, hours=23)
        during = len(person.texts())
        await stage.passes(days=7)

        assert during == before
        assert (await only(stage)).state == "active"
        assert len(person.texts()) > during
        assert await stage.broken_promises() == []


async def test_what_is_due_to_somebody_without_a_chat_becomes_a_call(sqlite_database: Database) -> None:
    async with staged(sqlite_database) as stage:
        await stage.workshops(W1)
        heard = await stage.office.welcome_by_hand(OLIVE, "hull", new_id(), via="phone")
        for label in ("English", "Yes", "The workshop team", "Yes", "Yes", "Yes", "Yes", "Yes"):
            token = next(choice.token for choice in heard.choices if choice.label == label)
            heard = await stage.office.dictated_choice(OLIVE, heard.code_name, token, via="phone")

        await stage.passes(days=21)

        calls = [task for task in await stage.office.tasks(OLIVE) if "has no chat" in task.note]
        moments = (await stage.office.plan_of(OLIVE, heard.code_name)).moments
        assert [call.code_name for call in calls] == [heard.code_name]
        assert "there is no chat: it is to be read out" in {moment.reason for moment in moments}


async def test_a_copy_asked_of_the_team_arrives_in_their_own_chat(sqlite_database: Database) -> None:
    async with staged(sqlite_database) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")

        await stage.office.send_copy(OLIVE, (await only(stage)).code_name, key="once")
        await stage.settle()

        text, data = [one.document for one in person.deliveries()[-2:]]
        assert "Are you 18 or over?" in text
        assert data.startswith('{"answers":')


async def test_whoever_the_team_erases_is_a_stranger_and_no_backup_brings_them_back(
    sqlite_database: Database, tmp_path: Path
) -> None:
    stones = Stones(tmp_path / "stones.jsonl")
    async with BotApi() as api, running(sqlite_database, api, stones=stones) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        name = (await only(stage)).code_name
        receipt = await stage.office.erase_person(OLIVE, name, name)
        await stage.passes(seconds=timedelta(days=9).total_seconds())
        before = len(person.texts())
        await stage.says(person, "Hello?")

        async with sqlite_database.read() as conn:
            left = await conn.scalar(sa.select(sa.func.count()).select_from(tables.participants))
        assert left == 0
        assert [stone.receipt for stone in stones.read()] == [receipt]
        assert "code" in "\n".join(person.texts()[before:])
        assert await stage.broken_promises() == []
