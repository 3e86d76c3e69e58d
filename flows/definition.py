"""Programme, flow and step: what the files of a programme say, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from flows.signposts import Signpost

FILLED = "filled"
"""What the fact `cards.<card>` is, when an area has filled in that card."""

PARTICIPANTS = "participants"
STAKEHOLDERS = "stakeholders"
"""Whose calendar an entry belongs to."""

END = "end"
"""The name of the way out, usable wherever a step is named."""


class Visibility(StrEnum):
    """Who may see an answer.

    P the person · F area facilitators · G the group, moderated · S stakeholders · R report · X restricted.
    """

    P = "P"
    F = "F"
    G = "G"
    S = "S"
    R = "R"
    X = "X"


class Operator(StrEnum):
    """How a condition compares. Only ANSWERED and UNANSWERED have an opinion on a question that was not reached."""

    IS = "is"
    IS_NOT = "is_not"
    IN = "in"
    ONLY = "only"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    UNANSWERED = "unanswered"
    ONLY_ABOUT = "only_about"
    SHOWS = "shows"


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """`subject` is a step of this flow, or a fact when it has a dot ("consent.media")."""

    subject: str
    operator: Operator
    values: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """When all conditions hold, go on at `goto`."""

    when: tuple[Condition, ...]
    goto: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """Something outside the dialogue; see `flows.actions` for the known names."""

    name: str
    argument: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One choice: `key` is stored (a-z 0-9 _, at most 24), the label lives in the catalogue."""

    key: str
    label: str = ""  # only for labels that come from the programme's data, e.g. neighbourhoods
    goto: str = ""
    do: tuple[Action, ...] = ()
    frame: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where in the files something is written."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing said or asked. Keys that only one kind knows are in `spec`, that kind's own frozen value."""

    id: str
    kind: str
    spec: object
    options: tuple[Option, ...] = ()
    options_from: str = ""  # the fact that lists the options, e.g. "neighbourhoods"
    required: bool = False
    stores: str = ""  # the fact this answer becomes
    vis: Visibility = Visibility.F
    tags: frozenset[str] = frozenset()
    when: tuple[Condition, ...] = ()  # the step is passed over unless all hold
    branches: tuple[Branch, ...] = ()
    goto: str = ""  # where to go on, if not at the next step
    do: tuple[Action, ...] = ()  # done when the step is reached (info) or answered (others)
    bridge: bool = False  # a gentle further question: one a run, and never twice
    place: Place | None = None


MOVES = "moves: "
"""Goes before the step that a move leads to, in the list of what stands where in a file."""
RESTART = "restart"
"""Where a move may lead besides a step: the run begins again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """When this version is published, runs of older versions that wait at `step` go on at `to`."""

    step: str
    to: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """A scripted conversation. `version` is the hash of everything it says and does, in all locales."""

    id: str
    version: str
    number: str  # as in the programme's plan, e.g. "F06"
    steps: tuple[Step, ...]
    service: bool = False  # about the programme itself (welcome, rights): the principles' purpose rules do not apply
    phase: str = "between"
    principles: tuple[str, ...] = ()
    minutes: int = 0
    channel: str = "any"  # telegram | slack | any; slack: for people at work, who read longer sentences
    entries: Mapping[str, str] = field(default_factory=dict)  # universal word → step
    nudge_after: timedelta | None = None
    expires_after: timedelta | None = None
    needs: tuple[Condition, ...] = ()
    reads: tuple[str, ...] = ()  # what is read for it at every step, see `flows.shelves`
    moves: tuple[Move, ...] = ()
    source: str = ""  # the YAML text, kept so that a pinned version can be read again
    prompts: Mapping[str, str] = field(default_factory=dict)  # locale → template source
    place: Place | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """A place in the programme; its people meet each other."""

    id: str
    name: str
    zone: str
    target: int
    neighbourhoods: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    cards: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # card → what is filled in for this area
    places: Mapping[str, Place] = field(default_factory=dict)  # card → where it is filled in, "" for the area


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the calendar: a flow to begin or a broadcast to send, by rule ("W1+1d@18:00")."""

    id: str
    at: str
    flow: str = ""
    broadcast: str = ""
    wave: int = 1
    priority: int = 3
    light: bool = False  # kept at light pace
    expires: str = ""  # a rule, or an offset such as "+4d"
    latest: str = ""  # moves earlier rather than past this
    counts: bool = True  # counts as the one programme message of a day
    audience: str = "all"  # all | attended | missed
    whom: str = PARTICIPANTS  # or stakeholders, who have a calendar and hours of their own
    place: Place | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BroadcastTemplate:
    """A message for an audience. Its wording is the block of the same name in `broadcasts`."""

    id: str
    options: tuple[Option, ...] = ()
    policy: str = "hold"  # what happens to an uncertain send: hold | resend
    needs_consent: bool = True
    tags: frozenset[str] = frozenset()  # "feedback": it tells what became of what people said
    place: Place | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stakeholding:
    """How those who decide take part: flows of their own in place of the participants', and the hours they keep."""

    welcome: str
    interview: str  # whoever has gone through it counts towards the target
    menu: str = ""
    target: int = 0
    types: Mapping[str, str] = field(default_factory=dict)  # key → how it is called
    hours_from: str = "09:00"
    hours_until: str = "17:00"


@dataclass(frozen=True, kw_only=True, slots=True)
class Programme:
    """One dialogue, as its folder says."""

    id: str
    version: str
    title: str
    locales: Mapping[str, str]  # locale → the locale it falls back to ("" for none)
    areas: Mapping[str, Area]
    flows: Mapping[str, Flow]
    entries: tuple[Entry, ...]
    broadcasts: Mapping[str, BroadcastTemplate]
    texts: Mapping[str, str]  # values for the wording: org, team_names, thank_you, privacy_link …
    notice_version: str
    welcome: str  # the flow that a join code begins
    rights: str  # the flow that answers STOP, PAUSE, MY DATA …
    thought: str = ""  # the flow that takes a message when no question is open
    menu: str = ""  # the flow offered to somebody who only says hello
    mailbox: str = ""  # the flow for anybody who writes without a code; "": there is no mailbox
    mailbox_limit: int = 3  # messages a day from one account
    rooms: tuple[str, ...] = ()  # the flows that the team leads in the room, for workshop 1, 2 …
    waves: int = 2
    ends: date | None = None  # the last day
    min_age: int = 18
    gather: timedelta = timedelta(seconds=8)
    threshold: int = 5  # fewer people than this are not told as a number
    second_factor: bool = False  # the console asks for a code from an app, too
    red_minutes: int = 30  # when nobody has taken a safety case up, the team is told again
    quiet_from: str = "20:00"
    quiet_until: str = "09:00"
    quiet_until_sunday: str = "10:00"
    holidays: frozenset[date] = frozenset()  # days without messages, in every area
    stakeholders: Stakeholding | None = None
    political: Mapping[str, str] = field(default_factory=dict)  # name → what is said instead before an election
    inclusion: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # question → answer → aimed at, of 100
    signposts: tuple[Signpost, ...] = ()  # where people in need are pointed to
    prompts: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict
    )  # template → locale → source, beyond the flows'
    files: Mapping[str, str] = field(default_factory=dict)  # path → text: all it was read from, to be read again
    audio: Mapping[str, Path] = field(default_factory=dict)  # "locale/flow/step" → the sound that reads it out
