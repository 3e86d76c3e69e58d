"""What the page sends: one value a request, read strictly."""

from datetime import date, time
from typing import Literal

from msgspec import Struct

from bot.demo_page.notebook import Audience


class Code(Struct, frozen=True):
    """A join code was opened."""

    code: str


class Text(Struct, frozen=True):
    """A text was typed."""

    text: str


class Token(Struct, frozen=True):
    """A button was pressed."""

    token: str


class Voice(Struct, frozen=True):
    """A voice note of this length was spoken."""

    seconds: int


class Correction(Struct, frozen=True):
    """An earlier message of the person, with its new text."""

    id: str
    text: str


class Block(Struct, frozen=True):
    """The person blocks the bot, or lets it write again."""

    yes: bool


class Target(Struct, frozen=True):
    """Where the clock should go."""

    to: Literal["prompt", "hour", "workshop"]


class Reminder(Struct, frozen=True):
    """A reminder and whom it is for. `key` names this press of the button: it is sent once."""

    template: str
    areas: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    not_answered: str = ""
    key: str = ""

    @property
    def audience(self) -> Audience:
        """Whom it is for."""
        return Audience(areas=self.areas, states=self.states, not_answered=self.not_answered)


class Wanted(Struct, frozen=True):
    """A workshop's new date, in local time. `dry`: only say what it would move."""

    area: str
    wave: int
    day: date
    start: time
    end: time
    place: str = ""
    dry: bool = True


class Meeting(Struct, frozen=True):
    """A workshop, by its area and wave."""

    area: str
    wave: int


class Done(Struct, frozen=True):
    """Requests that were seen to, by their numbers."""

    ids: tuple[int, ...]
