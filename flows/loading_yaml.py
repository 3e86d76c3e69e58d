"""YAML, strictly: text, lists and mappings with the place of each; nothing else, and never a traceback.

Works on PyYAML's events, not on its constructors: no value becomes a number, date or object on the way
(`NO`, `012`, `12:30` stay what they are), and nothing recurses, however deep a hostile file is nested.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from flows.definition import Place
from flows.findings import Notes, quote

LIMIT: Final = 1_000_000
DEPTH: Final = 20

_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

_HINTS: Final = (
    ("cannot start any token", "use spaces, not tabs; put text that begins with @ ` % or a tab in quotes"),
    ("mapping values are not allowed", 'put text with a colon in quotes: "like: this"'),
    ("found unexpected end of stream", "close the quotes"),
    ("special characters are not allowed", "take out the invisible control characters"),
    ("control characters are not allowed", "take out the invisible control characters"),
    ("expected ',' or", "close the bracket, or put the text in quotes"),
    ("did not find expected ',' or", "close the bracket, or put the text in quotes"),
)
_TOO_DEEP: Final = "exceeded maximum nesting depth"  # libyaml's own limit, met before ours when brackets pile up


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A scalar, always text."""

    place: Place
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Items:
    """A list."""

    place: Place
    items: "list[Node]" = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fields:
    """A mapping with text keys, in the order of the file."""

    place: Place
    values: "dict[str, Node]" = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)


Node = Text | Items | Fields


def plain(node: Node) -> object:
    """The value without its places: str, list or dict. The depth was limited when it was read."""
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.values.items()}


def read_text(path: Path, name: str, notes: Notes) -> str | None:
    """The text of a file with its line ends made equal, or None and a finding."""
    place = Place(file=name, line=1, column=1)
    try:
        if not path.is_file():
            notes.add("Y001", place, "The file is missing, or is no file.", f"add {name}")
            return None
        with path.open("rb") as stream:
            raw = stream.read(LIMIT + 1)
    except OSError as error:
        notes.add("Y001", place, f"The file cannot be read: {error.strerror}.", "check its permissions")
        return None
    return decode(raw, place, notes)


def decode(raw: bytes, place: Place, notes: Notes) -> str | None:
    """Bytes of at most one megabyte as text; a byte order mark is dropped."""
    if len(raw) > LIMIT:
        notes.add("Y002", place, "The file is larger than 1 MB.", "split it")
        return None
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        where = Place(file=place.file, line=line, column=column)
        notes.add("Y003", where, "The file is not UTF-8 text.", "save it as UTF-8")
        return None


def read_yaml(text: str, name: str, notes: Notes) -> Node | None:
    """The one document of a file. None when nothing could be read; mistakes are in `notes`."""
    builder = _Builder(file=name, notes=notes)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if not builder.take(event):
                break
    except UnicodeEncodeError:
        notes.add("Y003", Place(file=name, line=1, column=1), "The text holds half a character.", "save it as UTF-8")
        return None
    except yaml.YAMLError as error:
        _syntax(error, text, name, notes)
        return None
    if builder.root is None and not builder.stopped:
        notes.add("Y011", Place(file=name, line=1, column=1), "The file is empty.", "write it, or delete it")
    return None if builder.stopped else builder.root


def _syntax(error: yaml.YAMLError, text: str, name: str, notes: Notes) -> None:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    mark = getattr(error, "problem_mark", None)
    if "unexpected end of stream" in problem:
        mark = getattr(error, "context_mark", None) or mark  # where the quotes were opened
    line, column = (mark.line + 1, mark.column + 1) if mark else _bad_character(text)
    place = Place(file=name, line=line, column=column)
    if problem == _TOO_DEEP:
        notes.add("Y008", place, f"This lies more than {DEPTH} deep.", "write it flatter")
        return
    fix = next((hint for part, hint in _HINTS if part in problem), "look at this line and the one before")
    notes.add("Y004", place, f"This is not YAML: {problem}.", fix)


def _bad_character(text: str) -> tuple[int, int]:
    """Where the first character stands that YAML does not allow; its reader only tells an index in bytes."""
    allowed = "\t\n\r\x85"
    spot = next((i for i, c in enumerate(text) if not (c.isprintable() or c.isspace() or c in allowed)), 0)
    spot = next((i for i, c in enumerate(text) if c < " " and c not in allowed), spot)
    return text.count("\n", 0, spot) + 1, spot - text.rfind("\n", 0, spot)


@dataclass(kw_only=True, slots=True)
class _Open:
    """A list or mapping that is not closed yet; `key` is the key whose value comes next."""

    node: Items | Fields
    key: str | None = None
    at: Place | None = None
    valued: bool = False  # a key was read, its value is next (also when the key was bad and key is None)


@dataclass(kw_only=True, slots=True)
class _Builder:
    """Builds the tree from events with a stack of its own."""

    file: str
    notes: Notes
    root: Node | None = None
    stack: list[_Open] = field(default_factory=list)
    documents: int = 0
    stopped: bool = False

    def take(self, event: yaml.Event) -> bool:
        """Add one event; False when there is no use in reading on."""
        place = self._place(event)
        if isinstance(event, yaml.DocumentStartEvent):
            return self._document(event, place)
        if isinstance(event, yaml.NodeEvent):
            self._refuse_magic(event, place)
        if isinstance(event, yaml.AliasEvent):
            self._add(Text(place=place, value=""))
        elif isinstance(event, yaml.ScalarEvent):
            self._add(Text(place=place, value=event.value))
        elif isinstance(event, yaml.SequenceStartEvent):
            return self._open(Items(place=place))
        elif isinstance(event, yaml.MappingStartEvent):
            return self._open(Fields(place=place))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._add(self.stack.pop().node)
        return True

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        return Place(file=self.file, line=line + 1, column=column + 1)

    def _document(self, event: yaml.DocumentStartEvent, place: Place) -> bool:
        self.documents += 1
        if self.documents > 1:
            self.notes.add("Y010", place, "A second document begins here.", "take out the line ---")
            return False
        if event.version or event.tags:
            self.notes.add("Y006", place, "A directive is not used here.", "take out the line that begins with %")
        return True

    def _refuse_magic(self, event: yaml.NodeEvent, place: Place) -> None:
        if isinstance(event, yaml.AliasEvent):
            self.notes.add("Y006", place, f"The alias *{event.anchor} is not used here.", "write the value out")
            return
        if event.anchor:
            self.notes.add("Y006", place, f"The anchor &{event.anchor} is not used here.", "take it out")
        tag = getattr(event, "tag", None)
        if tag:
            self.notes.add("Y005", place, f"The tag {quote(tag)} is not used here.", "put the text in quotes")

    def _open(self, node: Items | Fields) -> bool:
        if len(self.stack) >= DEPTH:
            self.notes.add("Y008", node.place, f"This lies more than {DEPTH} deep.", "write it flatter")
            self.stopped = True
            return False
        self.stack.append(_Open(node=node))
        return True

    def _add(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if isinstance(top.node, Items):
            top.node.items.append(node)
        elif top.valued:
            self._value(top, top.node, node)
        else:
            self._key(top, top.node, node)

    def _key(self, top: _Open, fields: Fields, node: Node) -> None:
        top.valued, top.key, top.at = True, None, node.place
        if not isinstance(node, Text):
            fix = "put a value that begins with { or [ in quotes"
            self.notes.add("Y009", node.place, "A key has to be plain text.", fix)
        elif node.value in fields.values:
            before = fields.keys[node.value].line
            text = f"The key {quote(node.value)} is already in line {before}."
            self.notes.add("Y007", node.place, text, "keep one of the two")
        else:
            top.key = node.value

    def _value(self, top: _Open, fields: Fields, node: Node) -> None:
        top.valued = False
        if top.key is not None and top.at is not None:
            fields.values[top.key] = node
            fields.keys[top.key] = top.at
