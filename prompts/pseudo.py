"""Made-up languages out of a real one, to see before the first translator comes what a translation would break.

LONGER has a third more letters, all with accents, between brackets: a text without them does not come from the
catalogue, and a label that no longer fits its button would not fit in German either. MIRRORED is the same from right
to left: its letters are Hebrew, so that names and dates in it have to hold their own direction.
"""

import re
from collections.abc import Callable
from typing import Final

LONGER: Final = "en-XA"
MIRRORED: Final = "he-XB"

_KEPT: Final = re.compile(
    r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}"  # what Jinja reads
    r"|\(https://[^\s()]+\)|\*\*|[\[\]\\]|^- "  # markup
    r"|\b[A-Z]{2,}\b",  # words to type, such as MY DATA
    re.DOTALL | re.MULTILINE,
)
_BLOCK: Final = re.compile(r"(\{%-?\s*block\s+\w+\s*-?%\})(.*?)(\{%-?\s*endblock\s*-?%\})", re.DOTALL)
_ACCENTS: Final = str.maketrans("aeiouAEIOUcnsyz", "àéîöûÀÉÎÖÛçñšýž")
_HEBREW: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "אבגדהוזחטיכלמנסעפצקרשתאבגד")
_GROWTH: Final = 3


def pseudo(source: str, locale: str) -> str:
    """A template in a made-up language. Blocks, values and markup stay as they are."""
    return _BLOCK.sub(lambda block: block[1] + _said(block[2], locale) + block[3], source)


def _said(text: str, locale: str) -> str:
    if locale == MIRRORED:
        return _each(text, lambda words: words.casefold().translate(_HEBREW))
    body = text.strip()
    if not body:
        return text
    head, tail = text[: text.index(body)], text[text.index(body) + len(body) :]
    spoken = _each(body, lambda words: words.translate(_ACCENTS))
    return f"{head}⟦{spoken}{'~' * (_letters(body) // _GROWTH)}⟧{tail}"


def _letters(text: str) -> int:
    return len(_KEPT.sub("", text).strip())


def _each(text: str, change: Callable[[str], str]) -> str:
    """Change what lies between the pieces that are kept."""
    found: list[str] = []
    end = 0
    for kept in _KEPT.finditer(text):
        found += (change(text[end : kept.start()]), kept[0])
        end = kept.end()
    return "".join((*found, change(text[end:])))
