"""reconvene check, translated, principles"""

from pathlib import Path
from typing import Annotated

import typer

from bot.check import Report
from bot.check import check as look
from bot.clock import SystemClock
from bot.commands.base import say
from bot.facilitation import Mistake
from bot.principles import as_markdown, coverage, overview
from bot.settings import SHIPPED
from flows.translating import FILE, refresh

Folder = Annotated[Path, typer.Argument(help="A folder with a programme.yaml, or the name of a shipped one.")]


def check(
    folder: Folder,
    as_json: Annotated[bool, typer.Option("--json", help="For a program instead of a person.")] = False,
    pseudo: Annotated[
        bool, typer.Option("--pseudo", help="Also try it in made-up languages: one longer, one from right to left.")
    ] = False,
    covered: Annotated[bool, typer.Option("--coverage", help="Also say which flows serve which principle.")] = False,
) -> None:
    """Look whether a programme is fit to meet people: its structure, its method, every message in every language."""
    report = look(_found(folder), pseudo=pseudo, today=SystemClock().now().date())
    if as_json:
        say(report.as_json)
    else:
        _tell(report, covered=covered)
    if report.errors:
        raise typer.Exit(1)


def translated(
    folder: Folder,
    flow: Annotated[str, typer.Option(help="Only this flow, or broadcasts.")] = "",
    locale: Annotated[str, typer.Option(help="Only this language.")] = "",
) -> None:
    """Say that translations were looked over: they fit the wording they were made from, as it is now."""
    chosen = _found(folder)
    programme = look(chosen).programme
    if programme is None:
        raise Mistake(f"The programme in {chosen} cannot be read. Run: reconvene check {folder}")
    changed = refresh(chosen, programme, only=flow, locale=locale)
    say(f"{changed} marks changed in {chosen / FILE}.")


def principles(
    folder: Annotated[Path | None, typer.Argument(help="Also say which flows of this programme serve which.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="All rules, as in docs/principles.md.")] = False,
) -> None:
    """The seven principles, and the rules that a programme is held to."""
    if markdown:
        say(as_markdown().rstrip("\n"))
        return
    say(overview())
    if folder is not None:
        say(coverage(look(_found(folder)).serving))


def _found(folder: Path) -> Path:
    shipped = SHIPPED / folder
    return shipped if not folder.exists() and shipped.is_dir() else folder


def _tell(report: Report, *, covered: bool) -> None:
    for finding in report.findings:
        say(str(finding))
    if covered:
        say(coverage(report.serving))
    for finding, decision in report.accepted:
        say(f"accepted: {finding.code} {finding.text} — {decision.reason} ({decision.by}, {decision.date})")
    warnings = len(report.findings) - report.errors
    say(f"{report.errors} errors, {warnings} warnings." if report.findings else "All is well.")
