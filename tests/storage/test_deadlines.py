"""Deadlines: due once, in order, moved only while they are open."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import deadlines
from storage.database import Database
from storage.deadlines import Deadline, PlanRow
from storage.tables import deadlines as table
from storage.tables import participants

HOUR = timedelta(hours=1)


@pytest.fixture
async def conn(database: Database, now: datetime) -> AsyncIterator[AsyncConnection]:
    async with database.write() as open_conn:
        for id, area in (("ann", "hull"), ("ben", "leeds")):
            row = {"id": id, "area": area, "code_name": f"Heron-{id}", "state": "active", "locale": "en"}
            await open_conn.execute(sa.insert(participants).values(**row, joined_at=now, last_heard_at=now))
        yield open_conn


def entry(name: str, due_at: datetime) -> PlanRow:
    return PlanRow(key=f"entry:{name}", due_at=due_at, expires_at=due_at + 24 * HOUR, priority=1)


async def plan_of(conn: AsyncConnection, person: str = "ann") -> list[Deadline]:
    return (await deadlines.plan_rows(conn, [person]))[person]


async def test_due_is_what_is_past_and_oldest_first(conn: AsyncConnection, now: datetime) -> None:
    rows = [entry("later", now + HOUR), entry("now", now), entry("before", now - HOUR)]
    await deadlines.save_plans(conn, {"ann": rows}, now)

    due = await deadlines.due(conn, now, 10)

    assert [d.key for d in due] == ["entry:before", "entry:now"]
    assert due[0].expires_at == now + 23 * HOUR
    assert [d.key for d in await deadlines.due(conn, now, 1)] == ["entry:before"]


async def test_settled_deadline_is_not_due_again(conn: AsyncConnection, now: datetime) -> None:
    await deadlines.save_plans(conn, {"ann": [entry("a", now)]}, now)
    [due] = await deadlines.due(conn, now, 10)

    assert await deadlines.settle(conn, [due.id], "done", "", now) == 1
    assert await deadlines.settle(conn, [due.id], "missed", "too late", now) == 0

    assert await deadlines.due(conn, now, 10) == []
    assert (await plan_of(conn))[0].state == "done"


@pytest.mark.parametrize("state", ["planned", "dropped", "cancelled"])
async def test_new_plan_moves_what_is_open(conn: AsyncConnection, now: datetime, state: str) -> None:
    await deadlines.save_plans(conn, {"ann": [replace(entry("a", now), state=state, reason="old")]}, now)

    await deadlines.save_plans(conn, {"ann": [entry("a", now + HOUR)]}, now)

    [row] = await plan_of(conn)
    assert (row.state, row.reason, row.due_at) == ("planned", "", now + HOUR)


@pytest.mark.parametrize("state", ["done", "missed"])
async def test_new_plan_leaves_what_is_over(conn: AsyncConnection, now: datetime, state: str) -> None:
    await deadlines.save_plans(conn, {"ann": [replace(entry("a", now), state=state)]}, now)

    await deadlines.save_plans(conn, {"ann": [entry("a", now + HOUR), entry("b", now)]}, now)

    assert {row.key: row.state for row in await plan_of(conn)} == {"entry:a": state, "entry:b": "planned"}


async def test_dropped_entry_keeps_its_reason(conn: AsyncConnection, now: datetime) -> None:
    await deadlines.save_plans(conn, {"ann": [entry("a", now)]}, now)

    await deadlines.save_plans(conn, {"ann": [replace(entry("a", now), state="dropped", reason="light pace")]}, now)

    assert (await plan_of(conn))[0].reason == "light pace"
    assert await deadlines.due(conn, now, 10) == []


async def test_plans_are_read_for_many_people_at_once(conn: AsyncConnection, now: datetime) -> None:
    await deadlines.save_plans(conn, {"ben": [entry("a", now)]}, now)

    plans = await deadlines.plan_rows(conn, ["ann", "ben"])

    assert [len(plans["ann"]), len(plans["ben"])] == [0, 1]


async def test_leaving_cancels_prompts_but_not_timers(conn: AsyncConnection, now: datetime) -> None:
    await deadlines.save_plans(conn, {"ann": [entry("a", now)]}, now)
    timer = {"key": "run:r:expire", "kind": "timer", "due_at": now, "state": "planned"}
    pause = {"key": "unpause", "kind": "unpause", "due_at": now, "state": "planned"}
    for row in (timer, pause):
        await conn.execute(sa.insert(table).values(participant_id="ann", **row))

    cancelled = await deadlines.cancel_entries(conn, "ann", "the person has left", now)

    assert cancelled == 2
    assert [d.key for d in await deadlines.due(conn, now, 10)] == ["run:r:expire"]


async def test_postponed_deadline_is_due_later(conn: AsyncConnection, now: datetime) -> None:
    await deadlines.save_plans(conn, {"ann": [entry("a", now)]}, now)
    [due] = await deadlines.due(conn, now, 10)

    await deadlines.postpone(conn, due.id, now + HOUR, "quiet hours")

    assert await deadlines.due(conn, now, 10) == []
    assert [d.reason for d in await deadlines.due(conn, now + HOUR, 10)] == ["quiet hours"]


async def test_only_what_is_still_late_is_missed(conn: AsyncConnection, now: datetime) -> None:
    await deadlines.save_plans(conn, {"ann": [entry("a", now - HOUR), entry("b", now)]}, now)
    late, fresh = await deadlines.due(conn, now, 10)

    assert await deadlines.miss_if_due(conn, late.id, now - HOUR, "away")
    assert not await deadlines.miss_if_due(conn, fresh.id, now - HOUR, "away")

    assert [row.state for row in await plan_of(conn)] == ["missed", "planned"]


async def test_next_is_the_first_after_now(conn: AsyncConnection, now: datetime) -> None:
    await deadlines.save_plans(
        conn, {"ann": [entry("a", now), entry("b", now + HOUR), entry("c", now + 2 * HOUR)]}, now
    )

    assert await deadlines.next_any(conn) == now
    assert await deadlines.next_of(conn, "ann", now) == now + HOUR
    assert await deadlines.next_of(conn, "ben", now) is None


async def test_staff_see_what_comes_in_their_area(conn: AsyncConnection, now: datetime) -> None:
    for person in ("ann", "ben"):
        await deadlines.save_plans(conn, {person: [entry("a", now + HOUR)]}, now)

    everywhere, hull = await deadlines.upcoming(conn), await deadlines.upcoming(conn, "hull")

    assert [row.code_name for row in everywhere] == ["Heron-ann", "Heron-ben"]
    assert [(row.code_name, row.key) for row in hull] == [("Heron-ann", "entry:a")]


async def test_finding_what_is_due_reads_only_what_is_planned(sqlite_database: Database, now: datetime) -> None:
    question = deadlines.DUE.params(now=now, most=1).compile(
        dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True}
    )

    async with sqlite_database.read() as conn:
        plan = (await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}", (0, 1, 0))).mappings().all()

    assert any("ix_deadlines_due" in row["detail"] for row in plan)
