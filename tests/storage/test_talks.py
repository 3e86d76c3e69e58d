"""While the team talks to somebody, what is queued for them waits, and goes out once afterwards."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import cases, outbox, talks
from storage import tables as t
from storage.database import Database
from storage.scenes import Person
from storage.talks import SAFETY, TEAM
from tests.storage.records import CHAT, add, plant_delivery, plant_person

BOT = {"channel": "telegram", "bot": "bot"}


async def queue(database: Database, now: datetime, cause: str, **more: Any) -> None:
    row = {**BOT, "chat": CHAT, "participant_id": "p", "cause": cause, "op": 0, "body": cause}
    async with database.write() as conn:
        await add(conn, t.outbox, **{**row, "not_before": now, "created_at": now, **more})


async def somebody(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await plant_person(conn, now, pid="p")


async def begin(database: Database, now: datetime, kind: str = TEAM) -> None:
    async with database.write() as conn:
        await talks.begin(conn, "p", kind=kind, by="Ada", now=now)


async def end(database: Database, now: datetime) -> bool:
    async with database.write() as conn:
        talk = (await talks.of(conn, ["p"]))["p"]
        assert await talks.end(conn, talk, now)
        return await talks.end(conn, talk, now)


async def claimed(database: Database, now: datetime) -> list[str]:
    """The bodies that go out, one after the other."""
    bodies: list[str] = []
    while True:
        async with database.write() as conn:
            taken = await outbox.claim(conn, now, 10, **BOT)
            sent = [outbox.Result(item=item, end=outbox.End.SENT, platform_id="9") for item in taken]
            await outbox.settle(conn, sent, now)
        if not taken:
            return bodies
        bodies += [item.body for item in taken]


async def test_a_broadcast_waits_while_replies_go_out(database: Database, now: datetime) -> None:
    await somebody(database, now)
    await begin(database, now)
    await queue(database, now, "broadcast:b:p", priority=2)
    await queue(database, now, "reply")

    assert await claimed(database, now) == ["reply"]
    await end(database, now)

    assert await claimed(database, now) == ["broadcast:b:p"]
    assert await claimed(database, now) == []


async def test_the_ledger_follows_what_waited(database: Database, now: datetime) -> None:
    await somebody(database, now)
    await queue(database, now, "broadcast:b:p", priority=2)
    async with database.write() as conn:
        await plant_delivery(conn, now, "p")
    for _ in range(2):
        await begin(database, now)
        assert await claimed(database, now) == []
        await end(database, now)

    assert await claimed(database, now) == ["broadcast:b:p"]

    async with database.read() as conn:
        told = sa.select(t.outbox.c.state).join(t.deliveries, t.deliveries.c.outbox_id == t.outbox.c.id)
        assert await conn.scalar(told) == "sent"


async def test_safety_holds_replies_back_too_and_asks_no_question_twice(database: Database, now: datetime) -> None:
    await somebody(database, now)
    await queue(database, now, "thanks")
    await queue(database, now, "question", token="r.run.3")
    await begin(database, now, SAFETY)
    await queue(database, now, "signpost", priority=-1)

    assert await claimed(database, now) == ["signpost"]
    await end(database, now)

    assert await claimed(database, now) == ["thanks"]


async def test_what_waited_too_long_expires(database: Database, now: datetime) -> None:
    await somebody(database, now)
    await queue(database, now, "nudge", priority=2, expires_at=now + timedelta(hours=1))
    await begin(database, now)
    await claimed(database, now)
    later = now + timedelta(hours=2)
    await end(database, later)

    assert await claimed(database, later) == []


async def test_there_is_one_talk_at_a_time_and_safety_goes_first(database: Database, now: datetime) -> None:
    await somebody(database, now)
    await begin(database, now, SAFETY)
    await begin(database, now, TEAM)

    async with database.read() as conn:
        assert (await talks.of(conn, ["p"]))["p"].kind == SAFETY
        assert await conn.scalar(sa.select(sa.func.count()).select_from(t.tables_care.talks)) == 1
    assert not await end(database, now), "it ends once"


async def test_words_of_danger_gather_in_one_case(database: Database, now: datetime) -> None:
    await somebody(database, now)
    person = Person(
        id="p", area="hull", code_name="Heron-1", state="active", locale="en", joined_at=now, last_heard_at=now
    )

    async with database.write() as conn:
        first, fresh = await cases.hear(conn, person, "red", "en: hits me", "He hits me", now)
        second, again = await cases.hear(conn, person, "red", "en: suicid*", "more", now)
        kept = await cases.find(conn, first.id)
        await cases.close(conn, first, outcome="helped", by="Ada", now=now)
        third, anew = await cases.hear(conn, person, "red", "en: hits me", "He hits me", now)

    assert (fresh, again, anew) == (True, False, True)
    assert first.id == second.id != third.id
    assert kept is not None
    assert kept.words == "He hits me\nmore"


async def test_what_may_have_arrived_before_the_talk_comes_once_more_after_it(
    database: Database, now: datetime
) -> None:
    await somebody(database, now)
    await queue(database, now, "prompt", priority=1, attempt=1)
    await queue(database, now, "once", priority=1, attempt=1, policy="hold")

    await begin(database, now, SAFETY)
    await end(database, now)

    assert await claimed(database, now) == ["prompt"]
    async with database.read() as conn:
        found = (await conn.execute(sa.select(t.outbox.c.body, t.outbox.c.state).order_by(t.outbox.c.id))).all()
    assert [tuple(row) for row in found] == [("prompt", "uncertain"), ("once", "uncertain"), ("prompt", "sent")]
