"""One condition for any number of values means what SQLAlchemy's own IN would."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from storage.among import among
from storage.database import Database
from storage.many import execute_many
from storage.tables import journal

AT = datetime(2026, 11, 5, 12, tzinfo=UTC)
INSERT = sa.insert(journal)
PEOPLE = ["Ada", "Åsa 🙂", 'Bo "the\\one"', "O'Hara", "7"]
MANY = [*PEOPLE, *(f"n{n}" for n in range(2_000))]
BY_NAME = sa.select(journal.c.who).where(among(journal.c.who, "names")).order_by(journal.c.id)
OTHERS = sa.select(journal.c.who).where(~among(journal.c.who, "names"), journal.c.action == "stop")
BY_ID = sa.select(journal.c.who).where(among(journal.c.id, "ids"))
RENAME = sa.update(journal).where(among(journal.c.who, "names")).values(subject="met").returning(journal.c.who)


@pytest.fixture
async def known(database: Database) -> Database:
    """Everybody has a line in the journal."""
    async with database.write() as conn:
        await execute_many(conn, INSERT, [{"at": AT, "who": who, "action": "stop"} for who in PEOPLE])
    return database


@pytest.mark.parametrize("names", [[], ["7"], PEOPLE, ["Ada", "Ada", "nobody"], MANY])
async def test_finds_these_and_not_those_finds_the_others(known: Database, names: Sequence[str]) -> None:
    async with known.read() as conn:
        found = list(await conn.scalars(BY_NAME, {"names": names}))
        others = set(await conn.scalars(OTHERS, {"names": names}))

    assert found == [name for name in PEOPLE if name in names]
    assert others == set(PEOPLE) - set(names)


async def test_numbers_are_numbers(known: Database) -> None:
    async with known.read() as conn:
        ids = {row.who: row.id for row in await conn.execute(sa.select(journal.c.who, journal.c.id))}
        found = await conn.scalars(BY_ID, {"ids": {ids["7"], 2**40}})
        assert list(found) == ["7"]


async def test_changes_what_is_among_them(known: Database) -> None:
    async with known.write() as conn:
        assert set(await conn.scalars(RENAME, {"names": ("Ada", "7")})) == {"Ada", "7"}


async def test_it_is_one_statement_for_any_number(known: Database) -> None:
    """What is asked for again and again is worded and prepared once."""
    seen: set[str] = set()

    def look(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.add(statement)

    async with known.read() as conn:
        sa.event.listen(conn.sync_connection, "before_cursor_execute", look)
        for many in range(1, len(PEOPLE)):
            await conn.execute(BY_NAME, {"names": PEOPLE[:many]})

    assert len(seen) == 1


async def test_it_is_looked_up_in_an_index(known: Database) -> None:
    """What a turn costs may not depend on how many others there are."""
    asked = BY_ID.where(journal.c.detail == "")  # beside another condition, as in most that a turn asks
    async with known.read() as conn:
        sql = asked.compile(conn.sync_engine)
        if conn.dialect.name == "sqlite":
            plan = await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", ("[7]", ""))
        else:
            await conn.exec_driver_sql("SET LOCAL enable_seqscan = off")  # the table is small
            plan = await conn.exec_driver_sql(f"EXPLAIN {sql}", {"ids": [7], "detail_1": ""})
        found = "\n".join(str(row[-1]) for row in plan)

    assert "SEARCH journal USING INTEGER PRIMARY KEY" in found or "Index Cond: (id = ANY" in found, found
