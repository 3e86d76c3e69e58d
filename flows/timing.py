"""The timing grammar of the calendar and what a rule means in a zone: "W1+1d@18:00", "W1-24h", "END+30d", "+3d"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_RULE: Final = re.compile(
    r"(?P<anchor>JOIN|END|DUE|W[1-9]\d?)?"
    r"(?:(?P<sign>[+-])(?P<count>\d{1,4})(?P<unit>[dhm]))?"
    r"(?:@(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d))?"
)


class BadRule(ValueError):
    """A timing rule that cannot be read, with what would be right."""

    def __init__(self, text: str, fix: str) -> None:
        super().__init__(f"{text} → {fix}")
        self.text = text
        self.fix = fix


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """`days` move on the local calendar, `span` on the clock; `clock` is a local time of day."""

    anchor: str = ""  # JOIN, W1, W2 …, END, DUE; "" for an offset from the entry's own time
    days: int = 0
    span: timedelta = timedelta()
    clock: time | None = None

    @property
    def wave(self) -> int:
        """The workshop it hangs on, 0 for none."""
        return int(self.anchor[1:]) if self.anchor.startswith("W") else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchor:
    """A dated thing that rules hang on. Times are UTC; a workshop also has an end."""

    start: datetime
    end: datetime | None = None


@lru_cache(maxsize=1024)
def parse_rule(text: str, *, relative: bool = False) -> Rule:
    """Reads a rule; `relative` also allows "+3d". Raises BadRule."""
    match = _RULE.fullmatch(text.strip())
    if match is None or not text.strip():
        raise BadRule(f"“{text[:40]}” is not a time rule.", "write it like W1+1d@18:00, W1-24h, W2+3h, JOIN or END+30d")
    if not match["anchor"] and not (relative and match["sign"] == "+"):
        fix = "begin with JOIN, W1, W2 or END" + (", or write an offset such as +3d" if relative else "")
        raise BadRule(f"“{text[:40]}” hangs on nothing.", fix)
    count = int(f"{match['sign'] or '+'}{match['count'] or 0}")
    clock = time(int(match["hour"]), int(match["minute"])) if match["hour"] else None
    if clock and match["unit"] in ("h", "m"):
        raise BadRule(f"“{text[:40]}” has both hours and a time of day.", "keep one: W1-24h or W1-1d@18:00")
    span = {"h": timedelta(hours=count), "m": timedelta(minutes=count)}.get(match["unit"], timedelta())
    return Rule(anchor=match["anchor"] or "", days=count if match["unit"] == "d" else 0, span=span, clock=clock)


def resolve(
    rule: Rule, anchors: Mapping[str, Anchor], zone: ZoneInfo, *, base: datetime | None = None
) -> datetime | None:
    """When that is, in UTC. None while the anchor has no date.

    Hours after a workshop count from its end, all else from its start. `base` is what "+3d" counts from.
    """
    anchor = anchors.get(rule.anchor) if rule.anchor else None
    start = anchor.start if anchor else (None if rule.anchor else base)
    if start is None:
        return None
    if rule.span:
        after = rule.span > timedelta() and anchor and anchor.end
        return ((anchor.end if after and anchor and anchor.end else start) + rule.span).astimezone(UTC)
    if not rule.days and rule.clock is None:
        return start.astimezone(UTC)
    local = to_local(start, zone)
    day = local.date() + timedelta(days=rule.days)
    return to_utc(datetime.combine(day, rule.clock or local.time()), zone)


def shorten(rule: Rule, anchors: Mapping[str, Anchor], zone: ZoneInfo) -> Rule:
    """Day offsets after a workshop shrink by (gap - 8) / 20 when the next workshop is less than 28 days away.

    Never below one day, and in the same order as before.
    """
    gap = gap_after(rule.wave, anchors, zone)
    if rule.days < 1 or gap is None or gap >= 28:
        return rule
    days = max(1, rule.days * max(0, gap - 8) // 20)
    return Rule(anchor=rule.anchor, days=days, span=rule.span, clock=rule.clock)


def gap_after(wave: int, anchors: Mapping[str, Anchor], zone: ZoneInfo) -> int | None:
    """Days from this workshop to the next one, None when one of the two has no date."""
    this, following = anchors.get(f"W{wave}"), anchors.get(f"W{wave + 1}")
    if this is None or following is None:
        return None
    return (local_date(following.start, zone) - local_date(this.start, zone)).days


def to_local(at: datetime, zone: ZoneInfo) -> datetime:
    """The wall clock there, as a naive time."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def local_date(at: datetime, zone: ZoneInfo) -> date:
    """The date there."""
    return at.astimezone(zone).date()


def to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """A wall clock time there, in UTC. One that does not exist becomes the next that does; of two, the first."""
    at = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if to_local(at, zone) == local:
        return at
    minute = local.replace(second=0, microsecond=0)
    while to_local(at, zone) != minute:
        minute += timedelta(minutes=1)
        at = minute.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return at


def is_zone(name: str) -> bool:
    """Whether the time zone data knows this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
