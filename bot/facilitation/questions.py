"""What people asked of those who decide: looked through, and answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.facilitation.office import Mistake, Office
from bot.rights import Deed, Staff
from bot.shelves import asking
from storage import questions, waiting
from storage.questions import Reply
from storage.reflections import Reflection

LONGEST = 1000
OWED: Final = timedelta(days=7)
"""A question that waits longer than this for a reply is overdue."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question, as it was asked, and its reply."""

    asked: Reflection
    reply: Reply | None

    def late(self, now: datetime) -> bool:
        """Whether it waits for longer than anybody should."""
        return self.reply is None and now - self.asked.at > OWED


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """The questions that are looked at now; `n` wait in all, `late` of them for too long."""

    waiting: tuple[Question, ...]
    replied: tuple[Question, ...]
    n: int
    late: int


class Questions(Office):
    """Commands about questions."""

    async def questions(self, who: Staff, areas: Sequence[str] = (), *, open_only: bool = False) -> list[Question]:
        """What people want to know, oldest first."""
        wanted = await self._areas(who, Deed.AGENDA, areas)
        async with self._reading() as conn:
            found = await questions.of_areas(conn, wanted, asking(self._programme), waiting=open_only)
        return [Question(asked=one, reply=reply) for one, reply in found]

    async def waiting_questions(self, who: Staff, areas: Sequence[str], most: int) -> Queue:
        """Those that have waited longest and the newest replies, so many of each at most, and how many there are."""
        wanted, steps, now = await self._areas(who, Deed.AGENDA, areas), asking(self._programme), self._clock.now()
        async with self._reading() as conn:
            oldest = await questions.some(conn, wanted, steps, replied=False, limit=most)
            newest = await questions.some(conn, wanted, steps, replied=True, limit=most)
            heaps = await waiting.unanswered(conn, wanted, steps, now)
            late = await waiting.unanswered(conn, wanted, steps, now - OWED)
        return Queue(
            waiting=tuple(Question(asked=one, reply=reply) for one, reply in oldest),
            replied=tuple(Question(asked=one, reply=reply) for one, reply in newest),
            n=sum(heap.n for heap in heaps),
            late=sum(heap.n for heap in late),
        )

    async def question(self, who: Staff, answer: str) -> Question | None:
        """The question that this answer is; None also for one of another's area."""
        wanted = await self._areas(who, Deed.AGENDA)
        run_id, _, step = answer.partition(".")
        async with self._reading() as conn:
            found = await questions.find(conn, wanted, asking(self._programme), run_id, step)
        return Question(asked=found[0], reply=found[1]) if found else None

    async def answer_question(self, who: Staff, answer: str, *, replied_by: str, text: str) -> Question:
        """Pass on what somebody replied. The person reads it when they next hear of the agenda."""
        role, words = " ".join(replied_by.split()), text.strip()
        if not role or len(role) > 120:
            raise Mistake("Say who replies, by their role and in at most 120 characters.")
        if not 0 < len(words) <= LONGEST:
            raise Mistake(f"A reply needs words, and at most {LONGEST} characters.")
        found = await self.question(who, answer)
        if found is None:
            raise Mistake(f"There is no question “{answer}” in your areas.")
        run_id, _, step = answer.partition(".")
        now = self._clock.now()
        async with self._writing() as conn:
            await questions.reply(conn, run_id, step, replied_by=role, text=words, by=who.name, now=now)
            await self._note(conn, who, "answer_question", answer)
        return Question(asked=found.asked, reply=Reply(by=role, text=words, at=now))
