"""What is planned for one person, and when: rules, quiet hours, dose and pace made into dated rows. Pure dates."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from flows.definition import PARTICIPANTS, Area, Entry, Programme
from flows.dose import PACES, Dose
from flows.fitting import Wanted, fit
from flows.quiet import Quiet, next_allowed, quiet_hours
from flows.timing import Anchor, BadRule, Rule, local_date, parse_rule, resolve, shorten, to_local, to_utc

__all__ = [
    "NO_ROOM",
    "TIMES",
    "Anchor",
    "BadRule",
    "Planned",
    "Rule",
    "Standing",
    "next_allowed",
    "parse_rule",
    "plan",
    "resolve",
]

TIMES: Final = MappingProxyType({"morning": time(9, 30), "lunch": time(12, 30), "after4": time(16, 30)})
"""The person's preferred time of day, in place of EVENING."""
EVENING: Final = time(18)
GRACE: Final = timedelta(hours=1)
"""Something due so short a time ago is still sent."""
LATER: Final = 90
"""Days after the last workshop from which `consent.after` is needed."""
NO_ROOM: Final = "No day with room was left before its end."
_HORIZON: Final = 60
_MINUTE: Final = timedelta(minutes=1)

Anchors = Mapping[str, Anchor]
DUE: Final = "DUE"
"""What entries on the date of a commitment hang on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What the calendar needs to know of a person."""

    joined_at: datetime
    pace: str = "standard"  # light | standard | full
    when: str = "evening"  # morning | lunch | after4 | evening
    consents: Mapping[str, str] = field(default_factory=dict)  # "remind", "after" → "yes" | …
    attendance: Mapping[int, str] = field(default_factory=dict)  # wave → attended | missed | left_early
    already: Mapping[str, date] = field(default_factory=dict)  # entries that are over, with their local dates
    whom: str = PARTICIPANTS  # whose calendar it is
    promises: Mapping[str, datetime] = field(default_factory=dict)  # commitment → when it is due, for rules on DUE


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One entry of the calendar for one person: a date, or the reason why not."""

    entry: str
    key: str
    due: datetime
    expires: datetime | None = None
    priority: int = 3
    state: str = "planned"  # planned | dropped
    reason: str = ""  # for facilitators: why it was moved or dropped


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wish:
    """An entry with its dates, before it has its place."""

    entry: Entry
    rule: Rule
    due: datetime
    expires: datetime | None
    latest: datetime | None


def plan(
    programme: Programme,
    area: Area,
    anchors: Mapping[str, Anchor],
    standing: Standing,
    now: datetime,
    *,
    holidays: AbstractSet[date] = frozenset(),
) -> tuple[Planned, ...]:
    """All entries that have a date, in the order of the calendar, each planned or dropped with a reason.

    An entry whose workshop has no date yet, and one that is already over for this person, is left out.

    1. Each entry gets its date: local rule, preferred time, shorter gaps.
    2. What does not apply to the person, or is too late, is dropped (see `_Planner.refusal` and `_Planner.late`).
    3. What does not count as a programme message takes its time, moved out of the quiet hours.
    4. What counts finds its day by priority: its own, else the next with room before it expires (see `flows.fitting`).
       Entries never change their order.

    The result depends on nothing but the arguments. Weeks are any seven days, so a moved workshop moves all alike.
    """
    planner = _Planner(programme, area, anchors, standing, now, holidays)
    wishes = [wish for entry, hung in planner.entries() if (wish := planner.wish(entry, hung))]
    planner.fit(wishes)
    return tuple(planner.place(wish) for wish in wishes)


class _Planner:
    """Gives each wish its time. What counts is fitted in first, all of it together."""

    def __init__(
        self,
        programme: Programme,
        area: Area,
        anchors: Mapping[str, Anchor],
        standing: Standing,
        now: datetime,
        holidays: AbstractSet[date],
    ) -> None:
        self.programme = programme
        self.zone = ZoneInfo(area.zone)
        self.anchors: Anchors = {"JOIN": Anchor(start=standing.joined_at), **anchors}
        self.standing = standing
        self.now = now.astimezone(UTC)
        self.quiet: Quiet = quiet_hours(programme, holidays, whom=standing.whom)
        silent = {entry.id for entry in programme.entries if not entry.counts}
        over = {name: day for name, day in standing.already.items() if name not in silent}
        self.dose = Dose(PACES.get(standing.pace, PACES["standard"]), over)
        self.days: Mapping[str, datetime] = {}  # entries that count → their times

    def entries(self) -> Iterator[tuple[Entry, Anchors]]:
        """What is in this person's calendar, with what it hangs on: an entry on DUE once for each commitment."""
        for entry in self.programme.entries:
            if entry.whom != self.standing.whom:
                continue
            if parse_rule(entry.at).anchor != DUE:
                yield entry, self.anchors
                continue
            for name, at in self.standing.promises.items():
                yield replace(entry, id=f"{entry.id}:{name}"), {**self.anchors, DUE: Anchor(start=at)}

    def wish(self, entry: Entry, anchors: Anchors) -> _Wish | None:
        """The dates of an entry, None when it has none yet or is over."""
        if entry.id in self.standing.already:
            return None
        rule = shorten(self._preferred(entry, parse_rule(entry.at)), anchors, self.zone)
        due = resolve(rule, anchors, self.zone)
        if due is None:
            return None
        return _Wish(
            entry=entry,
            rule=rule,
            due=due,
            expires=self._bound(entry.expires, due, anchors),
            latest=self._bound(entry.latest, due, anchors),
        )

    def _preferred(self, entry: Entry, rule: Rule) -> Rule:
        if entry.flow and rule.clock == EVENING:
            return replace(rule, clock=TIMES.get(self.standing.when, EVENING))
        return rule

    def _bound(self, text: str, due: datetime, anchors: Anchors) -> datetime | None:
        if not text:
            return None
        rule = shorten(parse_rule(text, relative=True), anchors, self.zone)
        return resolve(rule, anchors, self.zone, base=due)

    def fit(self, wishes: Iterable[_Wish]) -> None:
        """Find days for all that counts and may be sent."""
        counting = [wish for wish in wishes if wish.entry.counts and not (self.refusal(wish) or self.late(wish))]
        self.days = fit([self._wanted(wish) for wish in counting], self.dose)

    def _wanted(self, wish: _Wish) -> Wanted:
        return Wanted(wish.entry.id, wish.entry.priority, wish.due, self._times(wish))

    def place(self, wish: _Wish) -> Planned:
        """Find its time."""
        reason = self.refusal(wish) or self.late(wish)
        if reason:
            return self._dropped(wish, reason)
        return self._counting(wish) if wish.entry.counts else self._simple(wish)

    def refusal(self, wish: _Wish) -> str:
        """Why it does not apply to this person, or "". Silence is no consent."""
        entry, consents = wish.entry, self.standing.consents
        if self._needs_consent(entry) and consents.get("remind") != "yes":
            return "Has not agreed to get messages between the workshops."
        if self._is_later(wish.rule) and self._needs_consent(entry) and consents.get("after") != "yes":
            return "Has not agreed to hear later what changed."
        if entry.counts and self.standing.pace == "light" and not entry.light:
            return "Not part of the light pace."
        return self._not_in_audience(entry)

    def _needs_consent(self, entry: Entry) -> bool:
        template = self.programme.broadcasts.get(entry.broadcast)
        return template.needs_consent if template else True

    def _is_later(self, rule: Rule) -> bool:
        return rule.wave == self.programme.waves and rule.days >= LATER

    def _not_in_audience(self, entry: Entry) -> str:
        if entry.audience == "all":
            return ""
        was = self.standing.attendance.get(entry.wave)
        if was is None:
            return f"Attendance at workshop {entry.wave} is not recorded yet."
        if (entry.audience == "missed") == (was == "missed"):
            return ""
        return f"Was at workshop {entry.wave}." if entry.audience == "missed" else f"Missed workshop {entry.wave}."

    def late(self, wish: _Wish) -> str:
        """Why it cannot be sent any more, or "".

        What is due in the past is still sent when it is useful: a flow until it expires; a broadcast about what has
        been (thanks, news) until it expires, unless the person joined later; a reminder of what is to come until its
        `latest`. All else for an hour.
        """
        if wish.expires and wish.expires <= self.now:
            return f"Its time was over on {self._day(wish.expires)}."
        if wish.expires and wish.expires <= wish.due:
            return f"It would come after its end on {self._day(wish.expires)}."
        if wish.due >= self.now or (wish.entry.flow and wish.expires):
            return ""
        if self.standing.joined_at > wish.due:
            return "Joined after this was due."
        reminds = wish.rule.days < 0 or wish.rule.span < timedelta()
        until = wish.latest if reminds else wish.expires
        if self.now <= max(until or wish.due, wish.due + GRACE):
            return ""
        return "Its time passed before it could be sent."

    def _simple(self, wish: _Wish) -> Planned:
        first = self._first(wish)
        at = self._settle(wish, first)
        if at is None:
            return self._dropped(wish, "No time outside the quiet hours was left.")
        moved = "Moved out of the quiet hours." if at != first else ""
        return self._planned(wish, at, moved)

    def _counting(self, wish: _Wish) -> Planned:
        """Its own day, or the next with room."""
        at = self.days.get(wish.entry.id)
        return self._planned(wish, at, self._moved(self._first(wish), at)) if at else self._dropped(wish, NO_ROOM)

    def _times(self, wish: _Wish) -> Iterator[datetime]:
        """Its time on each day that is not too late."""
        first = self._first(wish)
        for days in range(_HORIZON):
            local = self._on_day(wish, first, days)
            if local.date() in self.quiet.holidays:
                continue  # to the same time of another day, not to the next morning
            at = self._settle(wish, local)
            if at is None:
                return
            yield at

    def _first(self, wish: _Wish) -> datetime:
        """The earliest local time: when it is due, or the minute that begins next."""
        if wish.due >= self.now:
            return to_local(wish.due, self.zone)
        started = self.now.replace(second=0, microsecond=0)
        return to_local(started if started == self.now else started + _MINUTE, self.zone)

    def _on_day(self, wish: _Wish, first: datetime, days: int) -> datetime:
        if not days:
            return first
        return datetime.combine(first.date() + timedelta(days=days), to_local(wish.due, self.zone).time())

    def _settle(self, wish: _Wish, local: datetime) -> datetime | None:
        """Out of the quiet hours: later, or earlier when later is past `latest`; None when no time fits."""
        after = self.quiet.following(local)
        if after and not self._past(wish, after):
            return after
        before = self.quiet.evening_before(local) if wish.latest and after != local else None
        if before is None or self._past(wish, before) or to_utc(before, self.zone) < self.now:
            return None
        return before

    def _past(self, wish: _Wish, local: datetime) -> bool:
        at = to_utc(local, self.zone)
        return bool((wish.expires and at >= wish.expires) or (wish.latest and at > wish.latest))

    def _moved(self, first: datetime, at: datetime) -> str:
        if at == first:
            return ""
        if at.date() == first.date():
            return "Moved out of the quiet hours."
        return f"Moved from {first.day} {first:%B}: one message a day, and not too many a week."

    def _day(self, at: datetime) -> str:
        day = local_date(at, self.zone)
        return f"{day.day} {day:%B %Y}"

    def _planned(self, wish: _Wish, local: datetime, reason: str) -> Planned:
        unmoved = local == to_local(wish.due, self.zone)  # the second of two equal hours stays the second
        return self._row(wish, wish.due if unmoved else to_utc(local, self.zone), "planned", reason)

    def _dropped(self, wish: _Wish, reason: str) -> Planned:
        return self._row(wish, wish.due, "dropped", reason)

    def _row(self, wish: _Wish, due: datetime, state: str, reason: str) -> Planned:
        return Planned(
            entry=wish.entry.id,
            key=f"entry:{wish.entry.id}",
            due=due,
            expires=wish.expires,
            priority=wish.entry.priority,
            state=state,
            reason=reason,
        )
