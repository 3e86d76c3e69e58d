"""The outbox: order, fences, and what counts as sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from storage import holds, outbox
from storage.database import Database
from storage.holds import Hold
from storage.outbox import EVIDENCE, End, OutboxItem, Result
from storage.tables import contacts, journal, participants
from storage.tables import outbox as table

PLACE = {"channel": "fake", "bot": "1"}


async def put(db: Database, now: datetime, *rows: dict[str, Any]) -> list[int]:
    """Rows in the outbox, with what a test does not care about filled in; their ids."""
    ids = []
    async with db.write() as conn:
        for number, row in enumerate(rows):
            usual = {"cause": "test", "op": number, "chat": "7", "body": "{}", "not_before": now, "created_at": now}
            made = await conn.execute(sa.insert(table).values({**PLACE, **usual, **row}).returning(table.c.id))
            ids.append(made.scalar_one())
    return ids


async def person(db: Database, now: datetime, id: str = "anna", **columns: Any) -> str:
    """Somebody who takes part."""
    usual = {"id": id, "area": "hull", "code_name": id, "state": "active", "locale": "en"}
    async with db.write() as conn:
        await conn.execute(
            sa.insert(participants).values(**{**usual, "joined_at": now, "last_heard_at": now, **columns})
        )
    return id


async def claim(db: Database, now: datetime, limit: int = 10, **chats: Sequence[str]) -> list[OutboxItem]:
    """What may be sent now."""
    async with db.write() as conn:
        return await outbox.claim(
            conn, now, limit, **PLACE, resting=chats.get("resting", ()), fresh=chats.get("fresh", ())
        )


async def settle(db: Database, now: datetime, *results: Result) -> None:
    """Note results."""
    async with db.write() as conn:
        await outbox.settle(conn, results, now)


async def rows(db: Database) -> list[Any]:
    """The whole outbox, oldest first."""
    async with db.read() as conn:
        return list((await conn.execute(sa.select(table).order_by(table.c.id))).all())


async def states(db: Database) -> list[str]:
    """How each row stands."""
    return [row.state for row in await rows(db)]


async def test_takes_only_the_oldest_message_of_each_chat(database: Database, now: datetime) -> None:
    first, _, other = await put(database, now, {"chat": "7"}, {"chat": "7"}, {"chat": "8"})

    claimed = await claim(database, now)

    assert [item.id for item in claimed] == [first, other]
    assert await states(database) == ["sending", "queued", "sending"]


async def test_takes_the_next_of_a_chat_once_the_first_is_settled(database: Database, now: datetime) -> None:
    _, second = await put(database, now, {}, {})
    [item] = await claim(database, now)

    assert await claim(database, now) == []
    await settle(database, now, Result(item=item, end=End.SENT, platform_id="m1"))

    assert [item.id for item in await claim(database, now)] == [second]


async def test_puts_replies_before_broadcasts(database: Database, now: datetime) -> None:
    _, reply = await put(database, now, {"chat": "7", "priority": 2}, {"chat": "8", "priority": 0})

    assert [item.id for item in await claim(database, now, 1)] == [reply]


async def test_a_younger_reply_does_not_overtake_in_its_own_chat(database: Database, now: datetime) -> None:
    broadcast, _ = await put(database, now, {"priority": 2}, {"priority": 0})

    assert [item.id for item in await claim(database, now)] == [broadcast]


async def test_leaves_what_is_not_due_or_belongs_to_another_bot(database: Database, now: datetime) -> None:
    await put(database, now, {"not_before": now + timedelta(seconds=1)}, {"chat": "8", "bot": "2"})

    assert await claim(database, now) == []


async def test_leaves_resting_chats_and_gives_fresh_ones_replies_only(database: Database, now: datetime) -> None:
    _, reply, _ = await put(database, now, {"chat": "rests"}, {"chat": "fresh"}, {"chat": "fresh_too", "priority": 2})

    claimed = await claim(database, now, resting=["rests"], fresh=["fresh", "fresh_too"])

    assert [item.id for item in claimed] == [reply]


async def test_lets_late_messages_expire_and_goes_on_to_the_next(database: Database, now: datetime) -> None:
    _, second = await put(database, now, {"expires_at": now}, {"expires_at": now + timedelta(seconds=1)})

    assert [item.id for item in await claim(database, now)] == [second]
    assert await states(database) == ["expired", "sending"]


@pytest.mark.parametrize("columns", [{"state": "stopped"}, {"reachable": False}])
async def test_cancels_what_is_for_somebody_who_must_not_be_written_to(
    database: Database, now: datetime, columns: dict[str, Any]
) -> None:
    await put(database, now, {"participant_id": await person(database, now, **columns)})

    assert await claim(database, now) == []
    assert await states(database) == ["cancelled"]


async def test_cancels_what_is_for_somebody_who_was_erased(database: Database, now: datetime) -> None:
    await put(database, now, {"participant_id": "nobody"})

    assert await claim(database, now) == []
    assert await states(database) == ["cancelled"]


async def test_the_goodbye_goes_out_after_leaving(database: Database, now: datetime) -> None:
    stopped = await person(database, now, state="stopped")
    rows = ({"participant_id": stopped, "always": True}, {"participant_id": "erased", "always": True, "chat": "8"})
    await put(database, now, *rows)

    assert len(await claim(database, now)) == 2


async def test_the_same_row_is_never_claimed_twice(database: Database, now: datetime) -> None:
    await put(database, now, {})

    assert len(await claim(database, now)) == 1
    assert await claim(database, now) == []


async def test_a_result_that_comes_too_late_writes_nothing(database: Database, now: datetime) -> None:
    await put(database, now, {})
    [item] = await claim(database, now)
    async with database.write() as conn:
        await outbox.recover(conn, now, **PLACE, told=False)

    await settle(database, now, Result(item=item, end=End.SENT, platform_id="m1"))

    assert await states(database) == ["queued"]


async def test_an_uncertain_prompt_is_sent_once_more_and_not_again(database: Database, now: datetime) -> None:
    await put(database, now, {})
    [first] = await claim(database, now)
    await settle(database, now, Result(item=first, end=End.UNCERTAIN, reason="cut"))

    assert await claim(database, now + EVIDENCE - timedelta(seconds=1)) == []
    [second] = await claim(database, now + EVIDENCE)
    await settle(database, now, Result(item=second, end=End.UNCERTAIN, reason="cut"))

    assert [(row.state, row.attempt, row.reason) for row in await rows(database)] == [("uncertain", 2, "cut")]


async def test_an_uncertain_broadcast_is_never_sent_again(database: Database, now: datetime) -> None:
    await put(database, now, {"policy": "hold"})
    [item] = await claim(database, now)

    await settle(database, now, Result(item=item, end=End.UNCERTAIN, reason="cut"))

    assert await states(database) == ["uncertain"]


async def test_what_was_proven_not_sent_costs_no_attempt(database: Database, now: datetime) -> None:
    await put(database, now, {"policy": "hold"})
    later = now + timedelta(seconds=9)
    [item] = await claim(database, now)

    await settle(database, now, Result(item=item, end=End.AGAIN, retry_at=later))

    assert [(row.state, row.attempt) for row in await rows(database)] == [("queued", 0)]
    assert await claim(database, later - timedelta(seconds=1)) == []
    assert len(await claim(database, later)) == 1


async def test_a_tap_proves_that_an_uncertain_prompt_arrived(database: Database, now: datetime) -> None:
    await put(database, now, {"token": "r.1.1"}, {"token": "r.1.2", "chat": "8"})
    first, _ = await claim(database, now)
    await settle(database, now, Result(item=first, end=End.UNCERTAIN, reason="cut"))

    async with database.write() as conn:
        await outbox.arrived(conn, ["r.1.1", ""], now)

    assert await states(database) == ["sent", "sending"]


async def test_a_tap_proves_nothing_about_a_prompt_that_never_left(database: Database, now: datetime) -> None:
    await put(database, now, {"token": "r.1.1"})

    async with database.write() as conn:
        await outbox.arrived(conn, ["r.1.1"], now)

    assert await states(database) == ["queued"]


async def test_after_a_crash_prompts_go_again_and_broadcasts_are_uncertain(database: Database, now: datetime) -> None:
    await put(database, now, {"chat": "7"}, {"chat": "8", "policy": "hold"}, {"chat": "9", "attempt": 1})
    await claim(database, now)

    async with database.write() as conn:
        found = await outbox.recover(conn, now, **PLACE, told=False)

    assert found == 3
    assert [(row.state, row.attempt) for row in await rows(database)] == [
        ("queued", 1),
        ("uncertain", 1),
        ("uncertain", 2),
    ]
    assert await claim(database, now + EVIDENCE - timedelta(seconds=1)) == []
    assert len(await claim(database, now + EVIDENCE)) == 1


async def test_who_blocked_the_bot_is_unreachable_and_gets_nothing_more(database: Database, now: datetime) -> None:
    anna = await person(database, now)
    await put(database, now, {"participant_id": anna}, {"participant_id": anna, "always": True}, {"chat": "8"})
    blocked, _ = await claim(database, now)

    await settle(database, now, Result(item=blocked, end=End.UNREACHABLE, reason="blocked"))

    assert await states(database) == ["refused", "cancelled", "sending"]
    async with database.read() as conn:
        assert await conn.scalar(sa.select(participants.c.reachable)) is False
        line = (await conn.execute(sa.select(journal))).one()
    assert (line.action, line.subject) == ("unreachable", anna)


async def test_leaving_cancels_what_waits_but_the_goodbye(database: Database, now: datetime) -> None:
    anna = await person(database, now)
    await put(database, now, {"participant_id": anna}, {"participant_id": anna, "always": True}, {"chat": "8"})

    async with database.write() as conn:
        cancelled = await outbox.cancel_for(conn, anna, now)

    assert cancelled == 1
    assert await states(database) == ["cancelled", "queued", "queued"]


async def handed_over_once(db: Database, now: datetime, **row: Any) -> None:
    """A prompt that was on its way when the program was killed: it is to go again."""
    await put(db, now, row)
    await claim(db, now)
    async with db.write() as conn:
        await outbox.recover(conn, now, **PLACE, told=False)


async def test_what_may_have_arrived_is_uncertain_when_its_reader_leaves(database: Database, now: datetime) -> None:
    anna = await person(database, now)
    await handed_over_once(database, now, participant_id=anna)

    async with database.write() as conn:
        await outbox.left(conn, anna, now)

    assert [(row.state, row.reason) for row in await rows(database)] == [("uncertain", "left")]


async def test_what_may_have_arrived_is_uncertain_when_its_time_passes(database: Database, now: datetime) -> None:
    await handed_over_once(database, now, expires_at=now + EVIDENCE)

    assert await claim(database, now + EVIDENCE) == []
    assert await states(database) == ["uncertain"]


async def test_what_may_have_arrived_is_uncertain_when_its_reader_may_not_be_written_to_any_more(
    database: Database, now: datetime
) -> None:
    anna = await person(database, now)
    await handed_over_once(database, now, participant_id=anna)
    async with database.write() as conn:
        await conn.execute(sa.delete(participants))

    assert await claim(database, now + EVIDENCE) == []
    assert await states(database) == ["uncertain"]


async def test_a_copy_that_is_refused_says_nothing_about_the_one_before(database: Database, now: datetime) -> None:
    await handed_over_once(database, now)
    [again] = await claim(database, now + EVIDENCE)

    await settle(database, now, Result(item=again, end=End.REFUSED, reason="invalid"))

    assert await states(database) == ["uncertain"]


async def test_a_moved_chat_is_rewritten_wherever_it_matters(database: Database, now: datetime) -> None:
    anna = await person(database, now)
    async with database.write() as conn:
        await conn.execute(sa.insert(contacts).values(**PLACE, chat="7", participant_id=anna))
    await put(database, now, {}, {})
    [item] = await claim(database, now)

    await settle(database, now, Result(item=item, end=End.MOVED, chat="-1007"))

    [again] = await claim(database, now)
    assert (again.id, again.chat, again.attempt) == (item.id, "-1007", 1)
    assert [row.chat for row in await rows(database)] == ["-1007", "-1007"]
    async with database.read() as conn:
        assert await conn.scalar(sa.select(contacts.c.chat)) == "-1007"


@pytest.mark.parametrize("end", [End.SENT, End.REFUSED, End.UNCERTAIN])
async def test_a_burning_row_forgets_chat_and_words_when_settled(database: Database, now: datetime, end: End) -> None:
    await put(database, now, {"burn": True, "policy": "hold", "body": '{"text":"canary"}'})
    [item] = await claim(database, now)

    await settle(database, now, Result(item=item, end=end))

    assert [(row.chat, row.body) for row in await rows(database)] == [("", "")]


async def test_a_burning_row_keeps_its_words_while_it_waits(database: Database, now: datetime) -> None:
    await put(database, now, {"burn": True})
    [item] = await claim(database, now)

    await settle(database, now, Result(item=item, end=End.AGAIN, retry_at=now))

    assert [(row.chat, row.body) for row in await rows(database)] == [("7", "{}")]


async def test_a_redraw_knows_the_newest_message_of_its_prompt(database: Database, now: datetime) -> None:
    await put(database, now, {"token": "r.1.1"}, {"token": "r.1.1", "replaces": True})
    [first] = await claim(database, now)
    await settle(database, now, Result(item=first, end=End.SENT, platform_id="m9"))

    [redraw] = await claim(database, now)

    assert redraw.edits == "m9"


async def test_a_redraw_of_what_is_not_there_is_a_new_message(database: Database, now: datetime) -> None:
    await put(database, now, {"token": "r.1.1", "replaces": True})

    assert [item.edits for item in await claim(database, now)] == [""]


async def test_gives_back_what_was_claimed_by_a_commit_nobody_heard_of(database: Database, now: datetime) -> None:
    _, mine = await put(database, now, {"chat": "7"}, {"chat": "8"})
    await claim(database, now)

    async with database.write() as conn:
        await outbox.release(conn, [mine], now, **PLACE, sender="")

    assert [(row.state, row.attempt) for row in await rows(database)] == [("queued", 0), ("sending", 1)]


async def test_tells_when_the_next_message_is_due(database: Database, now: datetime) -> None:
    later = now + timedelta(minutes=3)
    await put(database, now, {"not_before": later + timedelta(days=1)}, {"not_before": later, "chat": "8"})

    async with database.read() as conn:
        assert await outbox.next_due(conn, now, **PLACE) == later
        assert await outbox.next_due(conn, now, channel="fake", bot="2") is None


async def test_what_holds_a_bot_back_is_kept(database: Database, now: datetime) -> None:
    async with database.write() as conn:
        await holds.hold(conn, Hold(not_before=now, paused="token"), **PLACE)
        await holds.hold(conn, Hold(not_before=now), **PLACE)

    async with database.read() as conn:
        assert await holds.held(conn, **PLACE) == Hold(not_before=now)
        assert await holds.held(conn, channel="fake", bot="2") == Hold()


async def test_claiming_walks_the_queue_by_its_index(sqlite_database: Database, now: datetime) -> None:
    place = {"channel": "fake", "bot": "1", "now": now, "most": 5, "resting": ["a"], "fresh": ["b"]}
    seen: list[Any] = []

    async with sqlite_database.read() as conn:
        assert conn.sync_connection
        sa.event.listen(conn.sync_connection, "before_cursor_execute", lambda *call: seen.append(call[2:4]))
        await conn.execute(outbox.CANDIDATES, place)
        sql, values = seen[0]
        plan = [row.detail for row in await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]

    assert any("ix_outbox_queue" in line for line in plan), plan
    assert any("ix_outbox_unsettled" in line for line in plan), plan
    assert not any("TEMP B-TREE" in line for line in plan), plan
