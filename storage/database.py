"""The door to the database: one place where transactions open and close, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any, Self

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage import migrations, reading_texts, sqlite
from storage.seats import OwnSeat, Seat, SharedSeat

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
POSTGRESQL_SETTINGS = (
    "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000 -c synchronous_commit=on -c timezone=UTC"
)
READERS = 4


class UnknownDatabase(Exception):
    """The address names a database we do not work with."""


class OnlyReading(Exception):
    """The database was opened to look at it."""


class LineLost(Exception):
    """The driver's own connection broke."""


class Database:
    """What is kept, open for work. Made by `open`; a process has one."""

    def __init__(self, url: URL, writer: AsyncEngine | None, reader: AsyncEngine, claim: IO[str] | None = None) -> None:
        self.url = url
        self.dialect = url.get_backend_name()
        self._write_engine = writer
        self._reader = reader
        self._claim = claim
        self._turn = asyncio.Lock()
        self._kept: AsyncConnection | None = None
        self._seats: list[Seat] = []

    @classmethod
    def open(cls, url: str) -> Self:
        """Open `sqlite:///path` or `postgresql://…`. A SQLite file serves one process: `DatabaseInUse` otherwise."""
        address = normalise(url)
        if address.get_backend_name() == "postgresql":
            engine = _postgresql(address)
            return cls(address, engine, engine)
        claim = sqlite.lock(file_of(address))
        return cls(address, _sqlite(address, "BEGIN IMMEDIATE"), _sqlite(address, "BEGIN"), claim)

    @classmethod
    def open_beside(cls, url: str) -> Self:
        """Open for one command while another process may be serving: writers take turns, but nothing is served here."""
        address = normalise(url)
        if address.get_backend_name() == "postgresql":
            return cls.open(url)
        return cls(address, _sqlite(address, "BEGIN IMMEDIATE"), _sqlite(address, "BEGIN"))

    @classmethod
    def open_to_read(cls, url: str) -> Self:
        """Look at a database that another process may be working with: `write` and `migrate` raise `OnlyReading`."""
        address = normalise(url)
        if address.get_backend_name() == "postgresql":
            return cls(address, None, _postgresql(address, "-c default_transaction_read_only=on"))
        if not file_of(address).exists():
            raise UnknownDatabase(f"There is no database at {file_of(address)}.")
        return cls(address, None, _sqlite(address, "BEGIN"))

    @property
    def file(self) -> Path:
        """The SQLite file."""
        return file_of(self.url)

    def seat(self, name: str) -> Seat:
        """A part that one process at a time plays in this database; nobody sits there yet."""
        shared = self.dialect == "postgresql"
        seat: Seat = SharedSeat(self._writer, name) if shared else OwnSeat(self.write)
        self._seats.append(seat)
        return seat

    async def migrate(self) -> None:
        """Bring the schema up to date, in one transaction; refuse one that a newer program wrote."""
        async with self._turn:
            await self._let_go()
            async with self._writer.connect() as conn:
                await migrations.upgrade(conn)
                await conn.invalidate()  # it worked with other settings than ours

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed on the way out, undone when anything is raised."""
        if self.dialect == "postgresql":
            async with self._writer.begin() as conn:
                yield conn
            return
        async with self._turn:
            conn = await self._keep()
            try:
                async with conn.begin():
                    yield conn
            except (DBAPIError, asyncio.CancelledError):
                await self._discard()
                raise

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Any]:
        """The driver's own connection to PostgreSQL, for what SQLAlchemy has no word for. `LineLost` if it breaks."""
        async with self._writer.connect() as conn:
            await conn.execution_options(isolation_level="AUTOCOMMIT")
            try:
                yield (await conn.get_raw_connection()).driver_connection
            except self._writer.dialect.loaded_dbapi.Error as error:
                raise LineLost(type(error).__name__) from error
            finally:
                await conn.invalidate()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A steady view of the data, beside whoever is writing."""
        async with self._reader.connect() as conn, conn.begin():
            yield conn

    async def checkpoint(self) -> bool:
        """Fold SQLite's write-ahead log into the file and empty it, so that what was erased is in neither.

        The index to search in is rewritten first: bits of words that are gone would stay in it.

        False if a reader held on to it: try again later. On PostgreSQL this is autovacuum's work.
        """
        if self.dialect == "postgresql":
            return True
        async with self.write() as conn:
            await reading_texts.tidy(conn)
        async with self._turn:
            driver = (await (await self._keep()).get_raw_connection()).driver_connection
            assert isinstance(driver, sqlite.Connection)
            return await driver.empty_log()

    async def close(self) -> None:
        """Let go of all connections and of the file."""
        async with self._turn:
            await self._let_go()
        for seat in self._seats:
            await seat.leave()
        for engine in {self._write_engine or self._reader, self._reader}:
            await engine.dispose()
        if self._claim:
            self._claim.close()

    @property
    def _writer(self) -> AsyncEngine:
        if self._write_engine is None:
            raise OnlyReading("The database was opened for reading only.")
        return self._write_engine

    async def _keep(self) -> AsyncConnection:
        if self._kept is None:
            self._kept = await self._writer.connect()
        return self._kept

    async def _let_go(self) -> None:
        if self._kept:
            await self._kept.close()
        self._kept = None

    async def _discard(self) -> None:
        """After an error nobody can say what state a connection is in: take a fresh one next time."""
        if self._kept:
            await self._kept.invalidate()
        await self._let_go()


def normalise(url: str) -> URL:
    """The address with the driver we use, however it was written."""
    address = make_url(url)
    driver = DRIVERS.get(address.get_backend_name())
    if driver is None:
        raise UnknownDatabase(f"{address.get_backend_name()} is not supported: use sqlite:///file or postgresql://…")
    if driver.startswith("sqlite") and address.database in (None, "", ":memory:"):
        raise UnknownDatabase("SQLite needs a file: sqlite:///path/to/reconvene.db")
    return address.set(drivername=driver)


def file_of(address: URL) -> Path:
    """The SQLite file an address names."""
    assert address.database
    return Path(address.database)


def _postgresql(address: URL, more: str = "") -> AsyncEngine:
    options = f"{POSTGRESQL_SETTINGS} {more}"
    return create_async_engine(
        address,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=5,
        hide_parameters=True,  # an error is logged; what somebody said is not
        connect_args={"options": options},
    )


def _sqlite(address: URL, begin: str) -> AsyncEngine:
    writes = begin == "BEGIN IMMEDIATE"

    async def connect() -> sqlite.Connection:
        return sqlite.connect(file_of(address), reading=not writes)

    engine = create_async_engine(
        address,
        async_creator=connect,
        pool_size=1 if writes else READERS,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "begin")
    def say_begin(conn: sa.Connection) -> None:
        conn.exec_driver_sql(begin)

    return engine
