"""The doctor is content with sound data, and names each broken promise."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from storage import tables as t
from storage.database import Database
from storage.erasure import hash_of
from storage.invariants import check
from tests.storage.records import add, plant

OUT = {"channel": "telegram", "bot": "bot", "chat": "7788990011", "op": 0, "body": "words"}


async def complaints(database: Database, now: datetime, *harm: sa.Executable) -> str:
    """What the doctor says of a sound database after the harm was done."""
    async with database.write() as conn:
        await plant(conn, now)
        for statement in harm:
            await conn.execute(statement)
        return "\n".join(await check(conn))


def queued(now: datetime, **values: object) -> sa.Executable:
    return sa.insert(t.outbox).values(
        **{**OUT, "cause": "c", "state": "queued", "not_before": now, "created_at": now, **values}
    )


def update(**values: object) -> sa.Executable:
    at = datetime.fromisoformat("2026-11-05T12:00:00+00:00")
    place = {"channel": "telegram", "bot": "bot", "chat": "1", "key": "8", "received_at": at}
    return sa.insert(t.inbox).values(**place, **values)


async def test_sound_data_is_sound(database: Database, now: datetime) -> None:
    assert await complaints(database, now) == ""


async def test_effect_of_an_update_that_waits(database: Database, now: datetime) -> None:
    said = await complaints(database, now, update(state="new", body="x"), queued(now, cause="telegram:bot:8"))

    assert said.startswith("Updates that had an effect still wait for their turn: 2.")


async def test_words_of_an_update_that_had_its_turn(database: Database, now: datetime) -> None:
    said = await complaints(database, now, update(state="done", body="x"))

    assert said.startswith("Updates that had their turn still keep their words: 2.")


@pytest.mark.parametrize("values", [{"outbox_id": None}, {"excluded": "no consent"}])
async def test_broadcast_that_does_not_add_up(database: Database, now: datetime, values: dict[str, object]) -> None:
    said = await complaints(database, now, sa.update(t.deliveries).values(**values))

    assert said == "Broadcast b names 1 people but accounts for 0."


async def test_message_to_a_person_who_is_not_there(database: Database, now: datetime) -> None:
    said = await complaints(database, now, queued(now, participant_id="nobody", chat="2"))

    assert said == "Rows of outbox name a person who is not there: 3."


async def test_erased_person_who_is_back(database: Database, now: datetime) -> None:
    stone = {"receipt": "R", "participant_hash": hash_of("pcanary", "R"), "at": now}

    said = await complaints(database, now, sa.insert(t.tombstones).values(**stone))

    assert said == "Erased people are back: pcanary. Erase them again."


async def test_two_timers_of_a_kind(database: Database, now: datetime) -> None:
    twin = {"key": "again:expire", "kind": "timer", "run_id": "rpcanary", "due_at": now, "state": "planned"}

    said = await complaints(database, now, sa.insert(t.deadlines).values(participant_id="pcanary", **twin))

    assert said == "Run rpcanary has two open timers of the kind expire."


async def test_part_of_an_answer_without_its_run(database: Database, now: datetime) -> None:
    said = await complaints(database, now, sa.update(t.answer_parts).values(run_id="gone"))

    assert said == "Rows of answer_parts have no run of the same person: gone s."


async def test_message_sent_before_an_earlier_one(database: Database, now: datetime) -> None:
    later = queued(now, state="sent", settled_at=now + timedelta(minutes=1))

    assert (await complaints(database, now, later)) == ("Messages were overtaken by later ones of the same chat: 2.")


async def test_messages_sent_in_the_wrong_order(database: Database, now: datetime) -> None:
    later = queued(now, state="sent", settled_at=now - timedelta(minutes=1))

    assert "overtaken by later ones of the same chat: 1, 2." in await complaints(database, now, later)


async def test_message_proven_to_have_arrived_much_later_is_in_order(database: Database, now: datetime) -> None:
    row = {"chat": "3", "state": "sent"}
    proven = queued(now, **row, cause="c1", settled_at=now + timedelta(hours=1), reason="answered, so it arrived")
    later = queued(now, **row, cause="c2", settled_at=now)

    assert await complaints(database, now, proven, later) == ""


@pytest.mark.parametrize(
    "harm", [sa.update(t.participants).values(state="stopped"), sa.delete(t.contacts)], ids=["left", "no contact"]
)
async def test_prompt_for_somebody_who_may_not_be_written_to(
    database: Database, now: datetime, harm: sa.Executable
) -> None:
    said = await complaints(database, now, harm)

    assert said == "Prompts are planned for people who may not be written to: Heron-1."


async def test_row_that_points_nowhere(sqlite_database: Database, now: datetime) -> None:
    async with sqlite_database.write() as conn:
        await conn.exec_driver_sql("PRAGMA defer_foreign_keys = on")
        await add(conn, t.equality, participant_id="nobody", item="age", answer="x")
        said = await check(conn)
        await conn.execute(sa.delete(t.equality))

    assert said == ["A row of equality points to a row of participants that is not there."]


async def test_many_rows_are_counted_not_listed(database: Database, now: datetime) -> None:
    lost = [queued(now, cause=f"c{n}", participant_id="nobody", chat="2") for n in range(8)]

    said = await complaints(database, now, *lost)

    assert said == "Rows of outbox name a person who is not there: 3, 4, 5, 6, 7 and 3 more."


async def test_red_case_of_somebody_who_is_still_written_to(database: Database, now: datetime) -> None:
    said = await complaints(database, now, sa.update(t.tables_care.talks).values(kind="team"))

    assert said == "People with an open red case still get messages of the programme: Heron-1."
