"""date: a day, as people write it: "15 March", "15/3/2027", "March 15th, 2027" or "2027-03-15"."""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from flows.events import Said
from flows.steps.base import Accepted, Missed, Question, Reaction, Reply, StepKind, flag

LONGEST: Final = 60
_ISO: Final = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_NUMBERS: Final = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b")
_DAY_FIRST: Final = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]{3,9})\.?,?(?:\s+(\d{4}))?\b")
_MONTH_FIRST: Final = re.compile(r"\b([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(\d{4}))?\b")
_NAMES: Final = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)


class Day(StepKind):
    """On which day."""

    name = "date"
    keys = MappingProxyType({"past": "yes: a day that is over is an answer, too"})

    def parse(self, fields: Mapping[str, object]) -> bool:
        return flag(fields, "past")

    def react(self, question: Question, event: Reply) -> Reaction:
        if not isinstance(event, Said):
            return Missed()
        today = event.at.date()
        day = read(event.text, today)
        if day is None or (day < today and question.step.spec is not True):
            return Missed()
        return Accepted(value=day.isoformat())


def read(text: str, today: date) -> date | None:
    """The one day a short message names; without a year it is the next such day. None when there is none, or two."""
    said = text.casefold() if len(text) <= LONGEST else ""
    found = set(_days(said, today))
    return next(iter(found)) if len(found) == 1 else None


def _days(said: str, today: date) -> list[date]:
    exact = [(int(y), int(m), int(d)) for y, m, d in _ISO.findall(said)]
    exact += [(int(y), int(m), int(d)) for d, m, y in _NUMBERS.findall(said)]
    named = [(d, _month(m), y) for d, m, y in _DAY_FIRST.findall(said)]
    named += [(d, _month(m), y) for m, d, y in _MONTH_FIRST.findall(said)] if not any(m for _, m, _ in named) else []
    days = [_day(year, month, day) for year, month, day in exact]
    days += [_day(int(y), m, int(d)) if y else _next(m, int(d), today) for d, m, y in named if m]
    return [day for day in days if day]


def _month(name: str) -> int:
    """1 to 12; 0 when this is the name of no month."""
    return next((n for n, month in enumerate(_NAMES, 1) if month.startswith(name.removesuffix("t"))), 0)


def _next(month: int, day: int, today: date) -> date | None:
    years = (today.year, today.year + 1)
    return next((found for year in years if (found := _day(year, month, day)) and found >= today), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


KIND = Day()
