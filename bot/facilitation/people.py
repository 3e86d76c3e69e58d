"""People as the team looks after them: the list, and the phone calls that it leads to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement

from bot.facilitation.doors import Doors
from bot.facilitation.office import Mistake
from bot.facilitation.today import QUIET
from bot.rights import Deed, Staff
from storage import people, roster, tasks, waiting
from storage.people import Member
from storage.roster import Line

LONGEST_NOTE = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """A page of the list. `counts`: how many people there are of each kind, whatever is searched for."""

    lines: tuple[Line, ...]
    counts: Mapping[str, int]
    after: str = ""


class People(Doors):
    """Commands about the people of an area."""

    async def known(self, who: Staff, code_name: str) -> Member | None:
        """Whoever has this code name, if they are in this person's areas; whoever else has it is not there."""
        await self._allow(who, Deed.WATCH)
        async with self._reading() as conn:
            found = (await people.by_code_name(conn, [code_name])).get(code_name.strip().casefold())
        return found if found and (not who.areas or found.area in who.areas) else None

    async def roster(
        self, who: Staff, areas: Sequence[str] = (), *, kind: str = "", search: str = "", after: str = ""
    ) -> Roster:
        """The people of these areas: all, or those who went quiet, cannot be reached, missed a workshop …"""
        wanted = await self._areas(who, Deed.WATCH, areas)
        since = self._quiet_since()
        test = self._kind(kind)
        async with self._reading() as conn:
            page = await roster.page(conn, wanted, test, search=search.strip()[:40], after=after)
            counts = await roster.counts(conn, wanted, since)
        return Roster(lines=page.lines, counts=counts, after=page.after)

    async def phone(self, who: Staff, code_name: str, note: str = "") -> bool:
        """Ask the team to call this person; False when that is asked already."""
        member = await self._member(who, Deed.TASKS, code_name)
        words = " ".join(note.split()) or "asked for by the team"
        if len(words) > LONGEST_NOTE:
            raise Mistake(f"The note is too long: {len(words)} characters, and {LONGEST_NOTE} are the most.")
        async with self._writing() as conn:
            if await roster.to_be_called(conn, [member.id]):
                return False
            await tasks.add(conn, [member.id], waiting.CALL, words, self._clock.now())
            await self._note(conn, who, "phone_task", member.code_name)
        return True

    async def phone_all(self, who: Staff, areas: Sequence[str] = (), *, kind: str) -> int:
        """The same for all who went quiet, or cannot be reached, each once. How many those are."""
        wanted = await self._areas(who, Deed.TASKS, areas)
        if kind not in ("quiet", "unreached"):
            raise Mistake("Calls are asked for where people went quiet or cannot be reached.")
        note = "no answer in 10 days" if kind == "quiet" else "cannot be reached in the chat"
        async with self._writing() as conn:
            ids = await roster.uncalled(conn, wanted, self._kind(kind))
            made = await tasks.add(conn, ids, waiting.CALL, note, self._clock.now())
            await self._note(conn, who, "phone_tasks", ",".join(wanted)[:80], people=made)
        return made

    def _quiet_since(self) -> datetime:
        return self._clock.now() - QUIET

    def _kind(self, kind: str) -> ColumnElement[bool]:
        known = roster.kinds(self._quiet_since())
        if kind not in known:
            raise Mistake(f"The list cannot be narrowed to “{kind}”. It can to: {', '.join(filter(None, known))}.")
        return known[kind]
