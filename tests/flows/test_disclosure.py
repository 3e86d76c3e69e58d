"""No small number is told, and none can be worked out from what is told."""

from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.disclosure import VAGUE, Figure, Table, attribution, count, limit, of, part, parts, share, table, total

K = 5
AREAS = ("hull", "walsall", "newquay")
few = st.integers(0, 9)
cells = st.fixed_dictionaries({"active": few, "paused": few})
grids = st.dictionaries(st.sampled_from(AREAS), cells, min_size=1)


def hidden(released: Table) -> list[tuple[str, str]]:
    return [(row, name) for row, found in released.rows.items() for name, f in found.each.items() if f.n is None]


def let_out(counts: Mapping[str, Mapping[str, int]], limits: Mapping[str, int]) -> Table:
    return table(counts, limits)


def worlds(counts: Mapping[str, Mapping[str, int]], limits: Mapping[str, int]) -> list[dict[tuple[str, str], int]]:
    """Every way the hidden cells may be filled so that exactly the same would have been told."""
    told = let_out(counts, limits)
    places = hidden(told)
    found = []
    for filling in product(*(range(1, limits[row]) for row, _ in places)):
        guess = {row: dict(parts) for row, parts in counts.items()}
        for (row, name), n in zip(places, filling, strict=True):
            guess[row][name] = n
        if let_out(guess, limits) == told:
            found.append(dict(zip(places, filling, strict=True)))
    return found


@settings(deadline=None)
@given(grids)
def test_nobody_who_knows_how_it_is_done_can_work_out_a_hidden_number(counts: dict[str, dict[str, int]]) -> None:
    limits = dict.fromkeys(counts, K)
    possible = worlds(counts, limits)

    for place in hidden(let_out(counts, limits)):
        assert len({world[place] for world in possible}) > 1, place


@given(grids)
def test_what_is_told_is_true(counts: dict[str, dict[str, int]]) -> None:
    told = let_out(counts, dict.fromkeys(counts, K))

    for row, found in told.rows.items():
        assert all(figure.n in (None, counts[row][name]) for name, figure in found.each.items())
        assert _fits(found.total, sum(counts[row].values()))
    for name, figure in told.columns.items():
        assert _fits(figure, sum(cells[name] for cells in counts.values()))
    assert _fits(told.total, sum(sum(cells.values()) for cells in counts.values()))


def _fits(figure: Figure, n: int) -> bool:
    return figure.n == n if figure.n is not None else figure.least <= n


@given(st.lists(st.integers(0, 14), min_size=1, max_size=4), st.data())
def test_the_hidden_areas_of_a_total_cannot_be_told_apart_nor_are_they_few_together(
    counts: Sequence[int], data: st.DataObject
) -> None:
    limits = [data.draw(st.sampled_from((K, 10))) for _ in counts]
    small = [(n, most) for n, most in zip(counts, limits, strict=True) if 0 < n < most]
    told = total(counts, limits)

    if told.n is None or not small:
        return
    together = told.n - sum(n for n, most in zip(counts, limits, strict=True) if not 0 < n < most)
    ways = [way for way in product(*(range(1, most) for _, most in small)) if sum(way) == together]
    assert together >= K
    assert all(len(set(values)) >= VAGUE for values in zip(*ways, strict=True))


def test_one_hidden_area_hides_the_total() -> None:
    assert str(total([18, 3, 17], [K, K, K])) == "35 or more"
    assert str(total([18, 2, 17, 3], [K] * 4)) == "40"


@pytest.mark.parametrize("hidden", [(4, 4), (3, 4), (1, 2)])
def test_two_areas_that_can_be_little_else_hide_the_total(hidden: tuple[int, int]) -> None:
    assert str(total([*hidden, 9], [K, K, K])) == "9 or more"


def test_what_is_hidden_altogether_is_too_few_to_tell() -> None:
    assert str(total([3, 4], [K, K])) == "too few to tell"


def test_nobody_is_told_as_nobody() -> None:
    assert (str(count(0, K)), str(count(4, K)), str(count(5, K))) == ("0", "fewer than 5", "5")
    assert (count(4, K).plain, count(5, K).plain) == ("fewer than 5", 5)


@pytest.mark.parametrize(("n", "told"), [(14, "14"), (12, "10 or more"), (9, "9"), (3, "fewer than 5"), (0, "0")])
def test_the_rest_of_a_group_is_not_told_when_it_is_few(n: int, told: str) -> None:
    assert str(of(n, 14, K)) == told


def test_a_hidden_part_hides_the_whole() -> None:
    found = parts({"agree": 12, "disagree": 2, "pass": 0}, K)

    assert [str(figure) for figure in found.each.values()] == ["12", "fewer than 5", "0"]
    assert str(found.total) == "12 or more"


@pytest.mark.parametrize(("threshold", "group", "meant"), [(5, 17, 5), (5, 9, 10), (12, 9, 12), (5, 0, 5)])
def test_in_a_small_group_the_threshold_rises_by_itself(threshold: int, group: int, meant: int) -> None:
    assert limit(threshold, group) == meant


def test_a_quote_carries_two_things_at_most_and_only_what_ten_people_share() -> None:
    parr = [{"area": "st_helens", "patch": "parr", "tenure": "rents"}] * 10
    told = [("area", "st_helens"), ("patch", "parr"), ("tenure", "rents")]

    assert attribution(told, parr) == ("st_helens", "parr")
    assert attribution(told, [*parr[:9], {"area": "st_helens", "patch": "sutton"}]) == ("st_helens",)
    assert attribution(told, parr[:9]) == ()


@pytest.mark.parametrize(
    ("counts", "wholes", "told"),
    [((12, 30), (18, 40), "42"), ((12, 38), (18, 40), "48 or more"), ((2, 30), (18, 40), "30 or more")],
)
def test_a_part_of_several_groups_gives_away_neither_it_nor_the_rest(
    counts: tuple[int, ...], wholes: tuple[int, ...], told: str
) -> None:
    assert str(part(counts, wholes, [5] * len(counts))) == told


def test_a_part_of_one_group_is_told_as_of_that_group() -> None:
    assert part([13], [17], [5]) == of(13, 17, 5)


def test_a_share_is_told_no_nearer_than_its_figures() -> None:
    told = share(count(10, 5), count(20, 5))
    few = share(count(2, 5), count(20, 5))
    many = share(of(18, 20, 5), count(20, 5))
    nobody = share(count(1, 5), count(3, 5))

    assert (told.told, told.low) == (True, 50)
    assert (few.told, few.low, few.high) == (False, 5, 20)
    assert (many.low, many.high) == (80, 100)
    assert nobody.low is None
