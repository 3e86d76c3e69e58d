"""reconvene pre-election on · off; broadcast held · approve"""

from typing import Annotated

import typer

from bot.commands.base import Row, local, operator, say, show, work
from bot.commands.dates import AsJson
from bot.facilitation import Facilitation
from bot.rights import Staff
from storage.elections import Held

app = typer.Typer(help="The weeks before an election: no political names, and two people for each message.")
Areas = Annotated[list[str] | None, typer.Option("--area", help="Only this area; repeat it for more.")]
By = Annotated[str, typer.Option("--by", help="Who decides it, as the journal is to name them.")]


@app.command("on")
def on(by: By, area: Areas = None) -> None:
    """An election is near: names listed in programme.yaml under political: are not said, and messages by hand wait."""
    _tell(_switch(by, area, on=True))


@app.command("off")
def off(by: By, area: Areas = None) -> None:
    """The election is over."""
    _tell(_switch(by, area, on=False))


def _switch(by: str, area: list[str] | None, *, on: bool) -> tuple[str, ...]:
    return work(lambda office: office.before_election(_named(by), area or (), on=on))


def _named(by: str) -> Staff:
    who = operator()
    return Staff(name=" ".join(by.split())[:60] or who.name, kind=who.kind)


def _tell(areas: tuple[str, ...]) -> None:
    say(f"An election is near in: {', '.join(areas)}." if areas else "No election is near.")


def held(as_json: AsJson = False) -> None:
    """Show the messages that wait until somebody else has looked at them."""

    async def task(office: Facilitation) -> list[Row]:
        return [
            {
                "id": one.id,
                "message": one.template,
                "areas": ", ".join(one.audience.areas),
                "with": "; ".join(f"{name}: {value}" for name, value in one.fill.items()),
                "by": one.made_by,
                "at": local(office, next(iter(one.audience.areas), ""), one.made_at),
                "goes_out": local(office, next(iter(one.audience.areas), ""), one.send_at),
            }
            for one in await office.held(operator())
        ]

    show(work(task), as_json=as_json, empty="No message is held back.")


def approve(
    message: Annotated[str, typer.Argument(help="Which; see: reconvene broadcast held")],
    by: By,
    urgent: Annotated[bool, typer.Option("--urgent", help="Also in the quiet hours.")] = False,
) -> None:
    """Let a held message go. It takes somebody who did not write it."""
    posted = work(lambda office: office.approve_broadcast(_named(by), message, urgent=urgent))
    if isinstance(posted, Held):
        say(f"It goes out at its hour. Until then: reconvene broadcast drop {posted.id}")
        return
    say(f"On its way to {posted.count} people. Follow it with: reconvene broadcast ledger {posted.broadcast.id}")
