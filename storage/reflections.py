"""What people said, as the team may read it: by code name, and only what is shared and finished."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.run import Value
from storage.among import among
from storage.rows import from_json
from storage.tables import answer_parts, answers, participants, runs
from storage.tables_media import transcripts

HIDDEN_FROM_TEAM = ("P", "X")
"""Visibilities that are no reading for facilitators."""
OPEN = ("text", "photo", "hold")
"""Kinds of question whose answer is what people write, say or show, not what they tap."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """Which reflections are wanted. Empty: all."""

    areas: tuple[str, ...]
    role: str = "participant"
    wave: int | None = None
    flow: str = ""
    step: str = ""
    since: datetime | None = None
    participant_id: str = ""
    open_only: bool = True  # what people wrote or said, not what they tapped
    limit: int | None = None
    words: tuple[str, ...] = ()  # one of them is in what was said, in capitals or not


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One message of an open answer. `transcript`: what the team heard in a voice note."""

    text: str
    media_kind: str = ""
    seconds: int = 0
    media_id: str = ""
    transcript: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reflection:
    """One answer with everything that is known about its circumstances. Value None: the question was skipped."""

    id: str
    code_name: str
    area: str
    wave: int
    flow: str
    version: str
    step: str
    kind: str
    revision: int
    share: str
    value: Value | None
    parts: tuple[Part, ...]
    locale: str
    via: str
    at: datetime
    attributes: Mapping[str, str] = field(default_factory=dict)  # of the person, when the answer was given


@dataclass(frozen=True, kw_only=True, slots=True)
class Unseen:
    """What is there but not for the team: kept to themselves, or still being talked about."""

    private: int = 0
    unfinished: int = 0


_a = answers.c
_share = answers.alias("shared")
SETTLED = sa.or_(
    runs.c.state != "waiting",
    sa.exists().where(_share.c.run_id == _a.run_id, _share.c.kind == "share", _share.c.at >= _a.at),
)
"""While a conversation goes on, an answer is nobody's to read until the person was asked who may read it."""
PRIVATE = _a.share == "me"
GIVEN = (_a.withdrawn_at.is_(None), _a.vis.not_in(HIDDEN_FROM_TEAM), participants.c.state != "joining")
"""An answer that stands, to a question whose answers are for the team, of somebody who has joined."""
SHARED = (*GIVEN, SETTLED, sa.not_(PRIVATE))
"""What the team may read, of all that `SOURCE` has: the only place that says so."""
HEARD = (
    sa.select(transcripts.c.text)
    .where(transcripts.c.media_id == answer_parts.c.media_id)
    .order_by(transcripts.c.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("heard")
)
"""What the team last wrote down of a voice note."""
SOURCE = answers.join(participants, participants.c.id == _a.participant_id).join(runs, runs.c.id == _a.run_id)


def conditions(wanted: Filter, area: sa.ColumnElement[str] = _a.area) -> list[sa.ColumnElement[bool]]:
    """What an answer has to be like to be one of these, whoever may read it.

    `area`: the column in other words, so that its index is not what the rows are looked for by.
    """
    found: list[sa.ColumnElement[bool]] = [
        area.in_(wanted.areas),
        participants.c.role == wanted.role,
        *GIVEN,
    ]
    if wanted.open_only:
        found += [_a.kind.in_(OPEN), _a.value.is_not(None)]
    if wanted.wave is not None:
        found.append(_a.wave == wanted.wave)
    if wanted.flow:
        found.append(_a.flow == wanted.flow)
    if wanted.step:
        found.append(_a.step == wanted.step)
    if wanted.participant_id:
        found.append(_a.participant_id == wanted.participant_id)
    if wanted.since:
        found.append(_a.at >= wanted.since)
    if wanted.words:
        found.append(_says(wanted.words))
    return found


def _says(words: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether one of these words stands in what the person wrote, or in what the team wrote down of a voice note."""
    c, t = answer_parts.c, transcripts.c
    heard = sa.exists().where(t.media_id == c.media_id, _contains(t.text, words))
    said = sa.or_(_contains(c.text, words), heard)
    here = (c.run_id == _a.run_id, c.step == _a.step, c.replaced_at.is_(None))
    return sa.exists().where(*here, said).correlate(answers)


def _contains(text: sa.ColumnElement[str], words: Sequence[str]) -> sa.ColumnElement[bool]:
    return sa.or_(*(text.icontains(word, autoescape=True) for word in words))


async def read(conn: AsyncConnection, wanted: Filter) -> list[Reflection]:
    """What the team may read, newest first."""
    statement = (
        sa.select(answers, participants.c.code_name)
        .select_from(SOURCE)
        .where(*conditions(wanted), SETTLED, sa.not_(PRIVATE))
        .order_by(_a.at.desc(), _a.run_id, _a.step)
        .limit(wanted.limit)
    )
    return await gathered(conn, (await conn.execute(statement)).all())


async def gathered(conn: AsyncConnection, rows: Sequence[Any]) -> list[Reflection]:
    """Rows of answers, with the code name, as reflections with their messages."""
    spoken = await _parts(conn, sorted({row.run_id for row in rows}))
    return [_reflection(row, spoken.get((row.run_id, row.step), ())) for row in rows]


async def unseen(conn: AsyncConnection, wanted: Filter) -> Unseen:
    """How many answers of this kind there are that the team may not read, or not yet."""
    those = conditions(wanted)
    count = sa.select(sa.func.count()).select_from(SOURCE)
    private = await conn.scalar(count.where(*those, PRIVATE, SETTLED))
    unfinished = await conn.scalar(count.where(*those, sa.not_(SETTLED)))
    return Unseen(private=private or 0, unfinished=unfinished or 0)


async def _parts(conn: AsyncConnection, run_ids: Sequence[str]) -> dict[tuple[str, str], tuple[Part, ...]]:
    found: dict[tuple[str, str], tuple[Part, ...]] = {}
    rows = await conn.execute(
        sa.select(answer_parts, HEARD)
        .where(among(answer_parts.c.run_id, "runs"), answer_parts.c.replaced_at.is_(None))
        .order_by(answer_parts.c.at, answer_parts.c.id),
        {"runs": run_ids},
    )
    for row in rows:
        part = Part(
            text=row.text,
            media_kind=row.media_kind,
            seconds=row.seconds,
            media_id=row.media_id or "",
            transcript=row.heard or "",
        )
        found[row.run_id, row.step] = (*found.get((row.run_id, row.step), ()), part)
    return found


def _reflection(row: Any, parts: tuple[Part, ...]) -> Reflection:
    return Reflection(
        id=f"{row.run_id}.{row.step}",
        code_name=row.code_name,
        area=row.area,
        wave=row.wave,
        flow=row.flow,
        version=row.version,
        step=row.step,
        kind=row.kind,
        revision=row.revision,
        share=row.share,
        value=None if row.value is None else from_json(row.value, Value),  # type: ignore[arg-type]
        parts=parts,
        locale=row.locale,
        via=row.via,
        at=row.at,
        attributes=from_json(row.attributes, dict[str, str]),
    )
