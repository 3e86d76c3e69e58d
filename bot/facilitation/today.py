"""Today: what needs a person of the team, first things first, and what is to come. Read anew each time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import gates, rights
from bot.facilitation.office import Office
from bot.facilitation.questions import OWED
from bot.rights import Deed, Staff
from bot.shelves import asking
from flows import disclosure
from flows.disclosure import Figure
from flows.gates import NEVER_ANYWAY, Missing, missing
from storage import cases, elections, people, requests, tasks, unsure, waiting, workshops
from storage.cases import Case
from storage.elections import Held
from storage.requests import Request
from storage.tasks import Task
from storage.unsure import Unclear
from storage.waiting import Going, Heap, Parked
from storage.workshops import Workshop

QUIET: Final = timedelta(days=10)
"""Whoever was not heard for so long has gone quiet."""
LATE: Final = timedelta(hours=1)
"""What should have happened so long ago and did not says that the program stands still."""
WEEK: Final = timedelta(days=7)
HURRY: Final = timedelta(days=3)
"""So near the date by which somebody is owed their data, it goes before everything else."""
MOST: Final = 100
"""Things of one kind on one page; what stands behind them comes up as they are done."""


class Urgency(IntEnum):
    """How soon a person is needed."""

    NOW = 0
    TODAY = 1
    SOON = 2


URGENT: Final[Mapping[str, Urgency]] = {
    "callback": Urgency.NOW,
    "guardian": Urgency.TODAY,
    "access": Urgency.TODAY,
    "complaint": Urgency.TODAY,
    "stuck": Urgency.TODAY,
    "look": Urgency.SOON,
    "question": Urgency.SOON,
    "sponsor": Urgency.SOON,
}
"""Tasks by their kind."""


ORDER: Final = (
    *("case", "callback", "still", "guardian", "rights", "uncertain", "held", "unreached", "parked", "stuck"),
    *("access", "complaint", "views", "gate", "quiet", "questions", "look", "question", "sponsor"),
)
"""What comes first of what is as urgent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Near:
    """When a gate is looked at: so long before a workshop begins, and until so long after."""

    wave: int
    before: timedelta
    after: timedelta


GATES: Final[Mapping[str, Near]] = {
    "G0": Near(wave=1, before=timedelta(days=28), after=timedelta()),
    "G1": Near(wave=1, before=timedelta(days=28), after=timedelta()),
    "G2": Near(wave=1, before=timedelta(days=7), after=timedelta(days=1)),
    "G3": Near(wave=1, before=timedelta(), after=timedelta(days=28)),
    "G4": Near(wave=2, before=timedelta(days=14), after=timedelta(days=7)),
    "G5": Near(wave=2, before=timedelta(days=-1), after=timedelta(days=60)),
    "G6": Near(wave=2, before=timedelta(days=-21), after=timedelta(days=90)),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """One thing that needs a person. The page has the words for each kind, and the one thing to do about it."""

    kind: str
    urgency: Urgency
    since: datetime | None = None
    area: str = ""  # none: of several, see `where`
    where: tuple[tuple[str, int], ...] = ()  # how many in which area, where things of several areas are told as one
    code_name: str = ""
    number: str = ""  # of the task, the case, the message that may not have arrived …
    n: int = 1  # how many there are, where they come in heaps
    note: str = ""
    by: str = ""  # who has taken it up, or asked for it
    due: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgo:
    """What goes out: the prompt or reminder, where, when the first, to how many people."""

    area: str
    what: str  # a flow or a message of the programme
    at: datetime
    people: Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """The queue, and the few numbers above it."""

    waiting: tuple[Waiting, ...]
    joined: Figure
    target: int
    heard: Figure
    next_at: datetime | None
    workshop: Workshop | None
    tomorrow: tuple[Outgo, ...]

    @property
    def urgent(self) -> int:
        """How many things need somebody now."""
        return sum(one.urgency is Urgency.NOW for one in self.waiting)


class Days(Office):
    """The command that reads a day."""

    async def today(self, who: Staff, areas: Sequence[str] = ()) -> Today:
        """What waits in these areas and is this person's to see, and what goes out next."""
        wanted = await self._areas(who, Deed.WATCH, areas)
        now = self._clock.now()
        async with self._reading() as conn:
            dates = await workshops.all_of(conn)
            found = [
                *await self._requests(conn, who, wanted),
                *await self._heaps(conn, who, wanted, now),
                *await self._sends(conn, who, wanted),
                *await self._owed(conn, who, wanted, now),
                *await self._gates_near(conn, who, wanted, dates, now),
            ]
            return await self._day(conn, wanted, dates, found, now)

    async def _day(
        self,
        conn: AsyncConnection,
        areas: Sequence[str],
        dates: Mapping[tuple[str, int], Workshop],
        found: Sequence[Waiting],
        now: datetime,
    ) -> Today:
        standing = await people.states(conn)
        joined = {area: sum(standing.get((area, state), 0) for state in waiting.TAKING_PART) for area in areas}
        limits = {area: disclosure.limit(self._programme.threshold, n) for area, n in joined.items()}
        heard = await waiting.heard(conn, areas, now - WEEK)
        going = await waiting.going_out(conn, areas, *self._tomorrow(areas, now))
        few, there = self._programme.threshold, sum(joined.values())
        ahead = [one for one in dates.values() if one.area in areas and one.ends_at > now]
        return Today(
            waiting=tuple(sorted(found, key=_order)),
            joined=disclosure.total(list(joined.values()), list(limits.values())),
            target=sum(self._area(area).target for area in areas),
            heard=disclosure.of(sum(heard.values()), there, disclosure.limit(few, there)),
            next_at=await waiting.next_out(conn, areas, now),
            workshop=min(ahead, key=lambda one: (one.starts_at, one.area), default=None),
            tomorrow=tuple(self._outgo(one, limits[one.area]) for one in going),
        )

    def _tomorrow(self, areas: Sequence[str], now: datetime) -> tuple[datetime, datetime]:
        """From midnight to midnight, where the first of these areas is."""
        zone = self._zone(areas[0]) if areas else UTC
        day = now.astimezone(zone).date() + timedelta(days=1)
        begins = [datetime.combine(one, time(), tzinfo=zone) for one in (day, day + timedelta(days=1))]
        return begins[0].astimezone(UTC), begins[1].astimezone(UTC)

    def _outgo(self, one: Going, few: int) -> Outgo:
        entry = next((entry for entry in self._programme.entries if entry.id == one.entry.partition(":")[0]), None)
        what = (entry.flow or entry.broadcast) if entry else one.entry
        return Outgo(area=one.area, what=what, at=one.at, people=disclosure.count(one.people, few))

    # ── what somebody asked for ──────────────────────────────────────────────────────────────────────────────
    async def _requests(self, conn: AsyncConnection, who: Staff, areas: Sequence[str]) -> list[Waiting]:
        found: list[Waiting] = []
        if rights.may(who, Deed.SAFEGUARD):
            found += [_case(one) for one in (await cases.listed(conn, (*areas, "")))[:MOST]]
        if rights.may(who, Deed.TASKS):
            found += [_task(one) for one in (await tasks.waiting(conn, areas))[:MOST]]
        return found

    async def _heaps(self, conn: AsyncConnection, who: Staff, areas: Sequence[str], now: datetime) -> list[Waiting]:
        found = [
            *_heaped("still", Urgency.NOW, await waiting.standing_still(conn, areas, now - LATE)),
            *_heaped("unreached", Urgency.TODAY, await waiting.unreached(conn, areas)),
            *_heaped("quiet", Urgency.SOON, await waiting.quiet(conn, areas, now - QUIET)),
        ]
        for one in (await waiting.parked(conn, areas))[:MOST]:
            found.append(_parked(one))
        if rights.may(who, Deed.AGENDA):
            asked = asking(self._programme)
            found += _heaped("views", Urgency.TODAY, await waiting.views_to_check(conn, areas))
            found += _heaped("questions", Urgency.SOON, await waiting.unanswered(conn, areas, asked, now - OWED))
        return found

    async def _sends(self, conn: AsyncConnection, who: Staff, areas: Sequence[str]) -> list[Waiting]:
        if not rights.may(who, Deed.BROADCAST):
            return []
        found = [_unclear(one) for one in (await unsure.listed(conn, tuple(areas)))[:MOST]]
        for held in await elections.waiting(conn):
            if set(held.audience.areas) <= set(areas):
                found.append(_held(held))
        return found

    async def _owed(self, conn: AsyncConnection, who: Staff, areas: Sequence[str], now: datetime) -> list[Waiting]:
        """What people asked about their own data: one month is the law."""
        if not rights.may(who, Deed.RIGHTS):
            return []
        found = (await requests.waiting(conn, areas))[:MOST]
        return [_right(one, now.astimezone(self._zone(one.area)).date()) for one in found]

    async def _gates_near(
        self,
        conn: AsyncConnection,
        who: Staff,
        areas: Sequence[str],
        dates: Mapping[tuple[str, int], Workshop],
        now: datetime,
    ) -> list[Waiting]:
        """Gates whose day is near and that are not open. Areas with none are not looked at."""
        if not rights.may(who, Deed.AGENDA):
            return []
        found: list[Waiting] = []
        for area in areas:
            near = {gate: since for gate in GATES if (since := _near(gate, area, dates, now))}
            if not near:
                continue
            standing = await gates.standing(conn, self._programme, area, now)
            for gate, since in near.items():
                lacks = missing(standing, gate)
                if lacks and (gate in NEVER_ANYWAY or gate not in standing.waived):
                    urgency = Urgency.TODAY if dates[area, GATES[gate].wave].starts_at - now < WEEK else Urgency.SOON
                    found.append(_gate(area, gate, urgency, since, lacks))
        return _together(found)


def _near(gate: str, area: str, dates: Mapping[tuple[str, int], Workshop], now: datetime) -> datetime | None:
    """Since when this gate's day is near; None when it is not, or nobody has set the workshop's date."""
    near = GATES[gate]
    held = dates.get((area, near.wave))
    if held is None or not held.starts_at - near.before <= now <= held.ends_at + near.after:
        return None
    return held.starts_at - near.before


def _order(one: Waiting) -> tuple[Urgency, int, datetime]:
    return one.urgency, ORDER.index(one.kind), one.since or datetime.min.replace(tzinfo=UTC)


def _heaped(kind: str, urgency: Urgency, heaps: Sequence[Heap]) -> list[Waiting]:
    """One thing to do, in however many areas."""
    if not heaps:
        return []
    return [
        Waiting(
            kind=kind,
            urgency=urgency,
            area=heaps[0].area if len(heaps) == 1 else "",
            where=tuple((one.area, one.n) for one in heaps) if len(heaps) > 1 else (),
            n=sum(one.n for one in heaps),
            since=min(one.since for one in heaps),
        )
    ]


def _gate(area: str, gate: str, urgency: Urgency, since: datetime, lacks: Sequence[Missing]) -> Waiting:
    return Waiting(
        kind="gate",
        urgency=urgency,
        since=since,
        area=area,
        number=gate,
        n=len(lacks),
        note=lacks[0].what,
    )


def _together(found: Iterable[Waiting]) -> list[Waiting]:
    """The same gate of several areas is one thing to look at."""
    by_gate: dict[tuple[str, Urgency], list[Waiting]] = {}
    for one in found:
        by_gate.setdefault((one.number, one.urgency), []).append(one)
    return [
        same[0]
        if len(same) == 1
        else replace(
            same[0],
            area="",
            where=tuple((one.area, one.n) for one in same),
            since=min(one.since or datetime.max.replace(tzinfo=UTC) for one in same),
        )
        for same in by_gate.values()
    ]


def _right(one: Request, today: date) -> Waiting:
    left = one.due_on - today
    return Waiting(
        kind="rights",
        urgency=Urgency.NOW if left < HURRY else Urgency.TODAY if left <= WEEK else Urgency.SOON,
        area=one.area,
        code_name=one.code_name,
        number=str(one.id),
        note=one.kind,
        due=one.due_on,
    )


def _parked(one: Parked) -> Waiting:
    return Waiting(
        kind="parked",
        urgency=Urgency.TODAY,
        since=one.since,
        area=one.area,
        code_name=one.code_name,
        note=one.flow,
    )


def _unclear(one: Unclear) -> Waiting:
    return Waiting(
        kind="uncertain",
        urgency=Urgency.TODAY,
        area=one.area,
        code_name=one.code_name,
        number=str(one.number),
        note=one.template,
    )


def _held(one: Held) -> Waiting:
    return Waiting(
        kind="held",
        urgency=Urgency.TODAY,
        since=one.made_at,
        number=one.id,
        note=one.template,
        by=one.made_by,
    )


def _task(one: Task) -> Waiting:
    return Waiting(
        kind=one.kind,
        urgency=URGENT.get(one.kind, Urgency.SOON),
        since=one.created_at,
        area=one.area,
        code_name=one.code_name,
        number=str(one.id),
        note=one.note,
    )


def _case(one: Case) -> Waiting:
    grave = one.level == "red" and one.state == "open"
    return Waiting(
        kind="case",
        urgency=Urgency.NOW if grave else Urgency.TODAY,
        since=one.opened_at,
        area=one.area,
        code_name=one.code_name,
        number=str(one.id),
        note=one.level,
        by=one.taken_by,
    )
