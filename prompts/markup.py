r"""The small markup of all wording: lines, **bold**, `- ` list items, [label](https://…). Backslash escapes.

It never raises; what is no markup is text. Whatever a person typed goes through `escape` and comes out as typed.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

_SPECIAL: Final = re.compile(r"[\\*\[\]]|^-", re.MULTILINE)
_ESCAPED: Final = re.compile(r"\\([\\*\[\]-])")
_TOKEN: Final = re.compile(
    r"\\(?P<escaped>[\\*\[\]-])"
    r"|(?P<bold>\*\*)"
    r"|\[(?P<label>(?:\\[\\*\[\]-]|[^\[\]\\])+)\]\((?P<link>https://(?:\\[\\*\[\]-]|[^\s()\\])+)\)"
)
ITEM: Final = "- "
BULLET: Final = "• "


class Span(Struct, frozen=True, kw_only=True):
    """A stretch of text in one look."""

    text: str
    bold: bool = False
    link: str = ""


class Line(Struct, frozen=True, kw_only=True):
    """One line; an empty one has no spans and parts two paragraphs. `item`: it belongs to a list."""

    spans: tuple[Span, ...] = ()
    item: bool = False

    @property
    def text(self) -> str:
        """The words without their look."""
        return "".join(span.text for span in self.spans)


def escape(text: str) -> str:
    """Text as it is, so that nothing in it is taken for markup."""
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)


def parse(text: str) -> tuple[Line, ...]:
    """The lines of a message."""
    return tuple(_line(line) for line in text.split("\n"))


def plain(text: str) -> str:
    """The message for a place that has no looks: bullets for lists, addresses behind their labels."""
    return "\n".join(_plain(line) for line in parse(text))


def _plain(line: Line) -> str:
    words = "".join(f"{span.text} ({span.link})" if _tells(span) else span.text for span in line.spans)
    return BULLET + words if line.item else words


def _tells(span: Span) -> bool:
    return bool(span.link) and span.link != span.text


def _line(text: str) -> Line:
    item = text.startswith(ITEM)
    return Line(spans=tuple(_joined(_bold(_spans(text[len(ITEM) :] if item else text)))), item=item)


def _spans(text: str) -> Iterator[Span | None]:
    """The pieces in order; None where bold begins or ends."""
    end = 0
    for found in _TOKEN.finditer(text):
        if found.start() > end:
            yield Span(text=text[end : found.start()])
        end = found.end()
        if found["bold"]:
            yield None
        elif found["escaped"]:
            yield Span(text=found["escaped"])
        else:
            yield Span(text=_unescape(found["label"]), link=_unescape(found["link"]))
    if end < len(text):
        yield Span(text=text[end:])


def _unescape(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _bold(pieces: Iterator[Span | None]) -> Iterator[Span]:
    """Stars count in pairs; a last one without its partner is two stars."""
    found = list(pieces)
    pairs = found.count(None) // 2 * 2
    seen = 0
    for piece in found:
        if piece is not None:
            yield replace(piece, bold=seen % 2 == 1)
        elif seen < pairs:
            seen += 1
        else:
            yield Span(text="**")


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    """Neighbours with the same look are one."""
    held: list[Span] = []
    for span in spans:
        if held and (held[0].bold, held[0].link, span.link) != (span.bold, "", ""):
            yield _one(held)
            held = []
        held.append(span)
    if held:
        yield _one(held)


def _one(spans: list[Span]) -> Span:
    return spans[0] if len(spans) == 1 else replace(spans[0], text="".join(span.text for span in spans))
