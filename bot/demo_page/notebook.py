"""What stands in the facilitator's notebook, as values, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Protocol


class Declined(Exception):
    """It cannot be done; the message is one clear sentence for the facilitator."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """A place in the programme, with the code that opens it and how far along its people are.

    The numbers are words already: a small one is told as "fewer than 5". `share`: joined of target in percent.
    """

    id: str
    name: str
    zone: str
    code: str
    target: int = 0
    joined: str = "0"
    active: str = "0"
    heard: str = "0"
    share: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One participant, by code name. `mine`: it is the person who holds the phone on this page."""

    code_name: str
    area: str
    state: str
    reachable: bool
    joined_at: datetime
    last_heard_at: datetime
    mine: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One thing that will be sent to some people of an area at one moment."""

    at: datetime
    what: str
    area: str
    code_names: tuple[str, ...]
    mine: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Reflection:
    """What somebody said, as the team may read it."""

    id: str
    code_name: str
    area: str
    flow: str
    step: str
    text: str
    at: datetime
    group: bool = False  # may go to the group, without a name
    voice: int = 0  # seconds of voice notes


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """Something a person of the team was asked to do."""

    id: int
    kind: str
    note: str
    code_name: str
    area: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """A workshop as it stands in the calendar."""

    area: str
    wave: int
    starts_at: datetime
    ends_at: datetime
    place: str
    marked: int = 0  # people whose attendance is known


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipment:
    """One reminder that was sent to an audience, and what became of each recipient's copy."""

    id: str
    template: str
    at: datetime
    rows: tuple["Copy", ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """One recipient. Outcome: queued, sending, sent, refused, expired, cancelled, uncertain or excluded."""

    code_name: str
    area: str
    outcome: str
    reason: str = ""
    at: datetime | None = None
    reply: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailbox:
    """How much came into the open mailbox, as it may be told. `code` opens it on a phone."""

    code: str
    messages: str
    by_area: tuple[tuple[str, str], ...]  # area ("" for elsewhere), messages


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """A key issue for the next workshop, and who was asked to answer for it."""

    area: str
    number: int
    title: str
    people: int
    chain: tuple[str, ...] = ()
    quote: str = ""
    assets: tuple[str, ...] = ()
    approved_by: tuple[str, ...] = ()
    answers: tuple["Answer", ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What an owner said to a key issue. State: asked, planned, doing, done, looking, passed, not_done or no_reply."""

    owner: str
    state: str
    reply: str
    due_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Pages:
    """The whole notebook at one moment."""

    now: datetime
    bot: str  # the name the bot goes by
    areas: tuple[Area, ...]
    templates: tuple[str, ...]
    flows: tuple[str, ...]
    people: tuple[Member, ...] = ()
    planned: tuple[Planned, ...] = ()
    reflections: tuple[Reflection, ...] = ()
    private: int = 0  # reflections that their authors keep to themselves
    unfinished: int = 0  # answers of a conversation that is still going on
    requests: tuple[Request, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    mailbox: Mailbox | None = None  # a programme may have none
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Audience:
    """Whom a reminder is for. Nothing named: everybody."""

    areas: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    not_answered: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """Why somebody of the audience would not get the reminder."""

    reason: str
    people: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What sending would do. `sample` is small markup, as one of the recipients would read it."""

    people: int
    left_out: tuple[LeftOut, ...] = ()
    sample: str = ""
    warning: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewDate:
    """A workshop's date and place as typed: times are on the area's own clocks."""

    area: str
    wave: int
    day: date
    start: time
    end: time
    place: str = field(default="")


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """What a new date does to prompts: how many move, were sent already, or fall away."""

    moved: int = 0
    sent: int = 0
    dropped: int = 0
    warning: str = ""


class Notebook(Protocol):
    """What the page needs of the facilitators' side. A `Declined` carries the sentence to show."""

    async def pages(self, chat: str) -> Pages:
        """The notebook now; `chat` is the phone of whoever looks at the page."""

    async def preview(self, template: str, audience: Audience) -> Preview:
        """What sending this reminder would do."""

    async def send(self, template: str, audience: Audience, key: str) -> str:
        """Send it, once for each key; the id of the shipment."""

    async def move(self, wanted: NewDate, *, dry: bool) -> Moved:
        """Set a workshop's date and place; `dry` only says what would happen."""

    async def attended(self, area: str, wave: int) -> int:
        """Mark everybody of an area as there, but for those already marked; how many that were."""

    async def finish(self, requests: Sequence[int]) -> None:
        """These requests are done."""
