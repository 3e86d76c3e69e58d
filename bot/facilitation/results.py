"""What the commands answer: frozen values that a page, a message or a terminal can show."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.facilitation.shifts import Shift
from flows.disclosure import Figure
from storage.broadcasts import Audience, Broadcast, Receipt
from storage.people import Member, Moment
from storage.reflections import Reflection, Unseen
from storage.workshops import Workshop


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A workshop has this date now, or would have (`dry`). `sent`: prompts that went out by the old date."""

    workshop: Workshop
    was: Workshop | None
    moved: int
    sent: int
    dropped: int
    dry: bool = False
    kinds: tuple[Shift, ...] = ()  # with `dry`: entry by entry


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """A code that opens a door, and for whom. `expires_at` none: until the programme ends."""

    code: str
    kind: str
    subject: str  # an area's name, a code name, a facilitator's name
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """Attendance was noted."""

    wave: int
    state: str
    code_names: tuple[str, ...]
    moved: int = 0
    dropped: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Excluded:
    """Somebody the audience names who gets no message, and why."""

    id: str
    code_name: str
    area: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What sending would do."""

    template: str
    audience: Audience
    recipients: tuple[str, ...]  # code names
    excluded: tuple[Excluded, ...]
    sample: str  # in the small markup
    buttons: tuple[str, ...] = ()
    warning: str = ""
    second: str = ""  # why a second person has to look at it first: election, many or unplanned

    @property
    def count(self) -> int:
        """How many people would get it."""
        return len(self.recipients)

    @property
    def reasons(self) -> Mapping[str, int]:
        """How many are left out, by reason."""
        return dict(Counter(person.reason for person in self.excluded).most_common())


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """A broadcast stands in the outbox. `repeated`: it did already, nothing new was sent."""

    broadcast: Broadcast
    count: int
    excluded: int
    repeated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """A row for each person the audience named; the counts add up to the rows."""

    broadcast: Broadcast
    rows: tuple[Receipt, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many rows have which outcome."""
        return dict(Counter(row.outcome for row in self.rows).most_common())


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """Where an area stands, small numbers not told. `answered`: people who answered at least one question, by flow."""

    area: str
    name: str
    target: int
    joined: Figure  # who takes part now: active or paused
    joining: Figure
    active: Figure
    paused: Figure
    stopped: Figure
    heard: Figure  # who has told something that stands
    answered: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Readings:
    """Reflections for the team, newest first, and how many there are that it may not read (yet)."""

    rows: tuple[Reflection, ...]
    unseen: Unseen


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeLine:
    """One person's past and future: what was and will be sent, and when."""

    member: Member
    moments: tuple[Moment, ...]
