"""Our messages in Telegram's terms: every limit kept, nothing lost, no visible character cut in two."""

import html
import re
from typing import Any

import pytest
import regex  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.runs import markup, runs
from bot.channels.telegram.outbound import RAW, TEXT, Unfit, call, fit, units
from bot.messages import Choice, Document, Outgoing
from prompts.markup import escape
from tests.judge import read as as_read

NURSE = "👩🏽\u200d⚕️"
GRAPHEME = regex.compile(r"\X")


def sent(text: str, **more: Any) -> Any:
    """What is asked of Telegram."""
    return call("7", Outgoing(text=text, **more)).parameters


def read_back(text: str) -> str:
    """What the person sees of a message."""
    parameters = sent(text)
    return as_read(parameters["text"]) if "parse_mode" in parameters else str(parameters["text"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Hello** you", "<b>Hello</b> you"),
        ("**1 < 2 & 3**", "<b>1 &lt; 2 &amp; 3</b>"),
        (
            '[our "page"](https://a.example/?a=1&b="2")',
            '<a href="https://a.example/?a=1&amp;b=&quot;2&quot;">our "page"</a>',
        ),
        ("**Two**\n- one\n- two", "<b>Two</b>\n• one\n• two"),
    ],
)
def test_markup_becomes_html(text: str, expected: str) -> None:
    parameters = sent(text)

    assert parameters["text"] == expected
    assert parameters["parse_mode"] == "HTML"


def test_words_without_markup_go_as_they_are() -> None:
    parameters = sent("1 < 2 & 3 <b>no</b>")

    assert parameters["text"] == "1 < 2 & 3 <b>no</b>"
    assert "parse_mode" not in parameters


def test_a_page_is_not_shown_below_a_link() -> None:
    assert sent("Hello")["link_preview_options"] == {"is_disabled": True}


def test_words_are_one_under_the_other_and_numbers_side_by_side() -> None:
    choices = tuple(Choice(token=f"r.1.1.{label}", label=label) for label in ("1", "2", "10", "Not sure", "Skip"))

    rows = sent("How much?", choices=choices)["reply_markup"]["inline_keyboard"]

    assert [[key["text"] for key in row] for row in rows] == [["1", "2", "10"], ["Not sure"], ["Skip"]]
    assert rows[0][0]["callback_data"] == "r.1.1.1"


def test_no_row_is_wider_than_telegram_allows() -> None:
    choices = tuple(Choice(token=f"t{number}", label=str(number)) for number in range(20))

    rows = sent("How much?", choices=choices)["reply_markup"]["inline_keyboard"]

    assert [len(row) for row in rows] == [8, 8, 4]


@pytest.mark.parametrize(
    "choices",
    [
        (Choice(token="é" * 33, label="A"),),
        (Choice(token="", label="A"),),
        (Choice(token="t", label=""),),
        tuple(Choice(token=f"t{number}", label="A") for number in range(101)),
    ],
)
def test_buttons_that_telegram_refuses_are_our_bug(choices: tuple[Choice, ...]) -> None:
    with pytest.raises(Unfit):
        sent("Hello", choices=choices)


def test_a_redraw_names_its_message() -> None:
    redraw = call("7", Outgoing(text="Hello", edit_of="12"))

    assert (redraw.method, redraw.parameters["message_id"]) == ("editMessageText", "12")


def test_a_file_has_its_words_as_caption() -> None:
    request = call("7", Outgoing(text="**Yours**", document=Document(name="a.txt", text="mine")))

    assert (request.method, request.parameters["caption"]) == ("sendDocument", "<b>Yours</b>")


def test_length_is_counted_as_telegram_does() -> None:
    assert units("a👩🏽‍⚕️") == 1 + 7


def test_is_cut_after_a_paragraph_rather_than_within_one() -> None:
    paragraph = "word " * 500

    parts = fit(Outgoing(text=f"{paragraph}\n\n{paragraph}"))

    assert [part.text for part in parts] == [f"{paragraph}\n\n", paragraph]


def test_bold_goes_on_in_the_next_part() -> None:
    parts = fit(Outgoing(text="**" + "word " * 1000 + "**"))

    assert len(parts) == 2
    assert all(part.text.startswith("**") and part.text.endswith("**") for part in parts)


def test_a_link_goes_on_in_the_next_part() -> None:
    parts = fit(Outgoing(text=f"[{'word ' * 1000}](https://a.example/x)"))

    assert len(parts) == 2
    assert all(part.text.endswith("](https://a.example/x)") for part in parts)


def test_an_emoji_of_several_parts_stays_whole() -> None:
    parts = fit(Outgoing(text=NURSE * 1000))

    assert all(len(part.text) % len(NURSE) == 0 for part in parts)
    assert "".join(part.text for part in parts) == NURSE * 1000


def test_many_long_addresses_keep_below_what_the_server_reads() -> None:
    text = "".join(f"[{number % 10}](https://a.example/{'x' * 500})" for number in range(200))

    for part in fit(Outgoing(text=text)):
        assert len(str(sent(part.text)["text"]).encode()) <= RAW


def test_a_pile_of_accents_without_end_is_cut_all_the_same() -> None:
    text = "e" + "\u0301" * 9000

    parts = fit(Outgoing(text=text))

    assert "".join(part.text for part in parts) == text
    assert all(units(part.text) <= TEXT for part in parts)


def test_empty_stretches_make_no_empty_messages() -> None:
    parts = fit(Outgoing(text="first" + "\n" * 9000 + "last"))

    assert [part.text.strip() for part in parts] == ["first", "last"]


def test_a_hundred_thousand_characters_are_cut_quickly() -> None:
    text = "Something that matters to me. " * 3400

    assert "".join(part.text for part in fit(Outgoing(text=text))) == text


PIECES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [NURSE * 300, "**", "<b>", "&amp;", "\n\n", "- ", "é", "🇬🇧" * 100, "word " * 400, "[a](https://b.example/c)"]
    ),
)
LONG = st.lists(PIECES, min_size=1, max_size=40).map("".join)


@given(LONG)
def test_whatever_is_said_every_part_fits_and_together_they_say_it(text: str) -> None:
    whole = "".join(span.text for span in runs(text))

    parts = fit(Outgoing(text=text))

    for part in parts:
        parameters = sent(part.text)
        assert len(str(parameters["text"]).encode("utf-8", "surrogatepass")) <= 32 * 1024
        assert units(read_back(part.text)) <= TEXT
    seen = "".join(read_back(part.text) for part in parts)
    assert re.sub(r"\s", "", seen) == re.sub(r"\s", "", whole)
    assert "".join(GRAPHEME.findall(seen)) == seen


@given(LONG)
def test_no_visible_character_is_cut(text: str) -> None:
    whole = "".join(span.text for span in runs(text))
    ends = {found.end() for found in GRAPHEME.finditer(whole)}

    at = 0
    for part in fit(Outgoing(text=text))[:-1]:
        said = read_back(part.text)
        at = whole.index(said, at) + len(said)
        assert at in ends


@given(LONG)
def test_what_is_written_back_reads_the_same(text: str) -> None:
    parts = runs(text)

    again = runs(markup(parts))

    assert "".join(span.text for span in again) == "".join(span.text for span in parts)
    assert [(letter, span.bold, span.link) for span in again for letter in span.text] == [
        (letter, span.bold, span.link) for span in parts for letter in span.text
    ]


@given(st.text())
def test_what_a_person_typed_is_shown_as_typed(text: str) -> None:
    shown = read_back(escape(text) + "**!**")

    assert shown == html.unescape(html.escape(text)) + "!"
