"""Stakeholders and guests talk with the assistant too, and change nothing in what is counted of those who take part."""

from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from storage import broadcasts, deadlines, people, reflections
from storage.database import Database
from storage.tables import participants, runs
from tests.storage.records import plant_answer, plant_person

AREA = ["hull"]
HULL = broadcasts.Audience(areas=("hull",))


async def counted(database: Database) -> dict[str, Any]:
    """All that the team is told of those who take part."""
    async with database.read() as conn:
        return {
            "list": await people.of_areas(conn, AREA),
            "by name": await people.by_code_name(conn, ["Heron-1", "Heron-2"]),
            "states": await people.states(conn),
            "answered": await people.answered(conn),
            "heard": await people.heard(conn, "hull"),
            "calendars": await people.dated(conn, None, most=10),
            "planned": await deadlines.upcoming(conn),
            "audience": [
                one async for one in broadcasts.candidates(conn, broadcasts.Audience(areas=("hull",)), "remind")
            ],
            "said": await reflections.read(conn, reflections.Filter(areas=("hull",))),
            "unseen": await reflections.unseen(conn, reflections.Filter(areas=("hull",))),
        }


@pytest.mark.parametrize("role", ["stakeholder", "guest"])
async def test_only_those_who_take_part_are_counted(database: Database, now: datetime, role: str) -> None:
    async with database.write() as conn:
        await plant_person(conn, now, pid="p1", code_name="Heron-1", chat="1")
        await plant_answer(conn, now, "p1")
        await conn.execute(sa.update(runs).values(state="finished"))
    before = await counted(database)
    assert all(before.values())

    async with database.write() as conn:
        await plant_person(conn, now, pid="p2", code_name="Heron-2", chat="2")
        await plant_answer(conn, now, "p2")
        await conn.execute(sa.update(runs).values(state="finished"))
        await conn.execute(sa.update(participants).where(participants.c.id == "p2").values(role=role))

    assert await counted(database) == before


async def test_what_stakeholders_said_is_read_apart(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await plant_person(conn, now, pid="p2", code_name="Heron-2", chat="2")
        await plant_answer(conn, now, "p2")
        await conn.execute(sa.update(runs).values(state="finished"))
        await conn.execute(sa.update(participants).values(role="stakeholder"))

    async with database.read() as conn:
        said = await reflections.read(conn, reflections.Filter(areas=("hull",), role="stakeholder"))

    assert [one.code_name for one in said] == ["Heron-2"]
