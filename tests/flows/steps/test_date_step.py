"""date: a day as people write it."""

from datetime import date

import pytest

from flows.steps.date import KIND, read
from tests.builders import a_step, begun

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("15 March", date(2027, 3, 15)),
        ("by 15th of March, 2028", date(2028, 3, 15)),
        ("March 15", date(2027, 3, 15)),
        ("Sept. 3rd 2027", date(2027, 9, 3)),
        ("2027-03-15", date(2027, 3, 15)),
        ("15/3/2027", date(2027, 3, 15)),
        ("24 November", date(2026, 11, 24)),
        ("23 November", date(2027, 11, 23)),
        ("29 Feb 2028", date(2028, 2, 29)),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str, day: date) -> None:
    assert read(typed, TODAY) == day


@pytest.mark.parametrize("typed", ["soon", "30 February 2027", "15 March or 20 April", "15", "in 12 weeks", "x" * 90])
def test_what_names_no_one_day_is_no_date(typed: str) -> None:
    assert read(typed, TODAY) is None


def test_a_day_that_is_over_is_asked_for_again_unless_it_may_be() -> None:
    ahead = begun(a_step("when", "date")).write("2020-01-01")
    behind = begun(a_step("when", "date", fields={"past": "yes"})).write("2020-01-01")

    assert ahead.run.step == "when"
    assert ahead.kept == ["2020-01-01"], "what was typed is not lost"
    assert behind.value("when") == "2020-01-01"


def test_the_key_is_explained() -> None:
    assert KIND.keys.keys() == {"past"}
