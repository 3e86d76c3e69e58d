"""The small markup as one row of stretches, so that it can be cut anywhere, and back."""

from collections.abc import Iterator, Sequence

from prompts.markup import BULLET, Line, Span, escape, parse


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
