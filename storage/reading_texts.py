"""The words of open answers, kept apart so that they can be searched: the same finds on SQLite and on PostgreSQL.

What is put into the tables was folded before (`flows.searching`), so that both databases only have to split at blanks.
PostgreSQL indexes a row as it is written. On SQLite that would cost a turn more than all the rest of its writing: rows
wait there until somebody searches (`catch_up`), and the index forgets as soon as a row goes. Bits of deleted words stay
in SQLite's index until `tidy` has rewritten it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from flows.searching import Search, Term, fold
from storage.reflections import HEARD
from storage.tables import answer_parts
from storage.tables_reading import NOT_INDEXED, reading_texts

Place = tuple[str, str]
"""A run and a step."""
_t, _p = reading_texts.c, answer_parts.c
VECTOR: Final[sa.ColumnElement[Any]] = sa.literal_column("reading_texts.reading_index")
"""PostgreSQL's: a column that follows the words by itself."""

INDEX: Final = sa.table("reading_index", sa.column("rowid", sa.BigInteger))
"""SQLite's, of the same rows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finds:
    """The rows to look through, the test for those that are found, and their number: the newest has the highest."""

    source: sa.FromClause
    test: sa.ColumnElement[bool] | sa.TextClause
    number: sa.ColumnElement[int]


def _write(*, more: bool) -> dict[str, UpdateBase]:
    """The words of an answer are these, or these as well."""
    made: dict[str, UpdateBase] = {}
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert)):
        statement = insert(reading_texts)
        taken = statement.excluded.words
        words = reading_texts.c.words.concat(" ").concat(taken) if more else taken
        made[name] = statement.on_conflict_do_update(
            index_elements=["run_id", "step"], set_={"words": words, "indexed": sa.false()}
        )
    return made


SET: Final = _write(more=False)
ADD: Final = _write(more=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What was said in answer to one question in a batch of turns. `fresh`: in place of all that was there before."""

    participant_id: str
    text: str
    fresh: bool


def gather(said: dict[Place, Said], run_id: str, step: str, participant_id: str, text: str, *, first: bool) -> None:
    """One more message of an answer, or the first of a fresh one."""
    before = said.get((run_id, step))
    if first or before is None:
        said[run_id, step] = Said(participant_id=participant_id, text=text, fresh=first)
    else:
        said[run_id, step] = replace(before, text=f"{before.text}\n{text}")


def written(said: Mapping[Place, Said]) -> Iterator[tuple[Mapping[str, UpdateBase], list[dict[str, object]]]]:
    """The statements for what was gathered, each with its rows."""
    for statement, fresh in ((SET, True), (ADD, False)):
        rows = [_row(place, one) for place, one in said.items() if one.fresh is fresh]
        if rows:
            yield statement, rows


def _row(place: Place, said: Said) -> dict[str, object]:
    run_id, step = place
    words = {"words": fold(said.text), "indexed": False}
    return {"run_id": run_id, "step": step, "participant_id": said.participant_id, **words}


async def refresh(conn: AsyncConnection, places: Iterable[Place]) -> None:
    """Read these answers again: something in them was changed, taken back, or written down."""
    for run_id, step in places:
        here = (_p.run_id == run_id, _p.step == step, _p.replaced_at.is_(None))
        asked = sa.select(_p.participant_id, _p.text, HEARD).where(*here).order_by(_p.at, _p.id)
        found = (await conn.execute(asked)).all()
        text = "\n".join(part.text or part.heard or "" for part in found).strip()
        if not text:
            await conn.execute(sa.delete(reading_texts).where(_t.run_id == run_id, _t.step == step))
        else:
            said = Said(participant_id=found[0].participant_id, text=text, fresh=True)
            await conn.execute(SET[conn.dialect.name], _row((run_id, step), said))


async def waiting(conn: AsyncConnection) -> bool:
    """Whether words wait to be searchable."""
    if conn.dialect.name != "sqlite":
        return False
    return (await conn.execute(sa.select(_t.id).where(NOT_INDEXED).limit(1))).first() is not None


async def catch_up(conn: AsyncConnection) -> None:
    """Make what waits searchable; the triggers of the table do the work."""
    if conn.dialect.name == "sqlite":
        await conn.execute(sa.update(reading_texts).where(NOT_INDEXED).values(indexed=True))


async def tidy(conn: AsyncConnection) -> None:
    """Rewrite the index, so that no bit of a word is left in it that is nowhere else any more."""
    if conn.dialect.name == "sqlite":
        await conn.exec_driver_sql("INSERT INTO reading_index(reading_index) VALUES ('optimize')")


def finds(conn: AsyncConnection, search: Search) -> Finds:
    """Where what is looked for is found. Every word of it is made of letters and digits alone."""
    if conn.dialect.name == "sqlite":
        source = INDEX.join(reading_texts, _t.id == INDEX.c.rowid)
        test = sa.text("reading_index MATCH :search").bindparams(search=in_sqlite(search))
        return Finds(source=source, test=test, number=INDEX.c.rowid)
    query = sa.func.to_tsquery(sa.literal_column("'simple'"), in_postgresql(search))
    return Finds(source=reading_texts, test=VECTOR.op("@@")(query), number=_t.id)


def in_sqlite(search: Search) -> str:
    """As FTS5 wants it: ("bus" * AND "market street") NOT "train" *."""
    wanted = " AND ".join(map(_in_sqlite, search.wanted))
    unwanted = " OR ".join(map(_in_sqlite, search.unwanted))
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def in_postgresql(search: Search) -> str:
    """As to_tsquery wants it: 'bus':* & ('market' <-> 'street') & !'train':*."""
    return " & ".join([*map(_in_postgresql, search.wanted), *(f"!{_in_postgresql(one)}" for one in search.unwanted)])


def _in_sqlite(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + (" *" if term.begins else "")


def _in_postgresql(term: Term) -> str:
    words = [f"'{word}'" for word in term.words]
    return f"({' <-> '.join(words)}{':*' if term.begins else ''})"
