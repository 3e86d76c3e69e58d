"""The team itself: who is on it, as what, and where."""

from collections.abc import Sequence

from bot.facilitation.doors import check_areas, check_role
from bot.facilitation.office import Mistake, Office
from bot.facilitation.results import Code
from bot.rights import Deed, Staff
from storage import console, facilitators, invites, tokens
from storage.facilitators import Colleague, Facilitator
from storage.invites import PERSONAL


class Colleagues(Office):
    """Commands of whoever leads the team. Nobody changes what they themselves may do."""

    async def colleagues(self, who: Staff) -> list[Colleague]:
        """Everybody who works in the areas of this person and nowhere else, by name."""
        await self._allow(who, Deed.STAFF)
        async with self._reading() as conn:
            found = await facilitators.roster(conn, self._clock.now())
        return [one for one in found if _within(who, one.areas)]

    async def colleague(self, who: Staff, id: str) -> Facilitator | None:
        """One of them; None when there is nobody, or nobody for this person."""
        await self._allow(who, Deed.STAFF)
        async with self._reading() as conn:
            found = await facilitators.find(conn, id)
        return found if found and _within(who, found.areas) else None

    async def change_member(self, who: Staff, id: str, role: str, areas: Sequence[str]) -> Facilitator:
        """Another role, or other areas. Wherever they are signed in, they sign in anew; their tokens end."""
        member = await self._other(who, id)
        wanted = tuple(areas)
        await self._areas(who, Deed.STAFF, wanted)
        check_areas(who, wanted)
        async with self._writing() as conn:
            await facilitators.change(conn, id, check_role(role), wanted)
            ended = await console.end(conn, id)
            await tokens.end_of(conn, id, self._clock.now(), who.name)
            detail = {"was": member.works_as, "role": role, "areas": ",".join(wanted) or "all"}
            await self._note(conn, who, "member_changed", id, **detail, sessions=ended)
        return member

    async def remove_member(self, who: Staff, id: str) -> Facilitator:
        """They are on the team no more: no chat, no console, no tokens. What they did stays in the journal, by name."""
        member = await self._other(who, id)
        async with self._writing() as conn:
            await facilitators.remove(conn, id)
            await tokens.end_of(conn, id, self._clock.now(), who.name)
            await self._note(conn, who, "member_removed", id, was=member.works_as)
        return member

    async def member_code(self, who: Staff, id: str) -> Code:
        """A new code with which they work in another chat, once. Sessions end: the old chat may be lost."""
        member = await self._other(who, id)
        now = self._clock.now()
        async with self._writing() as conn:
            code = await invites.facilitator(conn, id, now)
            await console.end(conn, id)
            await self._note(conn, who, "member_code", id)
        return Code(code=code, kind="facilitator", subject=member.name, expires_at=now + PERSONAL)

    async def _other(self, who: Staff, id: str) -> Facilitator:
        found = await self.colleague(who, id)
        if found is None:
            raise Mistake("There is nobody like that on the team; they may have been removed already.")
        if found.id == who.id:
            raise Mistake("Nobody changes their own place on the team. Ask another lead, or use the command line.")
        return found


def _within(who: Staff, areas: Sequence[str]) -> bool:
    return not who.areas or (bool(areas) and set(areas) <= set(who.areas))
