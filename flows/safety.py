"""Words that ask for care: somebody may be in danger, or in need. Pure; a person always decides what is true.

A cue is a phrase of the lists in `library/safety.<locale>.yaml`. Signs in it: `*` any ending of a word · `(a|b)` one of
these · `[a|b]` one of these or nothing · `...` up to three other words · `.` the sentence ends here. What an exception
covers is read as if it had not been written.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

QUOTES: Final = dict.fromkeys(map(ord, "'’‘ʼ`´\u200b\u200c\u200d\u2060\ufe0f\u00ad"))
ENDS: Final = re.compile(r"[.!?;…\n\r。؟۔]+")
REPEATED: Final = re.compile(r"([^\W\d_])\1{2,}")
SIGNS: Final = re.compile(r"\.\.\.|[()\[\]|*.]|[^\s()\[\]|*.]+")
GAP: Final = "(?:[^ .~]+ ){0,3}"
EXCEPTED: Final = "~ "


class Level(StrEnum):
    """RED: somebody may be in danger now · AMBER: somebody is in need · NOTE: names of others, or blame of a group."""

    RED = "red"
    AMBER = "amber"
    NOTE = "note"


class BadCue(Exception):
    """This is no phrase with its signs in order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cue:
    """One phrase to look for. `name` is the phrase as it stands in the list."""

    name: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cues:
    """The list of one language."""

    locale: str
    levels: tuple[tuple[Level, tuple[Cue, ...]], ...]  # the gravest first
    exceptions: tuple[Cue, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The gravest that was found, and by which cue of which list: "en: hits me"."""

    level: Level
    cue: str


def judge(text: str, lists: Iterable[Cues]) -> Verdict | None:
    """What this message asks for, whatever language it is in; None for nearly all messages."""
    plain = fold(text)
    found = [verdict for cues in lists if (verdict := _judge(plain, cues))]
    return min(found, key=lambda verdict: tuple(Level).index(verdict.level), default=None)


def _judge(plain: str, cues: Cues) -> Verdict | None:
    for exception in cues.exceptions:
        plain = exception.pattern.sub(EXCEPTED, plain)
    for level, phrases in cues.levels:
        for cue in phrases:
            if cue.pattern.search(plain):
                return Verdict(level=level, cue=f"{cues.locale}: {cue.name}")
    return None


def fold(text: str) -> str:
    """One spelling: small letters, no accents or apostrophes, a space around each word, " . " between sentences."""
    split = ENDS.sub(" . ", unicodedata.normalize("NFKC", text).translate(QUOTES))
    bare = "".join(c for c in unicodedata.normalize("NFKD", split.casefold()) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() or c == "." else " " for c in bare.translate(FOLDED)).split()
    return f" {REPEATED.sub(_once, ' '.join(words))} . "


FOLDED: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d"})


def _once(run: re.Match[str]) -> str:
    return run.group(1)


def cue(phrase: str) -> Cue:
    """The cue that a phrase of a list means. Raises BadCue when its signs are not in order."""
    signs = SIGNS.findall(phrase)
    try:
        pattern = re.compile("(?<= )" + "".join(map(_piece, signs, (*signs[1:], ""))))
    except re.error as error:
        raise BadCue(str(error)) from error
    if pattern.search(" . ") or not any(sign[0].isalnum() for sign in signs):
        raise BadCue("it would fit every message")
    return Cue(name=phrase, pattern=pattern)


PIECES: Final = {"...": GAP, "(": "(?:", "[": "(?:", "|": "|", ")": ")", "]": ")?", "*": "[^ .]* ", ".": r"(?=\. )"}


def _piece(sign: str, ahead: str) -> str:
    if sign in PIECES:
        return PIECES[sign]
    word = re.escape(fold(sign).removesuffix(". ").strip())
    return word if ahead == "*" else f"{word} "
