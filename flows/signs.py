"""What an open answer speaks of, told by its words: causes such as habits or home, and moods such as "nothing helps".

Only gentle bridges hang on it (`bridge: yes`). It never corrects, and nobody is told what it found.
"""

from collections.abc import Iterable, Mapping
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


def signs(text: str, phrases: Mapping[str, str]) -> tuple[str, ...]:
    """The signs in a text, in the order they are met. `phrases`: normalised phrase → sign; the longest wins."""
    words = [normalise(word) for word in text[:FARTHEST].split()]
    words = [word for word in words if word]
    found: dict[str, None] = {}
    at = 0
    while at < len(words):
        size = next((n for n in range(LONGEST, 0, -1) if _sign(words[at : at + n], phrases)), 0)
        if size:
            found[_sign(words[at : at + size], phrases)] = None
        at += size or 1
    return tuple(found)


def _sign(words: list[str], phrases: Mapping[str, str]) -> str:
    phrase = " ".join(words)
    return phrases.get(phrase) or (phrases.get(phrase[:-1], "") if phrase.endswith("s") else "")


def only_about(found: Iterable[str], wanted: Iterable[str]) -> bool | None:
    """Whether all causes named are among these; None when none was named."""
    causes = set(found) - MOODS
    return causes <= set(wanted) if causes else None
