"""Who may do what: the only place that answers it."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """An OPERATOR sits at the machine: the command line, the demo's notebook. A FACILITATOR came in by a code."""

    OPERATOR = "operator"
    FACILITATOR = "facilitator"


class Deed(StrEnum):
    """What staff can do. The value is how the journal and a refusal name it."""

    INVITE = "invite people"
    REJOIN = "give somebody a code for a new phone"
    ATTEND = "mark who was at a workshop"
    READ = "read reflections"
    EXPORT = "export reflections"
    WATCH = "see progress and people"
    BROADCAST = "send reminders"
    SCHEDULE = "set the date of a workshop"
    TASKS = "see and close requests"
    LEAD = "lead people in the room"
    AGENDA = "prepare the next workshop"
    STAKEHOLDERS = "work with those who decide"
    STAFF = "add a facilitator"
    MAILBOX = "see to the mailbox"
    TALK = "talk to people through the assistant"
    LISTEN = "hear voice notes and see photos"
    SAFEGUARD = "see to safeguarding cases"


OPERATORS_ONLY = frozenset({Deed.STAFF})


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff:
    """Somebody who runs the dialogue, and the areas they work in (none named: all)."""

    name: str
    kind: Kind = Kind.FACILITATOR
    areas: tuple[str, ...] = ()
    id: str = ""  # of a facilitator, so that a message can be tried out on themselves
    guardian: bool = False  # the safeguarding lead, or a deputy


OWNER = Staff(name="owner", kind=Kind.OPERATOR)
"""Whoever set the program up."""


def may(who: Staff, deed: Deed, area: str = "") -> bool:
    """Whether this person may do this, in this area ("": it is not about one area)."""
    if deed in OPERATORS_ONLY and who.kind is not Kind.OPERATOR:
        return False
    if deed is Deed.SAFEGUARD and who.kind is not Kind.OPERATOR and not who.guardian:
        return False
    return not area or not who.areas or area in who.areas
