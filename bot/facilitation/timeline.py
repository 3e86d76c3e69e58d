"""The programme over time: what each area meets for, is asked and is told, and when."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.facilitation.audience import elsewhere
from bot.facilitation.office import Office
from bot.rights import Deed, Staff
from flows import disclosure
from flows.disclosure import Figure
from storage import attendance, elections, ledgers, people, slots, workshops
from storage.broadcasts import Broadcast
from storage.elections import WAITS, Held
from storage.slots import Slot
from storage.workshops import Workshop


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """One area's line of time. `limit`: fewer people than this are not told as a number."""

    area: str
    workshops: tuple[Workshop, ...]
    slots: tuple[Slot, ...]
    broadcasts: tuple[Broadcast, ...]  # by hand; a message to several areas is on the line of each
    planned: tuple[Held, ...]  # by hand, for a later hour
    taking_part: int
    marked: dict[int, int]  # wave → people of whom it is noted whether they came
    limit: int

    def told(self, n: int) -> Figure:
        """A number of people as it may be told."""
        return disclosure.count(n, self.limit)


class Timeline(Office):
    """Commands that show the programme as a whole."""

    async def lanes(self, who: Staff, areas: Sequence[str] = ()) -> list[Lane]:
        """The lines of these areas, in the order of the programme."""
        wanted = await self._areas(who, Deed.NUMBERS, areas)
        async with self._reading() as conn:
            held = await workshops.all_of(conn)
            planned = await slots.of_areas(conn, wanted)
            sent = await ledgers.by_hand(conn, elsewhere(self._programme, who))
            later = await elections.planned(conn, self._clock.now())
            standing = await people.states(conn)
            marks = await attendance.counts(conn)
        return [
            self._lane(
                area,
                tuple(held[key] for key in sorted(held) if key[0] == area),
                tuple(slot for slot in planned if slot.area == area),
                tuple(one for one in sent if area in one.audience.areas),
                tuple(one for one in later if one.state in WAITS and self._reaches(who, one, area)),
                sum(standing.get((area, state), 0) for state in ("active", "paused")),
                {wave: n for (place, wave), n in marks.items() if place == area},
            )
            for area in wanted
        ]

    def _lane(
        self,
        area: str,
        held: tuple[Workshop, ...],
        planned: tuple[Slot, ...],
        sent: tuple[Broadcast, ...],
        later: tuple[Held, ...],
        taking_part: int,
        marked: dict[int, int],
    ) -> Lane:
        few = disclosure.limit(self._programme.threshold, taking_part)
        return Lane(
            area=area,
            workshops=held,
            slots=planned,
            broadcasts=sent,
            planned=later,
            taking_part=taking_part,
            marked=marked,
            limit=few,
        )

    def _reaches(self, who: Staff, one: Held, area: str) -> bool:
        """Whether it goes to this area, and to none that is not theirs."""
        return area in one.audience.areas and not set(one.audience.areas) & set(elsewhere(self._programme, who))
