"""Numbers that are let out: small ones are not told, and no total gives one away. Pure.

A number of people from 1 to k-1 is told as "fewer than k". A total is told only when nothing hidden can be worked out
from it; otherwise it is told as "n or more", n being what can be read next to it anyway. Nobody at all is told as 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

FEWEST: Final = 5
"""The threshold of a programme that sets none, and the lowest there can be."""
SMALL_GROUP: Final = 10
"""In a group of fewer people than this each one is known to the others: its threshold rises to it by itself."""
VAGUE: Final = 3
"""Each hidden number has to be one of so many at least, as far as anybody can work it out from a total."""
SHARING: Final = 10
"""So many people have to share what is told of the person behind a quote."""
ATTRIBUTES: Final = 2
"""More than this is never told of the person behind a quote."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A number of people as it may be told. `n` is None when it may not: fewer than `limit`, or `least` or more."""

    n: int | None
    limit: int = 0
    least: int = 0

    def __str__(self) -> str:
        """As people read it."""
        if self.n is not None:
            return str(self.n)
        if self.limit:
            return f"fewer than {self.limit}"
        return f"{self.least} or more" if self.least else "too few to tell"

    @property
    def plain(self) -> int | str:
        """For a file: the number, or why there is none."""
        return str(self) if self.n is None else self.n


def limit(threshold: int, group: int) -> int:
    """The threshold for counts within a group of so many people."""
    return max(threshold, SMALL_GROUP) if 0 < group < SMALL_GROUP else threshold


def count(n: int, limit: int) -> Figure:
    """A number that stands alone."""
    return Figure(n=None, limit=limit) if 0 < n < limit else Figure(n=n)


def of(n: int, whole: int, limit: int) -> Figure:
    """How many of a group whose size is told: the rest of it must not be few either."""
    if 0 < whole - n < limit <= n:
        return Figure(n=None, least=max(limit, whole - limit + 1))
    return count(n, limit)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """A group in parts of which each person is in one, and the group as a whole."""

    each: Mapping[str, Figure]
    total: Figure


def parts(counts: Mapping[str, int], limit: int) -> Parts:
    """How many chose what, and how many there are. A hidden part hides the whole."""
    each = {name: count(n, limit) for name, n in counts.items()}
    return Parts(each=each, total=_sum(each.values()))


def _sum(figures: Iterable[Figure]) -> Figure:
    told = [figure.n for figure in figures]
    if None in told:
        return Figure(n=None, least=sum(n for n in told if n is not None))
    return Figure(n=sum(n for n in told if n is not None))


def total(counts: Sequence[int], limits: Sequence[int]) -> Figure:
    """The sum of numbers that each stand alone, such as those of the areas, if it gives none of them away.

    It is withheld when those that are hidden are too few together, or can be only one thing each.
    """
    hidden = [(n, most) for n, most in zip(counts, limits, strict=True) if 0 < n < most]
    shown = sum(counts) - sum(n for n, _ in hidden)
    if not hidden or _vague(sum(n for n, _ in hidden), [most for _, most in hidden]):
        return Figure(n=sum(counts))
    return Figure(n=None, least=shown)


def _vague(together: int, limits: Sequence[int]) -> bool:
    """Whether numbers from 1 to limit-1 that come to this could each be any of several."""
    if together < max(limits):
        return False
    most = sum(each - 1 for each in limits)
    for each in limits:
        lowest = max(1, together - (most - (each - 1)))
        highest = min(each - 1, together - (len(limits) - 1))
        if highest - lowest + 1 < VAGUE:
            return False
    return True


def part(counts: Sequence[int], wholes: Sequence[int], limits: Sequence[int]) -> Figure:
    """How many of several groups together, such as those who answered in all areas: told if it gives away neither
    them nor the rest of any group.
    """
    if len(counts) == 1:
        return of(counts[0], wholes[0], limits[0])
    rest = [whole - n for n, whole in zip(counts, wholes, strict=True)]
    told = total(counts, limits)
    if told.n is not None and total(rest, limits).n is not None:
        return told
    each = [of(n, whole, few) for n, whole, few in zip(counts, wholes, limits, strict=True)]
    return Figure(n=None, least=sum(figure.least if figure.n is None else figure.n for figure in each))


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A share of a group as it may be told: n of whole; in hundredths it lies from `low` to `high`, which are the same
    where it is told, and None where nothing can be said.
    """

    n: Figure
    whole: Figure
    low: float | None = None
    high: float | None = None

    @property
    def told(self) -> bool:
        """Whether it is one number."""
        return self.low is not None and self.low == self.high


def share(n: Figure, whole: Figure) -> Share:
    """The share that two figures come to, no nearer than they are told."""
    if not whole.n or not (n.n is not None or n.limit or n.least):
        return Share(n=n, whole=whole)
    low, high = (n.n, n.n) if n.n is not None else (1, n.limit - 1) if n.limit else (n.least, whole.n)
    return Share(n=n, whole=whole, low=100 * low / whole.n, high=100 * min(high, whole.n) / whole.n)


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Groups by row, each in the same parts; the sum of each row, of each column, and of all."""

    rows: Mapping[str, Parts]
    columns: Mapping[str, Figure]
    total: Figure


def table(counts: Mapping[str, Mapping[str, int]], limits: Mapping[str, int]) -> Table:
    """Areas by parts, with all the totals that give nothing away. Every row has the same columns."""
    rows = {row: parts(cells, limits[row]) for row, cells in counts.items()}
    names = list(next(iter(counts.values()), {}))
    most = [limits[row] for row in counts]
    columns = {name: total([cells[name] for cells in counts.values()], most) for name in names}
    return Table(rows=rows, columns=columns, total=_sum(columns.values()))


def attribution(told: Sequence[tuple[str, str]], others: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """What may be told of the person behind a quote, of (attribute, value) in order of interest: two things at most,
    and only what at least ten people share. `others`: everybody's attributes, the person's own among them.
    """
    people = list(others)
    kept: list[tuple[str, str]] = []
    for name, value in told:
        wanted = [*kept, (name, value)]
        sharing = sum(all(person.get(key) == said for key, said in wanted) for person in people)
        if value and len(wanted) <= ATTRIBUTES and sharing >= SHARING:
            kept = wanted
    return tuple(value for _, value in kept)
