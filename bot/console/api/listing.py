"""The list of what other programs can ask and do, for docs/api.md: made from the table, so that it cannot grow old."""

from collections.abc import Iterator
from typing import Final

from bot.console.api.openapi import roles
from bot.console.api.table import ENDPOINTS

BEGIN: Final = "<!-- From here on made by `reconvene handbook`; change the table of endpoints, not this text. -->"


def listing() -> str:
    """A line for each, in the order of the table."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "| | what | for tokens that work as |"
    yield "|---|---|---|"
    for endpoint in ENDPOINTS:
        key = " Takes an Idempotency-Key." if endpoint.once else ""
        yield f"| `{endpoint.name}` | {endpoint.summary}{key} | {', '.join(roles(endpoint))} |"
