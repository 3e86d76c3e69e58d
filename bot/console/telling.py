"""How the pages tell days, times and counts."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from prompts.markup import parse

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SHORT: Final = (
    (re.compile(r"^(\d+)d$"), r"\1 days"),
    (re.compile(r"^(\d+)h$"), r"\1 hours"),
    (re.compile(r"^w(\d)$"), r"workshop \1"),
)
"""How ids shorten what the pages say whole."""
BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
"""Marks that turn the direction of writing: shown, so that nobody can hide words behind them."""


def day(at: datetime, zone: ZoneInfo) -> str:
    """As in "Thu 5 Nov"."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b}"


def clock(at: datetime, zone: ZoneInfo) -> str:
    """As in "18:30"."""
    return f"{at.astimezone(zone):%H:%M}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """As in "Thu 5 Nov, 18:30"."""
    return f"{day(at, zone)}, {clock(at, zone)}"


def span(times: Iterable[str]) -> str:
    """The first and the last of some hours: "09:30–12:00" and "12:30" are "09:30–12:30"."""
    hours = sorted(hour for one in times for hour in one.split("–"))
    return hours[0] if hours[0] == hours[-1] else f"{hours[0]}–{hours[-1]}"


def ago(at: datetime, now: datetime) -> str:
    """How long ago or how far ahead, as one says it."""
    apart = abs(now - at)
    if apart < MINUTE:
        return "just now"
    for size, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if n := apart // size:
            said = plural(n, name)
            return f"{said} ago" if at < now else f"in {said}"
    return "just now"


def plural(n: int, one: str, many: str = "") -> str:
    """As in "1 person", "2 people"."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def words(name: str) -> str:
    """An id as words: "diary_1" → "Diary 1", "remind_24h_w2" → "Remind 24 hours workshop 2"."""
    return " ".join(_whole(part) for part in name.split("_")).capitalize()


def _whole(part: str) -> str:
    for short, long in SHORT:
        part = short.sub(long, part)
    return part


def plainly(text: str) -> Markup:
    """What a person wrote, whole, with hidden marks of direction made visible."""
    if not BIDI.intersection(text):
        return escape(text)
    return Markup("").join(
        Markup('<span class="mark-char" title="{}">⟨{:X}⟩</span>').format(unicodedata.name(c, ""), ord(c))
        if c in BIDI
        else escape(c)
        for c in text
    )


def said(cookie: str) -> dict[str, Any]:
    """The sentence that came along from the last page, and whether it is bad news."""
    text = unquote(cookie)
    return {"bad": text.startswith("!"), "text": text.removeprefix("!")}


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "day": day,
    "clock": clock,
    "moment": moment,
    "span": span,
    "ago": ago,
    "plural": plural,
    "words": words,
    "plainly": plainly,
    "lines": parse,
    "said": said,
}
