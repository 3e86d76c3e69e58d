"""Steps that bring an older database up to date, in `versions/`. Each runs whole or not at all.

Alembic is loaded only when there is a step to take: most starts find the schema as it should be.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

LOCK = 7_266_682  # any number, the same in every process
TABLE = "alembic_version"


class SchemaTooNew(Exception):
    """A newer program has already changed this database."""


class SchemaBroken(Exception):
    """A migration left rows that point nowhere; it was undone."""


async def upgrade(conn: AsyncConnection) -> None:
    """Bring the database behind a fresh connection to the newest schema, and commit."""
    if conn.dialect.name == "sqlite":
        driver = (await conn.get_raw_connection()).driver_connection
        assert driver is not None
        driver.raw.execute("PRAGMA foreign_keys = off")  # rebuilding a table must not delete what refers to it
    async with conn.begin():
        await conn.run_sync(bring_up)


def known() -> "ScriptDirectory":
    """The migrations this program has."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(config())


def newest() -> str:
    """The revision that the newest migration of this program leads to: the number its file begins with."""
    return max(_revisions())


def ours(item: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    """Whether the tables as we describe them tell of this; an index for searching is each database's own."""
    return not (name or "").startswith("reading_index")


def config(connection: sa.Connection | None = None) -> "Config":
    """Alembic's settings, without a file of them."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def bring_up(connection: sa.Connection) -> None:
    """Bring the schema up to date within the transaction that is open; refuse one that a newer program wrote."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    here = _here(connection)
    _refuse_newer(here)
    if here == {newest()}:
        return
    from alembic import command

    command.upgrade(config(connection), "head")
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise SchemaBroken("The migration would leave rows that point nowhere. Nothing was changed; please report it.")


def _revisions() -> set[str]:
    return {path.name.partition("_")[0] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py")}


def _here(connection: sa.Connection) -> set[str]:
    """The revision the database is at; none before the first."""
    if not sa.inspect(connection).has_table(TABLE):
        return set()
    return set(connection.scalars(sa.text(f"SELECT version_num FROM {TABLE}")))


def _refuse_newer(here: set[str]) -> None:
    for revision in here - _revisions():
        raise SchemaTooNew(
            f"The database was changed by a newer version of Reconvene (schema {revision}, this one knows up to "
            f"{newest()}). Install that version, or restore a backup made before the update."
        )
