"""What was noticed about somebody's safety. Only those who answer for it read it; no reflection has it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.scenes import Person
from storage.tables_care import cases

OUTCOMES = ("helped", "passed_on", "no_contact", "false_alarm", "carried_on")
CALLS = ("yes", "text", "no")
"""What a person may answer when asked whether it is safe to call them. It binds the team."""
MAILBOX = "Mailbox"
"""Stands in place of a code name where there is nobody."""
SAME = timedelta(days=1)
"""Within this time the same need is not pointed out to the same person again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One case. `participant_id` none: the person's data were deleted, the record stays."""

    id: int
    participant_id: str | None
    code_name: str
    area: str
    level: str
    cue: str
    words: str
    call: str
    state: str
    rounds: int
    opened_at: datetime
    heard_at: datetime
    taken_by: str = ""
    taken_at: datetime | None = None
    closed_by: str = ""
    closed_at: datetime | None = None
    outcome: str = ""
    note: str = ""


c = cases.c
COLUMNS = [c[name] for name in Case.__slots__]


async def hear(
    conn: AsyncConnection, person: Person, level: str, cue: str, words: str, now: datetime
) -> tuple[Case, bool]:
    """Note what was heard: in the case that is open for this person, else in a new one (then also True)."""
    known = await open_for(conn, person.id, level, since=None if level == "red" else now - SAME)
    if known:
        await add_words(conn, known, words, now)
        return known, False
    whose = {"participant_id": person.id, "code_name": person.code_name, "area": person.area}
    what = {"level": level, "cue": cue[:300], "words": words}
    id = await conn.scalar(sa.insert(cases).values(**whose, **what, opened_at=now, heard_at=now).returning(c.id))
    fresh = await find(conn, id or 0)
    assert fresh is not None
    return fresh, True


async def unnamed(conn: AsyncConnection, area: str, cue: str, words: str, now: datetime) -> int:
    """A red case of somebody whom nobody knows: of the mailbox. Its number."""
    what = {"code_name": MAILBOX, "area": area, "level": "red", "cue": cue[:300], "words": words}
    return await conn.scalar(sa.insert(cases).values(**what, opened_at=now, heard_at=now).returning(c.id)) or 0


async def empty(conn: AsyncConnection, number: int) -> None:
    """Its words are not kept any more; that there was a case is."""
    await conn.execute(sa.update(cases).where(c.id == number).values(words=""))


async def open_for(
    conn: AsyncConnection, participant_id: str, level: str, *, since: datetime | None = None
) -> Case | None:
    """The newest case of this level that is not closed; with `since`, also a closed one of late."""
    mine = sa.select(*COLUMNS).where(c.participant_id == participant_id, c.level == level).order_by(c.id.desc())
    lately = c.state != "closed" if since is None else c.heard_at > since
    row = (await conn.execute(mine.where(lately).limit(1))).first()
    return _read(row) if row else None


async def add_words(conn: AsyncConnection, case: Case, words: str, now: datetime) -> None:
    """More that belongs to an open case."""
    more = sa.case((c.words == "", words), else_=c.words.concat(f"\n{words}")) if words else c.words
    await conn.execute(sa.update(cases).where(c.id == case.id).values(words=more, heard_at=now))


async def find(conn: AsyncConnection, id: int) -> Case | None:
    """The case of this number."""
    row = (await conn.execute(sa.select(*COLUMNS).where(c.id == id))).first()
    return _read(row) if row else None


async def listed(conn: AsyncConnection, areas: tuple[str, ...], *, closed: bool = False) -> list[Case]:
    """The cases of these areas, the gravest and oldest first; closed ones only when asked for."""
    gravity = sa.case((c.level == "red", 0), (c.level == "amber", 1), else_=2)
    question = sa.select(*COLUMNS).where(c.area.in_(areas)).order_by(gravity, c.opened_at, c.id)
    found = await conn.execute(question if closed else question.where(c.state != "closed"))
    return [_read(row) for row in found]


async def answer(conn: AsyncConnection, case: Case, call: str) -> None:
    """The person said whether it is safe to call them."""
    await conn.execute(sa.update(cases).where(c.id == case.id).values(call=call))


async def alerted(conn: AsyncConnection, case: Case) -> int:
    """The team is told once more; how often that makes."""
    await conn.execute(sa.update(cases).where(c.id == case.id).values(rounds=c.rounds + 1))
    return case.rounds + 1


async def take(conn: AsyncConnection, case: Case, *, by: str, now: datetime) -> bool:
    """Somebody sees to it; False when somebody else was quicker."""
    free = (c.id == case.id, c.state == "open")
    taken = await conn.execute(sa.update(cases).where(*free).values(state="taken", taken_by=by, taken_at=now))
    return taken.rowcount == 1


async def note(conn: AsyncConnection, case: Case, line: str) -> None:
    """A line more about what was done."""
    await conn.execute(sa.update(cases).where(c.id == case.id).values(note=_more(line)))


def _more(line: str) -> sa.ColumnElement[str]:
    return sa.case((c.note == "", line), else_=c.note.concat(f"\n{line}"))


async def close(conn: AsyncConnection, case: Case, *, outcome: str, by: str, now: datetime, note: str = "") -> bool:
    """It is seen to; False when it was closed already."""
    open_ones = (c.id == case.id, c.state != "closed")
    end = {"state": "closed", "outcome": outcome, "closed_by": by, "closed_at": now}
    end |= {"note": _more(note)} if note else {}
    return (await conn.execute(sa.update(cases).where(*open_ones).values(end))).rowcount == 1


def _read(row: Any) -> Case:
    return Case(**row._mapping)
