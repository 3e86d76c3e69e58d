"""A report as sheets of rows, and the three forms it is handed out in: text for people, CSV and JSON for programs."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from bot.export import safe
from flows.disclosure import Figure

Cell = Figure | str | int | float | None
"""What stands in a report. A number of people is always a Figure."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One part of a report. `note` says how it is to be read."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


def as_markdown(title: str, sheets: Iterable[Sheet]) -> str:
    """For people. A part with nothing in it says so."""
    return "\n".join([f"# {title}", "", *(line for sheet in sheets for line in _told(sheet))])


def _told(sheet: Sheet) -> Iterable[str]:
    yield from (f"## {sheet.title}", "")
    if sheet.note:
        yield from (sheet.note, "")
    if not sheet.rows:
        yield from ("Nothing yet.", "")
        return
    yield f"| {' | '.join(sheet.columns)} |"
    yield f"|{'|'.join(' --- ' for _ in sheet.columns)}|"
    for row in sheet.rows:
        yield f"| {' | '.join(_cell(cell) for cell in row)} |"
    yield ""


def _cell(cell: Cell) -> str:
    text = f"{cell:.1f}" if isinstance(cell, float) else "" if cell is None else str(cell)
    return " ".join(text.split()).replace("|", "\\|")


def _plain(cell: Cell) -> str | int | float | None:
    if isinstance(cell, Figure):
        return cell.plain
    return round(cell, 2) if isinstance(cell, float) else cell


def as_json(sheets: Iterable[Sheet]) -> str:
    """For a program: the rows of each part, by name of part and column."""
    told = {
        sheet.name: [dict(zip(sheet.columns, map(_plain, row), strict=True)) for row in sheet.rows] for sheet in sheets
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()


def as_csv(sheets: Iterable[Sheet]) -> str:
    """For a spreadsheet: one line for each value, so that all parts fit in one file. Nothing in it is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("part", "row", "column", "value"))
    for sheet in sheets:
        for number, row in enumerate(sheet.rows, start=1):
            writer.writerows(_lines(sheet, number, row))
    return out.getvalue()


def one_as_csv(sheet: Sheet) -> str:
    """For a spreadsheet: one part, as it stands on the page. Nothing in it is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(sheet.columns)
    for row in sheet.rows:
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in map(_plain, row)])
    return out.getvalue()


def _lines(sheet: Sheet, number: int, row: Sequence[Cell]) -> Iterable[tuple[object, ...]]:
    for column, cell in zip(sheet.columns, map(_plain, row), strict=True):
        if cell is not None:
            yield sheet.name, number, column, safe(cell) if isinstance(cell, str) else cell
