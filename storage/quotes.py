"""Quotes: words of an answer that the team has marked to be used, and whether they may be, as things stand now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.among import among
from storage.reflections import HEARD
from storage.rows import from_json, new_id
from storage.tables import answer_parts, answers, participants
from storage.tables_loop import key_issues
from storage.tables_reading import codes, quotes

_a, _i, _p, _q = answers.c, key_issues.c, answer_parts.c, quotes.c
PAGE = 50
Place = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """Words that somebody said. `used`: the key issues that speak with them."""

    id: str
    run_id: str
    step: str
    code_name: str
    area: str
    flow: str
    words: str
    share: str
    consent: str  # what the person says about quoting now
    asked: bool
    withdrawn: bool
    verbatim: bool  # they are still in the answer as it stands
    made_by: str
    made_at: datetime
    used: tuple[tuple[str, int, str], ...] = ()  # area, number, title

    @property
    def state(self) -> str:
        """usable · waiting for the person's word · withdrawn: by the person, in one of several ways."""
        if self.withdrawn or not self.verbatim or self.share != "group" or self.consent not in ("yes", "ask"):
            return "withdrawn"
        return "usable" if self.consent == "yes" or self.asked else "waiting"

    @property
    def why(self) -> str:
        """What made a quote fall: taken_back, changed, not_shared or no_consent; "" while it stands."""
        if self.withdrawn:
            return "taken_back"
        if not self.verbatim:
            return "changed"
        if self.share != "group":
            return "not_shared"
        return "" if self.consent in ("yes", "ask") else "no_consent"


async def listed(conn: AsyncConnection, areas: Sequence[str], *, before: str = "", limit: int = PAGE) -> list[Quote]:
    """Those of these areas that the team still keeps, newest first. `before`: the id of the last one seen."""
    asked = _rows().where(_a.area.in_(areas)).order_by(_q.made_at.desc(), _q.id).limit(limit)
    if before:
        last = sa.select(_q.made_at).where(_q.id == before).scalar_subquery()
        asked = asked.where(sa.or_(_q.made_at < last, sa.and_(_q.made_at == last, _q.id > before)))
    return await _quotes(conn, (await conn.execute(asked)).all())


async def of_answer(conn: AsyncConnection, place: Place) -> list[Quote]:
    """Those from one answer, in the order of its words."""
    asked = _rows().where(_q.run_id == place[0], _q.step == place[1]).order_by(_q.begin, _q.id)
    return await _quotes(conn, (await conn.execute(asked)).all())


async def find(conn: AsyncConnection, id: str, areas: Sequence[str]) -> Quote | None:
    """One of them, if it is from these areas."""
    found = await _quotes(conn, (await conn.execute(_rows().where(_q.id == id, _a.area.in_(areas)))).all())
    return found[0] if found else None


async def add(
    conn: AsyncConnection, place: Place, participant_id: str, span: tuple[int, int], words: str, **more: Any
) -> str:
    """Keep these words; with a key that is known, it is the quote that was kept with it."""
    begin, end = span
    row = {"id": new_id(), "run_id": place[0], "step": place[1], "participant_id": participant_id, **more}
    insert = (sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert)(quotes)
    await conn.execute(insert.values({**row, "words": words, "begin": begin, "end": end}).on_conflict_do_nothing())
    return str(await conn.scalar(sa.select(_q.id).where(_q.key == more["key"])))


async def agreed(conn: AsyncConnection, id: str) -> None:
    """The person was asked about this one, and said yes."""
    await conn.execute(sa.update(quotes).where(_q.id == id).values(asked=True))


async def drop(conn: AsyncConnection, id: str, by: str, now: datetime) -> None:
    """The team does not want it any more."""
    await conn.execute(sa.update(quotes).where(_q.id == id).values(dropped_at=now, dropped_by=by))


async def forget(conn: AsyncConnection, run_id: str, step: str) -> None:
    """A message was taken back: no words of it stay, neither as a quote nor in a code."""
    text = (await _texts(conn, [run_id])).get((run_id, step), "")
    for table in (quotes, codes):
        kept = sa.select(table.c.id, table.c.words).where(table.c.run_id == run_id, table.c.step == step)
        gone = [row.id for row in (await conn.execute(kept)).all() if row.words and row.words not in text]
        if gone:
            await conn.execute(sa.delete(table).where(table.c.id.in_(gone)))


def _rows() -> sa.Select[Any]:
    same = sa.and_(_a.run_id == _q.run_id, _a.step == _q.step)
    columns = (_a.area, _a.flow, _a.share, _a.withdrawn_at, participants.c.code_name, participants.c.facts)
    source = quotes.join(answers, same).join(participants, participants.c.id == _q.participant_id)
    return sa.select(quotes, *columns).select_from(source).where(_q.dropped_at.is_(None))


async def _quotes(conn: AsyncConnection, rows: Sequence[Any]) -> list[Quote]:
    run_ids = [row.run_id for row in rows]
    texts, used = await _texts(conn, run_ids), await _used(conn, run_ids)
    return [
        Quote(
            **{name: getattr(row, name) for name in ("id", "run_id", "step", "code_name", "area", "flow", "words")},
            **{name: getattr(row, name) for name in ("share", "asked", "made_by", "made_at")},
            consent=str(from_json(row.facts, dict[str, Any]).get("consent.quote", "")),
            withdrawn=row.withdrawn_at is not None,
            verbatim=row.words in texts.get((row.run_id, row.step), ""),
            used=used.get((row.run_id, row.step, row.words), ()),
        )
        for row in rows
    ]


async def _texts(conn: AsyncConnection, run_ids: Sequence[str]) -> dict[Place, str]:
    """The words of answers as they stand."""
    found: dict[Place, list[str]] = {}
    asked = sa.select(_p.run_id, _p.step, _p.text, HEARD).where(among(_p.run_id, "runs"), _p.replaced_at.is_(None))
    for part in await conn.execute(asked.order_by(_p.at, _p.id), {"runs": run_ids}):
        found.setdefault((part.run_id, part.step), []).append(part.text or part.heard or "")
    return {place: "\n".join(parts) for place, parts in found.items()}


async def _used(
    conn: AsyncConnection, run_ids: Sequence[str]
) -> dict[tuple[str, str, str], tuple[tuple[str, int, str], ...]]:
    found: dict[tuple[str, str, str], tuple[tuple[str, int, str], ...]] = {}
    asked = sa.select(key_issues).where(among(_i.quote_run, "runs")).order_by(_i.number)
    for row in await conn.execute(asked, {"runs": run_ids}):
        key = row.quote_run, row.quote_step, row.quote
        found[key] = (*found.get(key, ()), (row.area, row.number, row.title))
    return found
