"""The mailbox as a file for spreadsheets. For the team alone: people may have named others."""

import csv
import io
from collections.abc import Iterable

from bot.export import safe
from flows.mailbox import ISSUES
from storage.mailbox import Entry

COLUMNS = (
    *("month", "area", "day"),
    *(column for number in range(1, len(ISSUES) + 1) for column in (f"issue_{number}", f"cause_{number}")),
    *("helps", "you", "aside", "via", "locale", "assisted_by"),
)


def row(entry: Entry) -> list[str]:
    """One message by column."""
    issues = [text for issue in entry.issues for text in (issue.text, issue.frame)]
    padded = issues + [""] * (2 * len(ISSUES) - len(issues))
    start, end = (entry.month, entry.area, entry.day), (entry.helps, entry.you, entry.aside)
    return [*start, *padded, *end, entry.via, entry.locale, entry.assisted_by]


def as_csv(entries: Iterable[Entry]) -> str:
    """Nothing in it is ever a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(COLUMNS)
    writer.writerows([safe(cell) for cell in row(entry)] for entry in entries)
    return out.getvalue()
