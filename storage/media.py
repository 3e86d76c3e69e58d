"""Recordings: voice notes and photos that people gave as answers, and what the team wrote down of them.

A row is made with the answer and says what is wanted; the file of the same name is fetched afterwards. A row that has
let go of its file stays as long as the answer does, so that nobody wonders where it went.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import reading_texts
from storage.among import among
from storage.reflections import HIDDEN_FROM_TEAM, OPEN, PRIVATE, SETTLED
from storage.scenes import Place
from storage.tables import answer_parts, answers, participants, runs, workshops
from storage.tables_media import media, transcripts

HELD: Final = ("wanted", "kept")
"""States in which a recording may have a file."""
LET_GO: Final = MappingProxyType({"state": "removed", "reason": "the person said no to keeping it", "reference": ""})
KEPT_FOR: Final = timedelta(days=365)
"""How long after the last workshop recordings are kept."""
FOR_THE_GROUP: Final = ("G", "S", "R")

Row = dict[str, Any]
m = media.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A recording that is still to be fetched."""

    id: str
    kind: str
    channel: str
    bot: str
    reference: str
    tries: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Transcript:
    """What somebody of the team heard in a voice note."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Recording:
    """One voice note or photo as the team sees it, with the question it was given to."""

    id: str
    participant_id: str
    code_name: str
    role: str
    area: str
    run_id: str
    flow: str
    version: str
    step: str
    kind: str
    vis: str
    share: str
    state: str
    reason: str
    mime: str
    size: int
    seconds: int
    faces: str
    made_at: datetime
    transcript: str = ""

    @property
    def for_the_group(self) -> bool:
        """Whether others may see it: shared with them by one of their own, and no face on it."""
        shared = self.share == "group" or (self.vis in FOR_THE_GROUP and self.share != "me")
        return shared and self.role == "participant" and (self.kind != "photo" or self.faces == "none")


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """What the team heard in a voice note, and the question it was given to."""

    run_id: str
    step: str
    message: str
    text: str


# ── fetching ───────────────────────────────────────────────────────────────────────────────────────────────────
def wanted(part: Row, place: Place, vis: str) -> Row:
    """The row of a recording that was just given as part of an answer."""
    channel, bot, _ = place
    return {
        "id": part["media_id"],
        "participant_id": part["participant_id"],
        "run_id": part["run_id"],
        "step": part["step"],
        "kind": part["media_kind"],
        "vis": vis,
        "channel": channel,
        "bot": bot,
        "reference": part["media_reference"],
        "state": "wanted",
        "reason": "",
        "not_before": part["at"],
        "made_at": part["at"],
    }


async def due(conn: AsyncConnection, now: datetime, limit: int, bots: Collection[tuple[str, str]]) -> list[Wanted]:
    """What these bots may fetch now, oldest first."""
    ours = sa.tuple_(m.channel, m.bot).in_(list(bots))
    found = await conn.execute(
        sa.select(m.id, m.kind, m.channel, m.bot, m.reference, m.tries)
        .where(m.state == sa.literal("wanted", literal_execute=True), m.not_before <= now, ours)
        .order_by(m.not_before, m.id)
        .limit(limit)
    )
    return [Wanted(**row._mapping) for row in found]


async def keep(conn: AsyncConnection, id: str, now: datetime, *, mime: str, size: int, sha256: str) -> bool:
    """Its file is there. False when it is not wanted any more: the file has to go."""
    return await _settle(conn, id, "kept", "", now, mime=mime, size=size, sha256=sha256)


async def give_up(conn: AsyncConnection, id: str, state: str, reason: str, now: datetime) -> bool:
    """It was refused for what it is, or could not be had."""
    return await _settle(conn, id, state, reason, now)


async def put_off(conn: AsyncConnection, id: str, reason: str, at: datetime) -> None:
    """It could not be had just now: try again at `at`."""
    again = {"reason": reason[:200], "tries": m.tries + 1, "not_before": at}
    await conn.execute(sa.update(media).where(m.id == id, m.state == "wanted").values(again))


async def _settle(conn: AsyncConnection, id: str, state: str, reason: str, now: datetime, **more: str | int) -> bool:
    end = {"state": state, "reason": reason[:200], "reference": "", "settled_at": now, **more}
    done = await conn.execute(sa.update(media).where(m.id == id, m.state == "wanted").values(end))
    return done.rowcount == 1


async def names(conn: AsyncConnection) -> frozenset[str]:
    """The files that may be there."""
    return frozenset((await conn.scalars(sa.select(m.id).where(m.state.in_(HELD)))).all())


# ── letting go ─────────────────────────────────────────────────────────────────────────────────────────────────
async def let_go(conn: AsyncConnection, participant_id: str, now: datetime) -> int:
    """The person does not want their recordings kept."""
    return await _remove(conn, (m.participant_id == participant_id,), str(LET_GO["reason"]), now)


async def withdraw(conn: AsyncConnection, run_id: str, step: str, now: datetime) -> int:
    """The answer they belong to was taken back."""
    return await _remove(conn, (m.run_id == run_id, m.step == step), "the answer was taken back", now)


async def lose_track(conn: AsyncConnection, participant_id: str, now: datetime) -> None:
    """Nothing leads back to the person: what was not fetched by now never will be."""
    await _remove(conn, (m.participant_id == participant_id, m.state == "wanted"), "the person has left", now)
    theirs = answer_parts.c.participant_id == participant_id
    await conn.execute(sa.update(answer_parts).where(theirs).values(media_reference=""))


async def expire(conn: AsyncConnection, now: datetime) -> int:
    """A year after the last workshop no recording is kept; what the team wrote down of them stays with the answers."""
    last = await conn.scalar(sa.select(sa.func.max(workshops.c.ends_at)))
    if last is None or now < last + KEPT_FOR:
        return 0
    return await _remove(conn, (m.made_at < now - KEPT_FOR,), "its time was over", now)


async def _remove(conn: AsyncConnection, which: tuple[sa.ColumnElement[bool], ...], reason: str, now: datetime) -> int:
    ids = (await conn.scalars(sa.select(m.id).where(*which, m.state.in_(HELD)))).all()
    gone = {"state": "removed", "reason": reason, "reference": "", "settled_at": now}
    await conn.execute(sa.update(media).where(among(m.id, "ids")).values(gone), {"ids": ids})
    parts = sa.update(answer_parts).where(among(answer_parts.c.media_id, "ids"))
    await conn.execute(parts.values(media_reference=""), {"ids": ids})
    return len(ids)


# ── what the team may see ──────────────────────────────────────────────────────────────────────────────────────
READABLE: Final = (
    m.vis.not_in(HIDDEN_FROM_TEAM),
    participants.c.state != "joining",
    sa.or_(
        answers.c.run_id.is_(None),  # spoken at a question that takes no voice: for the team to write down
        sa.and_(
            answers.c.withdrawn_at.is_(None),
            sa.not_(PRIVATE),
            sa.or_(answers.c.kind.not_in(OPEN), SETTLED),
        ),
    ),
)
SEEN: Final = (
    sa.select(
        *[m[name] for name in ("id", "participant_id", "run_id", "step", "kind", "vis", "state", "reason")],
        *[m[name] for name in ("mime", "size", "faces", "made_at")],
        participants.c.code_name,
        participants.c.role,
        participants.c.area,
        runs.c.flow,
        runs.c.version,
        sa.func.coalesce(answers.c.share, "team").label("share"),
        sa.func.coalesce(answer_parts.c.seconds, 0).label("seconds"),
    )
    .select_from(
        media.join(participants, participants.c.id == m.participant_id)
        .join(runs, runs.c.id == m.run_id)
        .outerjoin(answers, sa.and_(answers.c.run_id == m.run_id, answers.c.step == m.step))
        .outerjoin(answer_parts, answer_parts.c.media_id == m.id)
    )
    .where(*READABLE)
)


async def of_areas(conn: AsyncConnection, areas: Sequence[str]) -> list[Recording]:
    """What people of these areas spoke or showed and the team may hear or see, newest first."""
    question = SEEN.where(participants.c.area.in_(areas)).order_by(m.made_at.desc(), m.id)
    return await _read(conn, (await conn.execute(question)).all())


async def find(conn: AsyncConnection, id: str) -> Recording | None:
    """The recording with this id, if the team may hear or see it."""
    return next(iter(await _read(conn, (await conn.execute(SEEN.where(m.id == id))).all())), None)


async def judge(conn: AsyncConnection, id: str, faces: str, *, by: str, now: datetime) -> None:
    """The team has looked whether somebody is on the photo."""
    seen = {"faces": faces, "checked_by": by, "checked_at": now}
    await conn.execute(sa.update(media).where(m.id == id).values(seen))


async def write_down(conn: AsyncConnection, recording: Recording, text: str, *, by: str, now: datetime) -> None:
    """What was heard in it goes beside it; what was written down before stays."""
    line = {"media_id": recording.id, "participant_id": recording.participant_id, "text": text, "by": by, "at": now}
    await conn.execute(sa.insert(transcripts), line)
    await reading_texts.refresh(conn, [(recording.run_id, recording.step)])


async def written_down(conn: AsyncConnection, ids: Iterable[str]) -> Mapping[str, tuple[Transcript, ...]]:
    """What the team wrote down of these recordings, oldest first."""
    found: dict[str, tuple[Transcript, ...]] = {}
    asked = sa.select(transcripts).where(among(transcripts.c.media_id, "ids")).order_by(transcripts.c.id)
    for row in await conn.execute(asked, {"ids": ids}):
        line = Transcript(text=row.text, by=row.by, at=row.at)
        found[row.media_id] = (*found.get(row.media_id, ()), line)
    return found


async def spoken(conn: AsyncConnection, id: str) -> Spoken | None:
    """What was last written down of a voice note; None when there is nothing, or it was taken back."""
    found = await conn.execute(
        sa.select(m.run_id, m.step, sa.func.coalesce(answer_parts.c.message, "").label("message"), transcripts.c.text)
        .select_from(
            media.join(transcripts, transcripts.c.media_id == m.id).outerjoin(
                answer_parts, answer_parts.c.media_id == m.id
            )
        )
        .where(m.id == id, m.state != "removed")
        .order_by(transcripts.c.id.desc())
        .limit(1)
    )
    row = found.first()
    return Spoken(**row._mapping) if row else None


async def _read(conn: AsyncConnection, rows: Sequence[Any]) -> list[Recording]:
    said = await written_down(conn, [row.id for row in rows])
    return [Recording(**row._mapping, transcript=said[row.id][-1].text if row.id in said else "") for row in rows]
