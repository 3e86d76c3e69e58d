"""reconvene serve: the programme itself."""

import asyncio
import os
from typing import Annotated

import typer

from bot import apart, logs
from bot.roles import EVERYTHING, Role
from bot.settings import load
from bot.unhurried import unhurried


def serve(
    role: Annotated[
        list[Role] | None,
        typer.Option(help="Do only this part of the work; others do the rest. May be given more than once."),
    ] = None,
) -> None:
    """Run the programme in Telegram, in Slack or in both, until you press Ctrl-C. See README.md and docs/slack.md.

    On PostgreSQL several processes may share the work, here or on other machines; on SQLite one does it all.
    """
    chosen = load(os.environ)
    logs.set_up(kind=chosen.log)
    with unhurried():
        checking = apart.begin(chosen.programme)
        from bot import starting  # loaded while the programme is checked

    asyncio.run(starting.run(chosen, frozenset(role) if role else EVERYTHING, checking=checking))
