"""Who answers for a key issue, what they said, and the silence of those who did not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict, Unpack

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.facilitation.office import Mistake, Office
from bot.rights import Deed, Staff
from flows.agenda import LEVELS, POSITIONS, STATES, Commitment
from storage import agenda, commitments, pledges, stakeholders
from storage.pledges import Pledge

NEEDS_REASON = ("pass_on", "will_not")


class Said(TypedDict, total=False):
    """What an owner can say: at first a position, later a state."""

    position: str
    state: str
    action: str
    reply: str
    reason: str
    due_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Answerable:
    """A commitment with how it stands today in its area."""

    commitment: Commitment
    standing: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One line of a commitment's history."""

    at: datetime
    by: str
    state: str
    reply: str


class Commitments(Office):
    """Commands about who answers."""

    async def commitments(self, who: Staff, areas: Sequence[str] = ()) -> list[Answerable]:
        """Everybody who was asked, in the order of the key issues."""
        wanted = await self._areas(who, Deed.AGENDA, areas)
        async with self._reading() as conn:
            found = await commitments.of_areas(conn, wanted)
        return [Answerable(commitment=one, standing=one.standing(self._today(one.area))) for one in found]

    async def commitment(self, who: Staff, id: int) -> Answerable | None:
        """The one of this number; None also for one of another's area."""
        wanted = await self._areas(who, Deed.AGENDA)
        async with self._reading() as conn:
            found = await commitments.find(conn, id)
        if found is None or found.area not in wanted:
            return None
        return Answerable(commitment=found, standing=found.standing(self._today(found.area)))

    async def ask_owner(
        self, who: Staff, area: str, number: int, *, owner: str, level: str, due_on: date, seat: int | None = None
    ) -> Answerable:
        """Ask somebody, by their role, to answer for a key issue until a date. `seat`: the stakeholder who is asked."""
        await self._areas(who, Deed.AGENDA, [area])
        role = " ".join(owner.split())
        if not role or len(role) > 120:
            raise Mistake("Say who is asked, by their role and in at most 120 characters.")
        if level not in LEVELS:
            raise Mistake(f"“{level}” is no level. Say one of: {', '.join(LEVELS)}.")
        now, today = self._clock.now(), self._today(area)
        async with self._writing() as conn:
            issue = await agenda.find(conn, area, number)
            if issue is None or not issue.approved:
                raise Mistake(f"{self._area(area).name} has no approved key issue {number}.")
            there = await commitments.of_areas(conn, [area])
            if any(one.issue_id == issue.id and one.owner.casefold() == role.casefold() for one in there):
                raise Mistake(f"{role} is asked about key issue {number} already.")
            asked = {"owner": role, "level": level, "due_on": due_on, "today": today}
            id = await commitments.ask(conn, issue.id, **asked, by=who.name, now=now)  # type: ignore[arg-type]
            if seat is not None:
                await self._give(conn, id, area, seat)
            await self._note(conn, who, "ask_owner", f"{area} {number}", commitment=id)
            return await self._answerable(conn, id)

    async def hear_owner(self, who: Staff, id: int, **said: Unpack[Said]) -> Answerable:
        """Note what the owner said. A position comes with the line that participants read; so does every new state."""
        was = await self._commitment(who, id)
        values: dict[str, str | date] = dict(_checked(was, said))  # type: ignore[arg-type]
        async with self._writing() as conn:
            today, now = self._today(was.area), self._clock.now()
            await commitments.hear(conn, id, today=today, by=who.name, now=now, **values)
            await self._move(conn, id)
            await self._note(conn, who, "hear_owner", str(id), state=str(values.get("state", was.state)))
            return await self._answerable(conn, id)

    async def approve_wording(self, who: Staff, id: int, words: str = "") -> Answerable:
        """The owner's line goes to participants, in other words if need be. What it says is the owner's alone."""
        one = await self._commitment(who, id)
        async with self._writing() as conn:
            pledge = await pledges.find(conn, id)
            line = " ".join((words or pledge.wording).split())
            if not pledge.wording:
                raise Mistake(f"{one.owner} has sent no line that waits to be looked at.")
            now, today = self._clock.now(), one.heard_on or self._today(one.area)
            await commitments.hear(conn, id, today=today, by=who.name, now=now, reply=line)
            await pledges.save(conn, id, wording="")
            await self._note(conn, who, "approve_wording", str(id), changed=int(line != pledge.wording))
            return await self._answerable(conn, id)

    async def pledges(self, who: Staff, areas: Sequence[str] = ()) -> dict[int, Pledge]:
        """What owners gave to their commitments, by commitment."""
        found = await self.commitments(who, areas)
        async with self._reading() as conn:
            return await pledges.owners(conn, [one.commitment.id for one in found])

    async def _give(self, conn: AsyncConnection, id: int, area: str, seat: int) -> None:
        found = await stakeholders.find(conn, seat)
        if found is None or found.area != area:
            raise Mistake(f"{self._area(area).name} has no stakeholder number {seat}.")
        await pledges.save(conn, id, stakeholder_id=seat)

    async def history_of(self, who: Staff, id: int) -> list[Told]:
        """All that was said, oldest first; the silence of today stands at the end."""
        one = await self._commitment(who, id)
        async with self._reading() as conn:
            found = await commitments.history(conn, id)
        told = [Told(at=at, by=by, state=state, reply=reply) for at, by, state, reply in found]
        standing = one.standing(self._today(one.area))
        silent = [Told(at=self._clock.now(), by="", state=standing, reply="")] if standing != one.state else []
        return [*told, *silent]

    async def _move(self, conn: AsyncConnection, id: int) -> None:
        """What its owner is asked by the date of it moves with it."""
        pledge = await pledges.find(conn, id)
        seat = await stakeholders.find(conn, pledge.stakeholder_id) if pledge.stakeholder_id else None
        if seat and seat.participant_id:
            await self._replan(conn, self._programme, [seat.participant_id], self._clock.now())

    async def _commitment(self, who: Staff, id: int) -> Commitment:
        async with self._reading() as conn:
            found = await commitments.find(conn, id)
        if found is None:
            raise Mistake(f"There is no commitment number {id}.")
        await self._areas(who, Deed.AGENDA, [found.area])
        return found

    async def _answerable(self, conn: AsyncConnection, id: int) -> Answerable:
        found = await commitments.find(conn, id)
        assert found is not None
        return Answerable(commitment=found, standing=found.standing(self._today(found.area)))

    def _today(self, area: str) -> date:
        return self._clock.now().astimezone(self._zone(area)).date()


def _checked(was: Commitment, said: Said) -> Said:
    position, state = said.get("position", ""), said.get("state", "")
    if position and position not in POSITIONS:
        raise Mistake(f"“{position}” is no position. Say one of: {', '.join(POSITIONS)}.")
    if state and state not in STATES[1:]:
        raise Mistake(f"“{state}” is no state. Say one of: {', '.join(STATES[1:])}.")
    if not (position or was.position):
        raise Mistake(f"{was.owner} has to take a position first: {', '.join(POSITIONS)}.")
    if not said.get("reply", was.reply).strip():
        raise Mistake("Participants need a line to read: what does the owner say, in plain words?")
    if (position or was.position) in NEEDS_REASON and not said.get("reason", was.reason).strip():
        raise Mistake("Say why not, or to whom it was passed.")
    if len(said.get("reason", "")) > 200 or len(said.get("action", "")) > 300:
        raise Mistake("A reason has at most 200 characters, an action at most 300.")
    return {**said, "state": state or (POSITIONS[position] if position else was.state)}
