"""One person at a time: what was and will be sent to them, what they said, and what the team does for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import rights
from bot.facilitation.auditing import Auditing
from bot.facilitation.doors import Doors
from bot.facilitation.office import Mistake
from bot.rights import Deed, Staff
from flows.dose import PACES
from storage import deadlines, people, portrait, reflections, roster, taking, workshops
from storage.people import Member, Moment
from storage.portrait import Consent, Mark, Standing
from storage.reflections import Filter, Reflection
from storage.roster import Line
from storage.tables import participants
from storage.tasks import Task

WEEK: Final = 7
ARRIVED: Final = ("sent", "queued", "sending")
PAUSES: Final = ("week", "workshop", "start")
"""A break of a week, until the day before the next workshop, or until they write START."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """How much we write to somebody: the most in any seven days, of what is good for them; days with more than one."""

    most: int
    weekly: int
    crowded: tuple[date, ...]

    @property
    def too_much(self) -> bool:
        """More than they agreed to."""
        return self.most > self.weekly or bool(self.crowded)


@dataclass(frozen=True, kw_only=True, slots=True)
class Portrait:
    """All that the team may know of one person."""

    line: Line
    moments: tuple[Moment, ...]  # oldest first
    contact: Contact
    runs: tuple[Standing, ...]
    said: tuple[Reflection, ...]
    consents: tuple[Consent, ...]
    marks: Mapping[int, Mark]
    tasks: tuple[Task, ...]

    @property
    def member(self) -> Member:
        """Who it is."""
        return self.line.member


class Portraits(Doors, Auditing):
    """Commands about one person."""

    async def portrait(self, who: Staff, code_name: str) -> Portrait:
        """What was and will be sent to them, what they said to the team, and how they stand. It is noted who looks."""
        member = await self._member(who, Deed.WATCH, code_name)
        async with self._reading() as conn:
            moments = told_once(await people.time_line(conn, member.id))
            facts = await portrait.facts_of(conn, member.id)
            found = Portrait(
                line=(await roster.lines(conn, [member]))[0],
                moments=tuple(moments),
                contact=self._contact(member, moments, str(facts.get("profile.pace") or "standard")),
                runs=tuple(await portrait.runs_of(conn, member.id)),
                said=await self._said(conn, who, member),
                consents=tuple(await portrait.consents_of(conn, member.id)),
                marks=await portrait.marks_of(conn, member.id),
                tasks=tuple(await portrait.tasks_of(conn, member.id)) if rights.may(who, Deed.TASKS) else (),
            )
        await self.saw(who, "person", member.code_name)
        return found

    async def _said(self, conn: AsyncConnection, who: Staff, member: Member) -> tuple[Reflection, ...]:
        """What they share with the team. How much they keep to themselves is not told of one person."""
        if not rights.may(who, Deed.READ, member.area):
            return ()
        wanted = Filter(areas=await self._areas(who, Deed.READ), participant_id=member.id)
        return tuple(await reflections.read(conn, wanted))

    def _contact(self, member: Member, moments: Sequence[Moment], pace: str) -> Contact:
        """Prompts and reminders of the calendar, and messages by hand, each once a day."""
        zone = self._zone(member.area)
        meant = {entry.id: entry for entry in self._programme.entries}
        days: list[date] = []
        for day, what in {(one.at.astimezone(zone).date(), self._what(one)) for one in moments if _reaches(one)}:
            entry = meant.get(what)
            if entry is None or entry.counts:
                days.append(day)
        weekly = PACES.get(pace, PACES["standard"])
        return Contact(most=busiest(days), weekly=weekly, crowded=tuple(sorted({d for d in days if days.count(d) > 1})))

    def _what(self, one: Moment) -> str:
        """The entry of the calendar, also where it is told as the message that it sends."""
        sends = {entry.broadcast: entry.id for entry in self._programme.entries if entry.broadcast}
        return sends.get(one.what, one.what) if one.kind == "broadcast" else one.what

    # ── what is done for them ────────────────────────────────────────────────────────────────────────────────
    async def pause(self, who: Staff, code_name: str, until: str) -> datetime | None:
        """They take a break, as they asked on the phone. Until when; None: until they write START."""
        member = await self._member(who, Deed.PAUSE, code_name)
        if until not in PAUSES:
            raise Mistake(f"“{until}” is no length of a break. Say one of: {', '.join(PAUSES)}.")
        now = self._clock.now()
        async with self._writing() as conn:
            await taking.hold(conn, member.id)
            ends = await self._ends(conn, member.area, until, now)
            mine = sa.update(participants).where(participants.c.id == member.id, participants.c.state == "active")
            if not (await conn.execute(mine.values(state="paused", paused_until=ends))).rowcount:
                raise Mistake(f"{member.code_name} does not take part at the moment, so there is nothing to pause.")
            if ends:
                await deadlines.call(conn, member.id, "unpause", "unpause", ends)
            await self._note(conn, who, "pause", member.code_name, until=until)
        return ends

    async def resume(self, who: Staff, code_name: str) -> Member:
        """The break is over: their calendar is made again from now on."""
        member = await self._member(who, Deed.PAUSE, code_name)
        now = self._clock.now()
        async with self._writing() as conn:
            await taking.hold(conn, member.id)
            mine = sa.update(participants).where(participants.c.id == member.id, participants.c.state == "paused")
            if not (await conn.execute(mine.values(state="active", paused_until=None))).rowcount:
                raise Mistake(f"{member.code_name} takes no break.")
            await deadlines.drop(conn, member.id, "unpause", now)
            await self._replan(conn, self._programme, [member.id], now)
            await self._note(conn, who, "resume", member.code_name)
        return replace(member, state="active", paused_until=None)

    async def _ends(self, conn: AsyncConnection, area: str, until: str, now: datetime) -> datetime | None:
        if until == "week":
            return now + timedelta(days=WEEK)
        if until == "start":
            return None
        ahead = [held.starts_at for held in (await workshops.all_of(conn)).values() if held.area == area]
        day_before = [at - timedelta(days=1) for at in ahead if at - timedelta(days=1) > now]
        if not day_before:
            raise Mistake(f"{self._area(area).name} has no workshop to come. Choose another length.")
        return min(day_before)


def told_once(moments: Iterable[Moment]) -> list[Moment]:
    """A prompt that arrived is told as the prompt alone; what became of its messages only when they did not arrive."""
    return [one for one in moments if one.kind != "message" or one.state not in ARRIVED]


def _reaches(one: Moment) -> bool:
    """It came, or is to come."""
    return one.state in (("done", "planned") if one.kind == "prompt" else ARRIVED) and one.what != "unpause"


def busiest(days: Sequence[date]) -> int:
    """The most there are in any seven days in a row."""
    return max((sum(0 <= (day - first).days < WEEK for day in days) for first in days), default=0)
