"""Where one person stands in one flow. A frozen value that travels to storage as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Value = str | int | tuple[str, ...]
Fact = str | int | tuple[tuple[str, str], ...]
"""What is known about the person or programme: one word, a number, or a list of (key, label) to choose from."""
Facts = Mapping[str, Fact]


RECORDED = frozenset({"voice", "photo"})
"""Media that are kept only with consent; a place on the map is no recording of anybody."""


ADULTS_ONLY = frozenset({"photo"})
"""Media that are taken from nobody who is 16 or 17."""


class RunState(StrEnum):
    """WAITING for the person · FINISHED · EXPIRED · LEFT by the person · PARKED because the flow has a flaw."""

    WAITING = "waiting"
    FINISHED = "finished"
    EXPIRED = "expired"
    LEFT = "left"
    PARKED = "parked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Media:
    """A voice note or photo, by the platform's reference to it."""

    kind: str
    reference: str
    seconds: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What routing needs to know of an answer. The words themselves are kept in storage, in full.

    `value` is None when the person skipped the question; a step never reached has no Answer at all.
    """

    value: Value | None = None
    gist: str = ""  # the first 200 characters of an open answer, for "your earlier answer"
    parts: int = 0
    size: int = 0  # characters of the open answer so far
    signs: tuple[str, ...] = ()  # what it speaks of; see `flows.signs`


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One person going through one flow, pinned to the flow version it began on."""

    id: str
    flow: str
    version: str
    seed: int = 0  # rotates the order of options; the same for the whole run
    state: RunState = RunState.WAITING
    step: str = ""
    asked: int = 0  # numbers the prompts, so that a late tap is known to be late
    misses: int = 0  # times the open question was not understood
    gathering: bool = False  # an open answer has begun and may go on
    offering: bool = False  # "carry on, start again, or leave it?" is open
    picked: tuple[str, ...] = ()  # a multi choice in progress
    path: tuple[str, ...] = ()  # questions asked so far, for BACK
    answers: Mapping[str, Answer] = field(default_factory=dict)
    began: str = ""  # the step it began at, for "start again"
    since: int = 0  # the first prompt of the open question: a tap on any prompt from here on is in time
    nudged: bool = False  # one nudge a run
    moved: bool = False  # its flow was published anew, and the question is to be asked anew before anything else
    excused: bool = False  # the person was told that this flow is not there in their language
