"""The programme as a picture and as a list of days: where on the line of time everything stands. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.console.telling import clock, words
from bot.facilitation import Lane
from flows.definition import Programme
from flows.disclosure import Figure

BEFORE, AFTER = timedelta(days=10), timedelta(days=24)
"""How much is shown around the workshops."""
WEEKS: Final = timedelta(weeks=5)
"""How much is shown when no workshop has a date."""
TOP, STEP, SHORTEST = 16, 13, 58
ASK, TELL, HAND = "ask", "tell", "hand"
STATES: Final = {"planned": "to come", "done": "sent", "dropped": "left out", "missed": "missed", "cancelled": "off"}
COMING, SENT, LEFT_OUT = "coming", "sent", "left"
TABS: Final = {COMING: ("planned",), SENT: ("done",), LEFT_OUT: ("dropped", "missed", "cancelled")}
NAMES: Final = {COMING: "To come", SENT: "Sent", LEFT_OUT: "Left out"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """The days that the picture shows, the last one whole."""

    first: date
    last: date

    def shows(self, day: date) -> bool:
        """Whether this day is in the picture."""
        return self.first <= day <= self.last

    def x(self, at: datetime, zone: ZoneInfo) -> str:
        """Where a moment stands, from left to right."""
        return self._share(at.astimezone(zone).replace(tzinfo=None))

    def middle(self, day: date) -> str:
        """Where the middle of a day stands."""
        return self._share(datetime.combine(day, time(12)))

    def mondays(self) -> Iterator[tuple[str, str]]:
        """Where each week begins, and what is written there."""
        day = self.first + timedelta(days=-self.first.weekday() % 7)
        while day <= self.last:
            yield self._share(datetime.combine(day, time())), f"{day.day} {day:%b}"
            day += timedelta(weeks=1)

    def _share(self, local: datetime) -> str:
        whole = (self.last - self.first + timedelta(days=1)).total_seconds()
        return f"{100 * (local - datetime.combine(self.first, time())).total_seconds() / whole:.2f}%"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """What one area gets on one day: a row of the list, a dot in the picture."""

    day: date
    times: str
    first: datetime
    area: str
    zone: ZoneInfo
    kind: str  # ask, tell: by the calendar; hand: sent by somebody
    what: str
    state: str
    people: Figure | None  # None: see the ledger
    reason: str = ""
    path: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dot:
    """An item where it stands in the picture."""

    x: str
    y: int
    item: Item


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """A workshop where it stands in the picture."""

    x: str
    wave: int
    starts_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One area's line in the picture."""

    area: str
    height: int
    meetings: tuple[Meeting, ...]
    dots: tuple[Dot, ...]
    sent: int
    coming: int
    beyond: int  # what lies outside the picture


def window(lanes: Sequence[Lane], zone: ZoneInfo, now: datetime) -> Window:
    """From some days before the first workshop to some weeks after the last."""
    days = [held.starts_at.astimezone(zone).date() for lane in lanes for held in lane.workshops]
    if not days:
        today = now.astimezone(zone).date()
        return Window(first=today - timedelta(days=7), last=today + WEEKS)
    return Window(first=min(days) - BEFORE, last=max(days) + AFTER)


def items(programme: Programme, lane: Lane) -> list[Item]:
    """Everything of one area, day by day; what was sent by hand among it."""
    zone = ZoneInfo(programme.areas[lane.area].zone)
    return sorted([*_planned(programme, lane, zone), *_by_hand(lane, zone)], key=lambda item: (item.first, item.what))


def _planned(programme: Programme, lane: Lane, zone: ZoneInfo) -> Iterator[Item]:
    groups: dict[tuple[date, str, str, str], list[tuple[datetime, int]]] = defaultdict(list)
    for slot in lane.slots:
        reason = slot.reason if slot.state in TABS[LEFT_OUT] else ""
        key = (slot.due_at.astimezone(zone).date(), slot.entry, slot.state, reason)
        groups[key].append((slot.due_at, slot.people))
    names = entry_names(programme)
    for (day, entry, state, reason), found in groups.items():
        kind, what = names.get(entry, (TELL, words(entry)))
        moments = sorted(at for at, _ in found)
        yield Item(
            day=day,
            times=_times(moments[0], moments[-1], zone),
            first=moments[0],
            area=lane.area,
            zone=zone,
            kind=kind,
            what=what,
            state=state,
            people=lane.told(sum(n for _, n in found)),
            reason=reason,
        )


def _by_hand(lane: Lane, zone: ZoneInfo) -> Iterator[Item]:
    for one in lane.broadcasts:
        state, why = ("cancelled", "called off") if one.state == "cancelled" else ("done", "")
        yield _sent(lane, zone, one.created_at, one.template, state, why, f"/broadcasts/{one.id}")
    for held in lane.planned:
        if held.send_at:
            why = "needs a second person first" if held.state == "held" else ""
            yield _sent(lane, zone, held.send_at, held.template, "planned", why, f"/broadcasts/held/{held.id}")


def _sent(lane: Lane, zone: ZoneInfo, at: datetime, template: str, state: str, reason: str, path: str) -> Item:
    return Item(
        day=at.astimezone(zone).date(),
        times=clock(at, zone),
        first=at,
        area=lane.area,
        zone=zone,
        kind=HAND,
        what=words(template),
        state=state,
        people=None,
        reason=reason,
        path=path,
    )


def _times(first: datetime, last: datetime, zone: ZoneInfo) -> str:
    one, other = clock(first, zone), clock(last, zone)
    return one if one == other else f"{one}–{other}"


def entry_names(programme: Programme) -> Mapping[str, tuple[str, str]]:
    """Entry of the calendar → whether it asks or tells, and its name as people say it. What comes more than once is
    named as the calendar does.
    """
    uses = Counter(entry.flow or entry.broadcast for entry in programme.entries)
    return {
        entry.id: (ASK if entry.flow else TELL, words(said if uses[said] == 1 else entry.id))
        for entry in programme.entries
        if (said := entry.flow or entry.broadcast)
    }


def row(lane: Lane, found: Sequence[Item], shown: Window, zone: ZoneInfo) -> Row:
    """The picture of one area: what falls on the same day stands one above the other."""
    drawn = [item for item in found if item.state in ("planned", "done") and shown.shows(item.day)]
    stacks: dict[date, int] = defaultdict(int)
    dots = []
    for item in drawn:
        dots.append(Dot(x=shown.middle(item.day), y=stacks[item.day], item=item))
        stacks[item.day] += 1
    height = max(SHORTEST, TOP + STEP * max(stacks.values(), default=0) + 8)
    return Row(
        area=lane.area,
        height=height,
        meetings=tuple(
            Meeting(x=shown.x(held.starts_at, zone), wave=held.wave, starts_at=held.starts_at)
            for held in lane.workshops
        ),
        dots=tuple(Dot(x=dot.x, y=height - 10 - STEP * dot.y, item=dot.item) for dot in dots),
        sent=sum(item.state == "done" for item in found),
        coming=sum(item.state == "planned" for item in found),
        beyond=sum(item.state in ("planned", "done") and not shown.shows(item.day) for item in found),
    )


def by_day(found: Iterable[Item], tab: str) -> list[tuple[date, list[Item]]]:
    """The list of one tab: days with what falls on them; what is over begins with the newest."""
    chosen = [item for item in found if item.state in TABS[tab]]
    days: dict[date, list[Item]] = defaultdict(list)
    for item in sorted(chosen, key=lambda item: (item.first, item.what, item.area)):
        days[item.day].append(item)
    return sorted(days.items(), key=lambda pair: pair[0], reverse=tab != COMING)
