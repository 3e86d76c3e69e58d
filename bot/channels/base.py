"""What every platform must offer, and how a send can end."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.messages import Address, Inbound, Outgoing


class Refusal(StrEnum):
    """Why a platform will never deliver a message."""

    BLOCKED = "blocked"  # the person blocked the bot or left the platform
    GONE = "gone"  # there is no such chat
    INVALID = "invalid"  # our bug: the platform refuses the message itself


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """Delivered; `id` is the platform's id of the message."""

    id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """Never to be tried again."""

    reason: Refusal
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotSent:
    """Proven not delivered: try again at `retry_at` (None: soon), no attempt spent.

    `whole_bot` holds back every chat of this bot until then, not only this one. `pause` stops the bot until it is
    mended (revoked token) and tells the team.
    """

    reason: str
    retry_at: datetime | None = None
    whole_bot: bool = False
    pause: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """The chat has a new id: rewrite the address and send again."""

    chat: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Uncertain:
    """Perhaps delivered, perhaps not."""

    reason: str


Outcome = Sent | Refused | NotSent | Moved | Uncertain


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """A voice note or photo, as the platform has it."""

    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Lost:
    """The platform does not have it, or does not give it away: never to be asked for again."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NotNow:
    """It could not be had this time; to be asked for again, not before `retry_at`."""

    reason: str
    retry_at: datetime | None = None


File = Fetched | Lost | NotNow

Accept = Callable[[Sequence[Inbound]], Awaitable[None]]
"""Puts updates on disk. Only when it has returned may a channel tell its platform "received"."""


class Channel(Protocol):
    """One platform. Methods never raise for what a platform may do; they return it."""

    name: str
    bot: str
    one_listener: bool  # the platform tells what comes to one process only, and refuses a second

    async def receive(self, accept: Accept) -> None:
        """Take in updates until cancelled: accept, then acknowledge."""

    def fit(self, message: Outgoing) -> tuple[Outgoing, ...]:
        """Cut one message into those the platform takes, in order; pure."""

    async def send(self, address: Address, message: Outgoing, outbox_id: int) -> Outcome:
        """Try once. `outbox_id` lets a platform that can, recognise a repeat."""

    async def fetch(self, reference: str, most: int) -> File:
        """The voice note or photo behind a reference, if it has at most so many bytes. Asks once."""

    async def close(self) -> None:
        """Let go of connections."""


@runtime_checkable
class Reconciling(Protocol):
    """A platform that can be asked whether a message did arrive after all."""

    async def reconcile(self, address: Address, outbox_id: int) -> Outcome | None:
        """How an earlier try to send ended: `Sent`, or None when it did not arrive and may be sent again.

        `NotSent` when that cannot be told now.
        """
