"""What an open answer speaks of, told by its words: causes such as habits or home, and moods such as "nothing helps".

Only gentle bridges hang on it (`bridge: yes`). It never corrects, and nobody is told what it found.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from flows.words import normalise

FRAMES: Final = frozenset(
    {
        "income",
        "job",
        "learning",
        "home",
        "streets_green",
        "getting_about",
        "early_years",
        "friends_community",
        "safety",
        "food",
        "a_say",
        "health_services",
        "habits",
    }
)
"""What shapes how people live: the thirteen causes."""
MOODS: Final = frozenset({"dont_know", "hopeless", "blame"})
"""What is in a tone rather than a cause."""
SIGNS: Final = FRAMES | MOODS

FARTHEST: Final = 2000
"""Characters that are looked at; a longer answer has said what it speaks of by then."""
LONGEST: Final = 5
"""Words in a phrase."""


Phrases = Mapping[str, str]
"""Normalised phrase → sign."""


def openings(phrases: Phrases) -> frozenset[str]:
    """The words that a phrase begins with: at any other word there is no need to look closer."""
    return frozenset(phrase.partition(" ")[0] for phrase in phrases)


def signs(text: str, phrases: Phrases, begin: AbstractSet[str] | None = None) -> tuple[str, ...]:
    """The signs in a text, in the order they are met; the longest phrase wins.

    `begin`: the `openings` of the phrases, for whoever asks often.
    """
    begin = openings(phrases) if begin is None else begin
    words = [normalise(word) for word in text[:FARTHEST].split()]
    words = [word for word in words if word]
    found: dict[str, None] = {}
    at = 0
    while at < len(words):
        near = words[at] in begin or words[at].removesuffix("s") in begin
        size = next((n for n in range(LONGEST, 0, -1) if _sign(words[at : at + n], phrases)), 0) if near else 0
        if size:
            found[_sign(words[at : at + size], phrases)] = None
        at += size or 1
    return tuple(found)


def _sign(words: list[str], phrases: Phrases) -> str:
    phrase = " ".join(words)
    return phrases.get(phrase) or (phrases.get(phrase[:-1], "") if phrase.endswith("s") else "")


def only_about(found: Iterable[str], wanted: Iterable[str]) -> bool | None:
    """Whether all causes named are among these; None when none was named."""
    causes = set(found) - MOODS
    return causes <= set(wanted) if causes else None
