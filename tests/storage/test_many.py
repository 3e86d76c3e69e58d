"""One statement for many rows writes what SQLAlchemy's own way of executing would."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.many import execute_many
from storage.tables import channel_state, journal

AT = datetime(2026, 11, 5, 12, 0, 0, 123456, tzinfo=UTC)
INSERT = sa.insert(journal)
HOLD = sa.insert(channel_state)
MOVE = (
    sa.update(journal)
    .where(journal.c.who == sa.bindparam("of"), journal.c.action == "stop")
    .values(at=sa.bindparam("later"), subject="100% moved")
)


def line(who: str, **more: object) -> dict[str, object]:
    """A line of the journal."""
    return {"at": AT, "who": who, "action": "stop", **more}


async def test_defaults_types_and_everything_people_type_arrive_as_they_were_given(database: Database) -> None:
    async with database.write() as conn:
        touched = await execute_many(conn, INSERT, [line("Ada's 100% %(at)s :who ?"), line("Åsa 🙂")])

    async with database.read() as conn:
        rows = (await conn.execute(sa.select(journal).order_by(journal.c.id))).all()
    assert touched == 2
    assert [(r.at, r.who, r.subject, r.detail) for r in rows] == [
        (AT, "Ada's 100% %(at)s :who ?", "", "{}"),
        (AT, "Åsa 🙂", "", "{}"),
    ]


async def test_the_same_statement_with_other_columns_is_another_one(database: Database) -> None:
    async with database.write() as conn:
        await execute_many(conn, INSERT, [line("a")])
        await execute_many(conn, INSERT, [line("b", subject="named")])
        await execute_many(conn, INSERT, [line("c")])

    async with database.read() as conn:
        assert list(await conn.scalars(sa.select(journal.c.subject).order_by(journal.c.id))) == ["", "named", ""]


async def test_a_change_tells_how_many_rows_it_touched(database: Database) -> None:
    later = AT + timedelta(days=1)
    async with database.write() as conn:
        await execute_many(conn, INSERT, [line("a"), line("b"), line("b")])
        touched = await execute_many(conn, MOVE, [{"of": "b", "later": later}, {"of": "nobody", "later": later}])

    async with database.read() as conn:
        moved = sa.select(journal.c.who, journal.c.subject).where(journal.c.at == later)
        assert (await conn.execute(moved)).all() == [("b", "100% moved"), ("b", "100% moved")]
    assert touched == 2


async def test_nothing_stays_nothing(database: Database) -> None:
    async with database.write() as conn:
        await execute_many(conn, HOLD, [{"channel": "telegram", "bot": "b", "not_before": None}])

    async with database.read() as conn:
        row = (await conn.execute(sa.select(channel_state))).one()
    assert (row.chat, row.not_before, row.paused) == ("", None, "")


async def test_no_rows_are_no_statement(database: Database) -> None:
    async with database.write() as conn:
        assert await execute_many(conn, INSERT, []) == 0


async def test_a_row_that_lacks_a_column_raises(database: Database) -> None:
    with pytest.raises(KeyError):
        async with database.write() as conn:
            await execute_many(conn, INSERT, [line("a", subject="named"), line("b")])
