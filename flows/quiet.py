"""Hours without messages, in the local time of an area."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flows.definition import PARTICIPANTS, STAKEHOLDERS, Programme
from flows.timing import to_local, to_utc

BEFORE: Final = timedelta(minutes=30)
"""A message that has to move to an earlier time comes this long before the quiet hours begin."""
_SUNDAY: Final = 6
_WEEKEND: Final = (5, 6)
_DAY: Final = timedelta(days=1)
_FAR: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Quiet:
    """From `begins` until `ends`, overnight or within a day; and the whole of a holiday."""

    begins: time = time(20)
    ends: time = time(9)
    ends_sunday: time = time(10)
    holidays: AbstractSet[date] = frozenset()
    weekends: bool = True  # whether there are messages on them

    def allows(self, local: datetime) -> bool:
        """Whether a message may go out at this local time."""
        if local.date() in self.holidays or (not self.weekends and local.weekday() in _WEEKEND):
            return False
        ends = self._ends(local.date())
        if self.ends < self.begins:
            return ends <= local.time() < self.begins
        return not self.begins <= local.time() < ends

    def following(self, local: datetime) -> datetime | None:
        """This time if it is allowed, else the next that is; None when there is none within weeks."""
        if self.allows(local):
            return local
        days = (local.date() + _DAY * n for n in range(_FAR))
        mornings = (datetime.combine(day, self._ends(day)) for day in days)
        return next((at for at in mornings if at >= local and self.allows(at)), None)

    def evening_before(self, local: datetime) -> datetime | None:
        """The last good time before the quiet hours that `local` falls in."""
        days = (local.date() - _DAY * n for n in range(_FAR))
        evenings = (datetime.combine(day, self.begins) - BEFORE for day in days)
        return next((at for at in evenings if at < local and self.allows(at)), None)

    def _ends(self, day: date) -> time:
        return self.ends_sunday if day.weekday() == _SUNDAY else self.ends


def quiet_hours(programme: Programme, holidays: AbstractSet[date] = frozenset(), *, whom: str = PARTICIPANTS) -> Quiet:
    """The quiet hours and holidays a programme asks for, and more holidays if there are any.

    Stakeholders are written to on working days, in office hours.
    """
    if programme.stakeholders and whom == STAKEHOLDERS:
        opens = time.fromisoformat(programme.stakeholders.hours_from)
        closes = time.fromisoformat(programme.stakeholders.hours_until)
        off = programme.holidays | holidays
        return Quiet(begins=closes, ends=opens, ends_sunday=opens, holidays=off, weekends=False)
    return Quiet(
        begins=time.fromisoformat(programme.quiet_from),
        ends=time.fromisoformat(programme.quiet_until),
        ends_sunday=time.fromisoformat(programme.quiet_until_sunday),
        holidays=programme.holidays | holidays,
    )


def next_allowed(at: datetime, zone: str, programme: Programme, *, whom: str = PARTICIPANTS) -> datetime:
    """This moment (UTC) if a message may go out in that zone, else the next that is outside the quiet hours."""
    place = ZoneInfo(zone)
    local = to_local(at, place)
    allowed = quiet_hours(programme, whom=whom).following(local)
    return at if allowed in (None, local) else to_utc(allowed or local, place)
