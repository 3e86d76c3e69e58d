"""multi: several of a list."""

import pytest

from flows.effects import Keep, Line, Say
from flows.steps.base import BadField
from flows.steps.multi import KIND
from tests.builders import MONDAY, Dialogue, a_step, begun, text


def shapes(**fields: str) -> Dialogue:
    """Pick up to three of five."""
    asked = a_step("shapes", "multi", "income", "homes", "food", "safety", "a_say", fields={"most": "3", **fields})
    return begun(asked, text("b"))


def ticked(chat: Dialogue) -> list[str]:
    return [button.key for button in chat.choices if button.ticked]


def test_taps_tick_and_untick_and_redraw_the_same_prompt() -> None:
    chat = shapes().tap("homes")
    drawn = chat.all(Say)
    assert [(say.replaces, say.asked, say.step) for say in drawn] == [(True, 1, "shapes")]
    assert [button.key for button in drawn[0].choices if button.ticked] == ["homes"]

    chat.tap("food").tap("homes")

    assert ticked(chat) == ["food"]
    assert chat.run.asked == 1


def test_done_closes_with_what_is_ticked() -> None:
    chat = shapes().tap("homes").tap("food").tap("done")

    assert chat.all(Keep) == [Keep(step="shapes", value=("homes", "food"), at=MONDAY)]
    assert chat.run.step == "b"
    assert chat.run.picked == ()


def test_done_with_nothing_ticked_asks_again() -> None:
    chat = shapes().tap("done")

    assert chat.lines == [["shapes"]]
    assert chat.run.step == "shapes"


@pytest.mark.parametrize("said", ["1 3 4", "1,3,4", " 1, 3; 4. ", "income food safety"])
def test_typed_numbers_pick_at_once(said: str) -> None:
    assert shapes().write(said).value("shapes") == ("income", "food", "safety")


def test_typed_numbers_join_what_is_ticked() -> None:
    assert shapes().tap("food").write("1").value("shapes") == ("food", "income")


def test_a_typed_number_of_done_closes() -> None:
    assert shapes().tap("food").write("6").value("shapes") == ("food",)


@pytest.mark.parametrize("said", ["1 9", "1 and 3", "the buses", "...", "1-3 or so"])
def test_other_words_are_kept_and_asked_about(said: str) -> None:
    chat = shapes().tap("food").write(said)

    assert chat.kept == [said]
    assert chat.lines[0][0] == "common:not_understood"
    assert ticked(chat) == ["food"]


def test_one_tick_too_many_is_declined_kindly() -> None:
    chat = shapes().tap("income").tap("homes").tap("food").tap("safety")

    assert chat.all(Say) == [Say(lines=(Line(block="too_many", template="common", values=(("most", 3),)),))]
    assert ticked(chat) == ["income", "homes", "food"]


def test_too_many_typed_asks_again_and_keeps_the_words() -> None:
    chat = shapes().write("1 2 3 4")

    assert chat.kept == ["1 2 3 4"]
    assert chat.lines == [["common:too_many", "shapes"]]
    assert chat.run.misses == 0


def test_not_sure_stands_alone() -> None:
    chat = shapes(unsure="yes", other="yes").tap("food").tap("unsure")
    assert ticked(chat) == ["unsure"]

    chat.tap("other")

    assert ticked(chat) == ["other"]
    assert chat.keys[-3:] == ["other", "unsure", "done"]


def test_skip_leaves_no_answer_even_with_ticks() -> None:
    chat = shapes().tap("food").skip()

    assert chat.value("shapes") is None


def test_the_ways_out_stay_when_the_prompt_is_redrawn() -> None:
    chat = shapes().write("what?").write("eh?").tap("food")

    assert [button.key for button in chat.all(Say)[0].choices][-3:] == ["done", "skip", "human"]
    assert chat.all(Say)[0].numbered


@pytest.mark.parametrize("most", ["0", "-1", "four"])
def test_a_wrong_limit_is_told(most: str) -> None:
    with pytest.raises(BadField, match="whole number"):
        KIND.parse({"most": most})
