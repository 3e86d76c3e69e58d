"""choice and confirm: one of several."""

import pytest

from flows.effects import Keep, KeepPart, Line, Say, SetFact
from flows.steps.base import BadField
from flows.steps.choice import KIND
from tests.builders import MONDAY, a_step, begun, one_of, text


@pytest.mark.parametrize("said", ["2", " 2. ", "2)", "not_now", "Not now", "NOT-NOW!"])
def test_a_number_or_a_key_may_be_typed(said: str) -> None:
    chat = begun(one_of("a", "yes", "not_now")).write(said)

    assert chat.all(Keep) == [Keep(step="a", value="not_now", at=MONDAY)]
    assert chat.all(KeepPart) == []


@pytest.mark.parametrize("said", ["0", "3", "yes and no", "1 2", "", "½", "99999999999999999999"])
def test_anything_else_is_not_taken_for_an_answer(said: str) -> None:
    chat = begun(one_of("a", "yes", "not_now")).write(said)

    assert chat.kept == [said]
    assert chat.run.misses == 1


def test_a_button_that_is_not_there_is_not_taken() -> None:
    assert begun(one_of("a", "x", "y")).tap("z").lines == [["common:already"]]


def test_a_label_is_looked_for_in_the_step_then_in_common_then_in_the_data() -> None:
    facts = {"locales": (("en-easy", "Easy English"),)}
    chat = begun(one_of("lang", options_from="locales"), facts=facts)

    button = chat.all(Say)[0].choices[0]

    assert button.key == "en-easy"
    assert button.lines == (Line(block="lang__en_easy"), Line(block="option__en_easy", template="common"))
    assert button.label == "Easy English"


def test_other_and_unsure_come_last_and_never_rotate() -> None:
    orders = {
        tuple(
            begun(one_of("a", "x", "y", "z", fields={"rotate": "yes", "other": "yes", "unsure": "yes"}), seed=seed).keys
        )
        for seed in range(9)
    }

    assert {order[:3] for order in orders} == {("x", "y", "z"), ("y", "z", "x"), ("z", "x", "y")}
    assert {order[3:] for order in orders} == {("other", "unsure")}


def test_the_order_stays_the_same_when_asked_again() -> None:
    chat = begun(one_of("a", "x", "y", "z", fields={"rotate": "yes"}), seed=2)
    before = chat.keys

    again = chat.resume().all(Say)[0]

    assert [button.key for button in again.choices] == before
    assert chat.write("1").value("a") == before[0]


def test_a_list_that_is_not_known_leaves_a_question_one_can_skip() -> None:
    chat = begun(one_of("patch", options_from="neighbourhoods"), text("b")).write("Docks")

    assert chat.kept == ["Docks"]
    assert chat.skip().run.step == "b"


def test_a_voice_note_at_a_choice_is_kept_for_the_team() -> None:
    chat = begun(one_of("a", "x", "y")).show("voice")

    assert [part.step for part in chat.all(KeepPart)] == ["a"]
    assert chat.lines[0][0] == "common:voice_kept"


def test_a_photo_at_a_choice_is_not_kept() -> None:
    assert begun(one_of("a", "x", "y")).show("photo").all(KeepPart) == []


def test_confirm_is_yes_or_no() -> None:
    chat = begun(a_step("c_remind", "confirm", stores="consent.remind"))
    assert chat.keys == ["yes", "no"]

    chat.write("Yes!")

    assert chat.all(SetFact) == [SetFact(name="consent.remind", value="yes", step="c_remind")]


def test_confirm_may_name_its_own_options() -> None:
    chat = begun(a_step("c_part", "confirm", "yes", "not_now", "question"))

    assert chat.keys == ["yes", "not_now", "question"]
    assert chat.tap("question").value("c_part") == "question"


def test_nothing_is_ticked_beforehand() -> None:
    assert not any(button.ticked for button in begun(a_step("c", "confirm")).choices)


def test_wrong_keys_are_told() -> None:
    with pytest.raises(BadField, match="neither yes nor no"):
        KIND.parse({"rotate": "sometimes"})
