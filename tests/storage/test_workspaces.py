"""Workspaces: installed, taken out, installed again."""

from dataclasses import replace
from datetime import datetime, timedelta

from storage import workspaces
from storage.database import Database
from storage.workspaces import Workspace

HOUR = timedelta(hours=1)


async def test_a_removal_empties_the_token_and_a_new_installation_brings_one(database: Database, now: datetime) -> None:
    first = Workspace(team="T1", name="Hull", token="xoxb-canary", installed_at=now)
    async with database.write() as conn:
        await workspaces.save(conn, first)
        assert await workspaces.remove(conn, "T1", now + HOUR)
        gone = await workspaces.all_of(conn)
        await workspaces.save(conn, replace(first, token="xoxb-other", installed_at=now + 2 * HOUR))
        back = await workspaces.all_of(conn)

    assert gone == [replace(first, token="", removed_at=now + HOUR)]
    assert back == [replace(first, token="xoxb-other", installed_at=now + 2 * HOUR)]
    assert "canary" not in repr(first)


async def test_an_old_removal_and_one_of_a_workspace_nobody_knows_change_nothing(
    database: Database, now: datetime
) -> None:
    first = Workspace(team="T1", name="Hull", token="xoxb-canary", installed_at=now)
    async with database.write() as conn:
        await workspaces.save(conn, first)

        assert not await workspaces.remove(conn, "T1", now - HOUR)
        assert not await workspaces.remove(conn, "T9", now)
        assert await workspaces.all_of(conn) == [first]
