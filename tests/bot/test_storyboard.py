"""A flow laid out to be read."""

from bot.storyboard import Piece, board, pieces, placed
from flows.findings import Finding
from tests.stage import shipped

SCRIPT = shipped()


def test_wording_is_text_values_and_rules() -> None:
    found = pieces("{# a note #}Hi{% if name %} **{{ name }}**{% endif %}\nyou")

    assert [(piece.kind, piece.text, piece.bold) for piece in found] == [
        ("text", "Hi", False),
        ("rule", "if name", False),
        ("text", " ", False),
        ("value", "name", True),
        ("rule", "endif", False),
        ("text", "you", False),
    ]
    assert pieces("") == ()
    assert pieces("**a")[0] == Piece(kind="text", text="a", bold=True)


def test_every_step_of_every_flow_has_words_in_every_language() -> None:
    for flow in SCRIPT.programme.flows.values():
        for panel in board(SCRIPT, flow).panels:
            said = {locale for words in panel.spoken for locale in (words.locale, *words.also)}
            assert said == set(SCRIPT.programme.locales), (flow.id, panel.step.id)


def test_words_that_easy_english_takes_from_english_stand_there_once() -> None:
    panel = board(SCRIPT, SCRIPT.programme.flows["four_questions"]).panels[0]

    assert [(words.locale, words.also) for words in panel.spoken] == [("en", ("en-easy",))]


def test_a_finding_stands_at_the_step_whose_line_it_names() -> None:
    flow = SCRIPT.programme.flows["before_w1"]
    step = next(step for step in flow.steps if step.id == "hard_day")
    assert step.place
    found = placed(
        flow,
        [
            Finding(file="flows/before_w1.yaml", line=step.place.line, column=1, code="F103", text="."),
            Finding(file="prompts/en/before_w1.j2", line=6, column=1, code="W404", text="."),
            Finding(file="prompts/en/rank.j2", line=6, column=1, code="W404", text="."),
            Finding(file="x", line=1, column=1, code="R3.2", text=".", flow="before_w1"),
        ],
    )

    assert {name: [one.code for one in there] for name, there in found.items()} == {
        "hard_day": ["F103"],
        "good_day": ["W404"],
        "": ["R3.2"],
    }
