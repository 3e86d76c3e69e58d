"""Steps that bring an older database up to date, in `versions/`. Each runs whole or not at all."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncConnection

LOCK = 7_266_682  # any number, the same in every process


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


def known() -> ScriptDirectory:
    """The migrations this program has."""
    return ScriptDirectory.from_config(config())


def config(connection: sa.Connection | None = None) -> Config:
    """Alembic's settings, without a file of them."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def bring_up(connection: sa.Connection) -> None:
    """Bring the schema up to date within the transaction that is open; refuse one that a newer program wrote."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    _refuse_newer(connection)
    command.upgrade(config(connection), "head")
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise SchemaBroken("The migration would leave rows that point nowhere. Nothing was changed; please report it.")


def _refuse_newer(connection: sa.Connection) -> None:
    scripts = known()
    ours = {script.revision for script in scripts.walk_revisions()}
    for revision in set(MigrationContext.configure(connection).get_current_heads()) - ours:
        raise SchemaTooNew(
            f"The database was changed by a newer version of Reconvene (schema {revision}, this one knows up to "
            f"{scripts.get_current_head()}). Install that version, or restore a backup made before the update."
        )
