"""How hard a text is to read."""

import pytest

from bot.book import syllables
from flows.principles.reading import age, sentences, words
from flows.principles.sheet import language

EASY = "Think of a good day in this town. What makes it good? Tell us in your own words, and take your time."
HARD = "Municipal authorities anticipate considerable organisational difficulties notwithstanding preparation."


def test_a_sentence_ends_at_a_stop_or_a_line() -> None:
    assert sentences("Hi. It costs 3.50 today! Why?\nNo stop here\n\n🌞") == (
        *("Hi.", "It costs 3.50 today!", "Why?"),
        "No stop here",
    )


def test_pictures_and_signs_are_no_words() -> None:
    assert words("👋 Hi — it's 18:00 (or so) … ok?") == ("Hi", "it's", "18:00", "or", "so", "ok")


def test_plain_words_are_for_children_and_heavy_ones_for_nobody() -> None:
    assert age(EASY, syllables) < 8
    assert age(HARD, syllables) > 25


def test_the_age_is_the_known_grade_and_five() -> None:
    # 10 words, 2 sentences, 12 syllables: 0.39 × 5 + 11.8 × 1.2 − 15.59 = 0.52
    assert age("The cat sat on mats. It was a sunny summer.", syllables) == pytest.approx(5.52)


def test_no_words_have_no_age() -> None:
    assert age("🌞 …", syllables) == 0.0


@pytest.mark.parametrize(
    ("word", "count"),
    [("about", 2), ("people", 2), ("area", 3), ("something", 2), ("can't", 1), ("interpreter", 4), ("voucher", 2)],
)
def test_syllables_are_those_of_the_pronouncing_dictionary(word: str, count: int) -> None:
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("name", "text", "phrase"),
    [
        ("labels", "the Health Inequalities of", "health inequalities"),
        ("labels", "he was deprived", "deprived"),
        ("labels", "the public's health", ""),
        ("leading", "Don’t you think", "don't you"),
        ("jargon", "steak holders", ""),
        ("blame", "hard to\nreach", "hard to\nreach"),
    ],
)
def test_phrases_are_found_as_whole_words(name: str, text: str, phrase: str) -> None:
    spoken = language("en-easy")

    assert spoken is not None
    assert spoken.found(name, text) == phrase


def test_minutes_are_read_as_words_and_numbers() -> None:
    spoken = language("en")

    assert spoken is not None
    assert spoken.stated("It takes four minutes, or 12 minutes. Just a minute.") == (4, 12, 1)


def test_a_language_without_lists_is_not_known() -> None:
    assert language("cy") is None
    assert language("../en") is None
