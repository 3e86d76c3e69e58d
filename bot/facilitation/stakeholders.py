"""Stakeholders as the team works with them: invite, list, put right; pass residents' words on and replies back."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.facilitation.office import Mistake, Office
from bot.facilitation.results import Code
from bot.rights import Deed, Staff
from flows.agenda import LEVELS
from flows.definition import Stakeholding, Step
from storage import agenda, invites, passing, questions, reflections, stakeholders
from storage.invites import SEAT
from storage.passing import Passed, Term
from storage.reflections import Filter, Reflection
from storage.stakeholders import Stakeholder

MOST = {"name": 80, "role": 120, "org": 120, "reach": 120}
SPEAKERS = ("residents", "officials")
OWN_VOICE = "own_voice"
"""A step at which somebody speaks for themselves: what is written there is published unedited."""


class About(TypedDict, total=False):
    """What is known of a stakeholder."""

    name: str
    type: str
    role: str
    org: str
    level: str
    reach: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Company:
    """How far the interviews are: `interviewed` of `target`, by type and by area."""

    invited: int
    joined: int
    interviewed: int
    target: int
    by_type: dict[str, int]
    by_area: dict[str, int]

    @property
    def line(self) -> str:
        """The count that everybody asks for."""
        return f"{self.interviewed} of {self.target}"


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnNote:
    """A note in somebody's own voice, word for word."""

    stakeholder: Stakeholder
    step: str
    words: str
    at: datetime


class Stakeholders(Office):
    """Commands about stakeholders."""

    async def invite_stakeholder(self, who: Staff, area: str, **about: Unpack[About]) -> tuple[Stakeholder, Code]:
        """Keep a seat for somebody who decides, and make the code that opens it once."""
        self._area(area)
        await self._allow(who, Deed.STAKEHOLDERS, area)
        values = self._checked({"type": "", **about})
        if not values.get("role") and not values.get("name"):
            raise Mistake("Say who it is: their role, or their name.")
        now = self._clock.now()
        async with self._writing() as conn:
            id = await stakeholders.add(conn, now, area=area, invited_by=who.name, **values)
            found = await self._found(conn, id)
            return found, await self._code_for(conn, who, found)

    async def invite_again(self, who: Staff, id: int) -> Code:
        """A new code for the same seat; the older one opens nothing any more."""
        async with self._writing() as conn:
            found = await self._own(conn, who, id)
            return await self._code_for(conn, who, found)

    async def _code_for(self, conn: AsyncConnection, who: Staff, found: Stakeholder) -> Code:
        now = self._clock.now()
        code = await invites.stakeholder(conn, found.id, now)
        await self._note(conn, who, "invite_stakeholder", str(found.id))
        return Code(code=code, kind="stakeholder", subject=found.role or found.name, expires_at=now + SEAT)

    async def edit_stakeholder(self, who: Staff, id: int, **about: Unpack[About]) -> Stakeholder:
        """Put right what the team noted. What they chose in the chat, they change there."""
        values = self._checked(about)
        if not values:
            raise Mistake("Say what should be different.")
        async with self._writing() as conn:
            found = await self._own(conn, who, id)
            if found.joined_at and values.get("reach"):
                raise Mistake("They have joined, so how to reach them is not kept here any more.")
            await stakeholders.change(conn, id, **values)
            await self._note(conn, who, "edit_stakeholder", str(id), what=" ".join(sorted(values)))
            return await self._found(conn, id)

    async def stakeholders(self, who: Staff, areas: Sequence[str] = ()) -> list[Stakeholder]:
        """Everybody who has a seat in these areas."""
        wanted = await self._areas(who, Deed.STAKEHOLDERS, areas)
        async with self._reading() as conn:
            return await stakeholders.of_areas(conn, wanted)

    async def stakeholder(self, who: Staff, id: int) -> tuple[Stakeholder, list[Reflection]]:
        """One of them with all they said, oldest first."""
        async with self._reading() as conn:
            found = await self._own(conn, who, id)
            said = await reflections.read(conn, Filter(areas=(found.area,), role="stakeholder", open_only=False))
        return found, [one for one in reversed(said) if found.code_name and one.code_name == found.code_name]

    async def company(self, who: Staff, areas: Sequence[str] = ()) -> Company:
        """How many were interviewed, of which kind, and where."""
        own, found = self._seating(), await self.stakeholders(who, areas)
        there = [one for one in found if own.interview in one.finished]
        return Company(
            invited=len(found),
            joined=sum(one.joined_at is not None for one in found),
            interviewed=len(there),
            target=own.target,
            by_type=dict(Counter(own.types.get(one.type, one.type) for one in there)),
            by_area=dict(Counter(one.area for one in there)),
        )

    async def silent(self, who: Staff, areas: Sequence[str] = ()) -> list[Stakeholder]:
        """Those who have a seat and were not interviewed: the ones to phone."""
        own = self._seating()
        return [one for one in await self.stakeholders(who, areas) if own.interview not in one.finished]

    async def own_notes(self, who: Staff, areas: Sequence[str] = ()) -> list[OwnNote]:
        """What was written in somebody's own voice. It is published as it stands: nobody else can change it."""
        wanted = await self._areas(who, Deed.STAKEHOLDERS, areas)
        steps = {
            (flow.id, step.id)
            for flow in self._programme.flows.values()
            for step in flow.steps
            if OWN_VOICE in step.tags
        }
        async with self._reading() as conn:
            seats = {one.code_name: one for one in await stakeholders.of_areas(conn, wanted) if one.code_name}
            said = await reflections.read(conn, Filter(areas=tuple(wanted), role="stakeholder"))
        return [
            OwnNote(stakeholder=seats[one.code_name], step=one.step, words=_words(one), at=one.at)
            for one in said
            if (one.flow, one.step) in steps and one.code_name in seats
        ]

    async def barriers(self, who: Staff, areas: Sequence[str] = ()) -> dict[str, int]:
        """What stands in the way, as often as stakeholders name it, the most named first."""
        wanted = await self._areas(who, Deed.STAKEHOLDERS, areas)
        steps = {(flow.id, step.id) for flow in self._programme.flows.values() for step in flow.steps if _counts(step)}
        async with self._reading() as conn:
            said = await reflections.read(conn, Filter(areas=tuple(wanted), role="stakeholder", open_only=False))
        named = Counter(
            key
            for one in said
            if (one.flow, one.step) in steps and not isinstance(one.value, str | int | None)
            for key in one.value
        )
        return dict(named.most_common())

    # ── residents' words ─────────────────────────────────────────────────────────────────────────────────────
    async def pass_on(self, who: Staff, answer: str, *, words: str = "", to: int | None = None) -> Passed:
        """Pass an answer on, with no name: to all stakeholders of its area, or as a question to one of them.

        `words` are said instead, where the answer itself would tell who wrote it.
        """
        run_id, _, step = answer.partition(".")
        async with self._writing() as conn:
            source = await agenda.source(conn, run_id, step)
            if source is None or source.share == "me":
                raise Mistake(f"There is no answer “{answer}” that may be passed on.")
            await self._allow(who, Deed.STAKEHOLDERS, source.area)
            told = " ".join((words or source.words).split())
            await _nameless(conn, told)
            if to is not None and (await self._own(conn, who, to)).area != source.area:
                raise Mistake(f"Stakeholder {to} belongs to another area.")
            if await passing.known(conn, run_id, step, to):
                raise Mistake("That answer was passed on already.")
            place = {"run_id": run_id, "step": step, "participant_id": source.participant_id, "area": source.area}
            values = {**place, "flow": source.flow, "words": told, "stakeholder_id": to, "by": who.name}
            id = await passing.on(conn, self._clock.now(), **values)
            await self._note(conn, who, "pass_on", str(id), to=to or 0)
            found = await passing.find(conn, id)
        assert found is not None
        return found

    async def passed_on(self, who: Staff, areas: Sequence[str] = ()) -> list[Passed]:
        """What was passed on, and the replies that wait to go back."""
        wanted = await self._areas(who, Deed.STAKEHOLDERS, areas)
        async with self._reading() as conn:
            return await passing.of_areas(conn, wanted)

    async def pass_back(self, who: Staff, id: int, words: str = "") -> Passed:
        """A stakeholder's reply goes back to whoever asked, under the name or role they chose."""
        async with self._writing() as conn:
            found = await passing.find(conn, id)
            if found is None or found.stakeholder_id is None:
                raise Mistake(f"There is no question number {id} that was put to a stakeholder.")
            by = await self._own(conn, who, found.stakeholder_id)
            told = words.strip() or found.reply
            if not told:
                raise Mistake(f"{by.role or by.name} has not replied yet.")
            role = {"replied_by": self.signed(by), "text": told}
            await questions.reply(conn, found.run_id, found.step, **role, by=who.name, now=self._clock.now())
            await self._note(conn, who, "pass_back", str(id))
            again = await passing.find(conn, id)
        assert again is not None
        return again

    def signed(self, one: Stakeholder) -> str:
        """How this stakeholder wants to be named to others."""
        kind = self._seating().types.get(one.type, one.type)
        if one.attribution == "named" and one.name:
            return f"{one.name}, {one.role}"[:120] if one.role else one.name
        return one.role if one.attribution in ("named", "role") and one.role else kind

    # ── the words people use ─────────────────────────────────────────────────────────────────────────────────
    async def terms(self, who: Staff, areas: Sequence[str] = ()) -> list[Term]:
        """The words that residents and officials use."""
        wanted = await self._areas(who, Deed.STAKEHOLDERS, areas)
        async with self._reading() as conn:
            return await passing.terms(conn, wanted)

    async def note_term(self, who: Staff, area: str, term: str, *, said_by: str, means: str = "") -> Term:
        """A word for the lexicon."""
        self._area(area)
        await self._allow(who, Deed.STAKEHOLDERS, area)
        if said_by not in SPEAKERS:
            raise Mistake(f"A word is said by {' or '.join(SPEAKERS)}.")
        one = Term(area=area, term=" ".join(term.split())[:80], said_by=said_by, means=" ".join(means.split())[:200])
        if not one.term:
            raise Mistake("Which word is it?")
        async with self._writing() as conn:
            await _nameless(conn, f"{one.term} {one.means}")
            await passing.note_term(conn, one, who.name, self._clock.now())
            await self._note(conn, who, "note_term", area)
        return one

    async def change_term(
        self, who: Staff, area: str, was: str, *, was_said_by: str, term: str, said_by: str, means: str = ""
    ) -> Term:
        """Say a word of the lexicon in another way, or something else of it."""
        self._area(area)
        await self._allow(who, Deed.STAKEHOLDERS, area)
        async with self._writing() as conn:
            inner = self.within(conn)
            await inner.drop_term(who, area, was, said_by=was_said_by)
            return await inner.note_term(who, area, term, said_by=said_by, means=means)

    async def drop_term(self, who: Staff, area: str, term: str, *, said_by: str) -> None:
        """Take a word out again."""
        self._area(area)
        await self._allow(who, Deed.STAKEHOLDERS, area)
        async with self._writing() as conn:
            if not await passing.drop_term(conn, Term(area=area, term=term, said_by=said_by, means="")):
                raise Mistake(f"“{term}” is not in the lexicon of {area}, said by {said_by}.")
            await self._note(conn, who, "drop_term", area)

    # ── who is meant ─────────────────────────────────────────────────────────────────────────────────────────
    def _seating(self) -> Stakeholding:
        own = self._programme.stakeholders
        if own is None:
            raise Mistake("This programme has no stakeholders. Add stakeholders: … to programme.yaml.")
        return own

    async def _own(self, conn: AsyncConnection, who: Staff, id: int) -> Stakeholder:
        found = await self._found(conn, id)
        await self._allow(who, Deed.STAKEHOLDERS, found.area)
        return found

    async def _found(self, conn: AsyncConnection, id: int) -> Stakeholder:
        found = await stakeholders.find(conn, id)
        if found is None:
            raise Mistake(f"There is no stakeholder number {id}. See: reconvene stakeholder list")
        return found

    def _checked(self, about: About) -> dict[str, str]:
        types = self._seating().types
        values = {name: " ".join(str(value).split()) for name, value in about.items()}
        if "type" in values and values["type"] not in types:
            raise Mistake(f"“{values['type']}” is no kind of stakeholder. Say one of: {', '.join(types)}.")
        if values.get("level") and values["level"] not in LEVELS:
            raise Mistake(f"“{values['level']}” is no level. Say one of: {', '.join(LEVELS)}.")
        for name, value in values.items():
            if len(value) > MOST.get(name, 120):
                raise Mistake(f"The {name} is too long: at most {MOST.get(name, 120)} characters.")
        return values


def _counts(step: Step) -> bool:
    return "barriers" in step.tags


def _words(one: Reflection) -> str:
    return "\n".join(part.text for part in one.parts if part.text)


async def _nameless(conn: AsyncConnection, words: str) -> None:
    """Nothing that tells who somebody is leaves with residents' words."""
    said = words.casefold()
    for name in await passing.names(conn):
        if re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", said):
            raise Mistake(f"The name “{name}” is in these words. Say them without it, with --words.")
