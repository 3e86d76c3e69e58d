"""Codes that let people in: participants, people with a new phone, facilitators."""

from collections.abc import Sequence

from bot.facilitation.crossing import Crossing
from bot.facilitation.office import Mistake
from bot.facilitation.results import Code
from bot.rights import Deed, Role, Staff
from flows.gates import CLOSED, INVITING
from storage import agenda, facilitators, invites, people
from storage.facilitators import Facilitator
from storage.invites import PERSONAL
from storage.people import Member
from storage.rows import new_id


class Doors(Crossing):
    """Commands that make codes."""

    async def invite(self, who: Staff, area: str, *, anyway: str = "") -> Code:
        """The code with which anybody joins this area; the same each time, so that a printed one stays good.

        Nobody is invited before gates G0 and G1 are open, unless somebody says why it is done `anyway`.
        """
        name = self._area(area).name
        await self._allow(who, Deed.INVITE, area)
        async with self._writing() as conn:
            if CLOSED in await agenda.confirmed(conn, area):
                raise Mistake(f"{name} has come to its end: nobody can join there any more.")
            await self._past(conn, who, area, INVITING, anyway)
            code = await invites.joining(conn, area, self._clock.now())
            await self._note(conn, who, "invite", area)
        return Code(code=code, kind="join", subject=name)

    async def door(self, who: Staff, area: str) -> str:
        """The code with which anybody joins this area now; "" when there is none yet."""
        self._area(area)
        await self._allow(who, Deed.INVITE, area)
        async with self._reading() as conn:
            known = await invites.join_code(conn, area, self._clock.now())
        return known.code if known else ""

    async def rejoin_code(self, who: Staff, code_name: str) -> Code:
        """A code that moves this person, once, to another phone or account."""
        member = await self._member(who, Deed.REJOIN, code_name)
        now = self._clock.now()
        async with self._writing() as conn:
            code = await invites.rejoin(conn, member.id, now)
            await self._note(conn, who, "rejoin_code", member.code_name)
        return Code(code=code, kind="rejoin", subject=member.code_name, expires_at=now + PERSONAL)

    async def facilitator_code(
        self, who: Staff, name: str, areas: tuple[str, ...] = (), *, role: str = "", key: str = ""
    ) -> Code:
        """A new member of the team, and the code with which they begin to work in a chat.

        With no role they are lead with no areas, facilitator with some. `key`: the same twice is one member.
        """
        await self._areas(who, Deed.STAFF, areas)
        check_areas(who, areas)
        if not name.strip():
            raise Mistake("A facilitator needs a name, so that the journal can say who did what.")
        now = self._clock.now()
        id, known = key[:20] if key.isalnum() else new_id(), check_role(role) if role else ""
        member = Facilitator(id=id, name=name.strip()[:60], areas=areas, created_at=now, role=known)
        async with self._writing() as conn:
            if await facilitators.find(conn, member.id):
                raise Mistake(f"{member.name} is on the team already. For another code, open their page.")
            await facilitators.add(conn, member)
            code = await invites.facilitator(conn, member.id, now)
            await self._note(conn, who, "facilitator_code", member.id, role=member.works_as)
        return Code(code=code, kind="facilitator", subject=member.name, expires_at=now + PERSONAL)

    async def _member(self, who: Staff, deed: Deed, code_name: str) -> Member:
        async with self._reading() as conn:
            found = await people.by_code_name(conn, [code_name])
        if not found:
            raise Mistake(f"Nobody has the code name “{code_name.strip()}”. It looks like Heron-14.")
        member = found.popitem()[1]
        await self._allow(who, deed, member.area)
        return member


def check_role(given: str) -> str:
    """The role, or `Mistake` when there is none of that name."""
    if given not in set(Role):
        raise Mistake(f"There is no role “{given}”. The roles are: {', '.join(Role)}.")
    return given


def check_areas(who: Staff, areas: Sequence[str]) -> None:
    """Whoever works in some areas gives nobody more than those."""
    if who.areas and not (areas and set(areas) <= set(who.areas)):
        raise Mistake(f"Name the areas; yours are: {', '.join(who.areas)}.")
