"""What people asked of those who decide: looked through, and answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.facilitation.office import Mistake, Office
from bot.rights import Deed, Staff
from bot.shelves import asking
from storage import questions
from storage.questions import Reply
from storage.reflections import Reflection

LONGEST = 1000
LATE = timedelta(days=14)
"""Whoever asks is owed a reply by then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question, as it was asked, and its reply."""

    asked: Reflection
    reply: Reply | None

    def late(self, now: datetime) -> bool:
        """Whether it waits for longer than anybody should."""
        return self.reply is None and now - self.asked.at > LATE


class Questions(Office):
    """Commands about questions."""

    async def questions(self, who: Staff, areas: Sequence[str] = (), *, open_only: bool = False) -> list[Question]:
        """What people want to know, oldest first."""
        wanted = await self._areas(who, Deed.AGENDA, areas)
        async with self._reading() as conn:
            found = await questions.of_areas(conn, wanted, asking(self._programme))
        return [Question(asked=one, reply=reply) for one, reply in found if not (open_only and reply)]

    async def answer_question(self, who: Staff, answer: str, *, replied_by: str, text: str) -> Question:
        """Pass on what somebody replied. The person reads it when they next hear of the agenda."""
        role, words = " ".join(replied_by.split()), text.strip()
        if not role or len(role) > 120:
            raise Mistake("Say who replies, by their role and in at most 120 characters.")
        if not 0 < len(words) <= LONGEST:
            raise Mistake(f"A reply needs words, and at most {LONGEST} characters.")
        found = next((one for one in await self.questions(who) if one.asked.id == answer), None)
        if found is None:
            raise Mistake(f"There is no question “{answer}” in your areas.")
        run_id, _, step = answer.partition(".")
        now = self._clock.now()
        async with self._writing() as conn:
            await questions.reply(conn, run_id, step, replied_by=role, text=words, by=who.name, now=now)
            await self._note(conn, who, "answer_question", answer)
        return Question(asked=found.asked, reply=Reply(by=role, text=words, at=now))
