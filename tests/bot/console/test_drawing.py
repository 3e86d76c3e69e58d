"""Pictures of numbers: nothing leaves the field, nothing is told by colour alone."""

from itertools import combinations

import pytest

from bot.console.drawing import Bar, Picture, Point, Rect, Slope, Spot, Stroke, Words, bars, dots, slope, trend

POINTS = [Point(name=f"Step {n}", words=f"{n} of 20", low=5.0 * n, high=5.0 * n + (n % 2)) for n in range(21)]
LINES = [Slope(name=f"Area {n}", before=2.0 + n / 50, after=4.0, words=("2.0", "4.0")) for n in range(6)]


def drawn() -> list[Picture]:
    """One of each kind."""
    rows = [
        Bar(name="Sure", words="12", low=12, high=12, mark=15),
        Bar(name="Few", words="fewer than 5", low=1, high=4),
        Bar(name="Open", words="12 or more", low=12, high=float("inf")),
        Bar(name="Untold", words="too few to tell"),
    ]
    return [
        bars(rows, 20),
        bars(rows, 0),
        trend(POINTS),
        trend(POINTS[:1]),
        trend([]),
        slope(LINES, 2, 4),
        dots(rows, 1, 5),
    ]


@pytest.mark.parametrize("picture", drawn())
def test_nothing_leaves_the_field(picture: Picture) -> None:
    for shape in picture.shapes:
        match shape:
            case Rect():
                assert 0 <= shape.x <= shape.x + shape.width <= 101
                assert 0 <= shape.y <= shape.y + shape.height <= picture.height
            case Stroke():
                assert all(0 <= x <= 100 for x in (shape.x1, shape.x2))
                assert all(0 <= y <= picture.height for y in (shape.y1, shape.y2))
            case Spot():
                assert 0 <= shape.y <= picture.height
            case Words():
                assert 0 <= shape.x <= 100
                assert 0 < shape.y <= picture.height


def test_what_is_not_told_exactly_looks_different_and_has_its_words() -> None:
    picture = bars([Bar(name="Few", words="fewer than 5", low=1, high=4)], 8)

    looks = [(shape.look, shape.width) for shape in picture.shapes if isinstance(shape, Rect)]
    assert looks == [("track", 100), ("maybe", 37.5), ("sure", 12.5)]
    assert "fewer than 5" in [shape.text for shape in picture.shapes if isinstance(shape, Words)]
    assert picture.says == "Few: fewer than 5"


def test_nothing_is_drawn_where_nothing_is_told() -> None:
    picture = bars([Bar(name="Untold", words="too few to tell")], 8)

    assert [shape.look for shape in picture.shapes if isinstance(shape, Rect)] == ["track"]


def test_names_of_lines_that_lie_close_do_not_touch() -> None:
    words = [shape for shape in slope(LINES, 2, 4).shapes if isinstance(shape, Words) and shape.text.startswith("Area")]

    assert all(abs(one.y - other.y) >= 15 for one, other in combinations(words, 2))


def test_points_are_joined_only_where_all_between_them_is_told() -> None:
    points = [Point(name="a", words="", low=10, high=10), Point(name="b", words="", low=0, high=50), *POINTS[2:4:2]]
    told = [Point(name="c", words="", low=40, high=40), Point(name="d", words="", low=60, high=60)]

    ways = [shape for shape in trend([*points, *told]).shapes if isinstance(shape, Stroke) and shape.look == "way"]

    assert len(ways) == 2
