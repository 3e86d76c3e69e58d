"""reconvene token add · list · end"""

from typing import Annotated

import typer

from bot.clock import SystemClock
from bot.commands.base import operator, say, show, work
from bot.commands.dates import AsJson
from bot.rights import Role

app = typer.Typer(help="Other programs: the tokens with which they may ask.", no_args_is_help=True)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What uses it, such as dashboard. The audit names it by this.")],
    role: Annotated[Role, typer.Option(help="As what it works: facilitator, moderator or observer.")] = Role.OBSERVER,
    area: Annotated[list[str] | None, typer.Option(help="An area it may ask about; repeat it. None: all.")] = None,
    days: Annotated[int, typer.Option(help="For how many days it is good; 365 at most.")] = 90,
) -> None:
    """Make a token. It is printed once and kept nowhere."""
    made = work(lambda office: office.add_token(operator(), name, role=role, areas=tuple(area or ()), days=days))
    say(made.secret)
    say(f"Good until {made.token.expires_at:%d %B %Y}; not shown again. To end it: reconvene token end {made.token.id}")


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """Every token, also those that are over."""
    now = SystemClock().now()
    rows = [
        {
            "id": one.id,
            "name": one.name,
            "role": one.role,
            "areas": ", ".join(one.areas) or "all",
            "state": "over" if one.over(now) else "good",
            "expires_at": one.expires_at,
            "used_at": one.used_at,
            "made_by": one.made_by,
        }
        for one in work(lambda office: office.tokens(operator()))
    ]
    show(rows, as_json=as_json, empty="No other program is let in. Make a token with: reconvene token add NAME")


@app.command("end")
def end(id: Annotated[str, typer.Argument(help="Which, as in: reconvene token list")]) -> None:
    """End a token. Whatever uses it is not let in any more."""
    ended = work(lambda office: office.end_token(operator(), id))
    say(f"The token of {ended.name} is over.")
