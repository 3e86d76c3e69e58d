"""reconvene doctor"""

import asyncio
from typing import Annotated

import typer

from bot.commands.base import files_of, opened, say, settings, show
from storage import holds, invariants


def doctor(as_json: Annotated[bool, typer.Option("--json", help="For a program instead of a person.")] = False) -> None:
    """Look whether all promises are kept: nothing lost, nothing twice, recordings there, every bot able to write."""

    async def look() -> list[str]:
        chosen = settings()
        async with opened(chosen) as db, db.read() as conn:
            lost = await invariants.recordings_are_there(conn, files_of(chosen))
            return [*await invariants.check(conn), *lost, *await holds.held_up(conn)]

    broken = asyncio.run(look())
    if as_json:
        show([{"broken": sentence} for sentence in broken], as_json=True, empty="")
    else:
        say("\n".join(broken) if broken else "All is well.")
    if broken:
        raise typer.Exit(1)
