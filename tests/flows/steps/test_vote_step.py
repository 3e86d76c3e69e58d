"""vote: lines of others, each once, and one may change one's mind."""

import pytest

from flows.effects import Keep, Say
from flows.events import Timer
from flows.steps.base import BadField
from flows.steps.vote import KIND
from tests.builders import MONDAY, Dialogue, a_step, begun, text

LINES = tuple((f"s{n}", f"Line {n}") for n in range(1, 10))


def votes(number: int = 3) -> Dialogue:
    asked = a_step("vote", "vote", options_from="statements")
    return begun(asked, text("think"), facts={"statements": LINES[:number]})


def shown(chat: Dialogue) -> dict[str, object]:
    return dict(chat.all(Say)[-1].lines[-1].values)


def test_lines_come_one_by_one_with_their_number() -> None:
    chat = votes()
    assert shown(chat) == {"statement": "Line 1", "number": 1, "total": 3}

    chat.tap("agree-s1")

    assert shown(chat) == {"statement": "Line 2", "number": 2, "total": 3}


@pytest.mark.parametrize("say", ["agree", "1", "Agree!"])
def test_typed_and_tapped_give_the_same_answer(say: str) -> None:
    tapped = votes(2).tap("agree-s1").tap("pass-s2")
    typed = votes(2).write(say).write("pass")

    assert tapped.all(Keep) == typed.all(Keep) == [Keep(step="vote", value=("s1:agree", "s2:pass"), at=MONDAY)]


def test_nobody_sees_more_than_seven() -> None:
    chat = votes(9)
    for _ in range(7):
        chat.write("pass")

    assert chat.run.step == "think"


def test_an_earlier_vote_can_be_changed_at_its_own_buttons() -> None:
    chat = votes(2)
    first = chat.run.asked
    chat.tap("agree-s1").tap("disagree-s1", asked=first)
    assert chat.lines == [["common:vote_changed"]]

    assert chat.tap("pass-s2").value("vote") == ("s1:disagree", "s2:pass")


def test_new_lines_and_another_order_do_not_mix_up_votes() -> None:
    chat = votes(3)
    chat.facts["statements"] = (("s8", "New"), *reversed(LINES[:3]))

    chat.write("agree").write("disagree").write("pass")

    assert chat.value("vote") == ("s1:agree", "s2:disagree", "s3:pass")


def test_a_line_that_was_taken_down_is_passed_over() -> None:
    chat = votes(3)
    chat.facts["statements"] = (LINES[0], LINES[2])

    chat.write("agree")

    assert shown(chat)["statement"] == "Line 3"


def test_who_skips_the_rest_keeps_the_votes_they_cast() -> None:
    assert votes(3).tap("agree-s1").skip().value("vote") == ("s1:agree",)


def test_what_was_cast_counts_when_the_time_is_up() -> None:
    assert votes(3).tap("agree-s1").ring(Timer.EXPIRE).value("vote") == ("s1:agree",)


def test_with_no_lines_there_is_nothing_to_ask() -> None:
    assert votes(0).run.step == "think"


def test_other_words_are_kept() -> None:
    assert votes().write("It depends").kept == ["It depends"]


def test_a_vote_on_a_line_that_was_never_shown_is_not_taken() -> None:
    assert votes(2).tap("agree-s9").lines == [["common:already"]]


def test_wrong_keys_are_told() -> None:
    with pytest.raises(BadField, match="whole number"):
        KIND.parse({"most": "lots"})
