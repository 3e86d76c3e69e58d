"""reconvene commitment list · ask · reply · history"""

from typing import Annotated, Any

import typer

from bot.commands.agenda import Area, Number, read_day
from bot.commands.base import Row, operator, say, show, work
from bot.commands.dates import AsJson
from bot.facilitation import Facilitation, Mistake
from bot.facilitation.commitments import Answerable, Said, Told

app = typer.Typer(help="Commitments: who answers for a key issue, and what they said.", no_args_is_help=True)
Id = Annotated[int, typer.Argument(help="The number of the commitment.")]


@app.command("list")
def commitments(
    area: Annotated[list[str] | None, typer.Option(help="Only this area; repeat it for more.")] = None,
    as_json: AsJson = False,
) -> None:
    """List who was asked, and how it stands today. Two weeks of silence after its date is shown as no_reply."""

    async def task(office: Facilitation) -> list[Answerable]:
        return await office.commitments(operator(), area or ())

    rows: list[Row] = [
        {
            "number": one.commitment.id,
            "area": one.commitment.area,
            "key_issue": f"{one.commitment.number} {one.commitment.issue}",
            "owner": one.commitment.owner,
            "level": one.commitment.level,
            "by": one.commitment.due_on.isoformat(),
            "state": one.standing,
            "reply": one.commitment.reply,
        }
        for one in work(task)
    ]
    show(rows, as_json=as_json, empty="Nobody was asked yet. Ask with: reconvene commitment ask AREA NUMBER")


@app.command("ask")
def ask(
    area: Area,
    number: Number,
    owner: Annotated[str, typer.Option(help="Who is asked: a role, such as the head of housing.")],
    level: Annotated[str, typer.Option(help="At which level that is, e.g. district.")],
    by: Annotated[str, typer.Option(help="Until when, e.g. 2027-03-01.")],
    stakeholder: Annotated[int | None, typer.Option(help="The stakeholder who is asked in their chat.")] = None,
) -> None:
    """Ask somebody to answer for a key issue."""
    asked: dict[str, Any] = {"owner": owner, "level": level, "due_on": read_day(by), "seat": stakeholder}
    one = work(lambda office: office.ask_owner(operator(), area, number, **asked))
    day = one.commitment.due_on
    say(f"Commitment {one.commitment.id}: {owner} is asked for a reply by {day:%A %d %B %Y}.")


@app.command("reply")
def reply(
    number: Id,
    words: Annotated[str | None, typer.Argument(help="The line that participants read, in plain words.")] = None,
    position: Annotated[str | None, typer.Option(help="will_do, look, pass_on or will_not.")] = None,
    state: Annotated[str | None, typer.Option(help="planned, doing, done, looking, passed or not_done.")] = None,
    action: Annotated[str | None, typer.Option(help="What is done.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why not, or to whom it was passed.")] = None,
    by: Annotated[str | None, typer.Option(help="Another date, e.g. 2027-06-01.")] = None,
) -> None:
    """Note what the owner said. What is not given stays as it was."""
    given = {"reply": words, "position": position, "state": state, "action": action, "reason": reason}
    said = Said(**{name: value for name, value in given.items() if value})  # type: ignore[typeddict-item]
    if by:
        said["due_on"] = read_day(by)
    one = work(lambda office: office.hear_owner(operator(), number, **said))
    say(f"Commitment {number} ({one.commitment.issue}): {one.standing}. People read: {one.commitment.reply}")


@app.command("approve")
def approve(
    number: Id,
    words: Annotated[str, typer.Argument(help="The line in other words, if need be. What it says stays.")] = "",
) -> None:
    """Let participants read the line that an owner wrote."""
    one = work(lambda office: office.approve_wording(operator(), number, words))
    say(f"People read: {one.commitment.reply}")


@app.command("pledge")
def pledge(number: Id) -> None:
    """Show what an owner gave besides: money, who gains, how one will know."""
    found = work(lambda office: office.pledges(operator())).get(number)
    if found is None:
        raise Mistake(f"Nothing more was said about commitment {number}.")
    for name in ("resources", "funding", "gains", "goal", "indicator", "commissioning", "evidence"):
        say(f"{name}: {getattr(found, name) or 'not said'}")
    if found.wording:
        say(f"\nTheir line waits for your eye: {found.wording}\nreconvene commitment approve {number}")


@app.command("history")
def history(number: Id, as_json: AsJson = False) -> None:
    """Show all that was said about a commitment, oldest first."""

    async def task(office: Facilitation) -> list[Told]:
        return await office.history_of(operator(), number)

    rows: list[Row] = [{"when": one.at, "by": one.by, "state": one.state, "reply": one.reply} for one in work(task)]
    show(rows, as_json=as_json, empty="Nothing was said yet.")
