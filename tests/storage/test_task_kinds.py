"""Everything a person of the team can be asked to do can be written down."""

from datetime import datetime

import pytest

from storage import tasks
from storage.changes import Changes
from storage.database import Database


@pytest.mark.parametrize("kind", ["callback", "access", "complaint", "stuck", "question", "look", "sponsor"])
async def test_a_request_of_this_kind_is_kept(database: Database, now: datetime, kind: str) -> None:
    changes = Changes()
    changes.task({"participant_id": None, "kind": kind, "note": "x", "receipt": "", "created_at": now})

    async with database.write() as conn:
        await changes.flush(conn)

    async with database.read() as conn:
        assert [task.kind for task in await tasks.waiting(conn, ["hull"])] == [kind]
