"""The schema that migrations lead to is the schema of the tables, and getting there is safe."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from storage.database import Database
from storage.migrations import SchemaTooNew, known, newest, ours
from storage.tables import metadata

both = pytest.mark.parametrize("empty_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[Database]:
    opened = Database.open(empty_url)
    yield opened
    await opened.close()


def tables(connection: sa.Connection) -> set[str]:
    return {name for name in sa.inspect(connection).get_table_names() if ours(None, name, "table", True, None)}


def looking(connection: sa.Connection) -> MigrationContext:
    return MigrationContext.configure(connection, opts={"include_object": ours})


async def names(database: Database) -> set[str]:
    async with database.read() as conn:
        return await conn.run_sync(tables)


def checks(connection: sa.Connection) -> dict[str, set[str | None]]:
    found = sa.inspect(connection)
    return {name: {check["name"] for check in found.get_check_constraints(name)} for name in metadata.tables}


@both
async def test_migrating_gives_exactly_our_tables(empty: Database) -> None:
    await empty.migrate()

    async with empty.read() as conn:
        found = await conn.run_sync(lambda sync: compare_metadata(looking(sync), metadata))
    assert found == []
    assert await names(empty) == {*metadata.tables, "alembic_version"}


@both
async def test_migrating_gives_our_checks(empty: Database) -> None:
    wanted = {
        table.name: {c.name for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        for table in metadata.tables.values()
    }

    await empty.migrate()

    async with empty.read() as conn:
        assert await conn.run_sync(checks) == wanted


@both
async def test_migrating_again_changes_nothing(empty: Database) -> None:
    await empty.migrate()
    async with empty.write() as conn:
        await conn.execute(sa.text("INSERT INTO tombstones VALUES ('r', 'h', 1)"))

    await empty.migrate()

    async with empty.read() as conn:
        assert await conn.scalar(sa.text("SELECT count(*) FROM tombstones")) == 1


@both
async def test_newer_schema_is_refused_in_plain_words(empty: Database) -> None:
    await empty.migrate()
    async with empty.write() as conn:
        await conn.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SchemaTooNew, match="newer version of Reconvene"):
        await empty.migrate()


@both
async def test_two_programs_migrating_at_once_do_it_once(empty: Database) -> None:
    await asyncio.gather(empty.migrate(), empty.migrate())

    assert "participants" in await names(empty)


KILLED = """
import asyncio, os, signal, sys
import sqlalchemy as sa
from storage.database import Database

statements = 0

@sa.event.listens_for(sa.Engine, "before_cursor_execute")
def die(conn, cursor, statement, parameters, context, executemany):
    global statements
    statements += statement.startswith("\\nCREATE TABLE")
    if statements == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(Database.open(sys.argv[1]).migrate())
"""


@both
@pytest.mark.parametrize("statement", [2, len(metadata.tables)])
async def test_killed_migration_leaves_nothing_and_can_be_repeated(empty_url: str, statement: int) -> None:
    killed = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", KILLED, empty_url, str(statement)], capture_output=True, check=False
    )
    assert killed.returncode == -9

    database = Database.open(empty_url)

    assert await names(database) == set()
    await database.migrate()
    assert await names(database) == {*metadata.tables, "alembic_version"}
    await database.close()


def test_migrations_form_one_line() -> None:
    assert len(known().get_heads()) == 1


def test_each_migration_is_named_by_its_number_so_that_the_newest_is_known_without_loading_any() -> None:
    assert known().get_heads() == [newest()]
    assert all(script.module.__name__.startswith(script.revision) for script in known().walk_revisions())
