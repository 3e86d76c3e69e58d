"""Which messages of the programme find a day, and which: as many as are good for a person, the most important first."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import count

from flows.dose import Dose


class Wanted:
    """A message that wants a day. `times` are those it could have, the earliest first."""

    __slots__ = ("_known", "_more", "due", "name", "priority")

    def __init__(self, name: str, priority: int, due: datetime, times: Iterator[datetime]) -> None:
        self.name = name
        self.priority = priority
        self.due = due
        self._more = times
        self._known: list[tuple[date, datetime]] = []

    def times(self) -> Iterator[tuple[date, datetime]]:
        """Its days and times; worked out once, as far as anybody has looked."""
        for n in count():
            if n == len(self._known):
                at = next(self._more, None)
                if at is None:
                    return
                self._known.append((at.date(), at))
            yield self._known[n]


def fit(wanted: Sequence[Wanted], dose: Dose) -> Mapping[str, datetime]:
    """A time for each that finds one; the others are left out.

    By priority each joins those that have a day, if all of them still have one then. Their order is that of their dates
    throughout: what prepares something does not come after it, and nothing less important drives out anything more so.
    """
    in_order = sorted(wanted, key=lambda one: (one.due, one.priority))
    whole = _days(in_order, dose)
    if whole is not None:
        return whole
    found: Mapping[str, datetime] = {}
    for one in sorted(in_order, key=lambda one: one.priority):
        placed = _days([other for other in in_order if other.name in found or other is one], dose)
        found = found if placed is None else placed
    return found


def _days(in_order: Sequence[Wanted], dose: Dose) -> Mapping[str, datetime] | None:
    """The first day with room for each, one after the other; None when one finds none."""
    dose, last, found = dose.copy(), date.min, {}
    for one in in_order:
        times = ((day, at) for day, at in one.times() if day >= last and dose.free(day))
        day, at = next(times, (None, None))
        if day is None or at is None:
            return None
        dose.take(day)
        last = day
        found[one.name] = at
    return found
