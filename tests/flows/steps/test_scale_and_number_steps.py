"""scale and number: how much, how many."""

import pytest

from flows.effects import Keep
from flows.steps import number, scale
from flows.steps.base import BadField
from tests.builders import MONDAY, a_step, begun


@pytest.mark.parametrize("said", ["4", " 4! "])
def test_a_number_on_the_scale_may_be_typed(said: str) -> None:
    chat = begun(a_step("say", "scale", fields={"from": "1", "to": "5"})).write(said)

    assert chat.all(Keep) == [Keep(step="say", value=4, at=MONDAY)]


def test_a_scale_has_a_button_for_each_number() -> None:
    chat = begun(a_step("say", "scale", fields={"from": "0", "to": "3"}))

    assert chat.keys == ["0", "1", "2", "3"]
    assert [button.label for button in chat.choices] == ["0", "1", "2", "3"]
    assert chat.tap("0").value("say") == 0


@pytest.mark.parametrize("said", ["1", "6", "3 or 4", "a lot"])
def test_a_number_off_the_scale_is_not_taken_by_its_place(said: str) -> None:
    chat = begun(a_step("say", "scale", fields={"from": "2", "to": "5"})).write(said)

    assert chat.kept == [said]


@pytest.mark.parametrize(("said", "meant"), [("12", 12), ("about 12", 12), ("12!", 12), ("0", 0), ("٧", 7)])
def test_a_number_is_read_out_of_a_short_message(said: str, meant: int) -> None:
    chat = begun(a_step("assets", "number", fields={"from": "0", "to": "50"})).write(said)

    assert chat.value("assets") == meant


@pytest.mark.parametrize("said", ["51", "-3", "10-15", "2.5", "many", "", "9" * 5000, "7" + " and" * 20])
def test_a_number_out_of_range_or_in_doubt_is_asked_again(said: str) -> None:
    chat = begun(a_step("assets", "number", fields={"from": "0", "to": "50"})).write(said)

    assert chat.kept == [said]
    assert chat.run.misses == 1


def test_going_back_shows_the_number() -> None:
    chat = begun(a_step("n", "number"), a_step("s", "scale")).write("7").back()

    assert chat.lines == [["common:earlier_answer", "n"]]


@pytest.mark.parametrize(("start", "end"), [("5", "1"), ("1", "1"), ("1", "99"), ("-2", "2"), ("one", "5")])
def test_a_scale_that_cannot_be_shown_is_told(start: str, end: str) -> None:
    with pytest.raises(BadField):
        scale.KIND.parse({"from": start, "to": end})


def test_a_number_has_bounds_that_make_sense() -> None:
    assert number.KIND.parse({"from": "0", "to": "50"}) == number.NumberSpec(least=0, most=50)
    with pytest.raises(BadField):
        number.KIND.parse({"from": "5", "to": "5"})
