"""What a flow wants done. The engine only says it; `bot/turns.py` does it."""

from dataclasses import dataclass
from datetime import datetime

from flows.events import Timer
from flows.run import Media, Run, RunState, Value


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One named block of wording. `template` is "" for the flow's own file, or "common"."""

    block: str
    template: str = ""
    values: tuple[tuple[str, "str | int | tuple[Choice, ...]"], ...] = ()  # for this line only; choices: their labels
    optional: bool = False  # nothing is said when the block does not exist


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A button. Its label is the first of `lines` that exists in the catalogue, else `label` itself."""

    key: str
    lines: tuple[Line, ...] = ()
    label: str = ""
    ticked: bool = False  # picked so far, in a question that takes several
    place: int = 0  # ticked as the first, second, third … where the order counts


@dataclass(frozen=True, kw_only=True, slots=True)
class Say:
    """One message: its lines become paragraphs. `asked` numbers a question, 0 for a mere statement."""

    lines: tuple[Line, ...]
    choices: tuple[Choice, ...] = ()
    step: str = ""
    asked: int = 0
    numbered: bool = False  # list the choices with their numbers in the text
    replaces: bool = False  # redraw the message that carries the prompt `asked` (a multi choice being ticked)


@dataclass(frozen=True, kw_only=True, slots=True)
class Keep:
    """The answer at a step now has this value (None: skipped). Replaces the value kept before, whose history stays."""

    step: str
    value: Value | None
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class KeepPart:
    """One message of an open answer; `first` starts a fresh answer, otherwise it is added to what is there."""

    step: str
    message: str
    at: datetime
    text: str = ""
    media: Media | None = None
    first: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RevisePart:
    """The person edited an earlier message. Storage finds the part by `message` and keeps the older text."""

    message: str
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """Who may see the open answers at `steps`: "team", "group" or "me"."""

    steps: tuple[str, ...]
    level: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SetFact:
    """Something about the person is now known, e.g. "consent.media" = "yes", "profile.pace" = "light"."""

    name: str
    value: Value
    step: str  # where it was asked: the wording that was shown is part of a consent record


@dataclass(frozen=True, kw_only=True, slots=True)
class SetTimer:
    """Ring at `at`, fenced by `asked`. One timer of a kind per run: a new one replaces the old one."""

    timer: Timer
    at: datetime
    asked: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ClearTimer:
    """That timer is not needed any more."""

    timer: Timer


@dataclass(frozen=True, kw_only=True, slots=True)
class Do:
    """An action outside the dialogue, e.g. "stop", "ask_human", "erase", with its argument ("" for none)."""

    action: str
    argument: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Flaw:
    """The flow itself is wrong (no way on, too many steps): the run is parked, a facilitator is told."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """The run is over."""

    state: RunState


Effect = Say | Keep | KeepPart | RevisePart | Share | SetFact | SetTimer | ClearTimer | Do | Flaw | Ended


@dataclass(frozen=True, kw_only=True, slots=True)
class Sprint:
    """How far one event carried a run."""

    run: Run
    effects: tuple[Effect, ...] = ()
