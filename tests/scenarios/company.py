"""Stakeholders in front of the running program: those who type, and those who are phoned."""

from collections.abc import Iterable

import sqlalchemy as sa

from bot.facilitation.assisting import Pen, Seat
from storage import stakeholders, tables
from tests.botapi import Person
from tests.stage import OLIVE, Stage

WORDS = "We mend roofs and talk to people."
KINDS = ("police", "fire", "voluntary", "housing", "councillor", "public_health", "champion", "employer")


async def seated(stage: Stage, kind: str = "housing", *, role: str = "Head of housing", area: str = "hull") -> Person:
    """Somebody who decides, invited, joined and with their consent given."""
    _, code = await stage.office.invite_stakeholder(
        OLIVE, area, type=kind, role=role, org="The council", name="Pat Mole"
    )
    person = stage.person()
    await stage.says(person, f"/start {code.code}")
    for label in ("Yes", "By role only", "Yes"):
        await stage.taps(person, label)
    return person


async def interviewed(stage: Stage, person: Person) -> None:
    """They answer the first questions in words, without going deeper, and skip the rest."""
    for number in range(40):
        newest = person.deliveries()[-1]
        labels = [label for label, _ in newest.buttons]
        if "That was all" in newest.text:
            return
        if "Next" in labels:
            await stage.taps(person, "Next")
        elif labels or number > 4:
            await stage.says(person, "SKIP", then=0)
        else:
            await stage.says(person, WORDS)
    raise AssertionError(f"the interview never ends: {person.texts()[-1]}")


async def interviewed_before(stage: Stage, kind: str, number: int, area: str = "hull") -> None:
    """Somebody whose interview lies behind them, as the database knows it."""
    now, id = stage.clock.now(), f"seat{number}"
    person = {"id": id, "role": "stakeholder", "area": area, "code_name": f"Seat-{number}", "state": "active"}
    run = {"id": f"run{number}", "participant_id": id, "flow": "interview", "version": "1", "cause": f"seat:{number}"}
    async with stage.parts.db.write() as conn:
        row = {**person, "locale": "en", "facts": "{}", "joined_at": now, "last_heard_at": now}
        await conn.execute(sa.insert(tables.participants).values(row))
        over = {"state": "finished", "opened_at": now, "touched_at": now, "body": "{}"}
        await conn.execute(sa.insert(tables.runs).values(**run, **over))
        seat = await stakeholders.add(conn, now, area=area, type=kind, role=f"{kind} lead", invited_by="Olive")
        await stakeholders.seat(conn, seat, id, now)


async def phoned(stage: Stage, flow: str, answers: Iterable[str], *, kind: str, area: str = "hull") -> int:
    """Somebody who was phoned: the team writes down what they say. Their number."""
    one, _ = await stage.office.invite_stakeholder(OLIVE, area, type=kind, role=f"{kind} lead", org="An office")
    pen = Pen(stage.parts.db, stage.parts.script, stage.clock, "Olive", Seat(one.id))
    await pen.begin(flow)
    for answer in answers:
        await pen.says(answer)
    return one.id
