"""How far two coders agree, counted by hand."""

import pytest

from flows.agreement import Agreement, together


def test_kappa_is_what_the_textbook_says() -> None:
    found = Agreement(both=20, first=5, second=10, neither=15)

    # seen: 35 of 50 = 0.7; by chance: 25·30 + 25·20 of 50·50 = 0.5; (0.7 − 0.5) / (1 − 0.5)
    assert found.same == pytest.approx(0.7)
    assert found.kappa == pytest.approx(0.4)


def test_full_agreement_is_one_and_full_disagreement_is_below_nought() -> None:
    assert Agreement(both=3, first=0, second=0, neither=5).kappa == pytest.approx(1)
    assert Agreement(both=0, first=4, second=4, neither=0).kappa == pytest.approx(-1)


def test_agreement_that_says_nothing_has_no_kappa() -> None:
    assert Agreement(both=0, first=0, second=0, neither=0).kappa is None
    assert Agreement(both=0, first=0, second=0, neither=9).kappa is None


def test_labels_are_added_up() -> None:
    one = Agreement(both=1, first=2, second=3, neither=4)

    assert together([one, one]) == Agreement(both=2, first=4, second=6, neither=8)
