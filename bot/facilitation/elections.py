"""Before an election: political names are not said, and what the calendar does not send waits for a second person."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.facilitation.office import Mistake
from bot.facilitation.results import Posted
from bot.facilitation.sending import Sending
from bot.rights import Deed, Staff
from storage import elections
from storage.elections import Held


class Elections(Sending):
    """Commands for the weeks before an election."""

    async def before_election(self, who: Staff, areas: Sequence[str], *, on: bool) -> tuple[str, ...]:
        """From now on an election is near in these areas, or it is over; all areas where this is so then."""
        wanted = await self._areas(who, Deed.BROADCAST, areas)
        async with self._writing() as conn:
            if on:
                await elections.begin(conn, wanted, who.name, self._clock.now())
            else:
                await elections.over(conn, wanted)
            await self._note(conn, who, f"pre_election_{'on' if on else 'off'}", ",".join(wanted)[:80])
            return tuple(sorted(await elections.near(conn)))

    async def held(self, who: Staff) -> list[Held]:
        """The messages that wait for a second person."""
        areas = await self._areas(who, Deed.BROADCAST)
        async with self._reading() as conn:
            found = await elections.waiting(conn)
        return [one for one in found if set(one.audience.areas) <= set(areas)]

    async def approve_broadcast(self, who: Staff, id: str, *, urgent: bool = False) -> Posted | Held:
        """Let a held message go, to whoever its audience names now. It takes somebody who did not write it.

        One that is for a later hour waits for that, and goes to whoever its audience names then.
        """
        held = await self._undecided(who, id)
        if who.name == held.made_by:
            raise Mistake(f"{who.name} wrote this message. It takes somebody else to let it go.")
        if held.send_at:
            return await self._approve_for_later(who, held, held.send_at)
        sender = replace(who, name=together(held.made_by, who.name))
        async with self._writing() as conn, conn.begin_nested():  # what cannot be sent now still waits
            office = self.within(conn)
            if not await elections.decide(conn, id, "approved", by=who.name):
                raise Mistake("Somebody else has let this message go this very moment.")
            posted = await office.send(
                sender, held.template, held.audience, key=held.key, fill=held.fill, urgent=urgent, looked_at=True
            )
            await self._note(conn, who, "approve_broadcast", id, template=held.template)
        return posted

    async def _approve_for_later(self, who: Staff, held: Held, at: datetime) -> Held:
        if at <= self._clock.now():
            raise Mistake("The hour of this message has passed, so it is not sent any more. Plan it again.")
        async with self._writing() as conn:
            if not await elections.decide(conn, held.id, "planned", by=who.name):
                raise Mistake("Somebody else has decided on this message this very moment.")
            await self._note(conn, who, "approve_broadcast", held.id, template=held.template)
        return replace(held, state="planned", approved_by=who.name)

    async def _undecided(self, who: Staff, id: str, waits: Sequence[str] = ("held",)) -> Held:
        """What waits under this name, as long as it does."""
        async with self._reading() as conn:
            held = await elections.find(conn, id=id)
        if held is None:
            raise Mistake(f"No message “{id}” is held back.")
        await self._areas(who, Deed.BROADCAST, held.audience.areas)
        if held.state not in waits:
            raise Mistake(_decided(held))
        return held


def together(maker: str, other: str) -> str:
    """The name of two people who send something together."""
    return f"{maker} and {other}"[:60] if other else maker


def _decided(held: Held) -> str:
    match held.state:
        case "approved" | "planned":
            return f"{held.approved_by or held.made_by} has let this message go already."
        case "sent":
            return "This message has gone out already."
        case "missed":
            return f"This message was not sent: {held.reason}"
        case _:
            return f"{held.approved_by} has decided against this message already."
