"""Where people in need are pointed to: which signpost fits, and which nobody has looked at for too long. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

RED: Final = "red"
LEVELS: Final = (RED, "amber")
WAYS: Final = ("call", "text")
ALWAYS: Final = "always"
ANY: Final = "any"
"""The topic of a signpost for whoever needs none of the others."""
NEEDED: Final = ("emergency", "samaritans", "nhs", "citizens_advice")
"""What our own lines name whatever the need: they are always there."""
FRESH: Final = timedelta(days=180)
"""After this a number has to be looked at again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signpost:
    """A helpline or a desk. `area`: only for people there, "" for all; `local`: the programme's own."""

    id: str
    name: str
    number: str
    level: str
    topics: tuple[str, ...] = ()
    hours: str = ""
    free: bool = False
    how: str = "call"
    area: str = ""
    local: bool = False
    verified_on: date | None = None

    def told(self, topic: str) -> Mapping[str, object]:
        """What a template may name."""
        hours = "" if self.hours == ALWAYS else self.hours
        always = self.hours == ALWAYS
        known = {"id": self.id, "name": self.name, "number": self.number, "how": self.how, "hours": hours}
        return {**known, "always": always, "free": self.free, "topic": topic if topic in self.topics else ANY}


def fitting(signposts: Iterable[Signpost], topic: str, area: str, *, local: bool) -> Signpost | None:
    """The signpost for this need: for the place before one for all, for the topic before one for any."""
    there = [one for one in signposts if one.local is local and one.area in ("", area)]
    ranked = sorted(there, key=lambda one: (topic not in one.topics, not one.area))
    return next((one for one in ranked if topic in one.topics or ANY in one.topics), None)


def numbers(signposts: Iterable[Signpost]) -> Mapping[str, str]:
    """Signpost → its number."""
    return {one.id: one.number for one in signposts}


def stale(signposts: Iterable[Signpost], today: date | None) -> tuple[str, ...]:
    """Those that were never looked at, or not for half a year (which can be told of a day only)."""
    return tuple(one.id for one in signposts if _old(one.verified_on, today))


def _old(verified_on: date | None, today: date | None) -> bool:
    return verified_on is None or (today is not None and today - verified_on > FRESH)
