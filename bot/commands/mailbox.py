"""reconvene mailbox link · add · list · recode · totals · export"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import mailbox_file
from bot.commands.base import Row, operator, say, show, work
from bot.commands.dates import AsJson
from bot.commands.doors import fits, present
from bot.facilitation import Facilitation, Mistake, Totals
from storage.mailbox import Entry, Issue

app = typer.Typer(help="The open mailbox: what people wrote who do not take part.", no_args_is_help=True)
Areas = Annotated[list[str] | None, typer.Option("--area", help="Only this area, or elsewhere; repeat it for more.")]


@app.command("link")
def link(
    qr: Annotated[Path | None, typer.Option(help="Also save the QR code as a picture: .png or .svg.")] = None,
) -> None:
    """Print the link with which anybody writes to the mailbox. It is for everybody, so print it freely."""
    fits(qr)
    present(work(lambda office: office.mailbox_link(operator())), "To write to the mailbox", qr)


@app.command("add")
def add(
    area: Annotated[str, typer.Option(help="The area it is about. None: elsewhere.")] = "",
    via: Annotated[str, typer.Option(help="How it came: email, paper or phone.")] = "email",
    day: Annotated[str, typer.Option(help="What comes to mind first about life there.")] = "",
    issue: Annotated[list[str] | None, typer.Option(help="What matters most; repeat it, at most three times.")] = None,
    frame: Annotated[list[str] | None, typer.Option(help="The cause of each issue, in the same order.")] = None,
    helps: Annotated[str, typer.Option(help="What helps people there.")] = "",
    you: Annotated[str, typer.Option(help="live, work or both.")] = "",
    locale: Annotated[str, typer.Option(help="The language it was written in.")] = "en",
) -> None:
    """Write down a message that came by e-mail, on paper or by phone. Asks for the words if none are given."""
    if not (day or issue or helps):
        day, issue, helps = _asked()
    causes = [*(frame or []), *[""] * len(issue or [])]
    entry = Entry(
        id="",
        month="",
        via=via,
        locale=locale[:20],
        area=area,
        day=day.strip(),
        issues=tuple(Issue(text=text, frame=cause) for text, cause in zip(issue or [], causes, strict=False)),
        helps=helps.strip(),
        you=you,
        assisted_by=operator().name,
    )
    added = work(lambda office: office.mailbox_add(operator(), entry))
    say(f"Message {added.entry.id} is in the mailbox. Leave the sender's name and address out of it.")
    if added.grave:
        say("These words may speak of danger. Tell your safeguarding lead now; see docs/safety.md.")


def _asked() -> tuple[str, list[str], str]:
    say("Type what was written, without names. Press Enter to leave one out.")
    day = typer.prompt("What comes to mind first", default="", show_default=False)
    issues = [typer.prompt(f"Issue {number}", default="", show_default=False) for number in (1, 2, 3)]
    helps = typer.prompt("What helps people there", default="", show_default=False)
    return day, [issue for issue in issues if issue.strip()], helps


@app.command("list")
def entries(area: Areas = None, as_json: AsJson = False) -> None:
    """Read the messages, the newest month first. For the team alone: people may have named others."""
    found = work(lambda office: office.mailbox(operator(), area or ()))
    show([_row(entry) for entry in found], as_json=as_json, empty="The mailbox is empty.")


def _row(entry: Entry) -> Row:
    return {
        "message": entry.id,
        "month": entry.month,
        "area": entry.area or "elsewhere",
        "via": entry.via,
        "you": entry.you,
        "day": entry.day,
        "issues": "; ".join(f"{issue.text} [{issue.frame or '?'}]" for issue in entry.issues),
        "helps": entry.helps,
        "aside": entry.aside,
    }


@app.command("recode")
def recode(
    message: Annotated[str, typer.Argument(help="Which, as reconvene mailbox list shows it.")],
    frame: Annotated[str, typer.Option(help="The cause it belongs to, e.g. home.")],
    issue: Annotated[int, typer.Option(help="Which of its issues.")] = 1,
) -> None:
    """Put an issue under another cause."""
    entry = work(lambda office: office.mailbox_recode(operator(), message, issue, frame))
    say(f"Issue {issue} of {entry.id} is about {frame} now.")


@app.command("totals")
def totals(area: Areas = None, as_json: AsJson = False) -> None:
    """Count the messages by area and cause. Small numbers are not told, so this may be shown to anybody."""
    found = work(lambda office: office.mailbox_totals(operator(), area or ()))
    show(_table(found), as_json=as_json, empty="The mailbox is empty.")


def _table(found: Totals) -> list[Row]:
    rows: list[Row] = [
        {"area": area, "messages": n, **dict(found.causes[area].items())} for area, n in found.entries.items()
    ]
    return [*rows, {"area": "together", "messages": found.together, **dict(found.by_cause.items())}]


@app.command("export")
def export(
    out: Annotated[Path | None, typer.Option(help="The file, .csv. None: to the screen.")] = None,
    area: Areas = None,
) -> None:
    """Save the messages for a spreadsheet. For the team alone: people may have named others."""
    if out and out.suffix.lower() != ".csv":
        raise Mistake("The mailbox can be saved as .csv.")

    async def task(office: Facilitation) -> list[Entry]:
        return await office.mailbox_export(operator(), area or ())

    found = work(task)
    if out is None:
        sys.stdout.write(mailbox_file.as_csv(found))
        return
    out.write_text(mailbox_file.as_csv(found), encoding="utf-8-sig", newline="")
    say(f"{len(found)} messages saved in {out}.")
