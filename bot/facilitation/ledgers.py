"""What became of messages to many: the newest with their counts, and each person of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.facilitation.audience import elsewhere
from bot.facilitation.live import every
from bot.facilitation.sending import Sending
from bot.rights import Deed, Staff
from storage import broadcasts, ledgers
from storage.broadcasts import Broadcast
from storage.ledgers import Line


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """One message to many and how it stands. The counts add up to everybody its audience named."""

    broadcast: Broadcast
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """Everybody the audience named."""
        return sum(self.counts.values())

    @property
    def people(self) -> int:
        """Those who get it, or were to."""
        return self.total - self.counts["excluded"]

    @property
    def settled(self) -> int:
        """Those of them of whom it is known what became of it."""
        return self.people - self.counts["waiting"]


class Ledgers(Sending):
    """Commands that look at what was sent."""

    async def posts(
        self, who: Staff, areas: Sequence[str] = (), *, by: str = "", before: str = "", limit: int = 20
    ) -> tuple[list[Post], str]:
        """The newest messages (`by` the team or the calendar) that reach these areas and none that is not theirs; the
        last one's id if there are older ones.
        """
        wanted = await self._areas(who, Deed.BROADCAST, areas)
        others = elsewhere(self._programme, who)
        async with self._reading() as conn:
            last = await broadcasts.find(conn, id=before) if before else None
            found = await ledgers.newest(conn, wanted, others, limit + 1, last, by)
            counts = await ledgers.counts(conn, [one.id for one in found[:limit]])
        shown = [Post(broadcast=one, counts=every(counts[one.id])) for one in found[:limit]]
        return shown, shown[-1].broadcast.id if len(found) > limit else ""

    async def post(self, who: Staff, id: str) -> Post:
        """One of them."""
        broadcast = await self._broadcast(who, id, "")
        async with self._reading() as conn:
            counts = await ledgers.counts(conn, [broadcast.id])
        return Post(broadcast=broadcast, counts=every(counts[broadcast.id]))

    async def lines(
        self, who: Staff, id: str, *, outcome: str = "", after: int = 0, limit: int = 50
    ) -> tuple[list[Line], int]:
        """The people of one message, and the number of the last line if there are more."""
        broadcast = await self._broadcast(who, id, "")
        async with self._reading() as conn:
            found = await ledgers.lines(conn, broadcast.id, outcome=outcome, after=after, limit=limit + 1)
        return found[:limit], found[limit - 1].number if len(found) > limit else 0

    async def left_out(self, who: Staff, id: str) -> Mapping[str, int]:
        """Why people got no message → how many."""
        broadcast = await self._broadcast(who, id, "")
        async with self._reading() as conn:
            return await ledgers.reasons(conn, broadcast.id)
