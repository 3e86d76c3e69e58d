"""rank: the same answer whichever way it is given."""

import pytest

from flows.effects import Keep, Say
from tests.builders import MONDAY, Dialogue, a_step, begun, text


def aims() -> Dialogue:
    """Your first, second and third of six."""
    return begun(a_step("top3", "rank", "m1", "m2", "m3", "m4", "m5", "m6", fields={"most": "3"}), text("why1"))


@pytest.mark.parametrize("said", ["5 3 4", "5, 3, 4", "m5 m3 m4", "5. 3. 4."])
def test_typed_and_tapped_give_the_same_answer(said: str) -> None:
    tapped = aims().tap("m5").tap("m3").tap("m4").tap("done")
    typed = aims().write(said)

    assert typed.all(Keep) == tapped.all(Keep) == [Keep(step="top3", value=("m5", "m3", "m4"), at=MONDAY)]


def test_buttons_show_which_place_they_have() -> None:
    chat = aims().tap("m5").tap("m3")

    assert {button.key: button.place for button in chat.choices if button.place} == {"m5": 1, "m3": 2}
    assert all(say.replaces for say in chat.all(Say))


def test_taking_the_first_away_moves_the_others_up() -> None:
    chat = aims().tap("m5").tap("m3").tap("m5")

    assert {button.key: button.place for button in chat.choices if button.place} == {"m3": 1}


def test_one_or_two_is_fine() -> None:
    assert aims().write("2").value("top3") == ("m2",)


def test_the_same_one_twice_keeps_its_later_place() -> None:
    assert aims().write("5 5 3").value("top3") == ("m5", "m3")


def test_a_fourth_is_refused_kindly_and_nothing_is_lost() -> None:
    chat = aims().write("1 2 3 4")

    assert chat.lines[0][0] == "common:too_many"
    assert chat.kept == ["1 2 3 4"]
    assert chat.run.step == "top3"
