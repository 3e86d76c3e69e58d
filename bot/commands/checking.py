"""reconvene check"""

from pathlib import Path
from typing import Annotated

import typer

from bot.check import check as look
from bot.commands.base import say
from bot.settings import SHIPPED


def check(
    folder: Annotated[Path, typer.Argument(help="A folder with a programme.yaml, or the name of a shipped one.")],
    as_json: Annotated[bool, typer.Option("--json", help="For a program instead of a person.")] = False,
) -> None:
    """Look whether a programme is fit to meet people: its structure, and every message in every language."""
    shipped = SHIPPED / folder
    report = look(shipped if not folder.exists() and shipped.is_dir() else folder)
    if as_json:
        say(report.as_json)
    else:
        for finding in report.findings:
            say(str(finding))
        warnings = len(report.findings) - report.errors
        say(f"{report.errors} errors, {warnings} warnings." if report.findings else "All is well.")
    if report.errors:
        raise typer.Exit(1)
