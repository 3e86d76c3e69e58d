"""A flow as a picture: its steps in layers from top to bottom, with the ways between them. Pure geometry.

A step lies below all that lead to it. A way over several layers gets a place of its own in each of them, so that
lines run beside the steps and not through them. Each way to the end is a mark under its step: there are many.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flows.arrows import Arrow, arrows
from flows.definition import END, Flow

WIDE: Final = 178
"""The width of a step."""
HIGH: Final = 48
ACROSS: Final = 22
"""Between two steps of a layer."""
DOWN: Final = 40
"""Between two layers, without what is written there."""
LINE: Final = 17
"""A line of writing."""
LANE: Final = 20
"""The width of a way that only passes a layer."""
EDGE: Final = 26
BESIDE: Final = 14
"""How far from its steps a way back runs."""
ROUNDS: Final = 6
ROOM: Final = 960
"""So wide it may be before what is not joined goes below."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A step and where it stands; x and y are its upper left corner. `ends`: the flow can be over after it."""

    id: str
    x: float
    y: float
    ends: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """A way. `path` is drawn from (dx, dy), what makes somebody go it is written at (x, y); `back`: to what was met."""

    arrow: Arrow
    path: str
    x: float
    y: float
    back: bool = False
    dx: float = 0
    dy: float = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """The whole picture."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: float
    height: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Spot:
    """A place in a layer: of a step, or of a way that passes."""

    name: str
    layer: int
    passes: bool = False

    @property
    def wide(self) -> float:
        return LANE if self.passes else WIDE


@dataclass(frozen=True, kw_only=True, slots=True)
class _Way:
    """An arrow with the places it touches, from step to step."""

    arrow: Arrow
    spots: tuple[str, ...]


def chart(flow: Flow) -> Chart:
    """Where everything stands. Parts of the flow that no way joins are set beside and below each other."""
    order = {step.id: place for place, step in enumerate(flow.steps)}
    led = _once(arrow for arrow in arrows(flow) if arrow.start in order)
    parts = _parts(list(order), led)
    return _packed([_part(names, [arrow for arrow in led if arrow.start in names]) for names in parts])


def _part(names: Sequence[str], led: Sequence[Arrow]) -> Chart:
    order = {name: place for place, name in enumerate(names)}
    ends = {arrow.start for arrow in led if arrow.to == END}
    onward = [arrow for arrow in led if arrow.to in order and order[arrow.to] > order[arrow.start]]
    back = [arrow for arrow in led if arrow.to in order and order[arrow.to] <= order[arrow.start]]
    layers = _layers(names, onward)
    spots, ways = _spots(layers, onward)
    rows = _ordered(spots, ways)
    xs, ys = _across(rows, ways), _downwards(rows, ways)
    nodes = tuple(Node(id=name, x=xs[name] - WIDE / 2, y=ys[spots[name].layer], ends=name in ends) for name in names)
    edges = (*_edges(ways, xs, ys, spots), *_returns(back, xs, ys, spots, nodes))
    width = max(*(node.x + WIDE for node in nodes), *xs.values())
    return Chart(
        nodes=nodes,
        edges=edges,
        width=width + EDGE + LANE * (2 * bool(back) + len(back)),
        height=max(node.y for node in nodes) + HIGH + DOWN,
    )


def _parts(names: Sequence[str], led: Sequence[Arrow]) -> list[list[str]]:
    """The steps in groups that ways join, each in the order of the flow."""
    group = {name: {name} for name in names}
    for arrow in led:
        one, other = group[arrow.start], group.get(arrow.to, set())
        if other and one is not other:
            one |= other
            group.update(dict.fromkeys(other, one))
    return [list(part) for part in dict.fromkeys(tuple(n for n in names if n in group[name]) for name in names)]


def _packed(parts: Sequence[Chart]) -> Chart:
    """One beside the other while there is room, then below."""
    nodes: list[Node] = []
    edges: list[Edge] = []
    x = y = high = wide = 0.0
    for part in parts:
        if x and x + part.width > ROOM:
            x, y, high = 0.0, y + high, 0.0
        nodes += [replace(node, x=node.x + x, y=node.y + y) for node in part.nodes]
        edges += [replace(edge, x=edge.x + x, y=edge.y + y, dx=x, dy=y) for edge in part.edges]
        x, high = x + part.width, max(high, part.height)
        wide = max(wide, x)
    return Chart(nodes=tuple(nodes), edges=tuple(edges), width=wide, height=y + high)


def _once(found: Iterable[Arrow]) -> list[Arrow]:
    """Two ways between the same steps are drawn as one: by its answers if it has some."""
    kept: dict[tuple[str, str], Arrow] = {}
    for arrow in found:
        key = (arrow.start, arrow.to)
        before = kept.get(key)
        kept[key] = replace(before, answers=(*before.answers, *arrow.answers)) if before else arrow
    return list(kept.values())


def _layers(names: Sequence[str], onward: Sequence[Arrow]) -> dict[str, int]:
    """Each step below the lowest that leads to it. The order of the flow is an order of these ways, too."""
    layers = dict.fromkeys(names, 0)
    by_start: dict[str, list[str]] = {}
    for arrow in onward:
        by_start.setdefault(arrow.start, []).append(arrow.to)
    for name in names:
        for to in by_start.get(name, ()):
            layers[to] = max(layers[to], layers[name] + 1)
    return layers


def _spots(layers: Mapping[str, int], onward: Sequence[Arrow]) -> tuple[dict[str, _Spot], list[_Way]]:
    spots = {name: _Spot(name=name, layer=layer) for name, layer in layers.items()}
    ways: list[_Way] = []
    for number, arrow in enumerate(onward):
        between = [
            _Spot(name=f"·{number}·{layer}", layer=layer, passes=True)
            for layer in range(layers[arrow.start] + 1, layers[arrow.to])
        ]
        spots.update((spot.name, spot) for spot in between)
        ways.append(_Way(arrow=arrow, spots=(arrow.start, *(spot.name for spot in between), arrow.to)))
    return spots, ways


def _ordered(spots: Mapping[str, _Spot], ways: Sequence[_Way]) -> list[list[_Spot]]:
    """From left to right in each layer, so that few ways cross: each towards the middle of its neighbours."""
    rows: list[list[_Spot]] = [[] for _ in range(1 + max((spot.layer for spot in spots.values()), default=-1))]
    for spot in spots.values():
        rows[spot.layer].append(spot)
    above, below = _neighbours(ways)
    for turn in range(ROUNDS):
        upward = turn % 2 == 1
        near = below if upward else above
        places = {spot.name: float(place) for row in rows for place, spot in enumerate(row)}
        for row in reversed(rows) if upward else rows:
            row.sort(key=lambda spot: _middle(near.get(spot.name, ()), places, places[spot.name]))
            places.update((spot.name, float(place)) for place, spot in enumerate(row))
    return rows


def _neighbours(ways: Sequence[_Way]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for way in ways:
        for upper, lower in zip(way.spots, way.spots[1:], strict=False):
            below.setdefault(upper, []).append(lower)
            above.setdefault(lower, []).append(upper)
    return above, below


def _middle(names: Sequence[str], places: Mapping[str, float], otherwise: float) -> float:
    found = [places[name] for name in names]
    return sum(found) / len(found) if found else otherwise


def _across(rows: Sequence[Sequence[_Spot]], ways: Sequence[_Way]) -> dict[str, float]:
    """The middle of each place. Each is drawn to its neighbours, as far as those beside it leave room."""
    above, below = _neighbours(ways)
    xs: dict[str, float] = {}
    for row in rows:
        at = float(EDGE)
        for spot in row:
            xs[spot.name] = at + spot.wide / 2
            at += spot.wide + ACROSS
    for turn in range(ROUNDS):
        near = below if turn % 2 else above
        for row in rows:
            _settle(row, {spot.name: _middle(near.get(spot.name, ()), xs, xs[spot.name]) for spot in row}, xs)
    left = min((xs[spot.name] - spot.wide / 2 for row in rows for spot in row), default=0.0)
    return {name: x - left + EDGE for name, x in xs.items()}


def _settle(row: Sequence[_Spot], wished: Mapping[str, float], xs: dict[str, float]) -> None:
    """Where they wish to be, without standing on each other: from the left, then back from the right."""
    right: dict[str, float] = {}
    edge = float("-inf")
    for spot in row:
        right[spot.name] = max(wished[spot.name], edge + spot.wide / 2)
        edge = right[spot.name] + spot.wide / 2 + ACROSS
    edge = float("inf")
    for spot in reversed(row):
        leftmost = min(wished[spot.name], edge - spot.wide / 2)
        edge = leftmost - spot.wide / 2 - ACROSS
        right[spot.name] = (right[spot.name] + leftmost) / 2
    edge = float("-inf")
    for spot in row:
        xs[spot.name] = max(right[spot.name], edge + spot.wide / 2)
        edge = xs[spot.name] + spot.wide / 2 + ACROSS


def _downwards(rows: Sequence[Sequence[_Spot]], ways: Sequence[_Way]) -> list[float]:
    """The upper edge of each layer: lower where more is written above it."""
    most = [0] * (len(rows) + 1)
    for layer, row in enumerate(rows):
        arriving = [sum(_written(way.arrow) for way in ways if way.spots[1] == spot.name) for spot in row]
        most[layer] = max(arriving, default=0)
    ys = [float(EDGE)]
    for layer in range(1, len(rows)):
        ys.append(ys[-1] + HIGH + DOWN + LINE * most[layer])
    return ys


def _written(arrow: Arrow) -> bool:
    return bool(arrow.answers or arrow.when)


def _edges(
    ways: Sequence[_Way], xs: Mapping[str, float], ys: Sequence[float], spots: Mapping[str, _Spot]
) -> Iterable[Edge]:
    taken: dict[str, int] = {}
    for way in ways:
        points = _points(way, xs, ys, spots)
        first = way.spots[1]
        above = taken.get(first, 0)
        taken[first] = above + _written(way.arrow)
        y = ys[spots[first].layer] - 9 - LINE * above
        yield Edge(arrow=way.arrow, path=_path(points), x=xs[first], y=y)


def _points(
    way: _Way, xs: Mapping[str, float], ys: Sequence[float], spots: Mapping[str, _Spot]
) -> list[tuple[float, float]]:
    """The corners of the line: out of the step, beside those it passes, into the other."""
    start, *between, to = way.spots
    points = [(xs[start], ys[spots[start].layer] + HIGH)]
    for name in between:
        top = ys[spots[name].layer]
        points += [(xs[name], top), (xs[name], top + HIGH)]
    return [*points, (xs[to], ys[spots[to].layer])]


def _path(points: Sequence[tuple[float, float]]) -> str:
    """Straight down, and gently across."""
    (x, y), *others = points
    drawn = [f"M{x:.0f} {y:.0f}"]
    for across, down in others:
        half = (y + down) / 2
        drawn.append(
            f"V{down:.0f}" if across == x else f"C{x:.0f} {half:.0f} {across:.0f} {half:.0f} {across:.0f} {down:.0f}"
        )
        x, y = across, down
    return "".join(drawn)


def _returns(
    back: Sequence[Arrow],
    xs: Mapping[str, float],
    ys: Sequence[float],
    spots: Mapping[str, _Spot],
    nodes: Sequence[Node],
) -> Iterable[Edge]:
    """Ways to an earlier step, in lanes of their own on the right."""
    edge = max((node.x + WIDE for node in nodes), default=0.0)
    for number, arrow in enumerate(back, 1):
        x = edge + LANE * number
        y, up = ys[spots[arrow.start].layer] + HIGH + BESIDE, ys[spots[arrow.to].layer] - BESIDE
        out, into = (xs[name] + WIDE / 2 - LANE for name in (arrow.start, arrow.to))
        path = f"M{out:.0f} {y - BESIDE:.0f}V{y:.0f}H{x - 8:.0f}Q{x:.0f} {y:.0f} {x:.0f} {y - 8:.0f}V{up + 8:.0f}"
        path += f"Q{x:.0f} {up:.0f} {x - 8:.0f} {up:.0f}H{into:.0f}V{up + BESIDE:.0f}"
        yield Edge(arrow=arrow, path=path, x=x, y=(y + up) / 2, back=True)
