"""How the stakeholders of a programme fit together with its flows and its calendar."""

from collections.abc import Set as AbstractSet

from flows.definition import STAKEHOLDERS, Place, Programme
from flows.findings import Notes, quote, suggest


def check_stakeholders(programme: Programme, place: Place, notes: Notes, flows: AbstractSet[str]) -> None:
    """What is for stakeholders is there only when it is said who they are; their flows exist."""
    own = programme.stakeholders
    if own is None:
        theirs = [entry for entry in programme.entries if entry.whom == STAKEHOLDERS]
        for entry in theirs[:1]:
            fix = "add stakeholders: {welcome: …, interview: …}"
            notes.add("P313", entry.place, "The programme has no stakeholders.", fix)
        return
    for role in ("welcome", "interview", "menu"):
        name = getattr(own, role)
        if name and name not in flows:
            text = f"The {role} flow of stakeholders, {quote(name)}, does not exist."
            notes.add("P301", place, text, suggest(name, flows))
    if not own.types:
        notes.add(
            "P313", place, "Nobody has said what kinds of stakeholders there are.", "add types: {police: Police, …}"
        )
