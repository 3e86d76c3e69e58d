"""Bytes from a platform → what is kept of them: of a known kind, within the limits, and without what devices add.

What a file says it is does not count; what it begins with does.
"""

from dataclasses import dataclass
from typing import Final

from bot.recordings import pictures, sounds
from bot.recordings.unfit import Unfit

MB: Final = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The longest file of each kind, in bytes."""

    photo: int = 10 * MB
    voice: int = 20 * MB

    def of(self, kind: str) -> int:
        """That of one kind."""
        return self.photo if kind == "photo" else self.voice


@dataclass(frozen=True, kw_only=True, slots=True)
class Clean:
    """What may be kept."""

    mime: str
    content: bytes


def clean(kind: str, content: bytes, limits: Limits) -> Clean:
    """The recording as it is kept. Raises `Unfit` with a reason for the team."""
    if len(content) > limits.of(kind):
        raise Unfit(f"it is larger than {limits.of(kind) // MB} MB")
    mime, kept = pictures.clean(content) if kind == "photo" else sounds.clean(content)
    return Clean(mime=mime, content=kept)
