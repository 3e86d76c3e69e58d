"""What may have arrived or not: people decide whether to risk a second copy."""

from bot.facilitation.letters import KEEPS
from bot.facilitation.office import Mistake, Office
from bot.rights import Deed, Staff
from storage import unsure
from storage.unsure import Unclear

DECIDED = "Somebody else has decided on this message this very moment."


class Unsure(Office):
    """Commands about messages of which nobody knows whether they arrived."""

    async def uncertain(self, who: Staff) -> list[Unclear]:
        """Those that nobody has decided about, oldest first."""
        areas = await self._areas(who, Deed.BROADCAST)
        async with self._reading() as conn:
            return await unsure.listed(conn, areas)

    async def send_again(self, who: Staff, number: int) -> Unclear:
        """Send it once more: better twice than not at all."""
        now, one = self._clock.now(), await self._unclear(who, number)
        async with self._writing() as conn:
            if not await unsure.again(conn, number, who.name, now, now + KEEPS):
                raise Mistake(DECIDED)
            await self._note(conn, who, "send_again", str(number))
        return one

    async def let_be(self, who: Staff, number: int) -> Unclear:
        """Better not at all than twice."""
        one = await self._unclear(who, number)
        async with self._writing() as conn:
            if not await unsure.let_be(conn, number, who.name):
                raise Mistake(DECIDED)
            await self._note(conn, who, "let_be", str(number))
        return one

    async def _unclear(self, who: Staff, number: int) -> Unclear:
        async with self._reading() as conn:
            one = await unsure.find(conn, number)
        if one is None:
            raise Mistake(f"No message number {number} waits for a decision. It is decided already.")
        await self._allow(who, Deed.BROADCAST, one.area)
        return one
