"""chain: links from an issue to body and mind, as the person sees them."""

import pytest

from flows.effects import Choice, Keep, Line, Say
from flows.steps.base import BadField
from flows.steps.chain import KIND
from tests.builders import MONDAY, Dialogue, a_step, begun, one_of, text

LINKS = {"links": ["issue", "daily", "feel"], "most": "4"}


def told() -> Dialogue:
    """Home, then damp, then no sleep; now: is that right?"""
    chat = begun(
        one_of("issue", "home", "job", "other"),
        text("daily"),
        text("feel"),
        a_step("review", "chain", fields=LINKS),
        text("b"),
    )
    return chat.tap("home").answer("damp").answer("no sleep")


def links(chat: Dialogue) -> list[str]:
    """The links as they are put."""
    shown = next(value for name, value in chat.all(Say)[-1].lines[-1].values if name == "links")
    assert isinstance(shown, tuple)
    return [link.label for link in shown]


def test_the_answers_before_are_the_links() -> None:
    chat = told()

    assert links(chat) == ["home", "damp", "no sleep"]
    assert chat.keys == ["yes", "change", "add"]


def test_a_chosen_link_is_shown_by_its_label() -> None:
    (_, shown), *_ = told().all(Say)[-1].lines[-1].values

    assert isinstance(shown, tuple)
    assert shown[0].lines == (Line(block="issue__home"), Line(block="option__home", template="common"))
    assert shown[1] == Choice(key="1", label="damp")


@pytest.mark.parametrize("yes", ["yes", "1", "Yes."])
def test_yes_keeps_the_links(yes: str) -> None:
    kept = [Keep(step="review", value=("home", "damp", "no sleep"), at=MONDAY)]

    assert told().write(yes).all(Keep) == told().tap("yes").all(Keep) == kept


def test_a_link_is_added_and_shown() -> None:
    chat = told().tap("add")
    assert chat.lines == [["common:chain_add"]]

    chat.write("a bad chest")

    assert links(chat) == ["home", "damp", "no sleep", "a bad chest"]
    assert chat.kept == ["a bad chest"]
    assert chat.keys == ["yes", "change"], "there is no room for more"


def test_a_link_is_changed_and_the_others_stay() -> None:
    chat = told().tap("change")
    assert chat.keys == ["link-0", "link-1", "link-2", "as_it_is"]

    chat.write("2")
    assert chat.lines == [["common:chain_words"]]
    chat.write("mould on the walls")

    assert chat.tap("yes").value("review") == ("home", "mould on the walls", "no sleep")


def test_who_thinks_better_of_it_goes_back_to_the_review() -> None:
    assert told().tap("change").tap("link-1").tap("as_it_is").keys == ["yes", "change", "add"]


def test_what_says_nothing_is_no_link() -> None:
    chat = begun(one_of("issue", "home", "other"), text("daily"), text("feel"), a_step("review", "chain", fields=LINKS))
    chat.tap("other").answer("damp").answer("no sleep")

    assert links(chat) == ["damp", "no sleep"]


def test_one_link_is_no_chain() -> None:
    chat = begun(
        one_of("issue", "home"), text("daily"), text("feel"), a_step("review", "chain", fields=LINKS), text("b")
    )

    assert chat.tap("home").skip().skip().run.step == "b"


def test_other_words_at_the_review_are_kept() -> None:
    assert told().write("It is about money too").kept == ["It is about money too"]


@pytest.mark.parametrize("fields", [{}, {"links": "issue"}, {"links": ["issue"]}, {"links": [["a"], ["b"]]}])
def test_wrong_keys_are_told(fields: dict[str, object]) -> None:
    with pytest.raises(BadField, match="at least 2 steps"):
        KIND.parse(fields)
