"""How far each area is on its way to the next workshop, at one look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import gates
from bot.facilitation.crossing import Gate
from bot.facilitation.office import Office
from bot.facilitation.questions import OWED
from bot.rights import Deed, Staff
from bot.shelves import asking
from flows.agenda import NO_REPLY, KeyIssue, Scope
from flows.gates import GATES, missing
from storage import statements, waiting, workshops
from storage.workshops import Workshop

UNHEARD = ("asked", NO_REPLY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """Where one area stands. `scope`: what can be decided, as far as it was said."""

    area: str
    name: str
    next: Workshop | None
    gates: tuple[Gate, ...]
    issues: tuple[KeyIssue, ...]
    scope: Scope
    waiting: int = 0  # statements that nobody has looked at
    shown: int = 0  # statements that others may see
    asked: int = 0  # questions without a reply
    late: int = 0  # … for too long
    commitments: int = 0
    unheard: int = 0  # commitments whose owner has not said anything

    @property
    def approved(self) -> int:
        """Key issues that two people have agreed to."""
        return sum(issue.approved for issue in self.issues)

    def gate(self, name: str) -> Gate:
        """One of the gates."""
        return next(gate for gate in self.gates if gate.gate == name)


class Towards(Office):
    """Commands that look ahead."""

    async def outlook(self, who: Staff, areas: Sequence[str] = ()) -> list[Outlook]:
        """Gates, key issues, statements, questions and commitments of each area, and when it meets next."""
        wanted = await self._areas(who, Deed.AGENDA, areas)
        now = self._clock.now()
        async with self._reading() as conn:
            dates = await workshops.all_of(conn)
            views = await statements.counts(conn, wanted)
            asked = await self._unreplied(conn, wanted, now)
            late = await self._unreplied(conn, wanted, now - OWED)
            return [
                await self._overlook(conn, area, now, dates, views, asked=asked.get(area, 0), late=late.get(area, 0))
                for area in wanted
            ]

    async def _unreplied(self, conn: AsyncConnection, areas: Sequence[str], before: datetime) -> dict[str, int]:
        heaps = await waiting.unanswered(conn, areas, asking(self._programme), before)
        return {heap.area: heap.n for heap in heaps}

    async def _overlook(
        self,
        conn: AsyncConnection,
        area: str,
        now: datetime,
        dates: dict[tuple[str, int], Workshop],
        views: dict[tuple[str, str], int],
        **asked: int,
    ) -> Outlook:
        standing = await gates.standing(conn, self._programme, area, now)
        ahead = [one for (where, _), one in dates.items() if where == area and one.ends_at > now]
        return Outlook(
            area=area,
            name=self._area(area).name,
            next=min(ahead, key=lambda one: one.starts_at, default=None),
            gates=tuple(
                Gate(
                    gate=code,
                    name=name,
                    area=area,
                    missing=missing(standing, code),
                    anyway=standing.waived.get(code, ""),
                )
                for code, name in GATES.items()
            ),
            issues=standing.issues,
            scope=standing.scope or Scope(area=area),
            waiting=views.get((area, "waiting"), 0),
            shown=views.get((area, "approved"), 0),
            **asked,
            commitments=len(standing.commitments),
            unheard=sum(one.standing(standing.today) in UNHEARD for one in standing.commitments),
        )
