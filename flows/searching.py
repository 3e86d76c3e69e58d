"""What somebody looks for, and where it stands in a text. The same on every database, as words are folded here. Pure.

A word finds all words that begin with it; words in quotation marks are found as they stand, one after the other; a
word after a minus must not be there. Capitals and accents make no difference.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

QUOTES: Final = '"“”„«»'
DASHES: Final = "-−–"
MOST: Final = 12
"""Words that are looked for at once; more are left out."""
LONGEST: Final = 60
"""Letters of a word that are looked at."""
WHOLE: Final = 100_000
"""Letters of a text that are looked through."""
ASCII_WORD: Final = re.compile(r"[a-z0-9]+")

Span = tuple[int, int]


class NothingToFind(Exception):
    """Why nothing can be looked for: one sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """Words that stand one after the other. `begins`: the last may go on."""

    words: tuple[str, ...]
    begins: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """All of `wanted` and none of `unwanted`."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()


def fold(text: str) -> str:
    """The words of a text with a blank between them, without capitals, accents and signs."""
    text = text[:WHOLE]
    if text.isascii():  # the same in less time: every answer goes through here
        return " ".join(word[:LONGEST] for word in ASCII_WORD.findall(text.lower()))
    return " ".join(word for word, _ in _words(text))


def parse(asked: str) -> Search:
    """What was typed. `NothingToFind` says why it cannot be looked for."""
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for quoted, minus, piece in _pieces(asked.replace("\0", " ")):
        words = tuple(word for word, _ in _words(piece))
        if words:
            (unwanted if minus else wanted).append(Term(words=words, begins=not quoted))
    if not wanted and unwanted:
        raise NothingToFind("A minus leaves words out. Write at least one word to look for as well.")
    if not wanted:
        raise NothingToFind("There is no word to look for. Write a word, or a few.")
    return Search(wanted=tuple(wanted[:MOST]), unwanted=tuple(unwanted[:MOST]))


def spans(text: str, search: Search) -> tuple[Span, ...]:
    """Where what is wanted stands in the text: beginning and end, in order, without overlap."""
    words = list(_words(text[:WHOLE]))
    found = sorted(span for term in search.wanted for span in _places(words, term))
    return tuple(_merged(found))


def _places(words: list[tuple[str, Span]], term: Term) -> Iterator[Span]:
    long = len(term.words)
    for at in range(len(words) - long + 1):
        here = [word for word, _ in words[at : at + long]]
        if _matches(here, term):
            yield words[at][1][0], words[at + long - 1][1][1]


def _matches(here: list[str], term: Term) -> bool:
    *before, last = term.words
    return here[:-1] == before and (here[-1].startswith(last) if term.begins else here[-1] == last)


def _merged(found: list[Span]) -> Iterator[Span]:
    end = -1
    for first, last in found:
        if first >= end:
            yield first, last
            end = last


def _pieces(asked: str) -> Iterator[tuple[bool, bool, str]]:
    """What stands in quotation marks or between blanks: (quoted, after a minus, text)."""
    at = 0
    while at < len(asked):
        if asked[at].isspace():
            at += 1
            continue
        minus = asked[at] in DASHES and (at == 0 or asked[at - 1].isspace())
        at += minus
        quoted = at < len(asked) and asked[at] in QUOTES
        end = _end(asked, at + quoted, quoted)
        yield quoted, minus, asked[at + quoted : end]
        at = end + quoted


def _end(asked: str, at: int, quoted: bool) -> int:
    while at < len(asked) and not (asked[at] in QUOTES if quoted else asked[at].isspace() or asked[at] in QUOTES):
        at += 1
    return at


def _words(text: str) -> Iterator[tuple[str, Span]]:
    """Each word as it is compared, and where it stands."""
    letters: list[str] = []
    begin = 0
    for at, sign in enumerate(text):
        folded = _folded(sign)
        if folded:
            begin = begin if letters else at
            letters.append(folded)
        elif letters and not unicodedata.combining(sign):
            yield "".join(letters)[:LONGEST], (begin, at)
            letters = []
    if letters:
        yield "".join(letters)[:LONGEST], (begin, len(text))


def _folded(sign: str) -> str:
    if sign.isascii():
        return sign.lower() if sign.isalnum() else ""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", sign).casefold())
    return "".join(one for one in plain if one.isalnum())
