"""What all commands share: the program's parts for one command, and words on the screen."""

import asyncio
import getpass
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import typer

from bot.clock import SystemClock
from bot.facilitation import Facilitation, Mistake
from bot.rights import Kind, Staff
from bot.script import Script
from bot.settings import Settings, load
from bot.wording import Wording
from flows.definition import Programme
from flows.loading import load_programme, read_programme
from storage import publications
from storage.database import Database
from storage.files import Files

T = TypeVar("T")
Row = dict[str, Any]


def settings() -> Settings:
    """The settings of this process."""
    return load(os.environ)


async def in_force(db: Database, chosen: Settings) -> Programme:
    """The programme that is live; before anything was published, that of the folder."""
    async with db.read() as conn:
        newest = await publications.newest_id(conn)
        if newest:
            return read_programme(await publications.files(conn, newest))
    return programme(chosen)


def programme(chosen: Settings) -> Programme:
    """The programme in the folder, if its files are in order."""
    loaded = load_programme(chosen.programme)
    if loaded.programme is None:
        faults = [str(finding) for finding in loaded.findings if finding.severity == "error"]
        raise Mistake("\n".join([f"The programme in {chosen.programme} has mistakes:", *faults]))
    return loaded.programme


def operator() -> Staff:
    """Whoever sits at this machine; the journal names them by their login."""
    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        login = "somebody"
    return Staff(name=f"{login[:40]} at the command line", kind=Kind.OPERATOR)


@asynccontextmanager
async def opened(chosen: Settings) -> AsyncIterator[Database]:
    """The database, up to date, for the length of one command."""
    db = Database.open_beside(chosen.database_url.get_secret_value())
    try:
        await db.migrate()
        yield db
    finally:
        await db.close()


def files_of(chosen: Settings) -> Files:
    """Where the recordings are."""
    return Files.of(chosen.database_url.get_secret_value(), chosen.media)


def work(task: Callable[[Facilitation], Awaitable[T]]) -> T:
    """Do something with the team's commands."""

    async def whole() -> T:
        chosen = settings()
        async with opened(chosen) as db:
            wording = Wording(Script(await in_force(db, chosen)))
            return await task(Facilitation(db, wording, SystemClock(), lambda: None))

    return asyncio.run(whole())


def say(text: str = "") -> None:
    """One line, or several."""
    typer.echo(text)


def show(rows: Sequence[Row], *, as_json: bool, empty: str) -> None:
    """A list for people, in columns; or for a program, with the same names."""
    if as_json:
        say(msgspec.json.format(msgspec.json.encode(list(rows)), indent=2).decode())
    elif not rows:
        say(empty)
    else:
        say("\n".join(columns(rows)))


def columns(rows: Sequence[Row]) -> Iterable[str]:
    """Rows under each other, each column as wide as its widest word; columns that are empty throughout are left out."""
    names = [name for name in rows[0] if any(row[name] not in ("", None) for row in rows)]
    cells = [[name.replace("_", " ") for name in names], *([_cell(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    for line in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%a %d %b %Y %H:%M}"
    return "" if value is None else " ".join(str(value).split())


def local(office: Facilitation, area: str, at: datetime | None) -> datetime | None:
    """An instant in the time of an area."""
    known = office.programme.areas.get(area)
    return at.astimezone(ZoneInfo(known.zone) if known else None) if at else None


def moment(text: str) -> datetime:
    """A date and time as people type it: 2026-11-26 18:00."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise Mistake(f"“{text}” is not a date and time. Write it like 2026-11-26 18:00.") from None
