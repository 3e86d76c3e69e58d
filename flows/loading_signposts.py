"""library/signposts.yaml, and the signposts.yaml of a programme, which changes some of them and adds its own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from flows.findings import Notes, quote
from flows.loading_form import Form, each_form
from flows.loading_yaml import Items, Node, read_text, read_yaml
from flows.signposts import LEVELS, NEEDED, WAYS, Signpost

FILE: Final = "signposts.yaml"
LIBRARY: Final = Path(__file__).parent / "library" / FILE
SIGNPOST_KEYS: Final = MappingProxyType(
    {
        "id": "its name; one that comes with the program is changed, any other is added",
        "name": "what people know it by",
        "number": "what they ring or text",
        "level": "red when somebody may be in danger, else amber",
        "topics": "what it helps with: debt, home, hunger, lonely, coping, afraid, drink, child, danger, or any",
        "hours": "always, or as people read it, such as weekdays 9 to 5",
        "free": "yes when a call costs nothing",
        "how": "call or text",
        "area": "only for people of this area",
        "verified_on": "when somebody last made sure that it is right, such as 2027-01-15",
    }
)


@cache
def shipped() -> tuple[Signpost, ...]:
    """Those that come with the program."""
    notes = Notes()
    text = read_text(LIBRARY, FILE, notes)
    root = read_yaml(text, FILE, notes) if text is not None else None
    found = read_signposts(root, {}, notes)
    assert not notes.found, notes.found
    assert {*NEEDED} <= {one.id for one in found}
    return found


def read_signposts(root: Node | None, known: Mapping[str, Signpost], notes: Notes) -> tuple[Signpost, ...]:
    """`known` with what a file says of them, and those it adds."""
    found = dict(known)
    if root is not None and not isinstance(root, Items):
        notes.add("Y023", root.place, "The signposts have to be a list.", "begin each line with - ")
        return tuple(found.values())
    for form in each_form(root.items if root else (), "a signpost", lambda _: SIGNPOST_KEYS, notes):
        id = form.key("id")
        if id:
            found[id] = _read(form, found.get(id), id, notes, own=bool(known))
    return tuple(found.values())


def _read(form: Form, was: Signpost | None, id: str, notes: Notes, *, own: bool) -> Signpost:
    blank = Signpost(id=id, name="", number="", level="amber", topics=("any",), local=own)
    before = was or blank
    topics = tuple(item.value for item in form.texts("topics"))
    return replace(
        before,
        name=form.text("name", before.name, needed=was is None),
        number=form.text("number", before.number, needed=was is None),
        level=form.word("level", LEVELS, before.level),
        topics=topics or before.topics,
        hours=form.text("hours", before.hours),
        free=form.yes("free", default=before.free),
        how=form.word("how", WAYS, before.how),
        area=form.text("area", before.area),
        verified_on=_day(form, notes) or before.verified_on,
    )


def _day(form: Form, notes: Notes) -> date | None:
    value = form.text("verified_on").strip()
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        text = f"verified_on is a date, not {quote(value)}."
        notes.add("Y031", form.where("verified_on"), text, "write it like 2027-01-15")
        return None
