"""The gates: what is missing before an area may go on, who vouched for what, and who goes on anyway."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import gates
from bot.facilitation.office import Mistake, Office
from bot.rights import Deed, Staff
from flows.gates import ANYWAY, CLOSED, CLOSING, GATES, NEVER_ANYWAY, RECORDS, SIGNED, Missing, missing
from flows.gates import closed as lacking
from storage import agenda, invites

LONGEST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """One gate before one area: open when nothing is missing."""

    gate: str
    name: str
    area: str
    missing: tuple[Missing, ...]
    anyway: str = ""  # why somebody goes on although this is missing


class Crossing(Office):
    """Commands about the gates."""

    async def gates(self, who: Staff, areas: Sequence[str] = (), gate: str = "") -> list[Gate]:
        """What is missing at each gate, area by area."""
        if gate:
            _known(gate)
        wanted = await self._areas(who, Deed.AGENDA, areas)
        found: list[Gate] = []
        async with self._reading() as conn:
            for area in wanted:
                standing = await gates.standing(conn, self._programme, area, self._clock.now())
                for code in (gate,) if gate else GATES:
                    why = standing.waived.get(code, "")
                    lacks = missing(standing, code)
                    found.append(Gate(gate=code, name=GATES[code], area=area, missing=lacks, anyway=why))
        return found

    async def confirm_gate(self, who: Staff, area: str, item: str, note: str) -> None:
        """Vouch for something that only people can know, with a note of how."""
        await self._areas(who, Deed.AGENDA, [area])
        if item in SIGNED:
            raise Mistake(f"“{item}” takes a name and a date: reconvene gates sign {area} {item} --name … --on …")
        await self._vouch(who, area, item, _reason(note))

    async def sign_gate(self, who: Staff, area: str, item: str, *, name: str, on: date) -> None:
        """Note who answers for something, and since when."""
        await self._areas(who, Deed.AGENDA, [area])
        if not name.strip():
            raise Mistake("A signature needs a name.")
        if on > self._clock.now().astimezone(self._zone(area)).date():
            raise Mistake(f"{on:%A %d %B %Y} is still to come: a signature has been given already.")
        await self._vouch(who, area, item, _reason(f"{name.strip()}, {on:%d %B %Y}"))

    async def _vouch(self, who: Staff, area: str, item: str, note: str) -> None:
        if item not in RECORDS:
            raise Mistake(f"“{item}” is nothing that is confirmed by hand. There is: {', '.join(RECORDS)}.")
        async with self._writing() as conn:
            await agenda.confirm(conn, area, item, note, who.name, self._clock.now())
            await self._note(conn, who, "confirm_gate", f"{area} {item}")

    async def go_anyway(self, who: Staff, area: str, gate: str, reason: str) -> Gate:
        """Go on although something is missing at a gate. It is in the journal, and `gates show` goes on naming it."""
        await self._areas(who, Deed.AGENDA, [area])
        _known(gate)
        if gate in NEVER_ANYWAY:
            raise Mistake(f"There is no way around {gate} ({GATES[gate]}): fill in what is missing.")
        async with self._writing() as conn:
            await self._waive(conn, who, area, gate, reason)
        (found,) = await self.gates(who, [area], gate)
        return found

    async def _waive(self, conn: AsyncConnection, who: Staff, area: str, gate: str, reason: str) -> None:
        await agenda.confirm(conn, area, f"{ANYWAY}{gate}", _reason(reason), who.name, self._clock.now())
        await self._note(conn, who, "go_anyway", f"{area} {gate}", reason=_reason(reason))

    async def _past(self, conn: AsyncConnection, who: Staff, area: str, wanted: Sequence[str], anyway: str) -> None:
        """Go on only if these gates are open, or somebody says why they go on without."""
        standing = await gates.standing(conn, self._programme, area, self._clock.now())
        if anyway:
            for gate in wanted:
                if missing(standing, gate) and gate not in standing.waived:
                    await self._waive(conn, who, area, gate, anyway)
        elif found := lacking(standing, wanted):
            raise Mistake(_told(self._area(area).name, found))

    async def close(self, who: Staff, area: str) -> None:
        """Bring an area to its end: nobody can join there any more. Every key issue has to have its answer first."""
        await self._areas(who, Deed.AGENDA, [area])
        now = self._clock.now()
        async with self._writing() as conn:
            await self._past(conn, who, area, CLOSING, "")
            await agenda.confirm(conn, area, CLOSED, "closed", who.name, now)
            await invites.close(conn, area, now)
            await self._note(conn, who, "close", area)


def _known(gate: str) -> None:
    if gate not in GATES:
        raise Mistake(f"There is no gate “{gate}”. There are: {', '.join(GATES)}.")


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise Mistake("Write down how you know, or why, for those who come after you.")
    if len(reason) > LONGEST:
        raise Mistake(f"The note is too long: {len(reason)} characters, and {LONGEST} are the most.")
    return reason


def _told(area: str, found: Sequence[Missing]) -> str:
    """What is missing, and where to fill it, line by line."""
    gate = found[0].gate
    lines = [f"  {one.what}: {one.where}" for one in found]
    around = () if gate in NEVER_ANYWAY else ('To go on all the same, say why: --anyway "…"; it is written down.',)
    return "\n".join([f"{area} is not ready ({gate}, {GATES[gate]}). What is missing:", *lines, *around])
