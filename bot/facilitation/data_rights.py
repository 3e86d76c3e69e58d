"""People's rights over their data, where they ask the team for it: a copy, something put right, everything erased.

Each request has one calendar month. What is done here is done at once; the record says when it was asked and done.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import noting, own_data
from bot.facilitation.auditing import Auditing
from bot.facilitation.doors import Doors
from bot.facilitation.office import Mistake
from bot.messages import Outgoing, clean
from bot.posting import Letter, rows
from bot.rights import Deed, Staff
from bot.wording import Listener, Values
from flows.definition import Flow, Step
from flows.effects import SetFact
from storage import erasure, mine, outbox, reflections, requests, scenes, taking, workshops
from storage.people import Member
from storage.reflections import Filter, Reflection
from storage.requests import Request
from storage.rows import new_id, to_json
from storage.scenes import Person, Scene
from storage.tables import contacts, participants

LONGEST: Final = 10_000
LONGEST_NOTE: Final = 300
LONGEST_FACT: Final = 60
LONG_AGO: Final = timedelta(days=366)
NAME: Final = "profile.name"
"""What somebody wants to be called: the team can put it right and never reads it."""
CHOSEN: Final = ("choice", "text")
"""Kinds of question whose answer says something about a person that can be put right here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """Something that somebody told about themselves. `options`: what it can be, none where it is a word of theirs."""

    name: str
    value: str
    options: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """What it is, as they chose it."""
        return dict(self.options).get(self.value, self.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """What the page of somebody's data shows."""

    member: Member
    requests: tuple[Request, ...]
    known: tuple[Known, ...]
    answers: tuple[Reflection, ...]  # what they share with the team, in words
    chat: bool  # they can be written to: a copy can go to their own chat


class DataRights(Doors, Auditing):
    """Commands about somebody's data."""

    async def dossier(self, who: Staff, code_name: str) -> Dossier:
        """What they asked for, and what can be put right."""
        member = await self._member(who, Deed.RIGHTS, code_name)
        async with self._reading() as conn:
            scene, values = await self._scene(conn, member)
            asked = await requests.of_person(conn, member.id)
            said = await self._in_words(conn, who, member)
        await self.saw(who, "data", member.code_name)
        person = scene.person
        assert person is not None
        return Dossier(
            member=member,
            requests=tuple(asked),
            known=tuple(self._known(person, values)),
            answers=said,
            chat=bool(scene.place[0]) and member.reachable,
        )

    # ── the month ────────────────────────────────────────────────────────────────────────────────────────────
    async def ask_right(self, who: Staff, code_name: str, kind: str, *, asked_on: date, note: str = "") -> date:
        """Note that they asked for it on this day. Until when it is owed."""
        member = await self._member(who, Deed.RIGHTS, code_name)
        words = " ".join(note.split())
        if kind not in requests.KINDS:
            raise Mistake(f"“{kind}” is no right. Say one of: {', '.join(requests.KINDS)}.")
        if len(words) > LONGEST_NOTE:
            raise Mistake(f"The note is too long: {len(words)} characters, and {LONGEST_NOTE} are the most.")
        if not self._day_there(member) - LONG_AGO < asked_on <= self._day_there(member):
            raise Mistake("Say on which day they asked: today, or a day of the last year.")
        async with self._writing() as conn:
            there = [one for one in await requests.of_person(conn, member.id) if one.state == "open"]
            if known := next((one for one in there if one.kind == kind), None):
                raise Mistake(f"That stands on the list already. It is owed by {known.due_on:%d %B %Y}.")
            place = (member.id, member.area)
            await requests.open_one(conn, *place, kind, asked_on=asked_on, by=who.name, note=words)
            await self._note(conn, who, "rights_asked", member.code_name, kind=kind)
        return requests.month_after(asked_on)

    async def close_right(self, who: Staff, number: int, *, refused: str | None = None) -> Request:
        """It was done, or is refused for a reason that they were told."""
        async with self._reading() as conn:
            one = await requests.find(conn, number)
        if one is None:
            await self._allow(who, Deed.RIGHTS)
            raise Mistake(f"There is no request number {number}.")
        await self._allow(who, Deed.RIGHTS, one.area)
        reason = " ".join((refused or "").split())
        if refused is not None and not 0 < len(reason) <= LONGEST_NOTE:
            raise Mistake(f"Say why it is refused, in at most {LONGEST_NOTE} characters: they have to be told.")
        state = "done" if refused is None else "refused"
        async with self._writing() as conn:
            if not await requests.close(conn, number, state, by=who.name, now=self._clock.now(), reason=reason):
                raise Mistake("That request is closed already.")
            await self._note(conn, who, f"rights_{state}", str(number), kind=one.kind)
        return replace(one, state=state)

    # ── a copy ───────────────────────────────────────────────────────────────────────────────────────────────
    async def send_copy(self, who: Staff, code_name: str, *, key: str) -> int:
        """All that is kept of them goes to their own chat, where nobody else reads it; in so many messages.

        The same `key` again sends nothing more.
        """
        member = await self._member(who, Deed.RIGHTS, code_name)
        if not 0 < len(key) <= 40:
            raise Mistake("A key has 1 to 40 characters.")
        cause, now = f"copy:{member.id}:{key}", self._clock.now()
        async with self._writing() as conn:
            scene, _ = await self._scene(conn, member)
            if not scene.place[0] or not member.reachable:
                raise Mistake(f"{member.code_name} cannot be written to. Save the copy, and give it to them.")
            if await outbox.known(conn, cause):
                return 0
            about = {"participant_id": member.id, "always": True, "priority": 0}
            found = await self._copies(conn, member)
            letters = [Letter(place=scene.place, message=one, about=about) for one in found]
            for row in rows(letters, {}, cause, now):
                await outbox.add(conn, row)
            await self._copied(conn, who, member, "chat")
        return len(letters)

    async def save_copy(self, who: Staff, code_name: str) -> bytes:
        """The same as one file for somebody who has no chat. It holds what they keep to themselves, too."""
        member = await self._member(who, Deed.RIGHTS, code_name)
        async with self._writing() as conn:
            found = await self._copies(conn, member)
            await self._copied(conn, who, member, "file")
        return own_data.packed(found, self._load)

    async def _copies(self, conn: AsyncConnection, member: Member) -> tuple[Outgoing, ...]:
        scene, values = await self._scene(conn, member)
        assert scene.person is not None
        own = await mine.everything(conn, member.id)
        return own_data.copies(self._wording.script, own, self._wording.locale(scene.person.locale), values)

    async def _copied(self, conn: AsyncConnection, who: Staff, member: Member, how: str) -> None:
        await self._did(conn, who, member, "copy")
        await self._note(conn, who, "rights_copy", member.code_name, how=how)

    # ── putting right ────────────────────────────────────────────────────────────────────────────────────────
    async def put_fact_right(self, who: Staff, code_name: str, name: str, value: str) -> Member:
        """Something they told about themselves is like this. What was there before stays as history."""
        member = await self._member(who, Deed.RIGHTS, code_name)
        told, now = " ".join(clean(value).split()), self._clock.now()
        async with self._writing() as conn:
            await taking.hold(conn, member.id)
            scene, values = await self._scene(conn, member)
            if name == NAME:
                await self._rename(conn, member, told)
            else:
                await self._learn(conn, who, scene, self._fitting(scene, values, name, told))
                await self._replan(conn, self._programme, [member.id], now)
            await self._note(conn, who, "rights_correct", member.code_name, fact=name)
        return member

    def _fitting(self, scene: Scene, values: Values, name: str, value: str) -> SetFact:
        assert scene.person is not None
        known = next((one for one in self._known(scene.person, values) if one.name == name), None)
        if known is None:
            raise Mistake("That is nothing that can be put right here.")
        if known.options and value not in dict(known.options):
            raise Mistake("Choose one of the answers that there are.")
        if not 0 < len(value) <= LONGEST_FACT:
            raise Mistake(f"Write it in 1 to {LONGEST_FACT} characters.")
        return SetFact(step="", name=name, value=value)

    async def _learn(self, conn: AsyncConnection, who: Staff, scene: Scene, fact: SetFact) -> None:
        person = scene.person
        assert person is not None
        now = self._clock.now()
        new = noting.learned(person, fact, self._programme)
        was = str(person.facts.get(fact.name, ""))
        values = {"facts": to_json(new.facts), "locale": new.locale}
        await conn.execute(sa.update(participants).where(participants.c.id == person.id).values(values))
        await requests.note_correction(conn, person.id, fact.name, was=was, by=who.name, now=now)

    async def _rename(self, conn: AsyncConnection, member: Member, name: str) -> None:
        if not 0 < len(name) <= LONGEST_FACT:
            raise Mistake(f"A name has 1 to {LONGEST_FACT} characters.")
        theirs = sa.update(contacts).where(contacts.c.participant_id == member.id)
        if not (await conn.execute(theirs.values(name=name))).rowcount:
            raise Mistake(f"{member.code_name} has no chat, so no name is kept.")

    async def put_answer_right(self, who: Staff, code_name: str, answer: str, words: str) -> Reflection:
        """An answer in words says this instead. Its older words stay as history."""
        member = await self._member(who, Deed.RIGHTS, code_name)
        told, now = clean(words.strip()), self._clock.now()
        if not 0 < len(told) <= LONGEST:
            raise Mistake(f"An answer has 1 to {LONGEST} characters. To take it away, erase it in the chat.")
        run_id, _, step = answer.partition(".")
        async with self._writing() as conn:
            await taking.hold(conn, member.id)
            found = next((one for one in await self._in_words(conn, who, member) if one.id == answer), None)
            if found is None or not await requests.put_right(conn, run_id, step, told, now):
                raise Mistake("There is no such answer in words that they share with the team.")
            await requests.note_correction(conn, member.id, answer[:80], was="", by=who.name, now=now)
            await self._note(conn, who, "rights_correct", member.code_name, answer=answer[:80])
        return found

    async def _in_words(self, conn: AsyncConnection, who: Staff, member: Member) -> tuple[Reflection, ...]:
        """What may be put right is what the team may read anyway."""
        wanted = Filter(areas=await self._areas(who, Deed.RIGHTS), participant_id=member.id)
        found = await reflections.read(conn, wanted)
        return tuple(one for one in found if any(part.text and not part.media_kind for part in one.parts))

    def _known(self, person: Person, values: Values) -> Iterator[Known]:
        """What they told about themselves, in the order in which it is asked."""
        listener = Listener(person=person)
        facts = self._wording.facts(listener)
        told = set()
        for flow, step in self._told_at():
            value = person.facts.get(step.stores)
            if isinstance(value, str) and step.stores not in told:
                told.add(step.stores)
                listed = facts.get(step.options_from, ())
                named = listed if isinstance(listed, tuple) else ()
                options = [(one.key, self._labelled(flow, step, one.key, values)) for one in step.options]
                yield Known(name=step.stores, value=value, options=(*options, *named))

    def _told_at(self) -> Iterator[tuple[Flow, Step]]:
        for flow in self._programme.flows.values():
            for step in flow.steps:
                if step.stores.startswith("profile.") and step.stores != NAME and step.kind in CHOSEN:
                    yield flow, step

    def _labelled(self, flow: Flow, step: Step, key: str, values: Values) -> str:
        return self._wording.option(flow.version, step.id, key, self._wording.locale(""), values)

    # ── erasing ──────────────────────────────────────────────────────────────────────────────────────────────
    async def erase_person(self, who: Staff, code_name: str, typed: str) -> str:
        """Forget them, as they asked. What is returned is their receipt, the only proof of it that there is."""
        member = await self._member(who, Deed.RIGHTS, code_name)
        if typed.strip().casefold() != member.code_name.casefold():
            raise Mistake(f"Type {member.code_name} to erase them. Nothing was erased.")
        receipt, now = new_id(10).upper(), self._clock.now()
        async with self._writing() as conn:
            await taking.hold(conn, member.id)
            await self._did(conn, who, member, "erase")
            await self._note(conn, who, "rights_erase", member.code_name)
            await erasure.erase(conn, member.id, receipt, now)
        await self._db.checkpoint()
        await self._buried()
        return receipt

    async def _did(self, conn: AsyncConnection, who: Staff, member: Member, kind: str) -> None:
        now, today = self._clock.now(), self._day_there(member)
        await requests.done(conn, member.id, member.area, kind, on=today, by=who.name, now=now)

    async def _scene(self, conn: AsyncConnection, member: Member) -> tuple[Scene, Values]:
        """Their side of the dialogue, and what a template may name."""
        now = self._clock.now()
        scene = await scenes.alone(conn, member.id, now)
        if scene is None or scene.person is None:
            raise Mistake(f"{member.code_name} is not there any more.")
        listener = Listener(person=scene.person, name=scene.name, attendance=scene.attendance)
        return scene, self._wording.values(listener, await workshops.all_of(conn), now)

    def _day_there(self, member: Member) -> date:
        return self._clock.now().astimezone(self._zone(member.area)).date()
