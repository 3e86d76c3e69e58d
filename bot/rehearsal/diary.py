"""What happened in one invented life, in order. The rules are judged on this and on nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.messages import Content, Outgoing
from flows.gates import Missing
from storage.scenes import Person


class Kind(StrEnum):
    """What a note is about, in the order of a day's line."""

    JOINED = "joined"
    AGREED = "agreed to take part"
    CAME = "came to"
    MISSED = "missed"
    BROADCAST = "broadcast"
    PROMPT = "prompt"
    NUDGE = "nudge"
    FINISHED = "finished"
    UNFINISHED = "left unfinished"
    LEFT = "wrote STOP"
    GONE = "deleted"
    CASE = "asked for care"
    ANSWER = "answered"
    FAULT = "fault"


UNASKED = frozenset({Kind.PROMPT, Kind.BROADCAST, Kind.NUDGE})
"""What is sent of our own accord."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """One thing that happened, with the person as they were just then."""

    at: datetime
    kind: Kind
    what: str  # the entry of the calendar, the flow, or the fault in words
    person: Person | None = None  # None once they are deleted
    attendance: Mapping[int, str] = field(default_factory=dict)
    run: str = ""
    held: bool = False  # the team has the dialogue with them


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One message: by the person, or to them."""

    at: datetime
    said: Content | Outgoing


@dataclass(frozen=True, kw_only=True, slots=True)
class Diary:
    """One life: who it was, what happened, and what of the calendar they did not get, with the reason."""

    who: str
    habit: str
    area: str
    notes: tuple[Note, ...]
    unsent: Mapping[str, str]  # entry → reason
    replies: int = 0  # messages that answered something the person had just done
    refused: tuple[Missing, ...] = ()  # what kept a conversation from beginning
    script: tuple[Line, ...] = ()  # word for word, where that was asked for
