"""What one person may see and take back: their own answers and consents."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.run import Run
from storage import media as recordings
from storage import quotes, reading_texts, tables_reading
from storage.among import among
from storage.reflections import HEARD, OPEN
from storage.rows import from_json, to_json
from storage.tables import answer_parts, answers, consents, equality, runs
from storage.tables_media import media
from storage.tables_rights import corrections, rights_requests
from storage.tables_stakeholders import stakeholders


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What the team wrote down of a voice note."""

    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnPart:
    """One message of an answer. `replaced` is an older text that an edit or a fresh answer took the place of."""

    text: str
    media_kind: str
    seconds: int
    at: datetime
    replaced: bool
    recording: str = ""  # the name of the voice note or photo, as long as it is kept
    mime: str = ""
    transcripts: tuple[Heard, ...] = ()  # the last one counts


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnAnswer:
    """One answer with every message it was made of."""

    run_id: str
    flow: str
    version: str
    step: str
    kind: str
    value: str | int | list[str] | None
    share: str
    at: datetime
    withdrawn: bool
    parts: tuple[OwnPart, ...]

    @property
    def text(self) -> str:
        """The answer as it stands, in the person's own words."""
        return "\n".join(part.text for part in self.parts if part.text and not part.replaced)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnData:
    """Everything a person told us."""

    answers: tuple[OwnAnswer, ...]
    consents: tuple[tuple[str, str, datetime], ...]
    about: tuple[tuple[str, str], ...]
    quoted: tuple[tuple[str, datetime], ...] = ()  # words of theirs that the team keeps as quotes
    sorted_under: tuple[tuple[str, str, datetime], ...] = ()  # answer, what the team put it under, when
    requests: tuple[tuple[str, str, str], ...] = ()  # what they asked about their data: kind, date, state
    corrected: tuple[tuple[str, str, datetime], ...] = ()  # what the team put right for them, and what was there before


async def everything(conn: AsyncConnection, participant_id: str) -> OwnData:
    """All answers with their history, consents in order of time, and what was said about oneself."""
    parts = await _parts(conn, participant_id)
    found = await conn.execute(
        sa.select(answers).where(answers.c.participant_id == participant_id).order_by(answers.c.at, answers.c.step)
    )
    own = [_answer(row, parts.pop((row.run_id, row.step), ())) for row in found]
    own += await _unread(conn, parts)
    agreed = await conn.execute(
        sa.select(consents.c.item, consents.c.answer, consents.c.at)
        .where(consents.c.participant_id == participant_id)
        .order_by(consents.c.id)
    )
    about = await conn.execute(
        sa.select(equality.c.item, equality.c.answer).where(equality.c.participant_id == participant_id)
    )
    return OwnData(
        answers=tuple(sorted(own, key=lambda answer: answer.at)),
        consents=tuple((row.item, row.answer, row.at) for row in agreed),
        about=(*((row.item, row.answer) for row in about), *await _noted(conn, participant_id)),
        quoted=tuple((row.words, row.made_at) for row in await _of(conn, tables_reading.quotes, participant_id)),
        sorted_under=tuple(
            (f"{row.run_id}.{row.step}", row.label, row.at)
            for row in await _of(conn, tables_reading.codes, participant_id)
        ),
        requests=await _asked(conn, participant_id),
        corrected=await _corrected(conn, participant_id),
    )


async def _of(conn: AsyncConnection, table: sa.Table, participant_id: str) -> Sequence[Any]:
    """What the team made of what this person said."""
    return (await conn.execute(sa.select(table).where(table.c.participant_id == participant_id))).all()


async def _asked(conn: AsyncConnection, participant_id: str) -> tuple[tuple[str, str, str], ...]:
    r = rights_requests.c
    mine = sa.select(r.kind, r.asked_on, r.state).where(r.participant_id == participant_id).order_by(r.id)
    return tuple((row.kind, row.asked_on, row.state) for row in await conn.execute(mine))


async def _corrected(conn: AsyncConnection, participant_id: str) -> tuple[tuple[str, str, datetime], ...]:
    c = corrections.c
    mine = sa.select(c.what, c.was, c.at).where(c.participant_id == participant_id).order_by(c.id)
    return tuple((row.what, row.was, row.at) for row in await conn.execute(mine))


async def _noted(conn: AsyncConnection, participant_id: str) -> list[tuple[str, str]]:
    """What the team noted of somebody who decides: it is about them, so it is theirs to see."""
    mine = sa.select(stakeholders).where(stakeholders.c.participant_id == participant_id)
    row = (await conn.execute(mine)).first()
    noted = ("name", "type", "role", "org", "level", "invited_by")
    return [(name, getattr(row, name)) for name in noted if getattr(row, name)] if row else []


async def _parts(conn: AsyncConnection, participant_id: str) -> dict[tuple[str, str], tuple[OwnPart, ...]]:
    found = (
        await conn.execute(
            sa.select(answer_parts, media.c.state, media.c.mime)
            .outerjoin(media, media.c.id == answer_parts.c.media_id)
            .where(answer_parts.c.participant_id == participant_id)
            .order_by(answer_parts.c.at, answer_parts.c.id)
        )
    ).all()
    heard = await recordings.written_down(conn, [row.media_id for row in found if row.media_id])
    parts: dict[tuple[str, str], tuple[OwnPart, ...]] = {}
    for row in found:
        part = OwnPart(
            text=row.text,
            media_kind=row.media_kind,
            seconds=row.seconds,
            at=row.at,
            replaced=row.replaced_at is not None,
            recording=row.media_id if row.state == "kept" else "",
            mime=row.mime or "",
            transcripts=tuple(Heard(text=one.text, at=one.at) for one in heard.get(row.media_id, ())),
        )
        parts[row.run_id, row.step] = (*parts.get((row.run_id, row.step), ()), part)
    return parts


def _answer(row: Any, parts: tuple[OwnPart, ...]) -> OwnAnswer:
    return OwnAnswer(
        run_id=row.run_id,
        flow=row.flow,
        version=row.version,
        step=row.step,
        kind=row.kind,
        value=from_json(row.value, str | int | list[str]) if row.value is not None else None,  # type: ignore[arg-type]
        share=row.share,
        at=row.at,
        withdrawn=row.withdrawn_at is not None,
        parts=parts,
    )


async def _unread(conn: AsyncConnection, parts: Mapping[tuple[str, str], tuple[OwnPart, ...]]) -> list[OwnAnswer]:
    """What was said at a question and was no answer to it: kept all the same, and theirs all the same."""
    mine = {run_id for run_id, _ in parts}
    found = await conn.execute(sa.select(runs.c.id, runs.c.flow, runs.c.version).where(runs.c.id.in_(mine)))
    flows = {row.id: (row.flow, row.version) for row in found}
    return [
        OwnAnswer(
            run_id=run_id,
            flow=flows[run_id][0],
            version=flows[run_id][1],
            step=step,
            kind="text",
            value=None,
            share="team",
            at=own[0].at,
            withdrawn=False,
            parts=own,
        )
        for (run_id, step), own in parts.items()
        if run_id in flows
    ]


async def words(conn: AsyncConnection, run_id: str, step: str) -> str:
    """What was written at one step of a run, or spoken there and written down by the team, as it stands."""
    return (await words_at(conn, [(run_id, step)])).get((run_id, step), "")


async def words_at(conn: AsyncConnection, places: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The same for many places at once, each (run, step); where nothing was written there is no entry."""
    c, said = answer_parts.c, dict[tuple[str, str], list[str]]()
    statement = sa.select(c.run_id, c.step, c.text, HEARD).where(among(c.run_id, "runs"), c.replaced_at.is_(None))
    for row in await conn.execute(statement.order_by(c.at, c.id), {"runs": {run_id for run_id, _ in places}}):
        said.setdefault((row.run_id, row.step), []).append(row.text or row.heard or "")
    return {place: "\n".join(said[place]) for place in places if place in said}


async def count_since(
    conn: AsyncConnection, participant_id: str, steps: Iterable[tuple[str, str]], since: datetime
) -> int:
    """How often this person has answered one of these questions since then; each (flow, step)."""
    a = answers.c
    wanted = sa.or_(*(sa.and_(a.flow == flow, a.step == step) for flow, step in steps), sa.false())
    mine = (a.participant_id == participant_id, a.value.is_not(None), a.withdrawn_at.is_(None), a.at > since)
    return await conn.scalar(sa.select(sa.func.count()).select_from(answers).where(*mine, wanted)) or 0


async def withdraw_last(conn: AsyncConnection, participant_id: str, now: datetime) -> bool:
    """Take back the newest open answer that stands: no facilitator sees it any more. False if there is none."""
    latest = (
        await conn.execute(
            sa.select(answers.c.run_id, answers.c.step)
            .where(
                answers.c.participant_id == participant_id,
                answers.c.withdrawn_at.is_(None),
                answers.c.kind.in_(OPEN),
            )
            .order_by(answers.c.at.desc())
            .limit(1)
        )
    ).first()
    if latest is None:
        return False
    await conn.execute(
        sa.update(answers)
        .where(answers.c.run_id == latest.run_id, answers.c.step == latest.step)
        .values(withdrawn_at=now)
    )
    await recordings.withdraw(conn, latest.run_id, latest.step, now)
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenBack:
    """A message that was part of an answer until it was deleted."""

    run_id: str
    step: str
    texts: tuple[str, ...]  # as it was and as it was corrected


async def take_back(conn: AsyncConnection, participant_id: str, message: str, now: datetime) -> TakenBack | None:
    """Empty every text that this message ever had; an answer that has no other message is withdrawn.

    The run is put right when it is over; one that is open is in somebody's hands, see `without`.
    """
    part = answer_parts.c
    mine = (part.participant_id == participant_id, part.message == message, part.message != "")
    versions = (await conn.execute(sa.select(answer_parts).where(*mine).order_by(part.id))).all()
    found = next((row for row in versions if row.replaced_at is None), None)
    gone_at = sa.func.coalesce(part.replaced_at, sa.literal(now, part.replaced_at.type))
    await conn.execute(sa.update(answer_parts).where(*mine).values(text="", media_reference="", replaced_at=gone_at))
    if found is None:
        return None
    here = (answers.c.run_id == found.run_id, answers.c.step == found.step)
    others = sa.select(part.id).where(part.run_id == found.run_id, part.step == found.step, part.replaced_at.is_(None))
    left = (await conn.execute(others.limit(1))).first() is not None
    change = {"revision": answers.c.revision + 1} | ({} if left else {"withdrawn_at": now})
    await conn.execute(sa.update(answers).where(*here).values(change))
    await reading_texts.refresh(conn, [(found.run_id, found.step)])
    await quotes.forget(conn, found.run_id, found.step)
    taken = TakenBack(run_id=found.run_id, step=found.step, texts=tuple(row.text for row in versions))
    await _put_right(conn, taken)
    return taken


def without(run: Run, part: TakenBack) -> Run:
    """The run as if the beginning of an answer, where it is this message's, had not been noted in it."""
    answer = run.answers.get(part.step)
    if answer is None or not answer.gist or not any(text.strip().startswith(answer.gist) for text in part.texts):
        return run
    return replace(run, answers={**run.answers, part.step: replace(answer, gist="")})


async def _put_right(conn: AsyncConnection, part: TakenBack) -> None:
    over = (runs.c.id == part.run_id, runs.c.state != "waiting")
    body = await conn.scalar(sa.select(runs.c.body).where(*over))
    if body is not None:
        run = without(from_json(body, Run), part)
        await conn.execute(sa.update(runs).where(*over).values(body=to_json(run)))
