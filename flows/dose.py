"""How much is good for a person: one programme message a day, a few a week."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

PACES: Final = MappingProxyType({"light": 2, "standard": 4, "full": 6})
"""Counting messages in any seven days."""
_DAY: Final = timedelta(days=1)
_WEEK: Final = 7


class Dose:
    """The days that are taken. Weeks are any seven days in a row: when all dates move, all move alike."""

    __slots__ = ("_taken", "_weekly")

    def __init__(self, weekly: int, already: Mapping[str, date]) -> None:
        self._weekly = weekly
        self._taken = Counter(already.values())

    def free(self, day: date) -> bool:
        """Whether one more message fits on this day."""
        if self._taken[day]:
            return False
        near = {n: self._taken[day + _DAY * n] for n in range(1 - _WEEK, _WEEK)}
        weeks = (sum(near[n] for n in range(first, first + _WEEK)) for first in range(1 - _WEEK, 1))
        return all(week < self._weekly for week in weeks)

    def take(self, day: date) -> None:
        """A message goes out on this day."""
        self._taken[day] += 1
