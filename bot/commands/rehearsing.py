"""reconvene new, simulate, handbook: write a programme of one's own, and live through it before anybody is invited."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import authoring, handbook, starting
from bot.commands.base import say
from bot.rehearsal.rehearse import rehearse
from bot.settings import SHIPPED

BEGINS = datetime(2027, 3, 1)  # noqa: DTZ001 - a day, in each area its own
"""So that summer time begins on the way."""
NEXT = """{folder} is yours now. The next three steps:

1. Say who you are: put your organisation, your areas and your team into {folder}/programme.yaml.
2. Say it in your words: {folder}/prompts/ holds every message, {folder}/flows/ what is asked in which order.
   After each change: reconvene check {folder}
3. Live through it: reconvene simulate {folder}
   and hold the phone yourself: RECONVENE_PROGRAMME={folder} reconvene demo"""


def new(
    folder: Annotated[Path, typer.Argument(help="The new folder, such as my-topic. Its name is the programme's.")],
    source: Annotated[str, typer.Option("--from", help="The programme to begin with.")] = "life-here",
) -> None:
    """Begin a programme of your own, as a copy of one that is known to work."""
    say(NEXT.format(folder=authoring.begin(folder, source)))


def simulate(
    folder: Annotated[Path, typer.Argument(help="A folder with a programme.yaml, or the name of a shipped one.")],
    people: Annotated[int, typer.Option(help="How many invented people.", min=1, max=5000)] = 87,
    seed: Annotated[int, typer.Option(help="Another number gives other lives.")] = 1,
    begins: Annotated[datetime, typer.Option(help="The first day.", formats=["%Y-%m-%d"])] = BEGINS,
    gap: Annotated[int, typer.Option(help="Days from one workshop to the next.", min=1, max=120)] = 28,
    agenda: Annotated[
        bool, typer.Option(help="Invent the key issues that wave 2 waits for, or leave them out.")
    ] = True,
) -> None:
    """Live through a whole programme with invented people, and fail where a promise to them is broken."""
    shipped = SHIPPED / folder
    script = starting.read_script(shipped if not folder.exists() and shipped.is_dir() else folder)
    lived = rehearse(script, people=people, seed=seed, first=begins.date(), gap=gap, agenda=agenda)
    for line in (*lived.timeline(), "", *lived.counts()):
        say(line)
    say()
    for line in (*lived.faults(), *lived.shut()):
        say(line)
    if lived.breaches:
        say(f"{len(lived.breaches)} promises broken.")
    if lived.breaches or lived.refused:
        raise typer.Exit(1)
    say("Every promise was kept: dose, quiet hours, order and gates.")


def tables(
    guide: Annotated[
        Path, typer.Argument(help="The guide, such as docs/authoring.md or docs/api.md.", exists=True, dir_okay=False)
    ],
) -> None:
    """Write the tables of a guide anew, from the definitions."""
    say(f"{guide} is new." if handbook.write(guide) else f"{guide} was up to date.")
