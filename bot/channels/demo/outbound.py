"""A message's small markup as HTML that is safe to put in the page."""

from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import Literal

from prompts.markup import Line, Span, parse

Look = Literal["gap", "items", "words"]


def html(text: str) -> str:
    """Paragraphs, lists, bold and links; everything else is text."""
    blocks = groupby(parse(text), key=_look)
    return "".join(_block(look, list(lines)) for look, lines in blocks)


def _look(line: Line) -> Look:
    if not line.text.strip():
        return "gap"
    return "items" if line.item else "words"


def _block(look: Look, lines: Sequence[Line]) -> str:
    if look == "gap":
        return ""
    shown = ["".join(map(_span, line.spans)) for line in lines]
    if look == "items":
        return "<ul>" + "".join(f"<li>{line}</li>" for line in shown) + "</ul>"
    return f"<p>{'<br>'.join(shown)}</p>"


def _span(span: Span) -> str:
    words = escape(span.text)
    if span.link:
        words = f'<a href="{escape(span.link)}" target="_blank" rel="noopener noreferrer">{words}</a>'
    return f"<strong>{words}</strong>" if span.bold else words
