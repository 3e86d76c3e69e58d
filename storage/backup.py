"""Backups: a whole copy of what is kept, made while the program runs, and the way back.

A copy of SQLite is one file, which carries the line that makes it stand still (see `storage.standstill`). For
PostgreSQL its own tools are run, pg_dump and pg_restore; the line is written as soon as they are done.
"""

import asyncio
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from dataclasses import replace as replace_in
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL

from storage import invariants, media, sqlite, standstill, tokens
from storage.database import Database, file_of, normalise
from storage.files import Files
from storage.stones import Stones, leave_again, replay
from storage.tables import outbox, participants

HEADER = b"SQLite format 3\0"
LOGS = ("-wal", "-shm")
QUERY = ("host", "port", "sslmode", "sslrootcert")
"""What an address of PostgreSQL may say after the question mark, and its tools need to know."""


class BackupFailed(Exception):
    """Why there is no backup, or nothing was restored: a sentence for whoever asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What came back."""

    taken_at: datetime
    people: int
    messages: int
    erased_again: int
    left_again: int
    broken: Sequence[str]  # promises that the data does not keep
    recordings: int = 0  # bytes
    tokens: int = 0  # of other programs, that are over now
    set_aside: Path | None = None  # where the database is now that was there before


async def save(url: str, target: Path, files: Files, now: datetime) -> int:
    """Copy the database into a new file that only its owner may read, recordings into a folder beside. In bytes."""
    part = _begin(target)
    try:
        if normalise(url).get_backend_name() == "postgresql":
            await _run("pg_dump", normalise(url), "--format=custom", "--no-owner", f"--file={part}")
        else:
            await _copy(url, part, now)
        size = _keep(part, target)
    finally:
        _clear(part)
    return size + await _copy_recordings(url, files, _beside(target, files))


async def restore(url: str, source: Path, files: Files, stones: Stones, *, replace: bool, now: datetime) -> Restored:
    """Put a backup in the place of the database. It stands still until `standstill.end`, and the erased stay erased."""
    if not await asyncio.to_thread(source.is_file):
        raise BackupFailed(f"There is no backup at {source}.")
    files.claim()
    if normalise(url).get_backend_name() == "postgresql":
        restored = await _restore_postgresql(url, source, stones, now)
    else:
        restored = await _restore_sqlite(file_of(normalise(url)), source, stones, replace, now)
    return replace_in(restored, recordings=await _copy_recordings(url, _beside(source, files), files))


async def _copy_recordings(url: str, source: Files, target: Files) -> int:
    """Those that the data of this database names, and the target lacks. How many bytes."""
    db = Database.open_to_read(url)
    try:
        async with db.read() as conn:
            names = await media.names(conn)
    finally:
        await db.close()
    return await asyncio.to_thread(_copy_files, source, target, names)


def _copy_files(source: Files, target: Files, names: Iterable[str]) -> int:
    size = 0
    for name in names:
        content = None if target.size(name) is not None else source.read(name)
        if content is not None:  # else it has been removed meanwhile, or was never fetched
            target.put(name, content)
            size += len(content)
    return size


def _beside(backup: Path, files: Files) -> Files:
    """The recordings of a backup."""
    return Files(backup.with_name(f"{backup.name}.media"), files.owner)


async def _copy(url: str, part: Path, now: datetime) -> None:
    """SQLite copies the state of one moment, beside whoever writes."""
    path = file_of(normalise(url))
    if not path.exists():
        raise BackupFailed(f"There is no database at {path}.")
    await sqlite.in_thread(lambda: _backup(path, part))
    db = Database.open_beside(f"sqlite:///{part}")
    try:
        async with db.write() as conn:
            await standstill.begin(conn, now)
    finally:
        await db.close()
    await sqlite.in_thread(lambda: _look_through(part))


def _backup(path: Path, part: Path) -> None:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as copy:
        source.execute(f"PRAGMA busy_timeout = {sqlite.PRAGMAS['busy_timeout']}")
        source.backup(copy)


def _look_through(part: Path) -> None:
    """Whether the copy is whole. It becomes one file without a log beside it."""
    with closing(sqlite3.connect(part)) as copy:
        copy.execute("PRAGMA journal_mode = delete")
        (found,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise BackupFailed(f"The copy is damaged ({found}). Look at the disk, and run: reconvene doctor")


async def _restore_sqlite(path: Path, source: Path, stones: Stones, replace: bool, now: datetime) -> Restored:
    with source.open("rb") as file:
        if file.read(len(HEADER)) != HEADER:
            raise BackupFailed(f"{source} is not a backup of a SQLite database. Nothing was changed.")
    if _has_data(path) and not replace:
        raise BackupFailed(
            f"There is a database at {path}. Stop the program, and say --replace to put the backup in its place: "
            "the database that is there now is set aside, not deleted."
        )
    claim = sqlite.lock(path)
    part = path.with_name(f"{path.name}.restoring")
    _fresh(part)
    try:
        await _keep_newer_stones(path, stones)
        await sqlite.in_thread(lambda: shutil.copyfile(source, part))
        restored = await _wake(f"sqlite:///{part}", stones, now)
        await sqlite.in_thread(lambda: _look_through(part))
        aside = _set_aside(path, now)
        _keep(part, path)
    except (sqlite3.DatabaseError, sa.exc.DatabaseError) as error:
        raise BackupFailed(f"{source} is damaged ({type(error).__name__}). Nothing was changed.") from None
    finally:
        _clear(part)
        claim.close()
    return replace_in(restored, set_aside=aside)


async def _restore_postgresql(url: str, source: Path, stones: Stones, now: datetime) -> Restored:
    """Into an empty database only: nobody can be at work there, and nothing is overwritten."""
    db = Database.open(url)
    try:
        async with db.read() as conn:
            tables = await conn.run_sync(lambda sync: sa.inspect(sync).get_table_names())
        if tables:
            raise BackupFailed(
                "The database of RECONVENE_DATABASE_URL is not empty. Make a new one (createdb reconvene_restored), "
                "name it in the setting, and restore into that."
            )
        name = normalise(url).database or ""
        whole = ("--single-transaction", "--exit-on-error", "--no-owner", f"--dbname={name}", str(source))
        await _run("pg_restore", normalise(url), *whole)
    finally:
        await db.close()
    return await _wake(url, stones, now)


async def _wake(url: str, stones: Stones, now: datetime) -> Restored:
    """Make the data fit for today's program, let it stand still, and bury again who was erased since."""
    db = Database.open_beside(url)
    try:
        await db.migrate()
        async with db.write() as conn:
            await standstill.begin(conn, now)
            ended = await tokens.end(conn, now, standstill.WHY)  # some may have been ended since the backup
            again = await replay(conn, stones.read())
            left = await leave_again(conn, stones.left(), now)
        await db.checkpoint()
        async with db.read() as conn:
            return Restored(
                taken_at=await standstill.since(conn) or now,
                people=await conn.scalar(sa.select(sa.func.count()).select_from(participants)) or 0,
                messages=await conn.scalar(sa.select(sa.func.count()).select_from(outbox)) or 0,
                erased_again=again,
                left_again=left,
                tokens=ended,
                broken=await invariants.check(conn),
            )
    finally:
        await db.close()


async def _keep_newer_stones(path: Path, stones: Stones) -> None:
    """Whoever was erased or has left in the database that is replaced, if it can still be read, stays so."""
    if not _has_data(path):
        return
    db = Database.open_to_read(f"sqlite:///{path}")
    try:
        await stones.keep(db)
    except sa.exc.DatabaseError:
        return  # damaged: that may be why we restore, and the file of stones was kept up to date while it was sound
    finally:
        await db.close()


def _set_aside(path: Path, now: datetime) -> Path | None:
    if not path.stat().st_size:
        return None
    aside = path.with_name(f"{path.name}.{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    for end in LOGS:
        if (beside := path.with_name(path.name + end)).exists():
            beside.rename(aside.with_name(aside.name + end))
    path.rename(aside)
    return aside


def _has_data(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _begin(target: Path) -> Path:
    """Where a backup grows until it is whole."""
    if target.exists():
        raise BackupFailed(f"{target} is there already. A backup never replaces another: name a new file.")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    _fresh(part)
    return part


def _clear(part: Path) -> None:
    for end in ("", *LOGS):
        part.with_name(part.name + end).unlink(missing_ok=True)


def _fresh(path: Path) -> None:
    """An empty file for its owner's eyes only; what an interrupted attempt left there goes."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _keep(part: Path, target: Path) -> int:
    """Give a file that is complete its name, and see both on disk. How many bytes it has."""
    _sync(part)
    part.rename(target)
    _sync(target.parent)
    return target.stat().st_size


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


async def _run(tool: str, address: URL, *words: str) -> None:
    """One of PostgreSQL's own tools. The password goes by the environment, where no list of processes shows it."""
    if shutil.which(tool) is None:
        raise BackupFailed(
            f"{tool} is not on this machine. Install PostgreSQL's client programs, or run it where they are: "
            f"{tool} {' '.join(word for word in words if not word.startswith('--file'))} …"
        )
    env = os.environ | _as_environment(address)
    command = (tool, *words)
    ended = await asyncio.to_thread(lambda: subprocess.run(command, env=env, stderr=subprocess.PIPE, check=False))
    if ended.returncode:
        why = " ".join(ended.stderr.decode(errors="replace").split())[:300] or f"it ended with {ended.returncode}"
        raise BackupFailed(f"Nothing was changed: {why}")


def _as_environment(address: URL) -> dict[str, str]:
    given = {
        "PGHOST": address.host,
        "PGPORT": address.port,
        "PGUSER": address.username,
        "PGPASSWORD": address.password,
        "PGDATABASE": address.database,
        **{f"PG{name.upper()}": value for name, value in address.query.items() if name in QUERY},
    }
    return {name: str(value) for name, value in given.items() if value}
