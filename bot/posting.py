"""The messages of a turn as rows of the outbox, in order. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from bot.messages import Outgoing
from storage.rows import to_json
from storage.scenes import Place

Fit = Callable[[Outgoing], tuple[Outgoing, ...]]
"""Cuts a message into those that a platform takes."""


class Letter(Struct, frozen=True, kw_only=True):
    """A message and where it goes; `about` are the columns that say for whom it is and how it is sent."""

    place: Place
    message: Outgoing
    about: Mapping[str, Any] = field(default_factory=dict)


def rows(letters: Iterable[Letter], fits: Mapping[str, Fit], cause: str, now: datetime) -> list[dict[str, Any]]:
    """A row for each piece, numbered."""
    pieces = [(letter, piece) for letter in letters for piece in fits.get(letter.place[0], _whole)(letter.message)]
    return [
        {**_row(letter.place, piece), **letter.about, "cause": cause, "op": op, "not_before": now, "created_at": now}
        for op, (letter, piece) in enumerate(pieces)
    ]


def _row(place: Place, message: Outgoing) -> dict[str, Any]:
    channel, bot, chat = place
    return {"channel": channel, "bot": bot, "chat": chat, "body": to_json(message), "token": message.token}


def _whole(message: Outgoing) -> tuple[Outgoing, ...]:
    return (message,)
