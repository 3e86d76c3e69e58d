"""What can happen to a run. Time rides on the event; the engine has no clock."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flows.run import Media


class Timer(StrEnum):
    """A clock that a run can set for itself."""

    GATHER = "gather"
    NUDGE = "nudge"
    EXPIRE = "expire"
    MOVED = "moved"


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """The run starts, at its first step or at a named entry (a universal word of a service flow)."""

    at: datetime
    entry: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """The person wrote something. `message` is the platform's own id of that message."""

    at: datetime
    text: str
    message: str
    signs: tuple[str, ...] = ()  # what it speaks of; see `flows.signs`
    years: str = ""  # its reading age, such as "9.5", where the question asks for a line to be read by others
    promise: str = ""  # words in it that promise something


@dataclass(frozen=True, kw_only=True, slots=True)
class Showed:
    """The person sent a voice note or a photo."""

    at: datetime
    media: Media
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tapped:
    """The person pressed a button of the prompt numbered `asked`."""

    at: datetime
    asked: int
    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Edited:
    """The person changed the text of an earlier message."""

    at: datetime
    text: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """The person typed SKIP."""

    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class WentBack:
    """The person typed BACK."""

    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Resumed:
    """The chat comes back to this run after something else: ask the open question again.

    `offer` asks first whether to carry on, start again or leave it for now.
    """

    at: datetime
    offer: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Rang:
    """A timer of this run is due. It does nothing if the dialogue has moved on since (`asked` differs)."""

    at: datetime
    timer: Timer
    asked: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Released:
    """The team has let something go on: a run that waits for that looks again. It does nothing to any other."""

    at: datetime


Event = Begun | Said | Showed | Tapped | Edited | Skipped | WentBack | Resumed | Rang | Released
