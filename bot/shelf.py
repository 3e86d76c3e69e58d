"""What a shelf is: who it is read for, and what was taken from it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from flows.definition import Programme
from flows.run import Fact, Run

ONE_THING: Final = re.compile(r"[cq]\d+")
"""How one commitment or one question is named among options."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What lay on the shelves."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Who it is read for, and when; `about`: the one commitment (c7) or question (q7) that is being talked of."""

    conn: AsyncConnection
    programme: Programme
    area: str
    participant_id: str
    now: datetime
    about: str = ""

    @property
    def today(self) -> date:
        """The date where the person lives."""
        return self.now.astimezone(ZoneInfo(self.programme.areas[self.area].zone)).date()


NOTHING: Final = Taken()


def together(parts: Iterable[Taken]) -> Taken:
    """All of it as one."""
    facts: dict[str, Fact] = {}
    values: dict[str, object] = {}
    for part in parts:
        facts |= part.facts
        values |= part.values
    return Taken(facts=facts, values=values)


def about(entry: str, run: Run) -> str:
    """What a run is about: told by the deadline that began it (account:7), else by what was picked in it."""
    _, _, number = entry.partition(":")
    if number.isdecimal():
        return f"c{number}"
    picked = (answer.value for answer in run.answers.values())
    return next((one for one in picked if isinstance(one, str) and ONE_THING.fullmatch(one)), "")
