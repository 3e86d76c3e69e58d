"""What an endpoint is made of: what it takes and gives, whom it is for, and how it says no."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from bot.facilitation import Bearer, Facilitation
from bot.rights import Deed, Staff
from flows import disclosure
from storage.reflections import Reflection

PREFIX: Final = "/api/v1"
Method = Literal["GET", "POST"]


class Ask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked: parts of the path, what stands behind the question mark, or the body. Nothing else is taken."""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What is replied, or a part of it."""


class Nothing(Ask, frozen=True, kw_only=True):
    """There is nothing to say."""


Instant = Annotated[datetime, Meta(tz=True)]
AreaId = Annotated[str, Meta(description="An area, by its id as in /programme.", max_length=40)]
OneArea = Annotated[str, Meta(description="Only this area, by its id; empty: all of the token.", max_length=40)]
Page = Annotated[str, Meta(description="Where the page begins: `next` of the page before; empty: the first.")]
Next = Annotated[str, Meta(description="Where the next page begins; empty on the last.")]


class Inside(Ask, frozen=True, kw_only=True):
    """One area, or all that the token is for."""

    area: OneArea = ""


class Figure(Shape, frozen=True, kw_only=True):
    """A number of people as it may be told. Small ones are not, and none from which a small one could be found out."""

    n: Annotated[int | None, Meta(description="None where it may not be told.")]
    words: Annotated[str, Meta(description="As people read it, such as: fewer than 5.")]


def figure(told: disclosure.Figure) -> Figure:
    """The number for a program."""
    return Figure(n=told.n, words=str(told))


def words_of(said: Reflection) -> str:
    """What somebody wrote, and of voice notes what was written down."""
    return "\n".join(part.text or part.transcript for part in said.parts)


class Refusal(Exception):
    """What was asked is not done; nothing was changed."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.sentence = sentence


def missing(what: str) -> Refusal:
    """It is not there, or not for this program: which of both is not told."""
    return Refusal(404, "not_found", f"There is no {what} here.")


class Told(Shape, frozen=True, kw_only=True):
    """Why something was not done."""

    code: Annotated[str, Meta(description="For a program: it stays the same.")]
    sentence: Annotated[str, Meta(description="For a person: what happened, and what to do now.")]


class Error(Shape, frozen=True, kw_only=True):
    """The body of every reply that is not a success."""

    error: Told


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """A program that asks. `key`: what it calls this request, where it must not be done twice."""

    office: Facilitation
    bearer: Bearer
    now: datetime
    key: str = ""

    @property
    def who(self) -> Staff:
        """As whom it works."""
        return self.bearer.staff

    def mine(self, area: str) -> bool:
        """Whether it works in this area."""
        return area in self.office.programme.areas and (not self.who.areas or area in self.who.areas)

    def place(self, area: str) -> str:
        """The area that is named; to a program of other areas it is not there."""
        if not self.mine(area):
            raise missing(f"area “{area}”")
        return area

    def places(self, area: str) -> tuple[str, ...]:
        """The area that is named, or all that the token is for."""
        if area:
            return (self.place(area),)
        return tuple(known for known in self.office.programme.areas if self.mine(known))


Call = Callable[[Caller, Any], Awaitable[Shape]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """One thing a program can ask or do. There is none without a rule."""

    path: str
    needs: Deed
    takes: type[Ask]
    gives: type[Shape]
    call: Call
    summary: str
    method: Method = "GET"
    once: bool = False  # takes an Idempotency-Key: the same again is not done again

    @property
    def name(self) -> str:
        """As it is called in the list."""
        return f"{self.method} {self.path}"
