"""Answers by phone, on paper or in the room: written down for people who cannot use the chat, or have none."""

import re
from dataclasses import dataclass
from typing import Final

from bot.facilitation.assisting import Pen, Somebody
from bot.facilitation.doors import Doors
from bot.facilitation.office import Mistake
from bot.messages import Choice, Outgoing
from bot.rights import Deed, Staff
from flows.definition import PARTICIPANTS, Flow
from storage.rows import ALPHABET

VIAS: Final = ("phone", "paper", "in_person")
"""How the answers come to whoever writes them down."""
ID: Final = re.compile(f"[{ALPHABET}]{{14}}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Dictation:
    """How far it is: what is to be read out now, and what can be answered. `open`: there is more to ask."""

    code_name: str
    said: tuple[Outgoing, ...]
    open: bool
    erased: bool = False  # nothing of them is kept, as they want it
    beneath: tuple[str, ...] = ()

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The buttons of the question that is open."""
        return self.said[-1].choices if self.said and self.open else ()

    @property
    def at(self) -> str:
        """Names that question."""
        return next((one.token for one in reversed(self.said) if one.token), "")


class Assisted(Doors):
    """Commands that write down what somebody says."""

    def dictated(self) -> tuple[Flow, ...]:
        """The conversations that can be gone through like this, in the order of the calendar."""
        planned = [entry.flow for entry in self._programme.entries if entry.flow and entry.whom == PARTICIPANTS]
        first = [self._programme.welcome, *planned, *([self._programme.thought] if self._programme.thought else [])]
        return tuple(self._programme.flows[flow] for flow in dict.fromkeys(first))

    async def dictate(self, who: Staff, code_name: str, flow: str, *, via: str) -> Dictation:
        """Begin, or go on where they were. Whoever has not agreed to take part yet is asked that first."""
        pen = await self._pen(who, code_name, via)
        if flow not in {one.id for one in self.dictated()}:
            raise Mistake(f"There is no conversation “{flow}” that can be written down for somebody.")
        said = await pen.begin(flow)
        async with self._writing() as conn:
            await self._note(conn, who, "assist", code_name, flow=flow, via=via)
        return await self._dictation(pen, said)

    async def dictated_words(
        self, who: Staff, code_name: str, text: str, *, via: str, at: str, beneath: tuple[str, ...] = ()
    ) -> Dictation:
        """What they said to the question named by `at`; sent twice, it is noted once."""
        pen = await self._pen(who, code_name, via, beneath)
        if not text.strip():
            raise Mistake("Write what they said, or skip the question.")
        return await self._dictation(pen, await pen.says(text, at=at))

    async def dictated_choice(
        self, who: Staff, code_name: str, token: str, *, via: str, beneath: tuple[str, ...] = ()
    ) -> Dictation:
        """The button they chose."""
        pen = await self._pen(who, code_name, via, beneath)
        return await self._dictation(pen, await pen.presses(token))

    async def welcome_by_hand(self, who: Staff, area: str, id: str, *, via: str) -> Dictation:
        """Somebody without a chat takes part from now on, if they agree. The same `id` again is the same person."""
        self._area(area)
        await self._allow(who, Deed.ASSIST, area)
        await self._allow(who, Deed.INVITE, area)
        if not ID.fullmatch(id):
            raise Mistake("This form is too old. Please open the page again.")
        pen = self._pen_for(who, Somebody(id, area), via)
        said = await pen.begin(self._programme.welcome)
        async with self._writing() as conn:
            await self._note(conn, who, "assist_join", pen.code_name, via=via)
        return await self._dictation(pen, said)

    async def _pen(self, who: Staff, code_name: str, via: str, beneath: tuple[str, ...] = ()) -> Pen:
        member = await self._member(who, Deed.ASSIST, code_name)
        return self._pen_for(who, Somebody(member.id), via, beneath)

    def _pen_for(self, who: Staff, whom: Somebody, via: str, beneath: tuple[str, ...] = ()) -> Pen:
        if via not in VIAS:
            raise Mistake(f"Say how the answers come: {', '.join(VIAS)}.")
        tools = (self._db, self._wording.script, self._clock)
        return Pen(*tools, who.name, whom, via=via, beneath=beneath)

    async def _dictation(self, pen: Pen, said: list[Outgoing]) -> Dictation:
        self._wake()
        if pen.erased:
            await self._buried()
        beneath = tuple(sorted(pen.beneath))
        return Dictation(code_name=pen.code_name, said=tuple(said), open=pen.open, erased=pen.erased, beneath=beneath)
