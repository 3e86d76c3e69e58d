"""What an open answer speaks of, and the one gentle bridge that may hang on it."""

import pytest

from flows.definition import Operator, Option
from flows.events import Said, Timer
from flows.loading import load_signs
from flows.signs import FRAMES, SIGNS, openings, signs
from tests.builders import MONDAY, Dialogue, a_step, begun, branch, text, when


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("smoking and junk food", ("habits",)),
        ("Smoking, and JUNK FOOD!", ("habits",)),
        ("You can't get to see a doctor", ("health_services",)),
        ("smoking, because the houses are damp", ("habits", "home")),
        ("junk food is all the shops have", ("habits", "food")),
        ("Nothing ever changes round here", ("hopeless",)),
        ("I don't know any", ("dont_know",)),
        ("The moon", ()),
        ("", ()),
    ],
)
def test_signs_are_whole_words_and_the_longest_phrase_wins(said: str, found: tuple[str, ...]) -> None:
    assert signs(said, load_signs(), openings(load_signs())) == found


def test_every_sign_has_words() -> None:
    assert set(load_signs().values()) == SIGNS


def bridged() -> Dialogue:
    """A question, a bridge for habits, another question, a bridge for anything hopeless."""
    habits = when("a", Operator.ONLY_ABOUT, "habits")
    hopeless = when("b", Operator.SHOWS, "hopeless")
    return begun(
        text("a"), text("b1", bridge=True, when=habits), text("b"), text("b4", bridge=True, when=hopeless), text("c")
    )


def answer(chat: Dialogue, words: str) -> Dialogue:
    said = Said(at=MONDAY, text=words, message=words, signs=signs(words, load_signs()))
    return chat.take(said).ring(Timer.GATHER)


def test_an_answer_about_habits_alone_leads_over_the_bridge_once() -> None:
    chat = answer(bridged(), "smoking and junk food")
    assert chat.run.step == "b1"

    answer(chat, "Long shifts")
    chat.back().back()
    answer(chat, "Just smoking")

    assert chat.run.step == "b", "the bridge was there before"


def test_a_bridge_may_be_skipped_and_does_not_come_again() -> None:
    chat = answer(bridged(), "smoking and junk food").skip()
    assert chat.run.step == "b"

    assert answer(chat.back().back(), "smoking").run.step == "b"


def test_there_is_one_bridge_in_a_chat() -> None:
    chat = answer(answer(answer(bridged(), "smoking"), "shifts"), "nothing ever changes")

    assert chat.run.step == "c"


def test_a_wider_answer_needs_no_bridge() -> None:
    assert answer(bridged(), "smoking and bad housing").run.step == "b"
    assert answer(bridged(), "The moon").run.step == "b"


def test_options_stand_for_causes_too() -> None:
    options = (Option(key="habits", frame="habits"), Option(key="home", frame="home"), Option(key="none"))

    def picked(*keys: str) -> str:
        asked = a_step("a", "multi", *options, branches=(branch("a", Operator.ONLY_ABOUT, "habits", goto="over"),))
        chat = begun(asked, text("on"), text("over"))
        return chat.write(" ".join(keys)).run.step

    assert picked("habits") == "over"
    assert picked("habits", "home") == "on"
    assert picked("habits", "none") == "on"
    assert "habits" in FRAMES
