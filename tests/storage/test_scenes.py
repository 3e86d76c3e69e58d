"""Who is at which place: a chat's number means nothing without its bot and its platform."""

from datetime import UTC, datetime

from storage import scenes
from storage import tables as t
from storage.database import Database
from tests.storage import records

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
HERE, THERE, ELSEWHERE = ("telegram", "1", "7"), ("telegram", "2", "8"), ("slack", "1", "8")
CROSSED = ("telegram", "2", "7")  # a platform, a bot and a chat that are asked for, but not together


async def test_the_same_chat_of_another_bot_is_somebody_else(database: Database) -> None:
    async with database.write() as conn:
        for channel, bot, chat in (HERE, THERE, ELSEWHERE, CROSSED):
            name = f"{channel} {bot} {chat}"
            await records.add(conn, t.contacts, channel=channel, bot=bot, chat=chat, name=name)

        found = await scenes.at(conn, [HERE, THERE], NOW)

    assert {place: scene.name for place, scene in found.items()} == {HERE: "telegram 1 7", THERE: "telegram 2 8"}
