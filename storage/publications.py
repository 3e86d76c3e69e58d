"""What was published when, all of it kept so that it can be read again; and who is in the middle of what."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.events import Timer
from flows.run import Run
from storage.changes import TIMER
from storage.many import execute_many
from storage.rows import from_json, to_json
from storage.tables import deadlines, participants, publications, runs


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """One version of the whole programme. The newest one is live."""

    id: int
    programme: str
    version: str
    flows: Mapping[str, str]
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One run that waits for somebody, as it was read."""

    run: Run
    participant_id: str
    area: str
    revision: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """The same run, where it goes on in the new version; the person is asked at `ask_at`."""

    was: Standing
    run: Run
    ask_at: datetime


p = publications.c
NEWEST_ID = sa.select(sa.func.max(p.id))
_ALL_BUT_FILES = [p[name] for name in Publication.__slots__]
_STANDING = (
    sa.select(runs.c.body, runs.c.participant_id, participants.c.area, runs.c.revision)
    .join_from(runs, participants)
    .where(runs.c.state == "waiting")
    .order_by(runs.c.id)
)
_MOVE = (
    sa.update(runs)
    .where(runs.c.id == sa.bindparam("row"), runs.c.revision == sa.bindparam("was"), runs.c.state == "waiting")
    .values(version=sa.bindparam("new_version"), body=sa.bindparam("new_body"), revision=runs.c.revision + 1)
)


async def alone(conn: AsyncConnection) -> None:
    """Nobody else publishes until this transaction ends. On SQLite there is only one writer anyway."""
    if conn.dialect.name == "postgresql":
        await conn.execute(sa.text("LOCK TABLE publications IN EXCLUSIVE MODE"))


async def newest_id(conn: AsyncConnection) -> int:
    """The number of what is live, 0 when nothing was ever published. Cheap: asked with every batch of turns."""
    return await conn.scalar(NEWEST_ID) or 0


async def live(conn: AsyncConnection) -> Publication | None:
    """What is live."""
    row = (await conn.execute(sa.select(*_ALL_BUT_FILES).order_by(p.id.desc()).limit(1))).first()
    return Publication(**{**row._mapping, "flows": from_json(row.flows, dict[str, str])}) if row else None


async def files(conn: AsyncConnection, id: int) -> dict[str, str]:
    """The texts of a publication."""
    return from_json((await conn.scalars(sa.select(p.files).where(p.id == id))).one(), dict[str, str])


async def was_live(conn: AsyncConnection, programme: str, version: str) -> bool:
    """Whether this version was published at any time."""
    known = sa.select(sa.exists().where(p.programme == programme, p.version == version))
    return bool(await conn.scalar(known))


async def add(
    conn: AsyncConnection,
    *,
    programme: str,
    version: str,
    flows: Mapping[str, str],
    files: Mapping[str, str],
    by: str,
    now: datetime,
) -> int:
    """From now on this is live."""
    row = {"programme": programme, "version": version, "by": by, "at": now}
    made = await conn.execute(
        sa.insert(publications).values(**row, flows=to_json(dict(flows)), files=to_json(dict(files)))
    )
    assert made.inserted_primary_key is not None
    return int(made.inserted_primary_key[0])


async def standing(conn: AsyncConnection, *, ids: Collection[str] | None = None) -> list[Standing]:
    """All runs that wait for somebody, or those of these ids."""
    question = _STANDING if ids is None else _STANDING.where(runs.c.id.in_(ids))
    return [
        Standing(run=from_json(row.body, Run), participant_id=row.participant_id, area=row.area, revision=row.revision)
        for row in await conn.execute(question)
    ]


async def move(conn: AsyncConnection, moved: Sequence[Moved]) -> list[Moved]:
    """Let these runs go on in another version. Returns those that did; who wrote in between is left as they are."""
    done = [one for one in moved if (await conn.execute(_MOVE, _moved_row(one))).rowcount]
    await execute_many(conn, TIMER[conn.dialect.name], [_ask_row(one) for one in done])
    return done


def _moved_row(moved: Moved) -> dict[str, object]:
    run = moved.run
    return {"row": run.id, "was": moved.was.revision, "new_version": run.version, "new_body": to_json(run)}


def _ask_row(moved: Moved) -> dict[str, object]:
    return {
        "participant_id": moved.was.participant_id,
        "key": f"run:{moved.run.id}:{Timer.MOVED}",
        "kind": "timer",
        "run_id": moved.run.id,
        "asked": moved.run.asked,
        "due_at": moved.ask_at,
        "state": "planned",
        "reason": "",
        "settled_at": None,
    }


async def planned_entries(conn: AsyncConnection, keys: Collection[str], now: datetime) -> int:
    """How many prompts of these entries of the calendar are still to come."""
    d = deadlines.c
    coming = (d.kind == "entry", d.state == "planned", d.due_at > now, d.key.in_(keys))
    return await conn.scalar(sa.select(sa.func.count()).select_from(deadlines).where(*coming)) or 0


async def areas_in_use(conn: AsyncConnection) -> set[str]:
    """The areas that people live in."""
    return set((await conn.scalars(sa.select(participants.c.area).distinct())).all())
