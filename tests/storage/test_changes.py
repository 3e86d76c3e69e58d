"""What one batch notes of somebody, in whatever order, is what is known of them afterwards."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from storage import scenes
from storage.changes import Changes
from storage.database import Database
from storage.scenes import Person
from tests.storage import records

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
ID = "pcanary"


async def after(database: Database, *noted: str) -> Person:
    """One batch, a minute between what is noted: they were only heard, learned something of, or cannot be reached."""
    async with database.write() as conn:
        await records.plant_person(conn, NOW, pid=ID, code_name="Heron-1", chat="7")
        scene = await scenes.alone(conn, ID, NOW)
        assert scene is not None
        changes = Changes()
        for minute, what in enumerate(noted, 1):
            assert scene.person is not None
            if what == "gone":
                scene.person = replace(scene.person, reachable=False)
                changes.person(scene)
                continue
            scene.person = replace(scene.person, last_heard_at=NOW + timedelta(minutes=minute), reachable=True)
            changes.heard(scene.person)
            if what == "learned":
                scene.person = replace(scene.person, facts={"profile.day": minute})
                changes.person(scene)
        await changes.flush(conn)
        known = await scenes.alone(conn, ID, NOW)
    assert known is not None
    assert known.person is not None
    return known.person


@pytest.mark.parametrize(
    ("noted", "minutes", "day"),
    [
        (["heard"], 1, None),
        (["heard", "heard"], 2, None),
        (["learned"], 1, 1),
        (["heard", "learned"], 2, 2),
        (["learned", "heard"], 2, 1),
        (["learned", "heard", "heard"], 3, 1),
    ],
)
async def test_the_last_time_somebody_was_heard_is_kept(
    database: Database, noted: list[str], minutes: int, day: int | None
) -> None:
    person = await after(database, *noted)

    assert person.last_heard_at == NOW + timedelta(minutes=minutes)
    assert person.facts.get("profile.day") == day
    assert person.reachable


@pytest.mark.parametrize("noted", [["heard", "gone"], ["learned", "gone"], ["gone"]])
async def test_who_leaves_the_platform_after_a_word_cannot_be_reached(database: Database, noted: list[str]) -> None:
    assert not (await after(database, *noted)).reachable
