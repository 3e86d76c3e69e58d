"""The rehearsal of a whole programme, and what it tells: a timeline, counts, and every rule that was broken."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.rehearsal.diary import UNASKED, Diary, Kind, Note
from bot.rehearsal.life import Life
from bot.rehearsal.people import invent
from bot.rehearsal.rules import Breach, Rules
from bot.rehearsal.stage import Stage, standings
from bot.script import Script
from bot.wording import Wording
from flows.definition import Programme
from flows.gates import GATES, Missing
from flows.safety import Level
from flows.timing import to_utc
from storage.workshops import Workshop

FIRST: Final = 14
"""Days from the beginning to the first workshop: people join meanwhile."""
LENGTH: Final = timedelta(hours=3)
AFTER: Final = timedelta(days=220)
"""So long after the last workshop a life is followed."""
EVENING: Final = time(18)
ORDER: Final = tuple(Kind)
SILENT: Final = frozenset({Kind.ANSWER, Kind.FAULT})


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsal:
    """What was lived through."""

    programme: Programme
    first: date
    diaries: tuple[Diary, ...]
    breaches: tuple[Breach, ...]
    refused: Mapping[str, tuple[Missing, ...]]  # area → what its gate lacked

    def timeline(self) -> Iterator[str]:
        """One line a day on which something happened."""
        days: dict[date, Counter[tuple[Kind, str]]] = {}
        for diary in self.diaries:
            zone = ZoneInfo(self.programme.areas[diary.area].zone)
            for note in diary.notes:
                if note.kind not in SILENT:
                    days.setdefault(note.at.astimezone(zone).date(), Counter())[note.kind, note.what] += 1
        for day, events in sorted(days.items()):
            told = " · ".join(f"{count} {_event(*event)}" for event, count in sorted(events.items(), key=_place))
            yield f"day {self._day(day):>3}  {day:%a} {day.day:>2} {day:%b}  {told}"

    def counts(self) -> Iterator[str]:
        """Sums: people, messages, each entry of the calendar, each conversation."""
        notes = [note for diary in self.diaries for note in diary.notes]
        kinds = Counter(note.kind for note in notes)
        habits = Counter(diary.habit for diary in self.diaries)
        yield f"people: {len(self.diaries)} ({', '.join(f'{habit} {count}' for habit, count in habits.most_common())})"
        yield f"agreed to take part: {kinds[Kind.AGREED]}, left: {kinds[Kind.LEFT]}, deleted: {kinds[Kind.GONE]}"
        unasked = sum(kinds[kind] for kind in UNASKED)
        yield f"sent of our own accord: {unasked}, answers given: {kinds[Kind.ANSWER]}"
        cases = Counter(note.what for note in notes if note.kind is Kind.CASE)
        yield f"asked for care: {', '.join(f'{cases[level]} {level}' for level in Level)}"
        yield f"most in one life: {max((_unasked(diary) for diary in self.diaries), default=0)}"
        yield from self._entries(notes)

    def _entries(self, notes: list[Note]) -> Iterator[str]:
        sent = Counter(note.what for note in notes if note.kind in (Kind.PROMPT, Kind.BROADCAST))
        reasons: dict[str, Counter[str]] = {}
        for diary in self.diaries:
            for name, reason in diary.unsent.items():
                reasons.setdefault(name, Counter())[_kind(reason)] += 1
        for entry in self.programme.entries:
            why = "; ".join(f"{count}: {reason}" for reason, count in reasons.get(entry.id, Counter()).most_common(3))
            yield f"  {entry.id:<16} sent {sent[entry.id]:>4}" + (f"   not sent – {why}" if why else "")

    def faults(self) -> Iterator[str]:
        """Every breach, with the person and the day."""
        habits = {diary.who: diary.habit for diary in self.diaries}
        for breach in self.breaches:
            local = breach.at.astimezone(ZoneInfo(self.programme.areas[breach.area].zone))
            day = f"day {self._day(local.date())} ({local:%a} {local.day} {local:%b %H:%M})"
            yield f"{breach.who} ({habits[breach.who]}, {breach.area}), {day}: {breach.text}"

    def shut(self) -> Iterator[str]:
        """The gates that stayed closed, with what they lacked."""
        for area, lacking in sorted(self.refused.items()):
            gate, name = lacking[0].gate, self.programme.areas[area].name
            yield f"{name}: {GATES[gate]} was refused. Gate {gate} lacks {'; '.join(one.what for one in lacking)}."

    def _day(self, day: date) -> int:
        return (day - self.first).days + 1


def _event(kind: Kind, what: str) -> str:
    if kind in (Kind.PROMPT, Kind.BROADCAST):
        return f"got {what}"
    if kind is Kind.NUDGE:
        return f"reminded of {what}"
    return f"{kind} {what}".strip()


def _place(counted: tuple[tuple[Kind, str], int]) -> tuple[int, str]:
    (kind, what), _ = counted
    return ORDER.index(kind), what


def _unasked(diary: Diary) -> int:
    return sum(note.kind in UNASKED for note in diary.notes)


def _kind(reason: str) -> str:
    """Reasons that differ only in a date are told together."""
    for what in ("Its time was over", "It would come after its end"):
        if reason.startswith(what):
            return what.rstrip() + "."
    return reason


def rehearse(
    script: Script, *, people: int, seed: int, first: date, gap: int = 28, agenda: bool = True, verbatim: bool = False
) -> Rehearsal:
    """Live through a programme. The same arguments give the same lives.

    `agenda`: an invented one is approved in time, and gate G4 opens; without it wave 2 waits in vain.
    """
    programme = script.programme
    held = workshops(programme, first, gap)
    stage = Stage(
        script=script,
        wording=Wording(script),
        workshops=held,
        ends=max(workshop.ends_at for workshop in held.values()) + AFTER,
        standings=standings(programme, first, agenda=agenda),
        verbatim=verbatim,
    )
    starts = {area: workshop.starts_at for (area, wave), workshop in held.items() if wave == 1}
    diaries = asyncio.run(_all([Life(stage, character) for character in invent(programme, people, seed, starts)]))
    rules = {area: Rules(stage, area) for area in programme.areas}
    breaches = sorted(
        (breach for diary in diaries for breach in rules[diary.area].broken(diary)),
        key=lambda breach: (breach.at, breach.who),
    )
    return Rehearsal(
        programme=programme, first=first, diaries=diaries, breaches=tuple(breaches), refused=_refused(diaries)
    )


async def _all(lives: Sequence[Life]) -> tuple[Diary, ...]:
    """One after the other: they do not meet here."""
    return tuple([await life.live() for life in lives])


def _refused(diaries: Iterable[Diary]) -> Mapping[str, tuple[Missing, ...]]:
    return {diary.area: diary.refused for diary in diaries if diary.refused}


def workshops(programme: Programme, first: date, gap: int) -> Mapping[tuple[str, int], Workshop]:
    """Each area meets on its own evening, all waves as many days apart."""
    held = {}
    for n, area in enumerate(programme.areas.values()):
        for wave in range(1, programme.waves + 1):
            day = first + timedelta(days=FIRST + n % 5 + gap * (wave - 1))
            start = to_utc(datetime.combine(day, EVENING), ZoneInfo(area.zone)).astimezone(UTC)
            held[area.id, wave] = Workshop(
                area=area.id, wave=wave, starts_at=start, ends_at=start + LENGTH, place="the library"
            )
    return held
