"""Commands that run something to look at: the demo, one flow in the terminal."""

import asyncio
import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import demo as demos
from bot import logs, starting
from bot.clock import SystemClock
from bot.commands.base import say, settings
from bot.facilitation import Mistake
from bot.play import Player

Folder = Annotated[Path | None, typer.Option("--keep", help="Keep the demo's database in this folder.")]


def demo(
    port: Annotated[int, typer.Option(help="The port of the page.", min=0, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    keep: Folder = None,
    from_start: Annotated[bool, typer.Option(help="Open before the first workshop, not between the two.")] = False,
) -> None:
    """Try everything: the console, a phone, 86 invented people and a clock you can move on."""
    logs.set_up(logging.WARNING)
    asyncio.run(demos.run(settings().programme, host, port, browser=browser, keep=keep, from_start=from_start))


def play(
    flow: Annotated[str, typer.Argument(help="The conversation, e.g. diary_1.")],
    locale: Annotated[str, typer.Option(help="The language, e.g. en-easy.")] = "",
    entry: Annotated[str, typer.Option(help="Where to begin, e.g. STOP in my_rights.")] = "",
) -> None:
    """Go through one conversation here in the terminal. Nothing is kept and nothing is sent."""
    script = starting.read_script(settings().programme)
    known = script.programme.flows
    if flow not in known:
        raise Mistake(f"There is no conversation “{flow}”. There are: {', '.join(known)}.")
    if entry and entry not in known[flow].entries:
        raise Mistake(f"{flow} does not begin at “{entry}”. It has: {', '.join(known[flow].entries) or 'no entries'}.")
    chosen = locale or next(iter(script.programme.locales))
    if chosen not in script.programme.locales:
        raise Mistake(f"There is no language “{chosen}”. There are: {', '.join(script.programme.locales)}.")
    player = Player(script, known[flow], SystemClock(), say, locale=chosen, entry=entry)
    player.play(sys.stdin)
