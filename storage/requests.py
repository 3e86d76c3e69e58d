"""What people asked of us about their own data, each with the date by which it is owed; and what was put right."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import reading_texts
from storage.rows import from_json, to_json
from storage.tables import answer_parts, answers, participants, runs
from storage.tables_rights import corrections, rights_requests

KINDS: Final = ("copy", "correct", "erase")
GIST: Final = 200
_r = rights_requests.c
_part = answer_parts.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One of them. `code_name` is empty when the person was erased: then `stone` says by which receipt."""

    id: int
    area: str
    kind: str
    state: str
    note: str
    asked_on: date
    due_on: date
    by: str
    code_name: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""
    reason: str = ""
    stone: str = ""


LISTED = sa.select(
    *(_r[name] for name in Request.__slots__ if name != "code_name"),
    sa.func.coalesce(participants.c.code_name, "").label("code_name"),
).select_from(rights_requests.outerjoin(participants))


def month_after(day: date) -> date:
    """One calendar month later: the same day, or the last one of a shorter month."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


async def open_one(
    conn: AsyncConnection, participant_id: str, area: str, kind: str, *, asked_on: date, by: str, note: str = ""
) -> int:
    """From this day on the month runs."""
    when = {"asked_on": asked_on.isoformat(), "due_on": month_after(asked_on).isoformat()}
    row = {"participant_id": participant_id, "area": area, "kind": kind, "note": note, "by": by, **when}
    return await conn.scalar(sa.insert(rights_requests).values(row).returning(_r.id)) or 0


async def close(conn: AsyncConnection, id: int, state: str, *, by: str, now: datetime, reason: str = "") -> bool:
    """It is done, or refused for a reason; False when it was closed before."""
    end = {"state": state, "closed_at": now, "closed_by": by, "reason": reason}
    done = await conn.execute(sa.update(rights_requests).where(_r.id == id, _r.state == "open").values(end))
    return done.rowcount == 1


async def done(
    conn: AsyncConnection, participant_id: str, area: str, kind: str, *, on: date, by: str, now: datetime
) -> None:
    """What was asked for is done; where nobody had noted that it was asked for, that it was asked for and done."""
    mine = (_r.participant_id == participant_id, _r.kind == kind, _r.state == "open")
    ids = list((await conn.scalars(sa.select(_r.id).where(*mine))).all())
    for id in ids or [await open_one(conn, participant_id, area, kind, asked_on=on, by=by)]:
        await close(conn, id, "done", by=by, now=now)


async def find(conn: AsyncConnection, id: int) -> Request | None:
    """The request of this number."""
    return next(iter(await _read(conn, LISTED.where(_r.id == id))), None)


async def of_person(conn: AsyncConnection, participant_id: str) -> list[Request]:
    """All that this person asked for, what is open first."""
    mine = LISTED.where(_r.participant_id == participant_id)
    return await _read(conn, mine.order_by(_r.state != "open", _r.due_on, _r.id))


async def waiting(conn: AsyncConnection, areas: Sequence[str]) -> list[Request]:
    """What is still owed in these areas, the nearest date first."""
    return await _read(conn, LISTED.where(_r.state == "open", _r.area.in_(areas)).order_by(_r.due_on, _r.id))


async def _read(conn: AsyncConnection, statement: sa.Select[Any]) -> list[Request]:
    return [_request(row._mapping) for row in await conn.execute(statement)]


def _request(row: Any) -> Request:
    days = {name: date.fromisoformat(row[name]) for name in ("asked_on", "due_on")}
    return Request(**{**row, **days})


# ── putting right ──────────────────────────────────────────────────────────────────────────────────────────────
async def note_correction(
    conn: AsyncConnection, participant_id: str, what: str, *, was: str, by: str, now: datetime
) -> None:
    """Something was put right, by whom; what was there before stays as history, theirs to see."""
    row = {"participant_id": participant_id, "what": what, "was": was, "by": by, "at": now}
    await conn.execute(sa.insert(corrections), row)


async def put_right(conn: AsyncConnection, run_id: str, step: str, words: str, now: datetime) -> bool:
    """An answer has these words now; the older ones stay as history. False when it is no answer in words."""
    here = (answers.c.run_id == run_id, answers.c.step == step, answers.c.withdrawn_at.is_(None))
    owner = await conn.scalar(sa.select(answers.c.participant_id).where(*here))
    standing = (_part.run_id == run_id, _part.step == step, _part.replaced_at.is_(None), _part.media_kind == "")
    replaced = await conn.execute(sa.update(answer_parts).where(*standing).values(replaced_at=now))
    if owner is None or not replaced.rowcount:
        return False
    part = {"run_id": run_id, "step": step, "participant_id": owner, "message": "", "text": words, "at": now}
    await conn.execute(sa.insert(answer_parts), part)
    await conn.execute(sa.update(answers).where(*here).values(revision=answers.c.revision + 1))
    await _remember(conn, run_id, step, words)
    await reading_texts.refresh(conn, [(run_id, step)])
    return True


async def _remember(conn: AsyncConnection, run_id: str, step: str, words: str) -> None:
    """The beginning of the answer, where the conversation has noted it for "your earlier answer"."""
    row = (await conn.execute(sa.select(runs.c.body, runs.c.revision).where(runs.c.id == run_id))).one()
    body = from_json(row.body, dict[str, Any])
    noted = body.get("answers", {}).get(step)
    if not noted or not noted.get("gist"):
        return
    noted["gist"] = words[:GIST]
    fresh = {"body": to_json(body), "revision": row.revision + 1}
    await conn.execute(sa.update(runs).where(runs.c.id == run_id, runs.c.revision == row.revision).values(fresh))
