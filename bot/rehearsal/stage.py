"""What all lives of a rehearsal share: the script, the dates, and how each area stands before the gates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from bot import shelves
from bot.gates import gates_of
from bot.script import Script
from bot.wording import Wording
from flows.agenda import KeyIssue
from flows.calendar import Anchor
from flows.definition import Flow, Programme
from flows.gates import RECORDS, Missing, Standing, closed
from storage.workshops import Workshop

FEW: Final = 5
"""So many invented people spoke of each."""
TITLES: Final = ("Cold homes", "The last bus", "Nowhere to meet")


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """Set before anybody comes."""

    script: Script
    wording: Wording
    workshops: Mapping[tuple[str, int], Workshop]
    ends: datetime
    standings: Mapping[str, Standing]
    verbatim: bool = False  # keep every message, word for word

    def anchors(self, area: str) -> Mapping[str, Anchor]:
        """The workshops of an area, as the calendar wants them."""
        return {
            f"W{wave}": Anchor(start=held.starts_at, end=held.ends_at)
            for (place, wave), held in self.workshops.items()
            if place == area
        }

    def missing(self, flow: Flow, area: str, *, prompted: bool) -> tuple[Missing, ...]:
        """What keeps this flow from beginning in this area; `prompted`: of our own accord."""
        return closed(self.standings[area], gates_of(self.script.programme, flow, prompted=prompted))


def standings(programme: Programme, today: date, *, agenda: bool) -> Mapping[str, Standing]:
    """How each area stands before the gates, with an invented agenda or with none."""
    return {area: _standing(programme, area, today, agenda=agenda) for area in programme.areas}


def _standing(programme: Programme, area: str, today: date, *, agenda: bool) -> Standing:
    return Standing(
        area=area,
        today=today,
        texts=programme.texts,
        reason=programme.areas[area].reason,
        recorded=frozenset(RECORDS),
        issues=tuple(_issue(area, n, title) for n, title in enumerate(TITLES, 1)) if agenda else (),
        scope=replace(shelves.SCOPE, area=area) if agenda else None,
    )


def _issue(area: str, number: int, title: str) -> KeyIssue:
    """One that lacks nothing, as two of the team approved it."""
    filled = replace(shelves.ISSUE, decided_by=("district",), known_before="new", approved_by=("Ada", "Ben"))
    return replace(filled, id=f"{area}-{number}", area=area, number=number, title=title, people=FEW)
