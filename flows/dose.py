"""How much is good for a person: one programme message a day, a few a week."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, Self

PACES: Final = MappingProxyType({"light": 2, "standard": 4, "full": 6})
"""Counting messages in any seven days."""
_WEEK: Final = 7


class Dose:
    """The days that are taken. Weeks are any seven days in a row: when all dates move, all move alike."""

    __slots__ = ("_taken", "_weekly")

    def __init__(self, weekly: int, already: Mapping[str, date]) -> None:
        self._weekly = weekly
        self._taken: dict[int, int] = {}
        for day in already.values():
            self.take(day)

    def free(self, day: date) -> bool:
        """Whether one more message fits on this day."""
        taken, today = self._taken, day.toordinal()
        if today in taken:
            return False
        week = sum(taken.get(today - n, 0) for n in range(1, _WEEK))
        if week >= self._weekly:
            return False
        for n in range(1, _WEEK):  # the week that ends n days later, after the one that ends today
            week += taken.get(today + n, 0) - taken.get(today + n - _WEEK, 0)
            if week >= self._weekly:
                return False
        return True

    def take(self, day: date) -> None:
        """A message goes out on this day."""
        number = day.toordinal()
        self._taken[number] = self._taken.get(number, 0) + 1

    def copy(self) -> Self:
        """The same days; what is taken of the one is not taken of the other."""
        other = type(self)(self._weekly, {})
        other._taken = dict(self._taken)
        return other
