"""reconvene audit list · audit verify"""

from typing import Annotated

import typer

from bot.commands.base import operator, say, show, work
from bot.commands.dates import AsJson
from bot.facilitation import Asked, Mistake
from bot.facilitation.auditing import KINDS
from storage.seals import BEGIN

app = typer.Typer(help="The audit: who did what, when, and whether it is whole.", no_args_is_help=True)


@app.command("list")
def listed(
    who: Annotated[str, typer.Option(help="Only what this person did.")] = "",
    kind: Annotated[str, typer.Option(help=f"Only this kind: {', '.join(KINDS)}.")] = "",
    about: Annotated[str, typer.Option(help="Only about this: a code name, an area, an id.")] = "",
    most: Annotated[int, typer.Option(help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what the team did, newest first: ids and counts, never what somebody said."""
    if kind and kind not in KINDS:
        raise Mistake(f"There is no kind “{kind}”. The kinds are: {', '.join(KINDS)}.")
    found = work(lambda office: office.audit(operator(), Asked(who=who, kind=kind, subject=about), most))
    rows = [
        {
            "number": one.id,
            "when": one.at,
            "who": one.who,
            "what": one.action,
            "about": one.subject,
            "detail": ", ".join(f"{name}: {value}" for name, value in one.detail.items()),
        }
        for one in found
    ]
    show(rows, as_json=as_json, empty="No line fits.")


@app.command()
def verify(
    head: Annotated[str, typer.Option(help="A seal that you noted earlier; it must be in the chain still.")] = "",
) -> None:
    """Check that no line was changed or taken out by another way than this program, from the first to the last."""
    noted = head.strip().casefold()
    found = work(lambda office: office.audit_verify(operator(), (noted,) if noted else ()))
    if noted and noted not in found.heads and noted != BEGIN:
        raise Mistake(f"The seal {noted} is not in the chain: the lines that it stood for were taken out.")
    if not found.whole:
        raise Mistake("\n".join(["The audit is not whole:", *found.broken[:50]]))
    names = f" From {found.emptied} of them a name was taken out, by erasing somebody." if found.emptied else ""
    say(f"The audit is whole: {found.sealed} lines.{names}")
    say(f"Newest seal (note it elsewhere): {found.head}")
