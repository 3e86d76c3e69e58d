"""What a person wrote, with some of its words marked: those that were looked for, coded, or kept as a quote."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from markupsafe import Markup, escape

from bot.console.telling import BIDI, plainly

SHOWN: Final = re.compile(r"⟨([0-9A-F]{3,4})⟩")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Words from `begin` to `end`. `kind` is how they look: found, coded or quoted; `why` is told on hovering."""

    begin: int
    end: int
    kind: str
    why: str = ""


def marked(text: str, marks: Iterable[Mark]) -> Markup:
    """The text whole, escaped, with its marks; where they overlap, each piece carries all of its own."""
    wanted = [mark for mark in marks if 0 <= mark.begin < mark.end <= len(text)]
    edges = sorted({0, len(text), *(mark.begin for mark in wanted), *(mark.end for mark in wanted)})
    return Markup("").join(_piece(text, begin, end, wanted) for begin, end in pairwise(edges))


def _piece(text: str, begin: int, end: int, marks: list[Mark]) -> Markup:
    here = [mark for mark in marks if mark.begin <= begin and end <= mark.end]
    words = plainly(text[begin:end])
    if not here:
        return words
    kinds = " ".join(dict.fromkeys(mark.kind for mark in here))
    why = "; ".join(dict.fromkeys(mark.why for mark in here if mark.why))
    title = Markup(' title="{}"').format(why) if why else Markup("")
    return Markup('<mark class="{}"{}>{}</mark>').format(escape(kinds), title, words)


def as_written(words: str) -> str:
    """Words that were copied from a page, with the marks of direction that the page spells out put back."""
    return SHOWN.sub(_sign, words)


def _sign(shown: re.Match[str]) -> str:
    sign = chr(int(shown[1], 16))
    return sign if sign in BIDI else shown[0]
