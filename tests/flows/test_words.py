"""Universal words are whole messages, in several languages."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.loading import load_words
from flows.words import WORDS, normalise, universal


@pytest.fixture(scope="module")
def words() -> Mapping[str, str]:
    """The shipped list."""
    return load_words()


@pytest.mark.parametrize(
    "text",
    [
        " Stop. ",
        "STOP",
        "stop!!!",
        "/stop",
        "/stop@RobinBot",
        "«Stop»",
        "🛑 stop 🛑",
        "stop ❤️",
        "Stop 👍🏽",
        "\u200fstop\u200e",
        "ＳＴＯＰ",
        "unsubscribe",
        "Leave",
        "stopiwch",
        "KONIEC",
        "Zakończ.",
        "zakoncz",
        "Oprește!",
        "opreşte",
        "بند کریں",
        "بند کریں۔",
        "ਬੰਦ ਕਰੋ।",
        "ਰੁਕੋ",
        "توقف",
        "إيقاف",
        "থামুন",
        "বন্ধ করুন।",
    ],
)
def test_stop_is_heard_in_many_spellings_and_languages(text: str, words: Mapping[str, str]) -> None:
    assert universal(text, words) == "STOP"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("my data", "MY_DATA"),
        ("/my_data", "MY_DATA"),
        ("My   Data?", "MY_DATA"),
        ("new-phone", "NEW_PHONE"),
        ("yn ôl", "BACK"),
        ("I’m done", "DONE"),
        ("Pomiń", "SKIP"),
        ("مدد", "HELP"),
        ("إيقاف مؤقت", "PAUSE"),
    ],
)
def test_other_words_are_heard(text: str, word: str, words: Mapping[str, str]) -> None:
    assert universal(text, words) == word


@pytest.mark.parametrize(
    "text",
    [
        "The bus doesn't stop here",
        "stop the buses",
        "bus stop",
        "non-stop",
        "It should end.",
        "Who helps people here",
        "stop stop",
        "",
        "   ",
        "🛑",
        "/",
        "...",
        "stop" + " " * 100 + "it all",
        "s t o p",
    ],
)
def test_an_answer_with_the_word_in_it_is_an_answer(text: str, words: Mapping[str, str]) -> None:
    assert universal(text, words) == ""


def test_every_canonical_word_has_phrases_and_answers_to_its_own_name(words: Mapping[str, str]) -> None:
    assert set(words.values()) == WORDS
    for word in WORDS:
        assert universal(word, words) == word


def test_every_phrase_is_heard_as_written(words: Mapping[str, str]) -> None:
    for phrase, word in words.items():
        assert universal(f" {phrase.upper()}! ", words) == word


@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text.replace("/", "").replace("@", ""))

    assert normalise(once) == once


@given(st.text(alphabet=" .!?,;:-…\"'()🙏😀\n\t", max_size=8), st.text(alphabet=" .!?🙏\n", max_size=8))
def test_what_stands_around_a_word_does_not_matter(before: str, after: str) -> None:
    assert universal(f"{before}Stop{after}", {"stop": "STOP"}) == "STOP"
