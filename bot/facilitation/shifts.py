"""What a new date does to the prompts, kind by kind: where they were, where they would be, and what is lost."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.slots import Slot

GONE = ("done", "missed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """So many people get it, the first of them and the last."""

    first: datetime
    last: datetime
    people: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """One entry of the calendar. `before` or `after` is None when nobody had it to come, or has it then."""

    entry: str
    before: Span | None
    after: Span | None
    moved: bool
    sent: int = 0  # they had it already, and keep it as it was
    dropped: int = 0  # they would get it as things are, and no more then
    reasons: tuple[str, ...] = ()  # why it is dropped


def shifts(before: Sequence[Slot], after: Sequence[Slot]) -> tuple[Shift, ...]:
    """Every entry that anybody has before or after, in order of its time then."""
    names = dict.fromkeys(slot.entry for slot in (*after, *before))
    found = [_shift(name, _of(before, name), _of(after, name)) for name in names]
    return tuple(sorted(found, key=_when))


def _of(slots: Iterable[Slot], entry: str) -> list[Slot]:
    return [slot for slot in slots if slot.entry == entry]


def _shift(entry: str, before: list[Slot], after: list[Slot]) -> Shift:
    was, will = _at(before, "planned"), _at(after, "planned")
    lost = _people(after, "dropped") - _people(before, "dropped")
    dropped = max(0, min(lost, sum(was.values())))
    reasons = {slot.reason for slot in after if slot.state == "dropped" and slot.reason} if dropped else set()
    return Shift(
        entry=entry,
        before=_span(was),
        after=_span(will),
        moved=was != will,
        sent=_people(before, *GONE),
        dropped=dropped,
        reasons=tuple(sorted(reasons)),
    )


def _at(slots: Iterable[Slot], state: str) -> Counter[datetime]:
    counts: Counter[datetime] = Counter()
    for slot in slots:
        if slot.state == state:
            counts[slot.due_at] += slot.people
    return counts


def _people(slots: Iterable[Slot], *states: str) -> int:
    return sum(slot.people for slot in slots if slot.state in states)


def _span(times: Counter[datetime]) -> Span | None:
    return Span(first=min(times), last=max(times), people=sum(times.values())) if times else None


def _when(shift: Shift) -> tuple[bool, float, str]:
    span = shift.after or shift.before
    return span is None, span.first.timestamp() if span else 0.0, shift.entry
