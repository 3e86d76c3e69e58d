"""What people said, as the wording may name it; and lists of labels as they type them."""

import pytest

from bot.said import keys_in, said
from flows.effects import Choice
from flows.run import Answer, Run

LABELS = {
    "fair jobs and good work": "m3",
    "good places to live": "m5",
    "enough money": "m4",
    "streets, parks and air": "streets",
    "streets": "road",
}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Good places to live, fair jobs and good work, enough money", ("m5", "m3", "m4")),
        ("good places to live; FAIR JOBS AND GOOD WORK and then enough money!", ("m5", "m3", "m4")),
        ("Good places to live\nEnough money", ("m5", "m4")),
        ("Streets, parks and air, streets", ("streets", "road")),
        ("enough money", ("m4",)),
    ],
)
def test_a_list_of_labels_is_read(text: str, keys: tuple[str, ...]) -> None:
    assert keys_in(LABELS, text) == keys


@pytest.mark.parametrize("text", ["", "enough money to live on", "and enough money", "enough moneys", "the buses"])
def test_anything_else_is_left_alone(text: str) -> None:
    assert keys_in(LABELS, text) == ()


def label(choice: Choice) -> str:
    return {"home": "Homes", "food": "Food"}[choice.key]


def test_what_was_said_is_there_by_step_and_what_was_not_is_not() -> None:
    answers = {
        "issue": Answer(value="home"),
        "daily": Answer(value="text", gist="No {{ heating }}", parts=1),
        "several": Answer(value=("home", "food")),
        "count": Answer(value=7),
        "skipped": Answer(),
        "voice": Answer(value="text", parts=1),
    }

    told = said(Run(id="r", flow="f", version="v", answers=answers), label)

    assert dict(told) == {"issue": "Homes", "daily": "No {{ heating }}", "several": ["Homes", "Food"], "count": 7}
    assert "skipped" not in told
