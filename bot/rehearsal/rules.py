"""What must hold in every life: dose, quiet hours, order, gates. Judged on the diary, not on how it came about."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import shelves
from bot.rehearsal.diary import UNASKED, Diary, Kind, Note
from bot.rehearsal.stage import Stage
from flows.calendar import Anchor, parse_rule, resolve
from flows.conditions import hold
from flows.definition import Entry
from flows.dose import PACES
from flows.quiet import quiet_hours
from flows.timing import shorten, to_local

WEEK = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Breach:
    """A rule that was broken: when, for whom, and what happened."""

    at: datetime
    who: str
    area: str
    text: str


class Rules:
    """The rules of one programme in one area."""

    def __init__(self, stage: Stage, area: str) -> None:
        programme = stage.script.programme
        self._stage = stage
        self._programme = programme
        self._area = area
        self._zone = ZoneInfo(programme.areas[area].zone)
        self._anchors = stage.anchors(area)
        self._quiet = quiet_hours(programme)
        self._entries = {entry.id: entry for entry in programme.entries}

    def broken(self, diary: Diary) -> tuple[Breach, ...]:
        """All that went wrong in one life, in order."""
        found = [
            Breach(at=note.at, who=diary.who, area=diary.area, text=text)
            for rule in (self._faults, self._quiet_hours, self._leave, self._gates, self._sides)
            for note in diary.notes
            for text in rule(note)
        ]
        whole = (self._once, self._a_day, self._a_week, self._order)
        found += [
            Breach(at=note.at, who=diary.who, area=diary.area, text=text)
            for rule in whole
            for note, text in rule(diary.notes)
        ]
        return tuple(sorted(found, key=lambda breach: breach.at))

    # ── one note by itself ───────────────────────────────────────────────────────────────────────────────────
    def _faults(self, note: Note) -> Iterator[str]:
        if note.kind is Kind.FAULT:
            yield note.what

    def _quiet_hours(self, note: Note) -> Iterator[str]:
        local = to_local(note.at, self._zone)
        if note.kind in UNASKED and not self._quiet.allows(local):
            yield f"{note.what} went out at {local:%H:%M}, in the quiet hours."

    def _leave(self, note: Note) -> Iterator[str]:
        """Nothing of our own accord to somebody who is not there to get it."""
        if note.kind not in UNASKED:
            return
        if note.held:
            yield f"{note.what} went to somebody whom the team talked to."
        state = note.person.state if note.person else "deleted"
        if state != "active":
            yield f"{note.what} went to somebody who is {state}."
        elif note.person and note.person.facts.get("consent.remind") != "yes" and self._needs_consent(note):
            yield f"{note.what} went to somebody who did not agree to messages."

    def _needs_consent(self, note: Note) -> bool:
        entry = self._entries.get(note.what)
        template = self._programme.broadcasts.get(entry.broadcast) if entry else None
        return template is None or template.needs_consent

    def _gates(self, note: Note) -> Iterator[str]:
        """What has to hold before an entry may reach this person."""
        entry = self._entries.get(note.what)
        if note.kind not in (Kind.PROMPT, Kind.BROADCAST) or entry is None or note.person is None:
            return
        there = {f"attendance.w{n}": was for n, was in note.attendance.items()}
        facts = {**shelves.FULL.facts, **_plain(note.person.facts), **there}
        if entry.flow and not hold(self._programme.flows[entry.flow].needs, {}, facts):
            yield f"{entry.flow} began although what it needs does not hold."
        flow = self._programme.flows.get(entry.flow)
        if flow and (missing := self._stage.missing(flow, self._area, prompted=True)):
            yield f"{entry.flow} began although gate {missing[0].gate} was closed."
        if entry.audience != "all" and (entry.audience == "missed") != (note.attendance.get(entry.wave) == "missed"):
            yield f"{entry.id} is for those who {entry.audience} workshop {entry.wave}."
        if entry.counts and note.person.facts.get("profile.pace") == "light" and not entry.light:
            yield f"{entry.id} is not part of the light pace."

    def _sides(self, note: Note) -> Iterator[str]:
        """Before a workshop is before it, and after it is after it."""
        entry = self._entries.get(note.what)
        if note.kind not in (Kind.PROMPT, Kind.BROADCAST) or entry is None:
            return
        rule = parse_rule(entry.at)
        anchor = self._anchors.get(rule.anchor)
        if anchor is None:
            return
        if (rule.days < 0 or rule.span < timedelta()) and note.at >= anchor.start:
            yield f"{entry.id} went out after {rule.anchor} had begun."
        if (rule.days > 0 or rule.span > timedelta()) and note.at < anchor.start:
            yield f"{entry.id} went out before {rule.anchor}."

    # ── a life as a whole ────────────────────────────────────────────────────────────────────────────────────
    def _once(self, notes: tuple[Note, ...]) -> Iterator[tuple[Note, str]]:
        """Each entry once, each conversation reminded of once."""
        seen: set[tuple[Kind, str]] = set()
        for note in notes:
            if note.kind in UNASKED:
                key = (note.kind, note.run or note.what)
                if key in seen:
                    yield note, f"{note.what} came twice ({note.kind})."
                seen.add(key)

    def _prompts(self, notes: tuple[Note, ...]) -> Iterator[tuple[Note, Entry, date]]:
        """What counts as a message of the programme: every conversation, and broadcasts that say so."""
        for note in notes:
            entry = self._entries.get(note.what)
            if entry and (note.kind is Kind.PROMPT or (note.kind is Kind.BROADCAST and entry.counts)):
                yield note, entry, note.at.astimezone(self._zone).date()

    def _a_day(self, notes: tuple[Note, ...]) -> Iterator[tuple[Note, str]]:
        days: Counter[date] = Counter()
        for note, entry, day in self._prompts(notes):
            days[day] += 1
            if days[day] > 1:
                yield note, f"{entry.id} is message {days[day]} of the programme on one day."

    def _a_week(self, notes: tuple[Note, ...]) -> Iterator[tuple[Note, str]]:
        days: list[date] = []
        for note, entry, day in self._prompts(notes):
            if not entry.counts or note.person is None:
                continue
            days.append(day)
            pace = str(note.person.facts.get("profile.pace") or "standard")
            week = sum((day - other).days < WEEK for other in days)
            if week > PACES.get(pace, PACES["standard"]):
                yield note, f"{entry.id} is message {week} in seven days at {pace} pace."

    def _order(self, notes: tuple[Note, ...]) -> Iterator[tuple[Note, str]]:
        """Entries of one priority keep the order of their dates, drawn together as a short gap asks."""
        last: dict[int, tuple[datetime, str]] = {}
        for note, entry, _ in self._prompts(notes):
            anchors = dict(self._anchors)
            if note.person:
                anchors["JOIN"] = Anchor(start=note.person.joined_at)
            wanted = resolve(shorten(parse_rule(entry.at), anchors, self._zone), anchors, self._zone)
            if wanted is None:
                continue
            before, name = last.get(entry.priority, (wanted, ""))
            if wanted.date() < before.date():
                yield note, f"{entry.id} came after {name}, which belongs behind it."
            last[entry.priority] = (max(before, wanted), entry.id if wanted >= before else name)


def _plain(facts: Mapping[str, str | int | tuple[str, ...]]) -> dict[str, str | int | tuple[tuple[str, str], ...]]:
    return {
        name: tuple((item, item) for item in value) if isinstance(value, tuple) else value
        for name, value in facts.items()
    }
