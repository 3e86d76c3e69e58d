"""Sessions and asks of the console, and what proves who somebody is."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from storage import console, facilitators, passkeys
from storage import tables as t
from storage.console import GOOD
from storage.database import Database
from storage.facilitators import Facilitator
from storage.passkeys import Passkey
from storage.tables_console import IDLE, WHOLE, asks, sessions

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def team(database: Database, now: datetime) -> Database:
    """Ben works in Hull; Cy everywhere."""
    async with database.write() as conn:
        await facilitators.add(conn, Facilitator(id="ben", name="Ben", areas=("hull",), created_at=now))
        await facilitators.add(conn, Facilitator(id="cy", name="Cy", created_at=now))
    return database


async def test_a_member_without_a_role_is_what_their_areas_made_them(team: Database) -> None:
    async with team.read() as conn:
        ben, cy = await facilitators.team(conn)

    assert (ben.works_as, cy.works_as) == ("facilitator", "lead")


async def test_of_a_session_only_the_hash_is_kept(team: Database, now: datetime) -> None:
    async with team.write() as conn:
        token = await console.begin(conn, "ben", "Firefox on Linux", "chat", now)
        found = await console.look_up(conn, token, now)
        rows = (await conn.execute(sa.select(sessions))).all()

    assert found
    assert found[1].name == "Ben"
    assert token not in repr(rows)
    assert len(token) >= 43


@pytest.mark.parametrize(
    ("seen", "later", "there"),
    [
        (timedelta(0), IDLE - MINUTE, True),
        (timedelta(0), IDLE, False),
        (WHOLE - MINUTE, WHOLE - MINUTE, True),
        (WHOLE - MINUTE, WHOLE, False),
    ],
)
async def test_a_session_ends_when_nobody_works_there_and_after_half_a_day(
    team: Database, now: datetime, seen: timedelta, later: timedelta, there: bool
) -> None:
    async with team.write() as conn:
        token = await console.begin(conn, "ben", "Firefox", "chat", now)
        [one] = await console.of_member(conn, "ben", now)
        await console.touch(conn, one.id, now + seen)

        found = await console.look_up(conn, token, now + later)

    assert (found is not None) is there


async def test_removing_a_member_ends_all_that_was_theirs(team: Database, now: datetime) -> None:
    async with team.write() as conn:
        token = await console.begin(conn, "ben", "Firefox", "chat", now)
        await passkeys.set_up(conn, "ben", "SECRET", now)
        await facilitators.remove(conn, "ben")

        assert await console.look_up(conn, token, now) is None
        assert await passkeys.authenticator(conn, "ben") is None


async def test_a_member_who_takes_part_as_well_stays_in_their_chat(team: Database, now: datetime) -> None:
    person = {"id": "p", "area": "hull", "code_name": "Heron-1", "state": "active", "locale": "en", "facts": "{}"}
    chat = {"channel": "telegram", "bot": "b"}
    async with team.write() as conn:
        await conn.execute(sa.insert(t.participants).values(**person, joined_at=now, last_heard_at=now))
        await conn.execute(sa.insert(t.contacts).values(**chat, chat="1", participant_id="p", facilitator_id="ben"))
        await conn.execute(sa.insert(t.contacts).values(**chat, chat="2", facilitator_id="ben"))

        await facilitators.remove(conn, "ben")

        left = (await conn.execute(sa.select(t.contacts.c.chat, t.contacts.c.participant_id))).all()
    assert [tuple(row) for row in left] == [("1", "p")]


async def test_the_first_who_sends_a_code_has_it(team: Database, now: datetime) -> None:
    async with team.write() as conn:
        made = await console.ask(conn, "nonce", "Firefox", now)
        assert made
        assert await console.of_code(conn, f" {made.code.lower()} ", now) == made
        assert await console.claim(conn, made.id, "ben")
        assert not await console.claim(conn, made.id, "cy")
        assert await console.of_code(conn, made.code, now) is None
        assert await console.decide(conn, made.id, "cy", "yes", now) is None
        assert await console.decide(conn, made.id, "ben", "yes", now + GOOD) is None
        assert await console.decide(conn, made.id, "ben", "yes", now)
        assert await console.use(conn, made.id)
        assert not await console.use(conn, made.id)
        assert await console.asked(conn, "nonce", now) is None


async def test_an_ask_is_over_after_ten_minutes_and_gone_after_a_day(team: Database, now: datetime) -> None:
    async with team.write() as conn:
        made = await console.ask(conn, "nonce", "Firefox", now)
        assert made
        assert await console.of_code(conn, made.code, now + GOOD) is None
        assert await console.asked(conn, "nonce", now + GOOD) is None

        await console.sweep(conn, now + timedelta(days=2))

        assert (await conn.execute(sa.select(asks))).all() == []


async def test_a_code_of_an_authenticator_is_good_once(team: Database, now: datetime) -> None:
    async with team.write() as conn:
        await passkeys.set_up(conn, "ben", "SECRET", now)
        assert await passkeys.take_code(conn, "ben", 100, now)
        assert not await passkeys.take_code(conn, "ben", 100, now)
        assert not await passkeys.take_code(conn, "ben", 99, now)
        assert await passkeys.take_code(conn, "ben", 101, now + MINUTE)
        found = await passkeys.authenticator(conn, "ben")

    assert found
    assert (found.step, found.confirmed_at) == (101, now)


async def test_the_team_is_seen_as_a_whole(team: Database, now: datetime) -> None:
    key = Passkey(id="1", facilitator_id="cy", name="Laptop", public_key="k", counter=0, made_at=now)
    async with team.write() as conn:
        await console.begin(conn, "cy", "Firefox", "chat", now - timedelta(minutes=2))
        await console.begin(conn, "cy", "Firefox", "chat", now)
        await console.begin(conn, "ben", "Firefox", "chat", now - IDLE)
        await passkeys.add(conn, key)
        await passkeys.set_up(conn, "cy", "SECRET", now)
        await conn.execute(sa.insert(t.contacts).values(channel="demo", bot="b", chat="1", facilitator_id="ben"))

        ben, cy = await facilitators.roster(conn, now)

    assert (ben.joined, ben.seen_at, ben.passkeys, ben.authenticator) == (True, None, 0, False)
    assert (cy.joined, cy.seen_at, cy.passkeys, cy.authenticator) == (False, now, 1, False)


async def test_only_those_who_work_with_people_are_told_of_them(team: Database, now: datetime) -> None:
    async with team.write() as conn:
        for role in ("moderator", "observer", "safeguarding", "lead"):
            await facilitators.add(conn, Facilitator(id=role, name=role, created_at=now, role=role))
        await facilitators.give_duty(conn, "observer", "deputy", now)
        for id in ("ben", "cy", "moderator", "observer", "safeguarding", "lead"):
            await conn.execute(sa.insert(t.contacts).values(channel="demo", bot="b", chat=id, facilitator_id=id))

        told = {member.id for member, _ in await facilitators.working(conn, "hull")}

    assert told == {"ben", "cy", "safeguarding", "lead", "observer"}
