"""Who may do what: the only place that answers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


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
    NUMBERS = "see how the programme goes, in numbers"
    CODE = "code and quote reflections"
    WATCH = "see progress and people"
    BROADCAST = "send reminders"
    SCHEDULE = "set the date of a workshop"
    TASKS = "see and close requests"
    LEAD = "lead people in the room"
    AGENDA = "prepare the next workshop"
    MODERATE = "check what people wrote for each other"
    STAKEHOLDERS = "work with those who decide"
    STAFF = "add a facilitator"
    AUDIT = "read the audit"
    MAILBOX = "see to the mailbox"
    TALK = "talk to people through the assistant"
    LISTEN = "hear voice notes and see photos"
    SAFEGUARD = "see to safeguarding cases"
    PAUSE = "pause what is sent to somebody"
    ASSIST = "write down answers for somebody"
    RIGHTS = "see to people's rights over their data"
    PUBLISH = "publish the programme"


class Role(StrEnum):
    """What a facilitator is on the team for. The value is how it is kept and written."""

    LEAD = "lead"
    FACILITATOR = "facilitator"
    MODERATOR = "moderator"
    SAFEGUARDING = "safeguarding"
    OBSERVER = "observer"


LEADING: Final = frozenset({Deed.STAFF, Deed.AUDIT, Deed.PUBLISH})
"""What is for leads alone."""
WORK: Final = frozenset(Deed) - LEADING - {Deed.SAFEGUARD}
"""What running a dialogue takes."""
ALLOWED: Final[Mapping[Role, frozenset[Deed]]] = {
    Role.LEAD: WORK | LEADING,
    Role.FACILITATOR: WORK,
    Role.MODERATOR: frozenset({Deed.NUMBERS, Deed.READ, Deed.LISTEN, Deed.MODERATE, Deed.MAILBOX}),
    Role.SAFEGUARDING: frozenset({Deed.NUMBERS, Deed.WATCH, Deed.TASKS, Deed.TALK, Deed.SAFEGUARD}),
    Role.OBSERVER: frozenset({Deed.NUMBERS}),
}
"""What is not here is not allowed. Cases of safeguarding are for that role and for who has the duty, not for leads."""
OF_ALL_AREAS: Final = frozenset({Deed.AUDIT})
"""Not for whoever works in some areas only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff:
    """Somebody who runs the dialogue, and the areas they work in (none named: all)."""

    name: str
    kind: Kind = Kind.FACILITATOR
    areas: tuple[str, ...] = ()
    id: str = ""  # of a facilitator, so that a message can be tried out on themselves
    guardian: bool = False  # the safeguarding lead, or a deputy
    role: Role = Role.FACILITATOR
    behind: str = ""  # of a program that works with a token: who answers for it

    @property
    def person(self) -> str:
        """Who it is where it takes two different people: a program is whoever gave it its token."""
        return self.behind or self.name


OWNER = Staff(name="owner", kind=Kind.OPERATOR)
"""Whoever set the program up."""


def may(who: Staff, deed: Deed, area: str = "") -> bool:
    """Whether this person may do this, in this area ("": it is not about one area)."""
    if who.areas and (deed in OF_ALL_AREAS or (area and area not in who.areas)):
        return False
    if who.kind is Kind.OPERATOR or (deed is Deed.SAFEGUARD and who.guardian):
        return True
    return deed in ALLOWED[who.role]
