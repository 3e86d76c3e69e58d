"""SQLite under SQLAlchemy's async engine: one file, one process, little overhead.

The usual driver sends every step of every statement to a thread and back, which takes longer than the statement. Here
short statements run at once; only what may wait, for the disk or for a long result, is done in a thread.
"""

import asyncio
import fcntl
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any, TypeVar

T = TypeVar("T")

PRAGMAS = {
    "busy_timeout": 10_000,  # first, so that the others wait as well
    "journal_mode": "wal",
    "synchronous": "full",  # we say "received" after a commit: it has to survive a power cut
    "foreign_keys": "on",
    "secure_delete": "on",  # erased text is overwritten, not only unlinked
    "temp_store": "memory",
}
IMMEDIATE = "BEGIN IMMEDIATE"
NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs"}


class DatabaseInUse(Exception):
    """Another process works with this file."""


class UnsafeFolder(Exception):
    """The file lies where SQLite cannot lock it reliably."""


async def in_thread(call: Callable[[], T]) -> T:
    """Wait for a call made in a thread, also when cancelled: the connection must be at rest when we go on."""
    work = asyncio.get_running_loop().run_in_executor(None, call)
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise


class Cursor:
    """The part of a cursor that SQLAlchemy uses."""

    def __init__(self, cursor: sqlite3.Cursor, *, threaded: bool) -> None:
        self._cursor = cursor
        self._threaded = threaded
        self._rows: list[Any] = []

    async def __aenter__(self) -> "Cursor":
        return self

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement and take its rows."""
        if operation == IMMEDIATE and self._begun_at_once():
            return
        if operation != "BEGIN" and (self._threaded or operation == IMMEDIATE):
            self._rows = await in_thread(lambda: self._cursor.execute(operation, parameters).fetchall())
        else:
            self._rows = self._cursor.execute(operation, parameters).fetchall()

    def _begun_at_once(self) -> bool:
        """Begin to write, if nobody else writes: a way to a thread and back takes longer than this."""
        raw = self._cursor.connection
        raw.execute("PRAGMA busy_timeout = 0")
        try:
            self._cursor.execute(IMMEDIATE)
        except sqlite3.OperationalError:
            return False
        finally:
            raw.execute(f"PRAGMA busy_timeout = {PRAGMAS['busy_timeout']}")
        return True

    async def executemany(self, operation: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each set of values."""
        self._cursor.executemany(operation, parameters)

    async def fetchall(self) -> list[Any]:
        """The rows of the last statement."""
        return self._rows

    async def close(self) -> None:
        """Forget the result."""
        self._cursor.close()

    @property
    def description(self) -> Any:
        """The columns of the result; none for a statement without rows."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The key of the row put in last."""
        return self._cursor.lastrowid


class Connection:
    """One open file. Transactions begin only where we say BEGIN."""

    def __init__(self, raw: sqlite3.Connection, *, threaded: bool) -> None:
        self.raw = raw
        self._threaded = threaded
        self._connection: sqlite3.Connection | None = raw  # the name under which SQLAlchemy asks whether we are open

    def cursor(self) -> Cursor:
        """A fresh cursor."""
        return Cursor(self.raw.cursor(), threaded=self._threaded)

    async def commit(self) -> None:
        """Put the transaction on disk. On a full disk SQLite ends it by itself: then there is none to commit."""
        if not self.raw.in_transaction:
            raise sqlite3.OperationalError("the database gave the transaction up before it was committed")
        await in_thread(self.raw.commit)

    async def rollback(self) -> None:
        """Undo what is open, if anything is."""
        self.raw.rollback()

    async def empty_log(self) -> bool:
        """Move the write-ahead log into the file and cut it to nothing; False if a reader still needs it."""

        def call() -> bool:
            self.raw.execute("PRAGMA busy_timeout = 250")  # writers wait meanwhile: better try again later
            busy: int = self.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            self.raw.execute(f"PRAGMA busy_timeout = {PRAGMAS['busy_timeout']}")
            return not busy

        return await in_thread(call)

    async def create_function(self, *args: Any, **kwargs: Any) -> None:
        """Let SQLAlchemy add its REGEXP."""
        self.raw.create_function(*args, **kwargs)

    async def close(self) -> None:
        """Close the file; the last one to do so also folds the write-ahead log into it."""
        self._connection = None
        await in_thread(self.raw.close)

    def stop(self) -> None:
        """Close at once, where nothing can be awaited any more."""
        self._connection = None
        self.raw.close()


def connect(path: Path, *, reading: bool) -> Connection:
    """Open the file with all our pragmas on. Reading, which may be long, is done in a thread."""
    raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    for name, value in {**PRAGMAS, "query_only": "on" if reading else "off"}.items():
        raw.execute(f"PRAGMA {name} = {value}")
    return Connection(raw, threaded=reading)


def lock(path: Path) -> IO[str]:
    """Claim the file for this process; the claim ends when the returned file is closed, however that comes about.

    A file that is not there yet is made, for its owner's eyes only.
    """
    refuse_network_folder(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    side = open(f"{path}.lock", "a")  # noqa: SIM115  (held open as long as the database is)
    try:
        fcntl.flock(side, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        side.close()
        raise DatabaseInUse(
            f"Another Reconvene process is using {path}. Stop it first, or use PostgreSQL to run several."
        ) from None
    return side


def refuse_network_folder(path: Path) -> None:
    """SQLite's locks do not hold on network file systems: two computers could destroy the file."""
    kind = file_system(path.resolve().parent, mounts())
    if kind in NETWORK:
        raise UnsafeFolder(
            f"{path} is on a network file system ({kind}), where SQLite can lose data. "
            "Move it to a local disk, or use PostgreSQL."
        )


def mounts() -> str:
    """What is mounted where; empty where the system does not tell."""
    table = Path("/proc/self/mounts")
    return table.read_text() if table.exists() else ""


def file_system(folder: Path, table: str) -> str:
    """The kind of file system a folder is on."""
    rows = [line.split()[1:3] for line in table.splitlines()]
    over = [(point, kind) for point, kind in rows if folder.is_relative_to(point.replace("\\040", " "))]
    return max(over, key=lambda row: len(row[0]), default=("", ""))[1]
