"""share: who may see the open answers."""

from flows.effects import KeepPart, Share
from flows.run import RunState
from tests.builders import a_step, begun, one_of, text

SHARE = a_step("share", "share")


def test_it_covers_the_open_answers_since_the_last_share_question() -> None:
    chat = begun(text("a"), one_of("pick", "x", "y"), text("b"), SHARE, text("c"), a_step("share_2", "share"))

    chat.answer("One").tap("x").answer("Two").tap("group")
    first = chat.all(Share)
    chat.answer("Three").write("Me")

    assert first == [Share(steps=("a", "b"), level="group")]
    assert chat.all(Share) == [Share(steps=("c",), level="me")]
    assert chat.value("share") == "group"


def test_skipped_answers_are_not_shared() -> None:
    chat = begun(text("a"), text("b"), SHARE).skip().answer("Two").tap("team")

    assert chat.all(Share) == [Share(steps=("b",), level="team")]


def test_it_is_passed_over_when_there_is_nothing_to_share() -> None:
    assert begun(text("a"), SHARE, text("b")).skip().run.step == "b"


def test_more_words_are_added_to_the_last_answer() -> None:
    chat = begun(text("a"), text("b"), SHARE).answer("One").answer("Two").write("Oh, and the park")

    part = chat.all(KeepPart)[0]
    assert (part.step, part.text, part.first) == ("b", "Oh, and the park", False)
    assert chat.lines == [["common:added", "share"]]
    assert chat.run.misses == 0
    assert chat.show("voice").all(KeepPart)[0].step == "b"
    assert chat.tap("me").all(Share) == [Share(steps=("a", "b"), level="me")]


def test_going_back_to_it_lets_one_choose_again() -> None:
    chat = begun(text("a"), SHARE, text("b")).answer("One").tap("group").back()

    assert chat.tap("me").all(Share) == [Share(steps=("a",), level="me")]


def test_an_answer_changed_after_sharing_is_asked_about_again() -> None:
    chat = begun(text("a"), SHARE, text("b")).answer("One").tap("group").back().back().answer("New")

    assert chat.run.step == "share"


def test_it_may_be_left_open() -> None:
    chat = begun(text("a"), SHARE).answer("One").skip()

    assert chat.all(Share) == []
    assert chat.state is RunState.FINISHED
