"""What the pages on the way to wave 2 share: their tabs, and where what a gate lacks can be filled in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from starlette.responses import Response

from bot.console.page import Visit
from bot.facilitation import Mistake
from bot.rights import Deed
from flows.gates import Missing

Tab = tuple[str, str, bool, int | str]
TABS: Final = (
    ("/wave2", "Overview", Deed.AGENDA),
    ("/wave2/issues", "Key issues", Deed.AGENDA),
    ("/wave2/statements", "Statements", Deed.MODERATE),
    ("/wave2/questions", "Questions", Deed.AGENDA),
    ("/wave2/assets", "What helps", Deed.READ),
    ("/wave2/lexicon", "Words", Deed.READ),
    ("/wave2/commitments", "Who answers", Deed.AGENDA),
)


def tabs(visit: Visit, here: str) -> tuple[Tab, ...]:
    """Those that this person may open."""
    return tuple((path, name, path == here, "") for path, name, needs in TABS if visit.may(needs))


def page(visit: Visit, template: str, here: str, *, status: int = 200, **values: object) -> Response:
    """A page under these tabs."""
    return visit.page(template, status=status, tabs=tabs(visit, here), **values)


def nowhere(visit: Visit) -> Response:
    """It does not exist, or it is another area's: nobody can tell which."""
    return visit.page("missing.html", status=404)


def theirs(visit: Visit, area: str) -> bool:
    """Whether this person works in this area."""
    return area in {one.id for one in visit.areas}


def whole_number(text: str) -> int:
    """A number of an address; 0, which nothing has, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def day(visit: Visit, name: str) -> date:
    """A field that is a day; `Mistake` if it is none."""
    try:
        return date.fromisoformat(visit.given(name))
    except ValueError:
        raise Mistake("Say by which day, for example 2027-03-31.") from None


@dataclass(frozen=True, kw_only=True, slots=True)
class Lack:
    """Something a gate lacks, in plain words. `path` is empty where a file of the programme has to be changed."""

    what: str
    path: str = ""
    file: str = ""
    rest: str = ""  # what it lacks in particular


ISSUE: Final = re.compile(r"^reconvene issue (\w+) (\w+) (\d+)(?: (--[\w-]+))?")
NUMBERED: Final = re.compile(r" \(key issue (\d+)\)$")
SPOTS: Final[Mapping[str, str]] = {
    "link": "people",
    "quote": "quote",
    "approve": "approval",
    "--link": "chain",
    "--asset": "assets",
    "--decided-by": "decided",
    "--known": "known",
    "--joined-by": "joined",
}


def lacks(found: Sequence[Missing], area: str) -> tuple[Lack, ...]:
    """What is missing, each with the page that fills it; what one key issue lacks is said in one line."""
    grouped: dict[str, list[Missing]] = {}
    for one in found:
        number = NUMBERED.search(one.what)
        grouped.setdefault(number[0] if number and ISSUE.match(one.where) else one.what, []).append(one)
    return tuple(_lack(there[0], area) if len(there) == 1 else _several(there, area) for there in grouped.values())


def _several(found: Sequence[Missing], area: str) -> Lack:
    number = NUMBERED.search(found[0].what)
    wanted = "; ".join(NUMBERED.sub("", one.what) for one in found)
    return Lack(what=f"Key issue {number[1] if number else ''}", path=spot(found[0], area), rest=wanted)


def _lack(one: Missing, area: str) -> Lack:
    what = re.sub(r" \(or [^)]*\)", "", one.what)
    if one.where.startswith("programme.yaml"):
        return Lack(what=what, file=one.where)
    return Lack(what=what, path=spot(one, area))


def spot(missing: Missing, area: str) -> str:
    """The page, and the place on it, where the same is done as by the command that a gate names."""
    where = missing.where
    if found := ISSUE.match(where):
        verb, place, number, option = found.groups()
        return f"/wave2/issues/{place}/{number}#{SPOTS.get(option or verb, 'what')}"
    match where.split()[:3]:
        case ["reconvene", "issue", _]:
            return f"/wave2/issues/{area}"
        case ["reconvene", "scope", _]:
            return f"/wave2/scope/{area}"
        case ["reconvene", "commitment", "ask"]:
            return f"/wave2/issues/{area}/{where.split()[4]}#answers"
        case ["reconvene", "commitment", _]:
            return f"/wave2/commitments/{where.split()[3]}"
        case ["reconvene", "attend", _]:
            return f"/programme/{area}/1#came"
        case _:
            return f"/programme/{area}"
