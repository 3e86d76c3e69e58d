"""The invented people who decide, for the demo: they have seats, and some were interviewed on the phone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.cast import CastFault
from bot.facilitation.assisting import Pen, Seat
from bot.facilitation.stakeholders import About
from bot.rights import OWNER
from bot.wiring import Parts
from flows.findings import Notes
from flows.loading_yaml import plain, read_text, read_yaml

FILE: Final = "sample/stakeholders.yaml"
TEXTS: Final = ("type", "role", "org", "level", "name")
AGREES: Final = ("1", "2", "1")
"""Yes to taking part, named by role, yes to being written to."""
ENOUGH: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Seated:
    """One of them; `says` are the first answers of the interview."""

    area: str
    about: Mapping[str, str]
    says: tuple[str, ...] = ()


def load_company(path: Path) -> tuple[Seated, ...]:
    """Those in a file; none when there is no such file."""
    if not path.is_file():
        return ()
    notes = Notes()
    text = read_text(path, path.name, notes)
    root = read_yaml(text, path.name, notes) if text is not None else None
    read = plain(root) if root else None
    rows = read.get("stakeholders") if isinstance(read, dict) else None
    if notes.found or not isinstance(rows, list):
        raise CastFault(f"{path}: " + ("; ".join(map(str, notes.found)) or "it has no list of stakeholders"))
    return tuple(_seated(row) for row in rows)


def _seated(row: Mapping[str, Any]) -> Seated:
    about = {name: str(row[name]) for name in TEXTS if name in row}
    return Seated(area=str(row["area"]), about=about, says=tuple(map(str, row.get("says", ()))))


async def take_seats(parts: Parts, company: Sequence[Seated]) -> None:
    """Invite all of them, and write down what those on the phone say."""
    seating = parts.script.programme.stakeholders
    if seating is None or await parts.facilitation.stakeholders(OWNER):
        return  # there are none, or they have their seats
    for one in company:
        found, _ = await parts.facilitation.invite_stakeholder(OWNER, one.area, **About(**one.about))  # type: ignore[typeddict-item]
        if one.says:
            await _phone(Pen(parts.db, parts.script, parts.clock, "Amina", Seat(found.id)), seating.interview, one.says)


async def _phone(pen: Pen, flow: str, says: Sequence[str]) -> None:
    await pen.begin(flow)
    for words in (*AGREES, *says, *("SKIP",) * ENOUGH):
        if not pen.open:
            return
        await pen.says(words)
