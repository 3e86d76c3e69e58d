import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.markup import Line, Span, escape, parse, plain

MARKUP = st.text(alphabet="ab*[]()\\-\n :/htps", max_size=80)


@given(st.text())
def test_what_a_person_typed_comes_out_as_typed(text: str) -> None:
    assert plain(escape(text)) == text


@given(MARKUP)
def test_text_made_of_signs_comes_out_as_typed(text: str) -> None:
    assert plain(escape(text)) == text


@given(MARKUP)
def test_escaped_text_has_no_look_at_all(text: str) -> None:
    lines = parse(escape(text))

    assert not any(line.item for line in lines)
    assert not any(span.bold or span.link for line in lines for span in line.spans)


@given(MARKUP, MARKUP)
def test_escaped_words_keep_their_letters_inside_markup(before: str, typed: str) -> None:
    shown = plain(f"**{before.replace('*', '')}**\n{escape(typed)}")

    assert shown.endswith(typed)


@given(st.text())
def test_any_text_can_be_parsed(text: str) -> None:
    assert len(parse(text)) == text.count("\n") + 1


def test_looks_are_read() -> None:
    assert parse("Hi **you**\n\n- [map](https://a.org/x)") == (
        Line(spans=(Span(text="Hi "), Span(text="you", bold=True))),
        Line(),
        Line(spans=(Span(text="map", link="https://a.org/x"),), item=True),
    )


def test_a_link_can_be_bold() -> None:
    (line,) = parse("**see [it](https://a.org)**")

    assert line.spans == (Span(text="see ", bold=True), Span(text="it", bold=True, link="https://a.org"))


@pytest.mark.parametrize(
    "text", ["a ** b", "**", "[x](http://a.org)", "[x](javascript:alert)", "[](https://a.org)", "\\n"]
)
def test_what_is_no_markup_is_text(text: str) -> None:
    assert plain(text) == text


def test_plain_words_show_lists_and_addresses() -> None:
    assert plain("- **one**\n- [two](https://a.org)") == "• one\n• two (https://a.org)"


@pytest.mark.parametrize("sign", ["[", "*", "\\", "[a](https://", "**[", "]("])
def test_a_hundred_thousand_signs_are_read_quickly(sign: str) -> None:
    text = sign * (100_000 // len(sign))

    assert len(plain(text)) <= len(text)
