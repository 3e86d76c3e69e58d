"""reconvene report"""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.base import operator, say, work
from bot.facilitation import Facilitation, Mistake
from bot.reports.sheet import Sheet, as_csv, as_json, as_markdown

KINDS = (".md", ".txt", ".csv", ".json")


def report(
    area: Annotated[str, typer.Argument(help="The area, e.g. hull; or all.")] = "all",
    out: Annotated[Path | None, typer.Option(help="The file: .md, .txt, .csv or .json. None: to the screen.")] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="For a program, to the screen.")] = False,
    as_csv_: Annotated[bool, typer.Option("--csv", help="For a spreadsheet, to the screen.")] = False,
) -> None:
    """Write down what came of it so far: who took part, what matters, what was agreed and what split people, and
    what became of it. Small numbers are told as "fewer than 5", and no total gives them away.
    """
    kind = ".json" if as_json_ else ".csv" if as_csv_ else out.suffix.lower() if out else ".md"
    if kind not in KINDS:
        raise Mistake("A report can be saved as .md, .txt, .csv or .json.")

    async def task(office: Facilitation) -> tuple[str, list[Sheet]]:
        return office.programme.title, await office.report(operator(), [] if area == "all" else [area])

    title, sheets = work(task)
    text = _written(kind, _titled(title, area), sheets)
    if out is None:
        say(text)
        return
    out.write_text(text, encoding="utf-8-sig" if kind == ".csv" else "utf-8", newline="")
    say(f"Saved in {out}.")


def _written(kind: str, title: str, sheets: list[Sheet]) -> str:
    if kind == ".json":
        return as_json(sheets)
    return as_csv(sheets) if kind == ".csv" else as_markdown(title, sheets)


def _titled(title: str, area: str) -> str:
    plain = title.replace("{{ area }}", "all areas" if area == "all" else area)
    return f"{plain}: what came of it so far"
