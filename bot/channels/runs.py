"""The small markup as one row of stretches, so that it can be cut anywhere, and back."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from msgspec.structs import replace

from prompts.markup import BULLET, Line, Span, escape, parse

BREAKS = ("\n\n", "\n", " ")  # where a long text is cut, best first

Measure = Callable[[str], int]
"""How long a platform takes a text to be; at least one for each character."""


@cache
def graphemes() -> Any:
    """What one visible character is. The library is loaded when the first text is too long for a platform."""
    import regex  # type: ignore[import-untyped]

    return regex.compile(r"\X")


def runs(text: str) -> list[Span]:
    """The message from its first character to its last; list items begin with a bullet."""
    first, *others = parse(text)
    return [*_spans(first), *(span for line in others for span in (Span(text="\n"), *_spans(line)))]


def _spans(line: Line) -> Iterator[Span]:
    if line.item:
        yield Span(text=BULLET)
    yield from line.spans


def markup(parts: Sequence[Span]) -> str:
    """The markup that reads as these stretches."""
    return "".join(_written(span) for span in parts)


def _written(span: Span) -> str:
    text = escape(span.text)
    if span.link:
        text = f"[{text}]({escape(span.link)})"
    return f"**{text}**" if span.bold else text


def words(parts: Sequence[Span]) -> str:
    """The text without its looks."""
    return "".join(span.text for span in parts)


def piece(parts: Sequence[Span], start: int, end: int) -> list[Span]:
    """The characters from start to end, each in its style."""
    found: list[Span] = []
    at = 0
    for run in parts:
        text = run.text[max(0, start - at) : max(0, end - at)]
        if text:
            found.append(replace(run, text=text))
        at += len(run.text)
    return found


def reach(text: str, start: int, most: int, measure: Measure) -> int:
    """The last good place to cut within `most`: after a paragraph, a line, a word, a visible character."""
    window = text[start : start + most]
    if start + len(window) == len(text) and measure(window) <= most:
        return len(text)
    end, used = start, 0
    for letter in graphemes().finditer(text, start):
        used += measure(letter[0])
        if used > most:
            break
        end = letter.end()
    if end == start:  # one endless pile of accents: nothing good to be had
        return start + max(1, most // 2)
    return _break(text, start, end)


def _break(text: str, start: int, end: int) -> int:
    for mark in BREAKS:
        found = text.rfind(mark, start + (end - start) // 2, end)
        if found >= 0:
            return found + len(mark)
    return end


def blank(parts: Sequence[Span]) -> bool:
    """Nothing to be seen: platforms refuse it."""
    return not any(run.text.strip() for run in parts)
