"""How the pages tell things."""

import pytest

from bot.console.telling import plainly, plural, words


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("diary_1", "Diary 1"),
        ("remind_7d", "Remind 7 days"),
        ("remind_24h_w2", "Remind 24 hours workshop 2"),
        ("before_w1", "Before workshop 1"),
        ("cards_aims_1", "Cards aims 1"),
        ("w2", "Workshop 2"),
    ],
)
def test_an_id_is_told_in_words(name: str, told: str) -> None:
    assert words(name) == told


def test_one_is_one() -> None:
    assert (plural(1, "person", "people"), plural(2, "person", "people"), plural(0, "day")) == (
        "1 person",
        "2 people",
        "0 days",
    )


def test_a_mark_that_turns_the_writing_is_shown_and_nothing_runs() -> None:
    shown = str(plainly("a\u202eb<script>"))

    assert "⟨202E⟩" in shown
    assert "&lt;script&gt;" in shown
