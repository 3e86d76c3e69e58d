"""What wave 1 found and what becomes of it: key issues, what can be decided, who answers for what. Plain values."""

from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

LEVELS: Final = (
    "me_home",
    "neighbours_group",
    "charity",
    "employer",
    "school",
    "parish_ward",
    "district",
    "county_unitary",
    "local_nhs",
    "police_fire",
    "region",
    "national",
)
"""Who decides, from the nearest to the farthest."""
ORIGINS: Final = ("participants", "stakeholders", "team")
KNOWN: Final = ("new", "known")
FEWEST: Final = 3
MOST: Final = 5
"""A workshop can work through three to five key issues."""
APPROVALS: Final = 2

POSITIONS: Final = MappingProxyType(
    {"will_do": "planned", "look": "looking", "pass_on": "passed", "will_not": "not_done"}
)
"""What an owner can say to a key issue, and the state that follows from it."""
STATES: Final = ("asked", "planned", "doing", "done", "looking", "passed", "not_done")
SETTLED: Final = frozenset({"done", "passed", "not_done"})
NO_REPLY: Final = "no_reply"
SILENCE: Final = timedelta(days=14)
"""After its date a commitment may be silent for so long; then the silence is shown as what it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyIssue:
    """One thing that people of an area brought up. `quote_stands`: it is still said, shared and allowed to be used."""

    id: str
    area: str
    number: int
    title: str
    frames: tuple[str, ...] = ()
    people: int = 0  # people, not messages
    chain: tuple[str, ...] = ()
    quote: str = ""
    quote_stands: bool = False
    assets: tuple[str, ...] = ()
    no_assets: bool = False
    decided_by: tuple[str, ...] = ()
    joined_by: tuple[str, ...] = ()
    alone_because: str = ""
    minority: str = ""
    known_before: str = ""
    origin: str = "participants"
    revision: int = 1
    approved_by: tuple[str, ...] = ()

    @property
    def approved(self) -> bool:
        """Two different people have agreed to it as it stands."""
        return len(self.approved_by) >= APPROVALS


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What this round can and cannot change in an area, with what money, who decides and by when."""

    area: str
    inside: str = ""
    outside: str = ""
    budget: str = ""
    decider: str = ""
    decided_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Commitment:
    """Who was asked to answer for a key issue, what they said, and when they were last heard."""

    id: int
    issue_id: str
    area: str
    issue: str  # the title
    number: int  # of the issue
    owner: str
    level: str
    due_on: date
    asked_on: date
    action: str = ""
    position: str = ""
    state: str = "asked"
    reply: str = ""
    reason: str = ""
    heard_on: date | None = None

    def standing(self, today: date) -> str:
        """Its state; "no_reply" by itself once nothing was heard for two weeks after its date."""
        if self.state in SETTLED or today < self.due_on + SILENCE:
            return self.state
        return self.state if self.heard_on is not None and self.heard_on >= self.due_on else NO_REPLY


def lacks(issue: KeyIssue) -> tuple[tuple[str, str], ...]:
    """What a key issue needs before it can be approved: the part of the command that fills it, and what is missing."""
    needs = (
        ("link", "people who spoke of it", issue.people > 0),
        ("edit --link", "a chain of at least two links", len(issue.chain) > 1),
        ("quote", "a quote that may be used", bool(issue.quote and issue.quote_stands)),
        ("edit --asset", 'an asset, or "none named"', bool(issue.assets) or issue.no_assets),
        ("edit --decided-by", "who decides about it", bool(issue.decided_by)),
        ("edit --known", "whether it was known before", bool(issue.known_before)),
        ("edit --joined-by", "who joins the table for it, or why nobody does", _company(issue)),
    )
    return tuple((where, what) for where, what, there in needs if not there)


def _company(issue: KeyIssue) -> bool:
    return bool(issue.joined_by or issue.alone_because)
