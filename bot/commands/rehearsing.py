"""reconvene simulate"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import starting
from bot.commands.base import say
from bot.rehearsal.rehearse import rehearse
from bot.settings import SHIPPED

BEGINS = datetime(2027, 3, 1)  # noqa: DTZ001 - a day, in each area its own
"""So that summer time begins on the way."""


def simulate(
    folder: Annotated[Path, typer.Argument(help="A folder with a programme.yaml, or the name of a shipped one.")],
    people: Annotated[int, typer.Option(help="How many invented people.", min=1, max=5000)] = 87,
    seed: Annotated[int, typer.Option(help="Another number gives other lives.")] = 1,
    begins: Annotated[datetime, typer.Option(help="The first day.", formats=["%Y-%m-%d"])] = BEGINS,
    gap: Annotated[int, typer.Option(help="Days from one workshop to the next.", min=1, max=120)] = 28,
) -> None:
    """Live through a whole programme with invented people, and fail where a promise to them is broken."""
    shipped = SHIPPED / folder
    script = starting.read_script(shipped if not folder.exists() and shipped.is_dir() else folder)
    lived = rehearse(script, people=people, seed=seed, first=begins.date(), gap=gap)
    for line in (*lived.timeline(), "", *lived.counts()):
        say(line)
    say()
    for fault in lived.faults():
        say(fault)
    if lived.breaches:
        say(f"{len(lived.breaches)} promises broken.")
        raise typer.Exit(1)
    say("Every promise was kept: dose, quiet hours, order and gates.")
