"""location: rounded before it is kept; a street stays words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.effects import Keep, KeepPart
from flows.events import Showed
from flows.run import Fact, Media
from flows.steps.location import rounded
from tests.builders import MONDAY, Dialogue, a_step, begun, text


def pin(facts: dict[str, Fact] | None = None) -> Dialogue:
    return begun(a_step("pin", "location"), text("b"), facts=facts)


def sent(chat: Dialogue, reference: str) -> Dialogue:
    return chat.take(Showed(at=MONDAY, media=Media(kind="location", reference=reference), message="m1"))


@pytest.mark.parametrize("typed", ["53.74412, -0.33987", "53.74412 -0.33987", " 53.7440;-0.3399 "])
def test_a_pin_and_typed_numbers_give_the_same_rough_place(typed: str) -> None:
    kept = [Keep(step="pin", value="53.744,-0.340", at=MONDAY)]

    assert sent(pin(), "53.744,-0.340").all(Keep) == kept
    assert pin().write(typed).all(Keep) == kept


def test_the_exact_place_is_nowhere() -> None:
    chat = pin().write("53.74412, -0.33987")

    assert chat.all(KeepPart) == []
    assert "53.74412" not in repr(chat.run)


def test_a_street_is_kept_as_words() -> None:
    assert pin().write(" Hessle Road, by the baths ").value("pin") == "Hessle Road, by the baths"


def test_a_long_description_is_kept_whole() -> None:
    words = "Go past the baths. " * 20

    assert pin().write(words).kept == [words]


def test_a_pin_needs_no_consent_to_photos() -> None:
    assert sent(pin({"consent.media": "no"}), "53.744,-0.340").run.step == "b"


def test_a_photo_is_no_place() -> None:
    assert pin().show("photo").lines == [["common:no_photo"]]


def test_a_place_that_is_not_on_earth_is_not_understood() -> None:
    chat = sent(pin(), "91.0,0.0")

    assert chat.run.step == "pin"
    assert chat.run.misses == 1


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_rounding_moves_a_place_by_less_than_a_hundred_metres_and_hides_the_rest(north: float, east: float) -> None:
    place = rounded(f"{north:.6f},{east:.6f}")

    first, second = place.split(",")
    assert abs(float(first) - north) <= 0.000501
    assert abs(float(second) - east) <= 0.000501
    assert len(first.partition(".")[2]) == len(second.partition(".")[2]) == 3
