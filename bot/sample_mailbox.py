"""The invented messages in the mailbox of the demo: put together from phrases, the same for the same seed."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

from bot.cast import CastFault
from flows.findings import Notes
from flows.loading_yaml import plain, read_text, read_yaml
from storage.mailbox import Entry, Issue

VIAS: Final = ("telegram",) * 7 + ("email",) * 2 + ("paper",)
HERE: Final = ("live",) * 5 + ("work", "both", "")
FROM_ELSEWHERE: Final = 0.1


def load_mailbox(path: Path, areas: Sequence[str], month: str, seed: int = 1) -> tuple[Entry, ...]:
    """The messages; none when a programme has no such file."""
    if not path.is_file():
        return ()
    notes = Notes()
    source = read_text(path, path.name, notes)
    node = read_yaml(source, path.name, notes) if source is not None else None
    document: Any = plain(node) if node is not None else None
    if notes.found:
        raise CastFault(str(notes.found[0]))
    if not _whole(document):
        raise CastFault(f"{path.name}: it needs messages (how many), and lists of day, helps and issues by cause")
    return tuple(_made(document, areas, month, Random(seed)))


def _whole(document: Any) -> bool:
    lists = ("day", "helps")
    return (
        isinstance(document, Mapping)
        and str(document.get("messages", "")).isdecimal()
        and all(isinstance(document.get(name), list) and document[name] for name in lists)
        and isinstance(document.get("issues"), Mapping)
        and all(isinstance(phrases, list) and phrases for phrases in document["issues"].values())
    )


def _made(document: Mapping[str, Any], areas: Sequence[str], month: str, dice: Random) -> Iterator[Entry]:
    causes = list(document["issues"])
    for _ in range(int(document["messages"])):
        named = dice.sample(causes, min(len(causes), dice.choice((1, 2, 2, 3, 3))))
        yield Entry(
            id="",
            month=month,
            via=dice.choice(VIAS),
            locale="en",
            area="" if dice.random() < FROM_ELSEWHERE else dice.choice(areas),
            day=dice.choice(document["day"]),
            issues=tuple(Issue(text=dice.choice(document["issues"][cause]), frame=cause) for cause in named),
            helps=dice.choice(document["helps"]) if dice.random() < 0.8 else "",
            you=dice.choice(HERE),
        )
