"""reconvene statements list · add · approve · reword · hold"""

from typing import Annotated

import typer

from bot.commands.agenda import Area
from bot.commands.base import Row, operator, say, show, work
from bot.commands.dates import AsJson
from bot.facilitation import Facilitation
from flows.disclosure import parts
from storage.statements import Statement

app = typer.Typer(help="Statements: one-line views that people put to each other.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="Which, as reconvene statements list shows it.")]
Why = Annotated[str, typer.Argument(help="The author reads this.")]


@app.command("list")
def statements(
    area: Annotated[list[str] | None, typer.Option(help="Only this area; repeat it for more.")] = None,
    state: Annotated[str, typer.Option(help="Only those: waiting, approved, reword or held.")] = "",
    as_json: AsJson = False,
) -> None:
    """List what people wrote for each other, with the votes."""

    async def task(office: Facilitation) -> list[Row]:
        found = await office.statements(operator(), area or (), state)
        return [_line(one, office.programme.threshold) for one in found]

    show(work(task), as_json=as_json, empty="Nobody has written one yet.")


def _line(one: Statement, threshold: int) -> Row:
    """Votes are nobody's to see one by one: small numbers of them are not told."""
    votes = parts({"agree": one.agree, "do_not_agree": one.disagree, "pass": one.passed}, threshold)
    told: Row = {
        "statement": one.id,
        "area": one.area,
        "who": one.code_name or "the team",
        "state": one.state,
        "text": one.text,
    }
    return {**told, **{vote: figure.plain for vote, figure in votes.each.items()}}


@app.command("add")
def add(area: Area, text: Annotated[str, typer.Argument(help="One line, at most 140 characters.")]) -> None:
    """Write down a view that was given by voice or in the room."""
    one = work(lambda office: office.add_statement(operator(), area, text))
    say(f"Statement {one.id} waits to be checked.")


@app.command("approve")
def approve(statement: Id) -> None:
    """Let others see it: no names, no attack on a person, one idea. A view that few share stays."""
    one = work(lambda office: office.approve_statement(operator(), statement))
    say(f"Others see it now: {one.text}")


@app.command("reword")
def reword(statement: Id, reason: Why) -> None:
    """Ask its author for other words."""
    one = work(lambda office: office.reword_statement(operator(), statement, reason))
    say(f"{one.code_name or 'The team'} is asked for other words.")


@app.command("hold")
def hold(statement: Id, reason: Why) -> None:
    """Keep it back, and tell its author why."""
    one = work(lambda office: office.hold_statement(operator(), statement, reason))
    say(f"{one.code_name or 'The team'} is told that it is kept back.")
