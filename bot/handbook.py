"""The tables of the guides, made from the definitions themselves, so that they cannot grow old."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from bot import check
from bot.console.api import listing as api
from bot.facilitation import Mistake
from flows import findings
from flows.actions import ACTIONS
from flows.loading_flow import FLOW_KEYS, STEP_KEYS
from flows.loading_programme import BROADCAST_KEYS, ENTRY_KEYS, PROGRAMME_KEYS
from flows.loading_signposts import SIGNPOST_KEYS
from flows.steps.registry import kinds
from flows.words import WORDS

BEGIN: Final = "<!-- From here on made by `reconvene handbook`; change the definitions, not this text. -->"


def written(guide: str) -> str:
    """The guide with its tables as they are now; that of the API has the list of its endpoints."""
    if api.BEGIN in guide:
        return f"{guide.partition(api.BEGIN)[0]}{api.BEGIN}\n\n{api.listing()}"
    head, found, _ = guide.partition(BEGIN)
    if not found:
        raise Mistake(f"There is no line “{BEGIN}” behind which the tables could go.")
    return f"{head}{BEGIN}\n\n{tables()}"


def write(file: Path) -> bool:
    """Bring a guide up to date; whether anything changed."""
    before = file.read_text(encoding="utf-8")
    after = written(before)
    if after != before:
        file.write_text(after, encoding="utf-8")
    return after != before


def tables() -> str:
    """All tables."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from _keys("Keys of programme.yaml", PROGRAMME_KEYS)
    yield from _keys("Keys of a flow", FLOW_KEYS)
    yield from _keys("Keys of every step", STEP_KEYS)
    yield from _table("Kinds of step, and the keys that only they know", ("type", "key", "what it says"), _kinds())
    yield from _keys("Keys of an entry of calendar.yaml", ENTRY_KEYS)
    yield from _keys("Keys of a message in broadcasts.yaml", BROADCAST_KEYS)
    yield from _keys("Keys of a signpost in signposts.yaml", SIGNPOST_KEYS)
    yield from _table("Actions for do:", ("action", "what happens"), _named(ACTIONS))
    yield from ["## Universal words", "", ", ".join(f"`{word}`" for word in sorted(WORDS)), ""]
    codes = {**findings.CODES, **check.CODES}
    mild = findings.WARNINGS | check.WARNINGS
    rows = ((code, "warning" if code in mild else "error", text) for code, text in sorted(codes.items()))
    yield from _table("What check finds", ("code", "", "the rule that is broken"), rows)


def _keys(title: str, keys: Mapping[str, str]) -> Iterator[str]:
    return _table(title, ("key", "what it says"), _named(keys))


def _named(keys: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    return ((f"`{key}`", text) for key, text in keys.items())


def _kinds() -> Iterator[tuple[str, str, str]]:
    for name, kind in kinds().items():
        own = list(kind.keys.items()) or [("", "")]
        for number, (key, text) in enumerate(own):
            yield (f"`{name}`" if number == 0 else "", f"`{key}`" if key else "–", text)


def _table(title: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield from [f"## {title}", "", _row(heads), "|" + "---|" * len(heads)]
    yield from map(_row, rows)
    yield ""


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
