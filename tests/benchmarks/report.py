"""What was measured, as tables: said at once, and written between the marks of a document."""

import os
import platform
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def machine() -> str:
    """What it is measured on, and how busy it is: with anything else running, numbers are worse than they could be."""
    where = f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}"
    return f"Python {platform.python_version()}, {where}; load {os.getloadavg()[0]:.1f}"


class Report:
    """Collects the lines of each section. A document has places: `<!-- bench:name -->` … `<!-- /bench:name -->`."""

    def __init__(self, document: Path | None = None) -> None:
        self._document = document
        self._lines: list[str] = []

    @contextmanager
    def section(self, name: str, title: str) -> Iterator[None]:
        """One part of the measurements; it is in the document as soon as it is over."""
        self._lines = []
        self.say(f"### {title}\n")
        before = machine()
        yield
        self.say(f"Measured on: {before} before, {os.getloadavg()[0]:.1f} after.\n")
        if self._document:
            put(self._document, name, "\n".join(self._lines).strip())

    def say(self, line: str = "") -> None:
        """One line, at once."""
        self._lines.append(line)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def head(self, first: str, *others: str) -> None:
        """The head of a table: words at the left, numbers at the right."""
        self.row(first, *others)
        self.row("---", *("---:" for _ in others))

    def row(self, *cells: object) -> None:
        """One line of a table."""
        self.say(f"| {' | '.join(str(cell) for cell in cells)} |")


def put(document: Path, name: str, text: str) -> None:
    """Replace what stands between the marks of a section. Raises `LookupError` when there are none."""
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    found = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    was = document.read_text()
    if not found.search(was):
        raise LookupError(f"{document} has no place for {name}: {begin} … {end}")
    document.write_text(found.sub(lambda _: f"{begin}\n{text}\n{end}", was, count=1))
