"""Pictures of numbers, as simple shapes that a template writes down as SVG. Pure geometry.

Across, places are hundredths of the width and downwards they are pixels: a picture fills the room it is given, and its
writing stays as large as it is. Nothing is told by colour alone: what is known for sure is full, what lies somewhere
within is hatched, and every bar, point and line has its words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

LINE: Final = 16
"""A line of writing."""
ROW: Final = 42
HIGH: Final = 12
"""How thick a bar is."""
FIELD: Final = 108
"""The height of a field with points in it."""
TOP: Final = 14
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rect:
    """A bar: `look` is its class."""

    x: float
    y: float
    width: float
    height: float
    look: str
    kind: Literal["rect"] = "rect"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stroke:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    look: str
    kind: Literal["stroke"] = "stroke"


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A round point."""

    x: float
    y: float
    look: str
    size: float = 4.5
    kind: Literal["spot"] = "spot"


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Something written."""

    x: float
    y: float
    text: str
    look: str = ""
    anchor: Anchor = "start"
    kind: Literal["words"] = "words"


Shape = Rect | Stroke | Spot | Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A drawing. `says` tells in words what it shows."""

    height: float
    shapes: tuple[Shape, ...]
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """Something measured: for sure up to `low`, at most up to `high` (None: not told). `mark`: what was aimed at."""

    name: str
    words: str
    low: float | None = None
    high: float | None = None
    mark: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One of a row of points, from 0 to 100."""

    name: str
    words: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Slope:
    """Something before and after."""

    name: str
    before: float
    after: float
    words: tuple[str, str]
    strong: bool = False


def bars(rows: Sequence[Bar], most: float) -> Picture:
    """One bar below the other, its name and its number above it. `most` fills the whole width."""
    shapes: list[Shape] = []
    for place, row in enumerate(rows):
        y = place * ROW
        shapes += [
            Words(x=0, y=y + TOP, text=row.name),
            Words(x=100, y=y + TOP, text=row.words, look="n", anchor="end"),
        ]
        shapes += _bar(row, y + TOP + 7, most)
    says = "; ".join(f"{row.name}: {row.words}" for row in rows)
    return Picture(height=len(rows) * ROW, shapes=tuple(shapes), says=says)


def _bar(row: Bar, y: float, most: float) -> list[Shape]:
    shapes: list[Shape] = [Rect(x=0, y=y, width=100, height=HIGH, look="track")]
    if row.low is not None and row.high is not None:
        low, high = _within(row.low, most), _within(row.high, most)
        if high > low:
            shapes.append(Rect(x=low, y=y, width=high - low, height=HIGH, look="maybe"))
        shapes.append(Rect(x=0, y=y, width=low, height=HIGH, look="sure"))
    if row.mark is not None:
        x = _within(row.mark, most)
        shapes += [Stroke(x1=x, y1=y - 4, x2=x, y2=y + HIGH + 4, look=look) for look in ("under", "mark")]
    return shapes


def _within(value: float, most: float) -> float:
    return round(max(0.0, min(100.0, 100 * value / most)), 2) if most else 0.0


# ── points in a row ────────────────────────────────────────────────────────────────────────────────────────────
def trend(points: Sequence[Point]) -> Picture:
    """Shares one after the other. Where a share is not told exactly, a hatched bar says where it lies."""
    shapes: list[Shape] = []
    for share in (0, 50, 100):
        y = _up(share)
        shapes += [Stroke(x1=0, y1=y, x2=100, y2=y, look="grid")]
        shapes += [Words(x=0, y=y - 3, text=f"{share} %", look="fine")]
    xs = [_along(place, len(points)) for place in range(len(points))]
    shapes += _joined(points, xs)
    for x, point in zip(xs, points, strict=True):
        shapes += _point(x, point)
    shapes += _names(points, xs)
    says = "; ".join(f"{point.name}: {point.words}" for point in points)
    return Picture(height=TOP + FIELD + 2 * LINE, shapes=tuple(shapes), says=says)


def _up(share: float) -> float:
    return round(TOP + FIELD * (1 - share / 100), 1)


def _along(place: int, count: int) -> float:
    """Within the field, so that a point at either end is whole and the scale can be read."""
    return round(14 + 80 * (place / (count - 1) if count > 1 else 0.5), 2)


def _joined(points: Sequence[Point], xs: Sequence[float]) -> list[Shape]:
    """From one that is told to the next, where nothing untold lies between them."""
    told = [(x, point.low) if point.low == point.high else (x, None) for x, point in zip(xs, points, strict=True)]
    return [
        Stroke(x1=x, y1=_up(y), x2=x2, y2=_up(y2), look="way")
        for (x, y), (x2, y2) in pairwise(told)
        if y is not None and y2 is not None
    ]


def _point(x: float, point: Point) -> list[Shape]:
    if point.low is None or point.high is None:
        return []
    if point.low == point.high:
        return [Spot(x=x, y=_up(point.low), look="sure")]
    top = _up(point.high)
    return [Rect(x=x - 1.2, y=top, width=2.4, height=_up(point.low) - top, look="maybe")]


def _names(points: Sequence[Point], xs: Sequence[float]) -> list[Shape]:
    """The first, the middle and the last by name, each with its mark: all are in the table."""
    anchors: dict[int, Anchor] = {0: "start", len(points) // 2: "middle", len(points) - 1: "end"}
    if len(points) < 2:
        anchors = dict.fromkeys(range(len(points)), "middle")
    shapes: list[Shape] = []
    for place, anchor in anchors.items():
        aside = {"start": -2.0, "middle": 0.0, "end": 4.0}[anchor]
        shapes.append(Stroke(x1=xs[place], y1=TOP + FIELD, x2=xs[place], y2=TOP + FIELD + 5, look="tick"))
        shapes.append(
            Words(x=xs[place] + aside, y=TOP + FIELD + LINE + 3, text=points[place].name, look="fine", anchor=anchor)
        )
    return shapes


# ── before and after ───────────────────────────────────────────────────────────────────────────────────────────
LEFT, RIGHT = 44.0, 84.0
"""Where the lines of before and after stand, in hundredths: names need more room than numbers."""


def slope(lines: Sequence[Slope], least: float, most: float) -> Picture:
    """A line for each from before to after, named at its left end. Names that would touch are set apart."""
    height = max(FIELD, len(lines) * LINE + LINE)
    base = TOP + 2 * LINE

    def at(value: float) -> float:
        return round(base + height * (1 - (value - least) / ((most - least) or 1)), 1)

    shapes: list[Shape] = [
        Words(x=LEFT, y=TOP, text="before", look="fine", anchor="middle"),
        Words(x=RIGHT, y=TOP, text="after", look="fine", anchor="middle"),
        *(Stroke(x1=x, y1=base, x2=x, y2=base + height, look="grid") for x in (LEFT, RIGHT)),
    ]
    left = _apart([at(line.before) for line in lines], base + height)
    right = _apart([at(line.after) for line in lines], base + height)
    for line, y, y2 in zip(lines, left, right, strict=True):
        strong = " strong" if line.strong else ""
        before, after = at(line.before), at(line.after)
        shapes.append(Stroke(x1=LEFT, y1=before, x2=RIGHT, y2=after, look=f"way{strong}"))
        shapes += [Spot(x=x, y=place, look=f"sure{strong}") for x, place in ((LEFT, before), (RIGHT, after))]
        shapes.append(
            Words(x=LEFT - 4, y=y + 4, text=f"{line.name} {line.words[0]}", look=strong.strip(), anchor="end")
        )
        shapes.append(Words(x=RIGHT + 4, y=y2 + 4, text=line.words[1], look=strong.strip()))
    says = "; ".join(f"{line.name}: {line.words[0]} before, {line.words[1]} after" for line in lines)
    return Picture(height=base + height + LINE, shapes=tuple(shapes), says=says)


def _apart(places: Sequence[float], lowest: float) -> list[float]:
    """A line of writing from each other, as near to where they belong as that allows, and none below `lowest`."""
    order = sorted(range(len(places)), key=lambda n: places[n])
    found = list(places)
    for before, here in pairwise(order):
        found[here] = max(found[here], found[before] + LINE)
    for place, n in enumerate(reversed(order)):
        found[n] = min(found[n], lowest - place * LINE)
    return found


# ── points on a scale ──────────────────────────────────────────────────────────────────────────────────────────
def dots(rows: Sequence[Bar], least: float, most: float) -> Picture:
    """A point on a line of its own for each, its name and its number above it."""
    shapes: list[Shape] = []
    for place, row in enumerate(rows):
        y = place * ROW
        shapes += [
            Words(x=0, y=y + TOP, text=row.name),
            Words(x=100, y=y + TOP, text=row.words, look="n", anchor="end"),
        ]
        line = y + TOP + 13
        shapes.append(Stroke(x1=1, y1=line, x2=99, y2=line, look="grid"))
        shapes += [
            Stroke(x1=x, y1=line - 4, x2=x, y2=line + 4, look="tick")
            for x in (_on(value, least, most) for value in range(int(least), int(most) + 1))
        ]
        if row.low is not None:
            shapes.append(Spot(x=_on(row.low, least, most), y=line, look="sure", size=6))
    says = "; ".join(f"{row.name}: {row.words}" for row in rows)
    return Picture(height=len(rows) * ROW, shapes=tuple(shapes), says=says)


def _on(value: float, least: float, most: float) -> float:
    return round(2 + 96 * (value - least) / ((most - least) or 1), 2)
