"""All that a turn needs to know of the people who wrote, in four reads for a whole batch."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct, field
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.run import Run, Value
from storage import talks
from storage.among import among
from storage.rows import from_json
from storage.tables import attendance, contacts, deadlines, participants, runs
from storage.talks import Talk

Place = tuple[str, str, str]
"""Channel, bot, chat."""


class Person(Struct, frozen=True, kw_only=True):
    """A participant as the dialogue knows them."""

    id: str
    area: str
    code_name: str
    state: str
    locale: str
    joined_at: datetime
    last_heard_at: datetime
    role: str = "participant"  # participant · stakeholder · guest
    reachable: bool = True
    paused_until: datetime | None = None
    facts: dict[str, Value] = field(default_factory=dict)


class OpenRun(Struct, kw_only=True):
    """A run that waits, with the revision it was read at (0: not stored yet)."""

    run: Run
    cause: str
    entry: str
    revision: int
    opened_at: datetime
    touched_at: datetime
    expires_at: datetime | None = None
    changed: bool = False


class Scene(Struct, kw_only=True):
    """One conversation within a batch: read once, changed in place, written once."""

    place: Place
    contact_id: int | None = None
    facilitator_id: str | None = None
    person: Person | None = None
    name: str = ""
    runs: list[OpenRun] = field(default_factory=list)  # oldest first; the last one is being talked about
    attendance: dict[int, str] = field(default_factory=dict)
    next_due: datetime | None = None
    talk: Talk | None = None  # a person of the team has the dialogue now


NEXT_DUE = (
    sa.select(sa.func.min(deadlines.c.due_at))
    .where(
        deadlines.c.participant_id == contacts.c.participant_id,
        deadlines.c.state == "planned",
        deadlines.c.kind == "entry",
        deadlines.c.due_at > sa.bindparam("now"),
    )
    .scalar_subquery()
    .label("next_due")
)
WHO = (
    contacts.c.id.label("contact_id"),
    contacts.c.channel,
    contacts.c.bot,
    contacts.c.chat,
    contacts.c.facilitator_id,
    contacts.c.name,
    participants.c.id.label("pid"),
    *[c for c in participants.c if c.name != "id"],
    NEXT_DUE,
)
PEOPLE = sa.select(*WHO).select_from(contacts.outerjoin(participants))
ALONE = sa.select(*WHO).select_from(participants.outerjoin(contacts)).where(participants.c.id == sa.bindparam("person"))
NEAR = PEOPLE.where(
    among(contacts.c.channel, "channels"), among(contacts.c.bot, "bots"), among(contacts.c.chat, "chats")
)
"""Those at a list of places, and those with the same chat of another bot: SQLite uses no index for a list of threes."""
BY_PERSON = PEOPLE.where(among(contacts.c.participant_id, "people"))
OPEN_RUNS = (
    sa.select(
        runs.c.participant_id,
        runs.c.body,
        runs.c.cause,
        runs.c.entry,
        runs.c.revision,
        runs.c.opened_at,
        runs.c.touched_at,
        runs.c.expires_at,
    )
    .where(runs.c.state == "waiting", among(runs.c.participant_id, "people"))
    .order_by(runs.c.opened_at, runs.c.id)
)
ATTENDANCE = sa.select(attendance.c.participant_id, attendance.c.wave, attendance.c.state).where(
    among(attendance.c.participant_id, "people")
)


async def at(conn: AsyncConnection, places: Collection[Place], now: datetime) -> dict[Place, Scene]:
    """The conversations at these places; a place nobody is known at has an empty scene."""
    scenes = {place: Scene(place=place) for place in places}
    if scenes:
        channels, bots, chats = map(set, zip(*scenes, strict=True))
        near = await conn.execute(NEAR, {"channels": channels, "bots": bots, "chats": chats, "now": now})
        await _fill(conn, scenes, [row for row in near if (row.channel, row.bot, row.chat) in scenes])
    return scenes


async def of(conn: AsyncConnection, people: Collection[str], now: datetime) -> dict[str, Scene]:
    """The conversations of these participants, by participant id; those with no contact are left out."""
    if not people:
        return {}
    scenes: dict[Place, Scene] = {}
    await _fill(conn, scenes, await conn.execute(BY_PERSON, {"people": list(people), "now": now}))
    return {scene.person.id: scene for scene in scenes.values() if scene.person}


async def alone(conn: AsyncConnection, participant_id: str, now: datetime) -> Scene | None:
    """The conversation with this person, whether they have a chat or not; None when there is no such person."""
    scenes: dict[Place, Scene] = {}
    await _fill(conn, scenes, await conn.execute(ALONE, {"person": participant_id, "now": now}))
    return next(iter(scenes.values()), None)


async def state_of(conn: AsyncConnection, run_id: str, participant_id: str) -> str:
    """How this run of theirs stands or ended; "" when it is not theirs."""
    mine = (runs.c.id == run_id, runs.c.participant_id == participant_id)
    return str(await conn.scalar(sa.select(runs.c.state).where(*mine)) or "")


async def _fill(conn: AsyncConnection, scenes: dict[Place, Scene], found: Iterable[Any]) -> None:
    by_person: dict[str, Scene] = {}
    for row in found:
        place = (row.channel or "", row.bot or "", row.chat or "")
        scene = scenes.setdefault(place, Scene(place=place))
        scene.contact_id, scene.facilitator_id = row.contact_id, row.facilitator_id
        scene.name, scene.next_due = row.name or "", row.next_due
        if row.pid:
            scene.person = _person(row)
            by_person[row.pid] = scene
    if by_person:
        await _open_runs(conn, by_person)
        for id, talk in (await talks.of(conn, by_person)).items():
            by_person[id].talk = talk
        for seen in await conn.execute(ATTENDANCE, {"people": list(by_person)}):
            by_person[seen.participant_id].attendance[seen.wave] = seen.state


async def look_again(conn: AsyncConnection, known: Iterable[Scene]) -> None:
    """Somebody of the team may just have begun or ended a talk with people of these scenes."""
    people = {scene.person.id: scene for scene in known if scene.person}
    now = await talks.of(conn, people) if people else {}
    for id, scene in people.items():
        scene.talk = now.get(id)


async def run(conn: AsyncConnection, run_id: str) -> OpenRun | None:
    """One run, also one that is over."""
    row = (await conn.execute(sa.select(runs).where(runs.c.id == run_id))).first()
    return _open_run(row) if row else None


async def _open_runs(conn: AsyncConnection, by_person: dict[str, Scene]) -> None:
    for row in await conn.execute(OPEN_RUNS, {"people": list(by_person)}):
        by_person[row.participant_id].runs.append(_open_run(row))


def _open_run(row: Any) -> OpenRun:
    return OpenRun(
        run=from_json(row.body, Run),
        cause=row.cause,
        entry=row.entry,
        revision=row.revision,
        opened_at=row.opened_at,
        touched_at=row.touched_at,
        expires_at=row.expires_at,
    )


def _person(row: Any) -> Person:
    return Person(
        id=row.pid,
        role=row.role,
        area=row.area,
        code_name=row.code_name,
        state=row.state,
        reachable=row.reachable,
        locale=row.locale,
        facts=from_json(row.facts, dict[str, Value]),
        paused_until=row.paused_until,
        joined_at=row.joined_at,
        last_heard_at=row.last_heard_at,
    )
