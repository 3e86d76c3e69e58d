"""Reads the keys of one mapping as what they should be, and notes every mistake with its place."""

import re
from collections.abc import Callable, Iterable
from datetime import date, time, timedelta
from typing import Final

from flows.definition import Place
from flows.findings import Notes, quote, suggest
from flows.loading_yaml import Fields, Items, Node, Text

KEY: Final = re.compile(r"[a-z][a-z0-9_]*")
DASHED_KEY: Final = re.compile(r"[a-z][a-z0-9_-]*")
_LENGTH: Final = re.compile(r"\+?(\d{1,5})([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_YES_NO: Final = {"yes": True, "true": True, "no": False, "false": False}
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def parse_length(text: str) -> timedelta | None:
    """`8s`, `30m`, `+24h`, `+5d`; None when it is something else."""
    match = _LENGTH.fullmatch(text.strip())
    return timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else None


def parse_clock(text: str) -> time | None:
    """`18:00`; None when it is something else."""
    match = _CLOCK.fullmatch(text.strip())
    return time(int(match[1]), int(match[2])) if match else None


def is_key(text: str, *, longest: int = 32, dashes: bool = False) -> bool:
    """Whether this can be the name of a step, an option, a flow."""
    pattern = DASHED_KEY if dashes else KEY
    return len(text) <= longest and pattern.fullmatch(text) is not None


class Form:
    """One mapping. A key that is not `known` is a mistake; so is a value of the wrong shape, which then reads empty."""

    __slots__ = ("_notes", "fields", "place")

    def __init__(self, fields: Fields, known: Iterable[str], notes: Notes) -> None:
        self.fields = fields
        self.place = fields.place
        self._notes = notes
        names = tuple(known)
        for key, place in fields.keys.items():
            if key not in names:
                notes.add("Y020", place, f"The key {quote(key)} is not known here.", suggest(key, names))

    def node(self, key: str) -> Node | None:
        """The value as it stands in the file."""
        return self.fields.values.get(key)

    def where(self, key: str) -> Place:
        """The place of a value, or of the whole mapping when it is missing."""
        node = self.node(key)
        return node.place if node else self.place

    def text(self, key: str, default: str = "", *, needed: bool = False) -> str:
        """One piece of text."""
        node = self.node(key)
        if node is None or (isinstance(node, Text) and not node.value.strip()):
            if needed:
                self._notes.add("Y021", self.where(key), f"{key} is missing.", f"add {key}: …")
            return default
        if isinstance(node, Text):
            return node.value
        self._notes.add("Y022", node.place, f"{key} has to be one piece of text.", "put the text in quotes")
        return default

    def key(self, key: str, *, longest: int = 32, dashes: bool = False) -> str:
        """An identifier that is needed here."""
        value = self.text(key, needed=True)
        if value and not is_key(value, longest=longest, dashes=dashes):
            fix = f"small letters, digits and _, at most {longest}"
            self._notes.add("Y027", self.where(key), f"{quote(value)} is not a good {key}.", fix)
        return value

    def word(self, key: str, allowed: Iterable[str], default: str) -> str:
        """One of a few words."""
        value = self.text(key, default)
        words = tuple(allowed)
        if value in words:
            return value
        self._notes.add("Y028", self.where(key), f"{key} cannot be {quote(value)}.", suggest(value, words))
        return default

    def yes(self, key: str, *, default: bool = False) -> bool:
        """Yes or no."""
        value = self.text(key, "yes" if default else "no")
        if value.casefold() in _YES_NO:
            return _YES_NO[value.casefold()]
        self._notes.add("Y025", self.where(key), f"{key} is yes or no, not {quote(value)}.", "write yes or no")
        return default

    def number(self, key: str, default: int, *, least: int, most: int) -> int:
        """A whole number within limits."""
        value = self.text(key, str(default)).strip()
        if value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most:
            return int(value)
        text = f"{key} is a whole number from {least} to {most}, not {quote(value)}."
        self._notes.add("Y026", self.where(key), text, f"for example {max(least, min(most, default))}")
        return default

    def length(self, key: str) -> timedelta | None:
        """A length of time."""
        value = self.text(key)
        length = parse_length(value) if value else None
        if value and length is None:
            text = f"{key} is a length of time, not {quote(value)}."
            self._notes.add("Y029", self.where(key), text, "write it like 8s, 30m, 24h or 5d")
        return length

    def clock(self, key: str, default: str) -> str:
        """A time of day as text."""
        value = self.text(key, default).strip()
        if parse_clock(value):
            return value
        self._notes.add("Y030", self.where(key), f"{key} is a time of day, not {quote(value)}.", "write it like 18:00")
        return default

    def day(self, key: str) -> date | None:
        """One day."""
        return max(self.dates(key), default=None)

    def dates(self, key: str) -> frozenset[date]:
        """A list of days."""
        found: set[date] = set()
        for item in self.texts(key):
            try:
                found.add(date.fromisoformat(item.value.strip()))
            except ValueError:
                text = f"{key} are dates, not {quote(item.value)}."
                self._notes.add("Y031", item.place, text, "write each like 2026-12-25")
        return frozenset(found)

    def items(self, key: str, *, needed: bool = False) -> list[Node]:
        """A list; a single piece of text counts as a list of one."""
        node = self.node(key)
        if node is None and needed:
            self._notes.add("Y021", self.place, f"{key} is missing.", f"add {key}: [ … ]")
        if isinstance(node, Fields):
            self._notes.add("Y023", node.place, f"{key} has to be a list.", "begin each line with - ")
        if isinstance(node, Text):
            return [node] if node.value.strip() else []
        return node.items if isinstance(node, Items) else []

    def texts(self, key: str) -> tuple[Text, ...]:
        """A list of texts with their places."""
        found: list[Text] = []
        for item in self.items(key):
            if isinstance(item, Text):
                found.append(item)
            else:
                self._notes.add("Y022", item.place, f"{key} is a list of texts.", "put the text in quotes")
        return tuple(found)

    def mapping(self, key: str, *, needed: bool = False) -> Fields | None:
        """Keys with values."""
        node = self.node(key)
        if node is None and needed:
            self._notes.add("Y021", self.place, f"{key} is missing.", f"add {key}:")
        return as_fields(node, key, self._notes)

    def pairs(self, key: str) -> dict[str, str]:
        """Keys with one text each."""
        fields = self.mapping(key)
        if fields is None:
            return {}
        inner = Form(fields, fields.keys, self._notes)
        return {name: inner.text(name) for name in fields.values}


def as_fields(node: Node | None, what: str, notes: Notes) -> Fields | None:
    """A mapping, or a finding."""
    if node is None or isinstance(node, Fields):
        return node
    if isinstance(node, Text) and not node.value.strip():
        return None
    notes.add("Y024", node.place, f"{what} has to be keys with values.", "write it like key: value")
    return None


def each_form(
    nodes: Iterable[Node], what: str, known: Callable[[Fields], Iterable[str]], notes: Notes
) -> Iterable[Form]:
    """The mappings of a list as forms; what is no mapping is noted and left out."""
    for node in nodes:
        fields = as_fields(node, what, notes)
        if fields is not None:
            yield Form(fields, known(fields), notes)
