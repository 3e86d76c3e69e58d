"""What the running program tells of itself: whether it lives, whether it can work, and counts."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from bot import serve
from bot.health import Health
from bot.metrics import Metrics
from bot.wiring import Parts, build
from storage import holds, standstill
from storage.database import Database
from storage.holds import Hold
from tests.fakes import FakeChannel, FakeClock
from tests.stage import folder_of, shipped

SCRIPT = shipped()


@pytest.fixture
async def parts(database: Database) -> AsyncIterator[Parts]:
    """The program, opened up and idle, with the time of the machine."""
    made = build(database, SCRIPT, FakeClock(datetime.now(UTC)), [FakeChannel()], files=folder_of(database))
    await serve.open_up(made)
    yield made
    await made.dispatcher.leave()


def well(parts: Parts) -> Health:
    """The pages of a program that hears what it should."""
    return Health(parts, lambda: {"telegram": ""})


async def ask(health: Health, page: str, *, of: str = "127.0.0.1", **headers: str) -> httpx.Response:
    """Ask for a page, from this machine or another."""
    transport = httpx.ASGITransport(Starlette(routes=health.routes()), client=(of, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        return await client.get(page, headers=headers)


async def test_a_program_that_can_do_its_part_is_ready(parts: Parts) -> None:
    answer = await ask(well(parts), "/ready")

    assert answer.status_code == 200
    told = answer.json()
    assert (told["ready"], told["wrong"], told["seats"]) == (True, [], {"send": "held"})
    assert told["roles"] == ["console", "receive", "send", "work"]


async def test_what_keeps_it_from_its_part_is_said_in_words(parts: Parts) -> None:
    async with parts.db.write() as conn:
        await holds.hold(conn, Hold(paused="the token is not accepted"), channel="fake", bot="1")
        await standstill.begin(conn, parts.clock.now())
        await conn.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))

    answer = await ask(Health(parts, lambda: {"telegram": "another program polls this bot"}), "/ready")

    assert answer.status_code == 503
    nothing, schema, still, deaf = answer.json()["wrong"]
    assert nothing == "nothing goes out through fake: the token is not accepted"
    assert schema.startswith("the database has schema 0001, this program knows ")
    assert still.endswith("reconvene release")
    assert deaf == "telegram: another program polls this bot"


async def test_a_clock_that_is_wrong_is_told(postgresql_database: Database) -> None:
    clock = FakeClock(datetime.now(UTC) - timedelta(seconds=90))
    parts = build(postgresql_database, SCRIPT, clock, [FakeChannel()], files=folder_of(postgresql_database))

    answer = await ask(well(parts), "/ready")

    assert answer.json()["wrong"] == ["the clocks of the database and of this machine are more than a minute apart"]


async def test_a_database_that_is_away_is_told_and_counts_stay_readable() -> None:
    database = Database.open("postgresql://nobody@127.0.0.1:1/nothing")
    parts = build(database, SCRIPT, FakeClock(datetime.now(UTC)), [FakeChannel()], files=folder_of(database))

    ready, counts = await ask(well(parts), "/ready"), await ask(well(parts), "/metrics")

    assert ready.status_code == 503
    assert ready.json()["wrong"] == ["the database does not answer (OperationalError)"]
    assert "reconvene_database_up 0\n" in counts.text
    await database.close()


async def test_a_loop_that_does_not_come_round_is_not_healthy(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = build(sqlite_database, SCRIPT, FakeClock(datetime.now(UTC)), [FakeChannel()])
    parts.metrics.beat("turns")
    before = (await ask(well(parts), "/health")).status_code
    later = time.monotonic() + 75
    monkeypatch.setattr("bot.metrics.time.monotonic", lambda: later)

    answer = await ask(well(parts), "/health")

    assert (before, answer.status_code) == (200, 503)
    assert answer.json()["wrong"] == ["turns has not come round for 75 seconds"]


async def test_counts_are_for_this_machine_unless_the_settings_say_otherwise(parts: Parts) -> None:
    closed, opened = well(parts), Health(parts, dict, public=True)

    assert (await ask(closed, "/metrics")).status_code == 200
    assert (await ask(closed, "/metrics", of="10.0.0.9")).status_code == 403
    assert (await ask(closed, "/metrics", **{"X-Forwarded-For": "127.0.0.1"})).status_code == 403
    assert (await ask(opened, "/metrics", of="10.0.0.9")).status_code == 200


async def test_the_queues_are_counted_with_their_age(parts: Parts) -> None:
    text = (await ask(well(parts), "/metrics")).text

    for line in ("database_up 1", "inbox_waiting 0", "outbox_due 0", 'seat_held{seat="send"} 1', "stands_still 0"):
        assert f"\nreconvene_{line}\n" in f"\n{text}"


def test_counts_and_durations_are_written_as_prometheus_reads_them() -> None:
    counts = Metrics()
    counts.count("sends_total", channel='a"b', outcome="sent")
    counts.count("sends_total", channel='a"b', outcome="sent")
    with counts.timed("send_seconds"):
        pass

    lines = counts.text().splitlines()

    assert 'reconvene_sends_total{channel="a\\"b",outcome="sent"} 2' in lines
    assert (
        lines.index("# TYPE reconvene_sends_total counter")
        == lines.index("# HELP reconvene_sends_total Attempts to send, by how they ended.") + 1
    )
    assert 'reconvene_send_seconds_bucket{le="0.01"} 1' in lines
    assert 'reconvene_send_seconds_bucket{le="+Inf"} 1' in lines
    assert "reconvene_send_seconds_count 1" in lines


def test_what_has_no_meaning_is_not_counted() -> None:
    counts = Metrics()
    counts.count("made_up_total")

    with pytest.raises(KeyError):
        counts.text()
