"""The principles, their rules and limits as data; and the words that the rules look for, by language."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from flows.findings import Notes
from flows.loading import Unreadable
from flows.loading_form import Form, each_form
from flows.loading_yaml import Fields, read_text, read_yaml

LIBRARY: Final = Path(__file__).parent.parent / "library"
PROGRAMME: Final = "programme"
"""A rule is judged by this when `reconvene check` looks at it."""

_RULE_KEYS: Final = ("code", "severity", "judged", "text")
_PRINCIPLE_KEYS: Final = ("id", "name", "demand", "source_refs", "rules")
_SHEET_KEYS: Final = (
    "status", "note", "served_by", "principles", "rules", "limits", "frames", "levels", "actors", "onward", "tags",
)  # fmt: skip
_LISTS: Final = ("labels", "jargon", "leading", "blame", "promise", "why", "readers", "greetings", "examples")
_WORD_END: Final = r"(?!\w)"


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleText:
    """One rule in a sentence, what breaking it means, and where it is looked at."""

    code: str
    severity: str  # error | warning
    judged: str  # "programme", or where else it is looked at
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Principle:
    """One of the seven."""

    id: str
    name: str
    demand: str
    source_refs: tuple[str, ...]
    rules: tuple[RuleText, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """All that principles.yaml says."""

    status: str
    note: str
    principles: tuple[Principle, ...]
    others: tuple[RuleText, ...]
    served_by: int
    limits: Mapping[str, int]
    narrow: frozenset[str]
    wanted: frozenset[str]
    levels: frozenset[str]
    actors: Mapping[str, frozenset[str]]
    onward: frozenset[str]
    tags: Mapping[str, str]

    @property
    def rules(self) -> Mapping[str, RuleText]:
        """Code → rule."""
        found = (rule for principle in self.principles for rule in principle.rules)
        return {rule.code: rule for rule in (*found, *self.others)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Language:
    """The words that the rules look for in one language, as patterns over text in small letters."""

    lists: Mapping[str, re.Pattern[str]]
    minutes: re.Pattern[str]  # group 1: the number or word before "minutes"
    numbers: Mapping[str, int] = field(default_factory=dict)  # "four" → 4

    def found(self, name: str, text: str) -> str:
        """The first phrase of a list in this text, or ""."""
        match = self.lists[name].search(text.casefold().replace("’", "'"))
        return match[0].strip() if match else ""

    def stated(self, text: str) -> tuple[int, ...]:
        """The numbers of minutes that a text speaks of."""
        found = self.minutes.findall(text.casefold())
        return tuple(self.numbers.get(word, int(word) if word.isdecimal() else 0) for word in found)


@cache
def sheet() -> Sheet:
    """The principles that are shipped. Raises Unreadable when their file is broken."""
    notes = Notes()
    form = _form(LIBRARY / "principles.yaml", _SHEET_KEYS, notes)
    limits = form.pairs("limits")
    frames = Form(form.mapping("frames", needed=True) or Fields(place=form.place), ("narrow", "wanted"), notes)
    read = Sheet(
        status=form.text("status", needed=True),
        note=form.text("note", needed=True),
        principles=tuple(_principle(one, notes) for one in _each(form, "principles", _PRINCIPLE_KEYS, notes)),
        others=tuple(_rule(one) for one in _each(form, "rules", _RULE_KEYS, notes)),
        served_by=form.number("served_by", 2, least=1, most=99),
        limits=MappingProxyType({name: int(value) for name, value in limits.items() if value.isdecimal()}),
        narrow=_keys(frames, "narrow"),
        wanted=_keys(frames, "wanted"),
        levels=_keys(form, "levels"),
        actors=MappingProxyType(_groups(form, "actors", notes)),
        onward=_keys(form, "onward"),
        tags=MappingProxyType(form.pairs("tags")),
    )
    if notes.found:
        raise Unreadable(notes.in_order())
    return read


@cache
def language(locale: str) -> Language | None:
    """The words for a locale such as "en-easy": those of its language. None when nobody has listed them."""
    name = locale.partition("-")[0]
    path = LIBRARY / "plain" / f"{name}.yaml"
    if not name.isalpha() or not path.is_file():
        return None
    notes = Notes()
    form = _form(path, (*_LISTS, "minutes"), notes)
    minutes = Form(form.mapping("minutes", needed=True) or Fields(place=form.place), ("unit", "words"), notes)
    lists = {key: _pattern(_values(form, key)) for key in _LISTS}
    unit = "|".join(re.escape(word) for word in _values(minutes, "unit"))
    numbers = {word: int(number) for number, words in _groups(minutes, "words", notes).items() for word in words}
    if notes.found:
        raise Unreadable(notes.in_order())
    pattern = re.compile(rf"([\w-]+)\s+(?:{unit}){_WORD_END}")
    return Language(lists=MappingProxyType(lists), minutes=pattern, numbers=MappingProxyType(numbers))


def _form(path: Path, known: Iterable[str], notes: Notes) -> Form:
    text = read_text(path, path.name, notes)
    root = read_yaml(text, path.name, notes) if text is not None else None
    if not isinstance(root, Fields):
        raise Unreadable(notes.in_order())
    return Form(root, known, notes)


def _each(form: Form, key: str, known: tuple[str, ...], notes: Notes) -> Iterable[Form]:
    return each_form(form.items(key, needed=True), key, lambda _: known, notes)


def _principle(form: Form, notes: Notes) -> Principle:
    return Principle(
        id=form.text("id", needed=True),
        name=form.text("name", needed=True),
        demand=form.text("demand", needed=True),
        source_refs=_values(form, "source_refs"),
        rules=tuple(_rule(one) for one in _each(form, "rules", _RULE_KEYS, notes)),
    )


def _rule(form: Form) -> RuleText:
    return RuleText(
        code=form.text("code", needed=True),
        severity=form.word("severity", ("error", "warning"), "error"),
        judged=form.text("judged", needed=True),
        text=form.text("text", needed=True),
    )


def _values(form: Form, key: str) -> tuple[str, ...]:
    return tuple(item.value for item in form.texts(key))


def _keys(form: Form, key: str) -> frozenset[str]:
    return frozenset(_values(form, key))


def _groups(form: Form, key: str, notes: Notes) -> dict[str, frozenset[str]]:
    fields = form.mapping(key, needed=True)
    inner = Form(fields, fields.keys, notes) if fields else None
    return {name: _keys(inner, name) for name in inner.fields.values} if inner else {}


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Any of these phrases as whole words; one that ends in * with any ending."""
    found = [_phrase(phrase.casefold()) for phrase in phrases]
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})" if found else r"(?!)")


def _phrase(phrase: str) -> str:
    words = re.escape(phrase.removesuffix("*")).replace(r"\ ", r"\s+")
    return words + (r"\w*" if phrase.endswith("*") else _WORD_END)
