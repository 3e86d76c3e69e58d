"""The demo as a whole: real parts, invented people, a clock that is moved on."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot import serve
from bot.cast import Cast, Invented, load_cast, whereabouts
from bot.channels.demo.channel import DemoChannel
from bot.clock import ShiftedClock
from bot.demo import AGENDA, LETTERS, SAMPLE, Demo, first_morning, team
from bot.rights import OWNER
from bot.sample_mailbox import load_mailbox
from bot.wiring import Parts, build
from flows.loading import library
from storage import invariants
from storage.database import Database
from storage.reflections import Filter
from tests.stage import shipped

TUESDAY = datetime(2027, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
async def playing(sqlite_database: Database) -> AsyncIterator[tuple[Demo, Parts]]:
    async with _playing(sqlite_database, only=lambda person: True) as both:
        yield both


@asynccontextmanager
async def _playing(db: Database, *, only: Callable[[Invented], bool]) -> AsyncIterator[tuple[Demo, Parts]]:
    clock = ShiftedClock(TUESDAY)
    channel = DemoChannel(clock.now)
    parts = build(db, shipped(), clock, [channel])
    people, pool = load_cast(library("life-here") / SAMPLE)
    people = tuple(person for person in people if only(person))
    cast = Cast(people=people, pool=pool, channel=channel, where=whereabouts(db, parts.script))
    await serve.open_up(parts)
    async with serve.running(parts):
        home = library("life-here")
        letters = load_mailbox(home / LETTERS, tuple(parts.script.programme.areas), "2027-03")
        yield Demo(parts, clock, channel, cast, team(parts, channel, home / AGENDA, cast), letters), parts


async def test_everybody_has_come_in_when_the_page_opens(playing: tuple[Demo, Parts]) -> None:
    demo, parts = playing

    await demo.prepare()

    people = await parts.facilitation.people(OWNER)
    assert Counter(person.state for person in people) == {"active": 86}
    assert Counter(person.area for person in people)["hull"] == 18
    assert (await parts.facilitation.mailbox_totals(OWNER)).together == "130"


async def test_a_jump_is_lived_through_moment_by_moment(playing: tuple[Demo, Parts]) -> None:
    demo, parts = playing
    await demo.prepare()

    await demo.jump(parts.clock.now() + timedelta(days=3))

    read = await parts.facilitation.reflections(OWNER, Filter(areas=(), limit=1000))
    people = {row.code_name for row in read.rows}
    assert {row.flow for row in read.rows} == {"before_w1"}
    assert len(people) > 40
    async with parts.db.read() as conn:
        assert await invariants.check(conn) == []


@pytest.mark.parametrize("day", range(1, 8))
def test_the_demo_begins_on_a_tuesday_that_lies_ahead(day: int) -> None:
    now = datetime(2027, 3, day, 17, 0, tzinfo=UTC)

    begins = first_morning(now)

    assert begins.strftime("%A %H") == "Tuesday 08"
    assert timedelta() < begins - now <= timedelta(days=7)


async def test_an_invented_team_prepares_workshop_2_out_of_what_people_said(sqlite_database: Database) -> None:
    async with _playing(sqlite_database, only=lambda one: one.area == "hull") as (demo, parts):
        await demo.prepare()

        await demo.jump(parts.clock.now() + timedelta(days=30))

        issues = await parts.facilitation.issues(OWNER)
        assert [issue.area for issue in issues] == ["hull"] * 3
        assert all(issue.approved and issue.quote and issue.people > 2 for issue in issues)
        assert not [found for found in await parts.facilitation.gates(OWNER, ["hull"], "G4") if found.missing]
        compared = await parts.facilitation.compare(OWNER, "Amina (invented)", "Joe (invented)")
        assert len(compared.cards) < sum(one.both for one in compared.each.values())
        read = await parts.facilitation.reflections(OWNER, Filter(areas=(), flow="before_w2", limit=1000))
        assert read.rows


async def test_the_demo_opens_between_the_workshops_with_something_on_the_desk(sqlite_database: Database) -> None:
    async with _playing(sqlite_database, only=lambda one: one.area == "hull") as (demo, parts):
        await demo.open_midway()

        [draft] = await parts.facilitation.issues(OWNER, ["hull"])
        waits = {one.kind for one in (await parts.facilitation.today(OWNER, ["hull"])).waiting}
        assert demo.done == 1
        assert draft.people > 2
        assert not draft.approved_by
        assert {"gate", "quiet", "questions"} <= waits
