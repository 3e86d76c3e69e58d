"""Talking to somebody through the assistant, and seeing to safeguarding cases."""

from collections.abc import Sequence
from datetime import UTC

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import rights
from bot.facilitation.doors import Doors
from bot.facilitation.letters import envelope
from bot.facilitation.office import Mistake
from bot.rights import Deed, Staff
from bot.wording import Listener
from storage import broadcasts, cases, deadlines, facilitators, scenes, talks, workshops
from storage.cases import Case
from storage.facilitators import Facilitator
from storage.people import Member
from storage.rows import new_id
from storage.talks import SAFETY, TEAM, Talk

LONGEST = 500
DUTIES = ("lead", "deputy", "youth", "none")
OPENLY = ("active", "paused")


class Care(Doors):
    """Commands about one person at a time."""

    # ── talking ────────────────────────────────────────────────────────────────────────────────────────────────
    async def talk(self, who: Staff, code_name: str) -> Member:
        """The dialogue of this person waits from now on; what they write goes to `who`, or to their area's team."""
        member = await self._member(who, Deed.TALK, code_name)
        now = self._clock.now()
        async with self._writing() as conn:
            known = (await talks.of(conn, [member.id])).get(member.id)
            await self._may_talk(conn, who, member, known)
            kind = known.kind if known else TEAM
            await talks.begin(conn, member.id, kind=kind, by=who.name, now=now, facilitator_id=who.id or None)
            await self._write_to(conn, member, "talk_began", who=who.name)
            await self._note(conn, who, "talk_began", member.code_name)
        return member

    async def say(self, who: Staff, text: str, code_name: str = "", *, key: str = "") -> Member:
        """Write to the person `who` talks to; with several, they have to be named. `key`: it is sent once."""
        member, talk = await self._partner(who, code_name)
        async with self._writing() as conn:
            await self._may_talk(conn, who, member, talk)
            await self._write_to(conn, member, "talk_line", key, who=who.name, text=text)
        return member

    async def write_to(self, who: Staff, code_name: str, text: str, *, key: str = "") -> Member:
        """Write to somebody: the talk begins with it, unless `who` has it already. `key`: as with `say`."""
        member = await self._member(who, Deed.TALK, code_name)
        if not text.strip():
            raise Mistake("Write something first.")
        async with self._reading() as conn:
            talk = (await talks.of(conn, [member.id])).get(member.id)
        if talk is None or (talk.opened_by, talk.facilitator_id or "") != (who.name, who.id):
            await self.talk(who, code_name)
        return await self.say(who, text.strip(), code_name, key=key)

    async def talk_done(self, who: Staff, code_name: str = "") -> Member:
        """The talk is over: the dialogue goes on where it was."""
        now = self._clock.now()
        member, talk = await self._partner(who, code_name)
        if talk.kind == SAFETY and self._guards(who):
            raise Mistake(f"{member.code_name} has an open safeguarding case. Close it, and the programme goes on.")
        if talk.kind == SAFETY:
            raise Mistake(f"Somebody of the team is seeing to {member.code_name} already.")
        async with self._writing() as conn:
            await self._end_talk(conn, talk)
            lasted = int((now - talk.opened_at).total_seconds())
            await self._note(conn, who, "talk_ended", member.code_name, seconds=lasted)
        return member

    async def talking_to(self, who: Staff) -> list[str]:
        """The code names of those `who` talks to."""
        async with self._reading() as conn:
            return await talks.partners(conn, who.id) if who.id else []

    async def _partner(self, who: Staff, code_name: str) -> tuple[Member, Talk]:
        member = await self._member(who, Deed.TALK, code_name or await self._only_partner(who))
        async with self._reading() as conn:
            talk = (await talks.of(conn, [member.id])).get(member.id)
        if talk is None:
            raise Mistake(f"Nobody talks to {member.code_name} at the moment. Begin with: talk {member.code_name}")
        return member, talk

    async def _only_partner(self, who: Staff) -> str:
        known = await self.talking_to(who)
        if not known:
            raise Mistake("You talk to nobody at the moment. Say to whom, like Heron-14.")
        if len(known) > 1:
            raise Mistake(f"You talk to {', '.join(known)}: say whom you mean.")
        return known[0]

    async def _may_talk(self, conn: AsyncConnection, who: Staff, member: Member, talk: Talk | None) -> None:
        if talk and talk.kind == SAFETY:
            if not self._guards(who):
                raise Mistake(f"Somebody of the team is seeing to {member.code_name} already.")
            case = await cases.open_for(conn, member.id, "red")
            if case and case.call == "no":
                raise Mistake(f"{member.code_name} asked us not to call or write. That binds us.")
        elif member.state not in OPENLY or not member.reachable:
            raise Mistake(f"{member.code_name} cannot be written to: they have left, or not joined yet, or blocked us.")

    async def _write_to(
        self, conn: AsyncConnection, member: Member, block: str, key: str = "", **known: object
    ) -> None:
        cause, now = f"talk:{member.id}:{key[:40] or new_id(8)}", self._clock.now()
        if key and await talks.said(conn, cause):
            return
        scene = (await scenes.of(conn, [member.id], now)).get(member.id)
        if scene is None or scene.person is None:
            raise Mistake(f"{member.code_name} cannot be written to: there is no chat with them.")
        listener = Listener(person=scene.person, name=scene.name, attendance=scene.attendance)
        values = {**self._wording.values(listener, await workshops.all_of(conn), now), **known}
        message = self._wording.common(block, scene.person.locale, values)
        row = envelope(scene.place, message, cause, now)
        await broadcasts.try_out(conn, row | {"participant_id": member.id, "always": True})

    async def _end_talk(self, conn: AsyncConnection, talk: Talk) -> None:
        now = self._clock.now()
        if await talks.end(conn, talk, now):
            await deadlines.call(conn, talk.participant_id, "talk:over", "talk", now)

    # ── safeguarding ───────────────────────────────────────────────────────────────────────────────────────────
    async def cases(self, who: Staff, *, closed: bool = False) -> list[Case]:
        """What was noticed and is not seen to yet, the gravest first."""
        areas = await self._areas(who, Deed.SAFEGUARD)
        async with self._reading() as conn:
            return await cases.listed(conn, (*areas, ""), closed=closed)  # in the mailbox not everybody names an area

    async def case(self, who: Staff, number: int) -> Case:
        """One case with what was said. That it was looked at is noted."""
        case = await self._case(who, number)
        async with self._writing() as conn:
            await self._note(conn, who, "case_read", str(number))
        return case

    async def take_case(self, who: Staff, number: int) -> Case:
        """`who` sees to it: the alerts stop."""
        now = self._clock.now()
        case = await self._case(who, number)
        async with self._writing() as conn:
            if not await cases.take(conn, case, by=who.name, now=now):
                raise Mistake(f"Case {number} is {case.state} already, by {case.closed_by or case.taken_by}.")
            await self._note(conn, who, "case_taken", str(number))
        return case

    async def close_case(self, who: Staff, number: int, outcome: str, note: str = "") -> Case:
        """It is seen to. When no red case of this person is left open, the programme goes on for them."""
        if outcome not in cases.OUTCOMES:
            raise Mistake(f"“{outcome}” is no outcome. Say one of: {', '.join(cases.OUTCOMES)}.")
        now = self._clock.now()
        case = await self._case(who, number)
        async with self._writing() as conn:
            if not await cases.close(conn, case, outcome=outcome, by=who.name, now=now, note=note):
                raise Mistake(f"Case {number} is closed already, by {case.closed_by}.")
            if case.level == "red" and case.participant_id:
                await self._release(conn, case.participant_id)
            await self._note(conn, who, "case_closed", str(number), outcome=outcome)
        return case

    async def note_case(self, who: Staff, number: int, text: str) -> Case:
        """What was done, for those who see to it next; it is kept with name and time."""
        line = " ".join(text.split())
        if not 0 < len(line) <= LONGEST:
            raise Mistake(f"Write down what was done, in at most {LONGEST} characters.")
        case = await self._case(who, number)
        at = self._clock.now().astimezone(self._zone(case.area) if case.area else UTC)
        async with self._writing() as conn:
            await cases.note(conn, case, f"{at:%d %b %H:%M} {who.name}: {line}")
            await self._note(conn, who, "case_noted", str(number))
        return case

    async def _release(self, conn: AsyncConnection, participant_id: str) -> None:
        talk = (await talks.of(conn, [participant_id])).get(participant_id)
        if talk and talk.kind == SAFETY and await cases.open_for(conn, participant_id, "red") is None:
            await self._end_talk(conn, talk)

    async def give_duty(self, who: Staff, name: str, duty: str) -> Facilitator:
        """This member of the team answers for safeguarding as lead or deputy from now on, or no more."""
        await self._allow(who, Deed.STAFF)
        if duty not in DUTIES:
            raise Mistake(f"“{duty}” is no duty. Say one of: {', '.join(DUTIES)}.")
        async with self._writing() as conn:
            member = _named(await facilitators.team(conn), name)
            await facilitators.give_duty(conn, member.id, "" if duty == "none" else duty, self._clock.now())
            await self._note(conn, who, "duty", member.id, duty=duty)
        return member

    async def _case(self, who: Staff, number: int) -> Case:
        await self._allow(who, Deed.SAFEGUARD)
        async with self._reading() as conn:
            case = await cases.find(conn, number)
        if case is None:
            raise Mistake(f"There is no case {number}.")
        await self._allow(who, Deed.SAFEGUARD, case.area)
        return case

    def _guards(self, who: Staff) -> bool:
        return rights.may(who, Deed.SAFEGUARD)


def _named(team: Sequence[Facilitator], name: str) -> Facilitator:
    found = [member for member in team if member.name.casefold() == name.strip().casefold()]
    if len(found) != 1:
        known = ", ".join(member.name for member in team) or "nobody yet"
        raise Mistake(f"{'Several are' if found else 'Nobody is'} called “{name.strip()}”. The team: {known}.")
    return found[0]
