"""A dialogue that has been going on for a while: people, their finished conversations, what was said and sent."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

import sqlalchemy as sa

from storage.database import Database
from storage.tables import answer_parts, answers, contacts, inbox, outbox, participants, runs
from tests.benchmarks.crowd import WORDS
from tests.benchmarks.mail import FIRST

Row = Mapping[str, object]
EACH = 10
"""Reflections of one person."""
TALK = 5
"""Reflections of one conversation."""
TOGETHER = 5000
BEGAN = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
PLACE = {"channel": "telegram", "bot": "4242"}


async def fill(url: str, reflections: int) -> None:
    """Lay out the schema, and put that many reflections in with all that belongs to them."""
    db = Database.open(url)
    try:
        await db.migrate()
        for table, rows in tables(reflections).items():
            while some := list(islice(rows, TOGETHER)):
                async with db.write() as conn:
                    await conn.execute(sa.insert(table), some)
    finally:
        await db.close()


async def settle(url: str, here: int, elsewhere: int) -> None:
    """Lay out the schema, and put people in who have agreed to be reminded: in Hull, and in another area."""
    db = Database.open(url)
    try:
        await db.migrate()
        for begin in range(0, here + elsewhere, TOGETHER):
            numbers = range(begin, min(begin + TOGETHER, here + elsewhere))
            async with db.write() as conn:
                await conn.execute(sa.insert(participants), [_resident(n, here) for n in numbers])
                await conn.execute(sa.insert(contacts), [_contact(n, FIRST + n) for n in numbers])
    finally:
        await db.close()


def tables(reflections: int) -> dict[sa.Table, Iterator[Row]]:
    """The rows of each table, in the order that the foreign keys ask for."""
    every = range(reflections)
    people = range(0, reflections, EACH)
    return {
        participants: (_person(n) for n in people),
        contacts: (_contact(n, n) for n in people),
        runs: (_run(n) for n in range(0, reflections, TALK)),
        answers: (_answer(n) for n in every),
        answer_parts: ({**_own(n), "message": str(n), "text": WORDS} for n in every),
        inbox: ({**PLACE, **_handled(n), "key": str(n), "chat": "", "body": ""} for n in every),
        outbox: (_message(n) for n in every),
    }


def _at(n: int) -> datetime:
    return BEGAN + timedelta(seconds=n)


def _own(n: int) -> dict[str, object]:
    return {
        "run_id": f"r{n // TALK * TALK}",
        "step": f"s{n % TALK}",
        "participant_id": f"p{n // EACH * EACH}",
        "at": _at(n),
    }


def _person(n: int) -> Row:
    known = {"area": "hull", "state": "active", "locale": "en", "facts": '{"consent.part":"yes"}'}
    return {**known, "id": f"p{n}", "code_name": f"Heron-{n}", "joined_at": _at(n), "last_heard_at": _at(n)}


def _resident(n: int, here: int) -> Row:
    return {**_person(n), "area": "hull" if n < here else "leeds", "facts": '{"consent.remind":"yes"}'}


def _contact(n: int, chat: int) -> Row:
    return {**PLACE, "chat": str(chat), "participant_id": f"p{n}", "name": "Sam"}


def _run(n: int) -> Row:
    told = {"flow": "diary_1", "version": "v", "state": "finished", "body": "{}", "cause": f"deadline:{n}"}
    return {**told, "id": f"r{n}", "participant_id": f"p{n // EACH * EACH}", "opened_at": _at(n), "touched_at": _at(n)}


def _answer(n: int) -> Row:
    told = {"flow": "diary_1", "version": "v", "kind": "text", "vis": "F", "value": '"text"'}
    return {**_own(n), **told, "area": "hull", "locale": "en"}


def _handled(n: int) -> dict[str, object]:
    return {"state": "done", "received_at": _at(n), "done_at": _at(n)}


def _message(n: int) -> Row:
    sent = {"state": "sent", "body": '{"text":"What made today good?"}', "platform_id": str(n), "attempt": 1}
    to = {**PLACE, "chat": str(n // EACH * EACH), "participant_id": f"p{n // EACH * EACH}"}
    times: Sequence[str] = ("not_before", "created_at", "settled_at")
    return {**to, **sent, "cause": f"telegram:4242:{n}", "op": 0, **dict.fromkeys(times, _at(n))}
