"""How far the team has led a room, and what the people in it answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.run import Value
from storage.rows import from_json
from storage.tables import LAY, answers, participants, runs
from storage.tables_room import rooms


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """The people of one area at one workshop. `stage` counts how often the team has led them on."""

    area: str
    wave: int
    stage: int
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None = None
    warned_at: datetime | None = None

    def open_at(self, now: datetime) -> bool:
        """Whether it goes on."""
        return self.closed_at is None and now < self.closes_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """One answer in the room."""

    participant_id: str
    step: str
    kind: str
    value: Value


r = rooms.c
LATEST = sa.select(rooms).where(r.area == sa.bindparam("area")).order_by(r.opened_at.desc()).limit(1)


def _this(area: str, wave: int) -> tuple[sa.ColumnElement[bool], ...]:
    return r.area == area, r.wave == wave


async def find(conn: AsyncConnection, area: str, wave: int) -> Room | None:
    """The room of a workshop, if it was opened."""
    row = (await conn.execute(sa.select(rooms).where(*_this(area, wave)))).first()
    return Room(**row._mapping) if row else None


async def latest(conn: AsyncConnection, area: str) -> Room | None:
    """The room that was opened last in this area."""
    row = (await conn.execute(LATEST, {"area": area})).first()
    return Room(**row._mapping) if row else None


async def start(conn: AsyncConnection, room: Room) -> None:
    """The doors are open."""
    row = {"area": room.area, "wave": room.wave, "stage": room.stage}
    await conn.execute(sa.insert(rooms).values(**row, opened_at=room.opened_at, closes_at=room.closes_at))


async def lead_on(conn: AsyncConnection, room: Room) -> bool:
    """From the stage it is at to the next; False when somebody else was quicker."""
    here = (*_this(room.area, room.wave), r.stage == room.stage, r.closed_at.is_(None))
    moved = await conn.execute(sa.update(rooms).where(*here).values(stage=room.stage + 1))
    return moved.rowcount == 1


async def close(conn: AsyncConnection, room: Room, now: datetime) -> bool:
    """It is over; False when it was already."""
    here = (*_this(room.area, room.wave), r.closed_at.is_(None))
    closed = await conn.execute(sa.update(rooms).where(*here).values(closed_at=now))
    return closed.rowcount == 1


async def warn(conn: AsyncConnection, room: Room, now: datetime) -> bool:
    """The team is told, once; False when it was already."""
    here = (*_this(room.area, room.wave), r.warned_at.is_(None))
    warned = await conn.execute(sa.update(rooms).where(*here).values(warned_at=now))
    return warned.rowcount == 1


async def was_in(conn: AsyncConnection, room: Room, flow: str, participant_id: str) -> bool:
    """Whether this person was asked in already, whatever became of it."""
    mine = (runs.c.participant_id == participant_id, runs.c.flow == flow, runs.c.opened_at >= room.opened_at)
    return (await conn.execute(sa.select(runs.c.id).where(*mine).limit(1))).first() is not None


async def given(conn: AsyncConnection, room: Room, flow: str) -> list[Given]:
    """All answers in the room that stand, oldest first."""
    a = answers.c
    here = (a.area == room.area, a.flow == flow, a.at >= room.opened_at)
    stands = (a.value.is_not(None), a.withdrawn_at.is_(None), a.share != "me", a.vis.not_in(("P", "X")))
    found = await conn.execute(
        sa.select(a.participant_id, a.step, a.kind, a.value)
        .join_from(answers, participants)
        .where(*here, *stands, LAY)
        .order_by(a.at, a.run_id, a.step)
    )
    return [
        Given(participant_id=row.participant_id, step=row.step, kind=row.kind, value=from_json(row.value, Value))  # type: ignore[arg-type]
        for row in found
    ]


async def asked_in(conn: AsyncConnection, room: Room, flow: str) -> int:
    """How many people were asked in."""
    here = (runs.c.flow == flow, runs.c.opened_at >= room.opened_at, participants.c.area == room.area, LAY)
    people = sa.select(sa.func.count(sa.distinct(runs.c.participant_id))).select_from(runs.join(participants))
    return await conn.scalar(people.where(*here)) or 0


async def members(conn: AsyncConnection, area: str) -> list[str]:
    """Whoever takes part in this area and has not left or paused."""
    there = sa.select(participants.c.id).where(participants.c.area == area, participants.c.state == "active", LAY)
    return list((await conn.execute(there.order_by(participants.c.id))).scalars())


def of_step(found: Iterable[Given], step: str) -> list[Value]:
    """What was answered at one step."""
    return [one.value for one in found if one.step == step]
