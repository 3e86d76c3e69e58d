"""What stands in a bubble is safe HTML."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.demo.outbound import html
from prompts.markup import escape


class Reader(HTMLParser):
    """Collects the tags and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


def read(source: str) -> Reader:
    reader = Reader()
    reader.feed(html(source))
    reader.close()
    return reader


def test_paragraphs_lists_bold_and_links_are_drawn() -> None:
    shown = html("Hi **Sam**\nthere.\n\n- one\n- two\n\n[notice](https://example.org/?a=1&b=2)")

    assert shown == (
        "<p>Hi <strong>Sam</strong><br>there.</p><ul><li>one</li><li>two</li></ul>"
        '<p><a href="https://example.org/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">notice</a></p>'
    )


def test_tags_in_the_text_stay_text() -> None:
    assert html("<img src=x onerror=alert(1)>") == "<p>&lt;img src=x onerror=alert(1)&gt;</p>"


def test_a_quote_does_not_get_out_of_a_link() -> None:
    shown = read('[x](https://example.org/"onmouseover="alert(1))')

    assert shown.tags <= {"p", "a"}
    assert "<a href" not in html("[x](javascript:alert)")


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_what_a_person_typed_comes_out_as_typed_and_brings_no_tag(typed: str) -> None:
    shown = read(escape(typed))

    assert shown.tags <= {"p"}
    assert shown.words == (typed if typed.strip() else "")
