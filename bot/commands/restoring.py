"""reconvene backup, restore and release"""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import SystemClock
from bot.commands.base import opened, operator, say, settings
from bot.facilitation import Mistake
from storage import backup, journal, standstill
from storage.backup import Restored
from storage.files import Files
from storage.standstill import Pile
from storage.stones import Stones

File = Annotated[Path, typer.Argument(help="The file of the backup.")]
LOOK = "Look at what waits, and say what becomes of it: reconvene release"


def save(file: File) -> None:
    """Copy all that is kept into one file, recordings into a folder beside it. The program may run meanwhile."""
    chosen = settings()
    url = chosen.database_url.get_secret_value()
    size = asyncio.run(backup.save(url, file, Files.of(url, chosen.media), SystemClock().now()))
    say(f"{file}: {size:,} bytes.")
    say(f"Who is erased or leaves from now on stands in {chosen.stones().path}: keep that file too.")


def restore(
    file: File,
    replace: Annotated[bool, typer.Option("--replace", help="Set aside the database that is there now.")] = False,
    tombstones: Annotated[
        Path | None, typer.Option(help="The file of those who were erased, if it is not where the settings say.")
    ] = None,
) -> None:
    """Put a backup in the place of the database. Nothing is sent until you say so: reconvene release"""
    chosen = settings()
    url, stones = chosen.database_url.get_secret_value(), Stones(tombstones) if tombstones else chosen.stones()
    if tombstones and not tombstones.is_file():
        raise Mistake(f"There is no file at {tombstones}. Nothing was changed.")
    files = Files.of(url, chosen.media)
    found = asyncio.run(backup.restore(url, file, files, stones, replace=replace, now=SystemClock().now()))
    for line in _told(found, stones.path if stones.path.is_file() else None):
        say(line)


def _told(found: Restored, stones: Path | None) -> list[str]:
    lines = [f"Restored as of {found.taken_at:%d %B %Y %H:%M} UTC: {found.people} people, {found.messages} messages."]
    if found.set_aside:
        lines.append(f"The database that was there is now {found.set_aside}; delete it when you do not need it.")
    if stones:
        lines.append(f"Erased since, and erased again: {found.erased_again} people. Left since: {found.left_again}.")
    else:
        lines.append("No file says who was erased or has left since. Ask the team, or give the file with --tombstones.")
    if found.tokens:
        lines.append(f"Tokens of other programs that are over now: {found.tokens}. Make new ones: reconvene token add")
    lines.append("What people said since, and what they agreed to or no longer agree to, is not in it.")
    return [*lines, *found.broken, f"Nothing is sent yet. {LOOK}"]


def release(
    send: Annotated[bool, typer.Option("--send", help="Everything that waits goes out.")] = False,
    drop: Annotated[
        bool, typer.Option("--drop", help="What was queued or due before is not sent; only what comes from now on.")
    ] = False,
) -> None:
    """Show what waits since a backup was restored. With --send or --drop, let the programme go on."""
    if send and drop:
        raise Mistake("Say --send or --drop, not both.")
    for line in asyncio.run(_release(SystemClock().now(), send=send, drop=drop)):
        say(line)


async def _release(now: datetime, *, send: bool, drop: bool) -> list[str]:
    async with opened(settings()) as db, db.write() as conn:
        taken_at = await standstill.since(conn)
        if taken_at is None:
            return ["Nothing is held back: messages go out as they should."]
        if not (send or drop):
            return _waiting(taken_at, await standstill.piles(conn, taken_at, now))
        dropped = await standstill.drop(conn, taken_at, now) if drop else 0
        await standstill.end(conn)
        how = {"dropped": dropped, "sent": send}
        await journal.note(conn, at=now, who=operator().name, action="release", detail=how)
    return [f"Dropped: {dropped}. From now on messages go out." if drop else "From now on messages go out."]


def _waiting(taken_at: datetime, piles: list[Pile]) -> list[str]:
    lines = [f"Nothing is sent: the database is from a backup of {taken_at:%d %B %Y %H:%M} UTC. What waits:"]
    lines += [f"{one.how_many:>7}  {one.what}, the oldest of {one.oldest:%d %b %H:%M}" for one in piles]
    return [
        *(lines if piles else [*lines, "      nothing"]),
        "Most of what was queued then was sent since: --drop sends none of it, and begins no prompt that is overdue.",
        "--send sends it all, perhaps a second time. What people write from now on is answered either way.",
    ]
