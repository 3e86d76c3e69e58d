"""What the turns of one transaction share."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.posting import Fit
from bot.records import Records
from bot.script import Script
from bot.wording import Wording
from storage.changes import Changes
from storage.workshops import Workshop

Act = Callable[[Any, str], Awaitable[None]]
"""Does something outside the dialogue, for a turn and with an argument."""
Heed = Callable[[Any, str], Awaitable[bool]]
"""Looks at words before anything else does, for a turn; True when they go no further."""


class NoDatabase(Exception):
    """A turn of a rehearsal reached for the database: what it wanted belongs into `bot.records`."""


@dataclass(kw_only=True, slots=True)
class Batch:
    """What the turns of one transaction share."""

    connection: AsyncConnection | None  # None: a rehearsal
    records: Records
    script: Script
    wording: Wording
    fits: Mapping[str, Fit]
    acts: Mapping[str, Act]
    heed: Heed
    links: Mapping[str, str]  # channel → where a private chat with the assistant opens
    workshops: Mapping[tuple[str, int], Workshop]
    elections: frozenset[str]  # the areas where one is near
    now: datetime
    changes: Changes = field(default_factory=Changes)
    arrived: list[str] = field(default_factory=list)  # prompts that were tapped: proof that they were delivered
    erased: bool = False  # somebody was erased: their words must leave the files too
    recordings: bool = False  # a voice note or photo was given or taken back: there is something to fetch or to remove

    @property
    def conn(self) -> AsyncConnection:
        """The transaction of these turns."""
        if self.connection is None:
            raise NoDatabase
        return self.connection

    async def flush(self) -> None:
        """Write what was noted so far, so that it can be read back."""
        await self.records.write(self.changes)
