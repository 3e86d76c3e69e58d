"""library/safety.<locale>.yaml → the lists that `flows.safety` judges by."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from flows.findings import Notes, quote, suggest
from flows.loading import Unreadable
from flows.loading_yaml import Fields, Items, Node, Text, read_text, read_yaml
from flows.safety import BadCue, Cue, Cues, Level, cue

LIBRARY: Final = Path(__file__).parent / "library"
EXCEPTIONS: Final = "exceptions"


@cache
def load_safety(folder: Path = LIBRARY) -> tuple[Cues, ...]:
    """The lists of all languages in a folder. Raises Unreadable with every mistake in them."""
    notes = Notes()
    lists = tuple(_read(path, notes) for path in sorted(folder.glob("safety.*.yaml")))
    if notes.found:
        raise Unreadable(notes.in_order())
    return lists


def _read(path: Path, notes: Notes) -> Cues:
    text = read_text(path, path.name, notes)
    root = read_yaml(text, path.name, notes) if text is not None else None
    fields = root if isinstance(root, Fields) else None
    known = [level.value for level in Level] + [EXCEPTIONS]
    for key, place in fields.keys.items() if fields else ():
        if key not in known:
            notes.add("Y020", place, f"{quote(key)} is no level.", suggest(key, known))
    found = {key: tuple(_by_topic(node, notes)) for key, node in (fields.values if fields else {}).items()}
    return Cues(
        locale=path.name.split(".")[1],
        levels=tuple((level, found.get(level.value, ())) for level in Level),
        exceptions=found.get(EXCEPTIONS, ()),
    )


def _by_topic(node: Node, notes: Notes) -> Iterable[Cue]:
    """A list of phrases, or such a list for each topic."""
    for topic, phrases in node.values.items() if isinstance(node, Fields) else [("", node)]:
        yield from (replace(found, topic=topic) for found in _cues(phrases, notes))


def _cues(node: Node, notes: Notes) -> Iterable[Cue]:
    for phrase in node.items if isinstance(node, Items) else [node]:
        if not isinstance(phrase, Text):
            notes.add("Y022", phrase.place, "A phrase has to be text.", "put it in quotes")
            continue
        try:
            yield cue(phrase.value)
        except BadCue as bad:
            notes.add("Y032", phrase.place, f"{quote(phrase.value)} is no phrase: {bad}.", "put its signs in order")
