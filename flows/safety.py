"""Words that ask for care: somebody may be in danger, or in need. Pure; a person always decides what is true.

A cue is a phrase of the lists in `library/safety.<locale>.yaml`. Signs in it: `*` any ending of a word · `(a|b)` one of
these · `[a|b]` one of these or nothing · `...` up to three other words · `.` the sentence ends here. What an exception
covers is read as if it had not been written.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
    starts: frozenset[str]  # the words it may begin with: none of them, and there is no need to look closer
    stems: tuple[str, ...]  # the beginnings of words it may begin with
    topic: str = ""  # what it is about, for the signpost


@dataclass(frozen=True, kw_only=True, slots=True)
class Cues:
    """The list of one language."""

    locale: str
    levels: tuple[tuple[Level, tuple[Cue, ...]], ...]  # the gravest first
    exceptions: tuple[Cue, ...] = ()
    index: "Index" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", _index(self.levels))


@dataclass(frozen=True, kw_only=True, slots=True)
class Index:
    """The cues of a list in their order, and the numbers of those that a word or the beginning of one may open."""

    cues: tuple[tuple[Level, Cue], ...]
    by_word: Mapping[str, tuple[int, ...]]
    by_stem: Mapping[str, tuple[int, ...]]
    stems: tuple[str, ...]

    def near(self, words: frozenset[str]) -> list[tuple[Level, Cue]]:
        """The cues that may be in a text of these words, in their order."""
        found = {number for word in words & self.by_word.keys() for number in self.by_word[word]}
        for word in words:
            if word.startswith(self.stems):
                found.update(number for stem in self.stems if word.startswith(stem) for number in self.by_stem[stem])
        return [self.cues[number] for number in sorted(found)]


def _index(levels: Iterable[tuple[Level, tuple[Cue, ...]]]) -> Index:
    cues = tuple((level, cue) for level, phrases in levels for cue in phrases)
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    by_stem: defaultdict[str, list[int]] = defaultdict(list)
    for number, (_, cue) in enumerate(cues):
        for word in cue.starts:
            by_word[word].append(number)
        for stem in cue.stems:
            by_stem[stem].append(number)
    return Index(
        cues=cues,
        by_word={word: tuple(numbers) for word, numbers in by_word.items()},
        by_stem={stem: tuple(numbers) for stem, numbers in by_stem.items()},
        stems=tuple(by_stem),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The gravest that was found, and by which cue of which list: "en: hits me"."""

    level: Level
    cue: str
    topic: str = ""


def judge(text: str, lists: Iterable[Cues]) -> Verdict | None:
    """What this message asks for, whatever language it is in; None for nearly all messages."""
    plain = fold(text)
    found = [verdict for cues in lists if (verdict := _judge(plain, cues))]
    return min(found, key=lambda verdict: tuple(Level).index(verdict.level), default=None)


def _judge(plain: str, cues: Cues) -> Verdict | None:
    words = frozenset(plain.split())
    found = next(_heard(plain, words, cues), None)
    if found is None:
        return None
    for exception in cues.exceptions:
        if _may_be(exception, words):
            plain = exception.pattern.sub(EXCEPTED, plain)
    return next(_heard(plain, words, cues), None)


def _heard(plain: str, words: frozenset[str], cues: Cues) -> Iterator[Verdict]:
    for level, cue in cues.index.near(words):
        if cue.pattern.search(plain):
            yield Verdict(level=level, cue=f"{cues.locale}: {cue.name}", topic=cue.topic)


def _may_be(cue: Cue, words: frozenset[str]) -> bool:
    if not cue.starts.isdisjoint(words):
        return True
    return bool(cue.stems) and any(word.startswith(cue.stems) for word in words)


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
    starts = frozenset(_starts(signs))
    whole = frozenset(word for word in starts if not word.endswith("*"))
    return Cue(name=phrase, pattern=pattern, starts=whole, stems=tuple(word[:-1] for word in sorted(starts - whole)))


CLOSE: Final = {"(": ")", "[": "]"}


def _starts(signs: Sequence[str]) -> Iterator[str]:
    """The words a phrase may begin with; a stem keeps its `*`."""
    first = signs[0] if signs else ""
    if first not in CLOSE:
        if not first[:1].isalnum() or "|" in _outside(signs):
            raise BadCue("it has to begin with a word, and what is to choose from needs ( ) around it")
        yield fold(first)[1:-3] + ("*" if signs[1:2] == ["*"] else "")
        return
    end = signs.index(CLOSE[first])
    inner = list(signs[1:end])
    while inner:
        cut = inner.index("|") if "|" in inner else len(inner)
        yield from _starts(inner[:cut])
        inner = inner[cut + 1 :]
    if "|" in _outside(signs[end + 1 :]):
        raise BadCue("what is to choose from needs ( ) around it")
    if first == "[":
        yield from _starts(signs[end + 1 :])


def _outside(signs: Sequence[str]) -> list[str]:
    """What stands in no brackets."""
    depth, outside = 0, []
    for sign in signs:
        depth += (sign in CLOSE) - (sign in CLOSE.values())
        if depth == 0:
            outside.append(sign)
    return outside


PIECES: Final = {"...": GAP, "(": "(?:", "[": "(?:", "|": "|", ")": ")", "]": ")?", "*": "[^ .]* ", ".": r"(?=\. )"}


def _piece(sign: str, ahead: str) -> str:
    if sign in PIECES:
        return PIECES[sign]
    word = re.escape(fold(sign).removesuffix(". ").strip())
    return word if ahead == "*" else f"{word} "
