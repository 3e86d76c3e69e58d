"""How hard a text is to read. Sentences and words are counted here; how syllables are counted is passed in."""

import re
from collections.abc import Callable
from typing import Final

Syllables = Callable[[str], int]
"""A word → how many syllables it has."""

SCHOOL_STARTS: Final = 5
"""The reading age is the school grade and this."""

_END: Final = re.compile(r"(?<=[.!?…])[\"')\]”’*]*\s+|\n+")
_WORD: Final = re.compile(r"[^\W_]+(?:['’.,:-][^\W_]+)*")


def sentences(text: str) -> tuple[str, ...]:
    """A line ends a sentence, too."""
    return tuple(part.strip() for part in _END.split(text) if words(part))


def words(text: str) -> tuple[str, ...]:
    """Letters and digits; pictures and signs are no words."""
    return tuple(_WORD.findall(text))


def age(text: str, syllables: Syllables) -> float:
    """The age at which this is easy to read: the Flesch-Kincaid grade + 5. Zero for no words at all."""
    spoken = words(text)
    if not spoken:
        return 0.0
    length = len(spoken) / len(sentences(text))
    weight = sum(max(1, syllables(word)) for word in spoken) / len(spoken)
    return 0.39 * length + 11.8 * weight - 15.59 + SCHOOL_STARTS
