"""Universal words: STOP, SKIP, HELP … work at any time, but only as a whole message."""

import unicodedata
from collections.abc import Mapping
from typing import Final

WORDS: Final = frozenset(
    {
        "SKIP",
        "BACK",
        "HELP",
        "HUMAN",
        "PAUSE",
        "STOP",
        "START",
        "MENU",
        "MY_DATA",
        "DELETE",
        "WHO",
        "COMPLAIN",
        "NEW_PHONE",
        "DONE",
        "MAILBOX",
        "NEWS",
        "ADD_PLACE",
        "PRINCIPLES",
    }
)
"""The canonical words. The phrases that mean them, by language, are in `library/words.yaml`."""

LONGEST: Final = 60
"""No phrase is longer; a longer message is an answer and is not looked at closely."""

BLANKS: Final = dict.fromkeys(map(ord, "_-\u2010\u2011\u2012\u2013"), " ")
QUOTES: Final = dict.fromkeys(map(ord, "’‘ʼ`´"), "'")
UNSEEN: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\u20e3\ufeff\u00ad\u0640"))
SPOKEN: Final = BLANKS | QUOTES | UNSEEN


def universal(text: str, words: Mapping[str, str]) -> str:
    """The canonical word this message is, or "" when it is anything else. `words` is normalised phrase → word."""
    if len(text) > LONGEST:
        return ""
    return words.get(normalise(text), "")


def normalise(phrase: str) -> str:
    """One spelling for " Stop. ", "/stop", "STOP!!" and "stop 🙏": lower case, single spaces, nothing around it."""
    if phrase.isascii() and phrase.isalnum():  # nearly every word: there is nothing to see to
        return phrase.lower()
    phrase = phrase.strip()
    if phrase.startswith("/"):
        phrase = phrase.partition("@")[0]
    plain = unicodedata.normalize("NFKC", phrase.translate(SPOKEN)).casefold()
    start, end = 0, len(plain)
    while start < end and not _spoken(plain[start]):
        start += 1
    while end > start and not _spoken(plain[end - 1]):
        end -= 1
    return " ".join(plain[start:end].split())


def _spoken(character: str) -> bool:
    """Letters, digits and the marks that belong to letters (vowel signs in Urdu, Punjabi, Bengali)."""
    return unicodedata.category(character)[0] in "LNM"
