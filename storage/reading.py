"""Reading what people said, page by page: by where and when it was said, by what it was sorted under, by its words.

One statement finds the rows of a page, whatever is chosen. Without words to look for it walks the index of each area
from its newest answer; with words it walks the finds, those said last first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.searching import Search
from storage import reading_texts, reflections
from storage.columns import EPOCH
from storage.reflections import SETTLED, SOURCE, Filter, Reflection, Unseen
from storage.rows import from_json
from storage.tables import answers, participants, runs
from storage.tables_reading import STANDING, codes, readings
from storage.tables_reading import reading_texts as texts

PAGE = 50
Place = tuple[str, str]
_a, _c, _t = answers.c, codes.c, texts.c
ME = _a.share == sa.literal("me", literal_execute=True)
ANY_WAY = sa.func.coalesce(_a.area, "")
"""The area, where rows are to be found by something else: SQLite would take the index of areas and try every row."""
OPEN_RUN = runs.c.state == sa.literal("waiting", literal_execute=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """Which reflections somebody wants to read. Empty: all."""

    areas: tuple[str, ...]
    wave: int | None = None
    flow: str = ""
    label: str = ""  # sorted under it
    coder: str = ""  # by this person
    unread_by: str = ""
    search: Search | None = None

    @property
    def filter(self) -> Filter:
        """The part of it that is about where and when."""
        return Filter(areas=self.areas, wave=self.wave, flow=self.flow)


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """What somebody sorted an answer, or some words of it, under."""

    id: int
    label: str
    coder: str
    begin: int
    end: int
    words: str
    at: datetime
    revision: int = 1
    removed_at: datetime | None = None
    removed_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One reflection with all that the team has made of it. `consent`: what its author said about quoting, now."""

    reflection: Reflection
    run_id: str
    participant_id: str
    consent: str
    assisted_by: str
    read: bool
    key: str = ""  # where the next page goes on
    codes: tuple[Code, ...] = ()

    @property
    def place(self) -> Place:
        """Where the answer is kept."""
        return self.run_id, self.reflection.step

    @property
    def text(self) -> str:
        """The words as they stand, those of voice notes as they were written down: codes and quotes point into it."""
        return "\n".join(part.text or part.transcript for part in self.reflection.parts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Some cards, and where the next ones begin: "" at the end."""

    cards: tuple[Card, ...]
    before: str = ""


async def page(conn: AsyncConnection, chosen: Chosen, reader: str, *, before: str = "", limit: int = PAGE) -> Page:
    """The newest of them, or those that come after `before`."""
    found = await _found(conn, chosen, reader, before, limit + 1)
    return Page(cards=tuple(found[:limit]), before=found[limit - 1].key if len(found) > limit else "")


async def card(conn: AsyncConnection, areas: Sequence[str], place: Place, reader: str) -> Card | None:
    """One of them, if it may be read; with every code that it ever had."""
    here = (_a.run_id == place[0], _a.step == place[1])
    rows = (await conn.execute(_rows(Chosen(areas=tuple(areas)), reader).where(*here))).all()
    found = await _cards(conn, rows, coded=sa.true())
    return found[0] if found else None


async def cards_at(conn: AsyncConnection, areas: Sequence[str], places: Sequence[Place], reader: str) -> list[Card]:
    """Those of these that may be read, newest first."""
    asked = _rows(Chosen(areas=tuple(areas)), reader).where(_a.run_id.in_({run_id for run_id, _ in places}))
    rows = (await conn.execute(asked.order_by(_a.at.desc(), _a.run_id, _a.step))).all()
    return await _cards(conn, [row for row in rows if (row.run_id, row.step) in set(places)])


async def unseen(conn: AsyncConnection, chosen: Chosen) -> Unseen:
    """How many were kept to themselves, and how many are still being talked about."""
    kept = sa.select(sa.func.count()).select_from(SOURCE).where(*reflections.conditions(chosen.filter))
    going_on = sa.select(sa.func.count()).select_from(runs.join(answers, _a.run_id == runs.c.id))
    going_on = going_on.join(participants, participants.c.id == _a.participant_id)
    private = kept.where(ME, SETTLED)
    unfinished = going_on.where(*reflections.conditions(chosen.filter, ANY_WAY), OPEN_RUN, sa.not_(SETTLED))
    both = (await conn.execute(sa.select(private.scalar_subquery(), unfinished.scalar_subquery()))).one()
    return Unseen(private=both[0], unfinished=both[1])


async def mark(conn: AsyncConnection, reader: str, cards: Iterable[Card], now: datetime) -> None:
    """This person has read these."""
    insert = (sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert)(readings)
    rows = [
        {
            "reader": reader,
            "run_id": one.run_id,
            "step": one.reflection.step,
            "participant_id": one.participant_id,
            "at": now,
        }
        for one in cards
    ]
    if rows:
        await conn.execute(insert.on_conflict_do_nothing(), rows)


async def unmark(conn: AsyncConnection, reader: str, place: Place) -> None:
    """This person wants to read it again."""
    r = readings.c
    await conn.execute(sa.delete(readings).where(r.reader == reader, r.run_id == place[0], r.step == place[1]))


async def coders(conn: AsyncConnection) -> list[str]:
    """Everybody who has sorted anything."""
    found = await conn.scalars(sa.select(_c.coder).where(STANDING).distinct().order_by(_c.coder))
    return list(found.all())


# ── finding ────────────────────────────────────────────────────────────────────────────────────────────────────
def _rows(
    chosen: Chosen, reader: str, source: sa.FromClause = SOURCE, area: sa.ColumnElement[str] = _a.area
) -> sa.Select[Any]:
    r = readings.c
    read = sa.exists().where(r.reader == reader, *_same(r))
    columns = (*answers.c, participants.c.code_name, participants.c.facts, read.label("was_read"))
    tests = reflections.conditions(chosen.filter, area)
    asked = sa.select(*columns).select_from(source).where(*tests, SETTLED, _a.share != "me")
    if chosen.label or chosen.coder:
        asked = asked.where(sa.tuple_(_a.run_id, _a.step).in_(_sorted(chosen)))
    if chosen.unread_by:
        asked = asked.where(sa.not_(sa.exists().where(r.reader == chosen.unread_by, *_same(r))))
    return asked


def _same(table: Any) -> tuple[sa.ColumnElement[bool], ...]:
    return table.run_id == _a.run_id, table.step == _a.step


def _sorted(chosen: Chosen) -> sa.Select[Any]:
    under = sa.select(_c.run_id, _c.step).where(STANDING)
    if chosen.label:
        under = under.where(_c.label == chosen.label)
    return under.where(_c.coder == chosen.coder) if chosen.coder else under


async def _found(conn: AsyncConnection, chosen: Chosen, reader: str, before: str, limit: int) -> list[Card]:
    if chosen.search:
        statement = _searched(conn, chosen, chosen.search, reader, before)
    elif chosen.label or chosen.coder:
        asked = _after(_rows(chosen, reader, area=ANY_WAY), before)
        statement = asked.order_by(_a.at.desc(), _a.run_id, _a.step)
    else:
        statement = _walked(chosen, reader, before, limit)
    rows = (await conn.execute(statement.limit(limit))).all()
    return await _cards(conn, rows)


def _searched(conn: AsyncConnection, chosen: Chosen, search: Search, reader: str, before: str) -> sa.Select[Any]:
    """From the newest find on, until the page is full."""
    finds = reading_texts.finds(conn, search)
    source = finds.source.join(answers, sa.and_(*_same(_t)))
    source = source.join(participants, participants.c.id == _a.participant_id).join(runs, runs.c.id == _a.run_id)
    asked = _rows(chosen, reader, source, ANY_WAY).add_columns(finds.number.label("number")).where(finds.test)
    asked = asked.order_by(finds.number.desc())
    return asked.where(finds.number < int(before)) if _is_number(before) else asked


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18


def _walked(chosen: Chosen, reader: str, before: str, limit: int) -> sa.Select[Any]:
    """Each area by itself, so that its index is walked only as far as the page needs."""
    each = [
        _after(_rows(replace(chosen, areas=(area,)), reader), before)
        .order_by(_a.at.desc(), _a.run_id, _a.step)
        .limit(limit)
        .subquery()
        for area in chosen.areas
    ]
    all_of_them = sa.union_all(*(sa.select(one) for one in each)).subquery()
    return sa.select(all_of_them).order_by(all_of_them.c.at.desc(), all_of_them.c.run_id, all_of_them.c.step)


def _after(asked: sa.Select[Any], before: str) -> sa.Select[Any]:
    """Those that come after this one in the order of the page."""
    found = _read_key(before)
    if found is None:
        return asked
    at, run_id, step = found
    later = sa.or_(_a.run_id > run_id, sa.and_(_a.run_id == run_id, _a.step > step))
    return asked.where(_a.at <= at, sa.or_(_a.at < at, later))


def _read_key(key: str) -> tuple[datetime, str, str] | None:
    micros, _, place = key.partition(".")
    run_id, _, step = place.partition(".")
    if not step or not _is_number(micros):
        return None
    return (
        datetime.fromtimestamp(int(micros) // 1_000_000, EPOCH.tzinfo).replace(microsecond=int(micros) % 1_000_000),
        run_id,
        step,
    )


def _key(row: Any) -> str:
    if "number" in row._mapping:
        return str(row.number)
    since = row.at - EPOCH
    return f"{since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds}.{row.run_id}.{row.step}"


async def _cards(conn: AsyncConnection, rows: Sequence[Any], coded: sa.ColumnElement[bool] = STANDING) -> list[Card]:
    given = await _codes(conn, [row.run_id for row in rows], coded)
    return [
        Card(
            reflection=one,
            run_id=row.run_id,
            participant_id=row.participant_id,
            consent=str(from_json(row.facts, dict[str, Any]).get("consent.quote", "")),
            assisted_by=row.assisted_by,
            read=bool(row.was_read),
            key=_key(row),
            codes=tuple(given.get((row.run_id, row.step), ())),
        )
        for row, one in zip(rows, await reflections.gathered(conn, rows), strict=True)
    ]


async def _codes(
    conn: AsyncConnection, run_ids: Sequence[str], coded: sa.ColumnElement[bool]
) -> dict[Place, list[Code]]:
    found: dict[Place, list[Code]] = {}
    for row in await conn.execute(sa.select(codes).where(_c.run_id.in_(set(run_ids)), coded).order_by(_c.id)):
        known = {name: getattr(row, name) for name in Code.__slots__}
        found.setdefault((row.run_id, row.step), []).append(Code(**known))
    return found
