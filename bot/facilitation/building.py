"""Building a key issue out of what people said: the answers that speak of it, and those it could be quoted from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.facilitation.agenda import Agenda
from bot.facilitation.office import Mistake
from bot.rights import Deed, Staff
from bot.wording import COMMON
from flows import disclosure
from flows.agenda import KeyIssue
from flows.disclosure import Figure
from storage import agenda, people, reflections
from storage.reflections import Filter, Reflection

SHOWN = 40
"""Answers in one look: a word more finds what is not among them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """An answer that may speak of a key issue. `quotable`: yes; ask (they want to be asked each time); or no."""

    said: Reflection
    words: str
    linked: bool
    quotable: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A key issue while it is made: with the answers that speak of it, and how its people are counted aloud."""

    issue: KeyIssue
    people: Figure
    sources: tuple[Candidate, ...]


class Building(Agenda):
    """Commands for whoever prepares a key issue."""

    async def draft(self, who: Staff, area: str, number: int) -> Draft | None:
        """This key issue with its sources; None when there is no such number."""
        await self._areas(who, Deed.AGENDA, [area])
        async with self._reading() as conn:
            issue = await agenda.find(conn, area, number)
            if issue is None:
                return None
            few = disclosure.limit(self._programme.threshold, await people.joined(conn, area))
            found = await reflections.read(conn, Filter(areas=(area,), issue=issue.id, open_only=False))
            sources = await self._candidates(conn, issue, found)
        return Draft(issue=issue, people=disclosure.count(issue.people, few), sources=sources)

    async def candidates(self, who: Staff, area: str, number: int, words: Sequence[str] = ()) -> tuple[Candidate, ...]:
        """The newest answers of the area with one of these words in them (none: all), to link and to quote."""
        await self._areas(who, Deed.AGENDA, [area])
        await self._allow(who, Deed.READ, area)
        wanted = tuple(word for word in words if word.strip())
        async with self._reading() as conn:
            issue = await self._issue(conn, area, number)
            found = await reflections.read(conn, Filter(areas=(area,), words=wanted, limit=SHOWN))
            return await self._candidates(conn, issue, found)

    def called(self, keys: Iterable[str]) -> dict[str, str]:
        """How these are called in the chat; the key itself where there is no such word."""
        locale = next(iter(self._programme.locales))
        return {key: self._wording.option(COMMON, "what", key, locale, {}) for key in keys}

    def frames(self) -> dict[str, str]:
        """What a key issue can be about: the causes that the programme's questions name."""
        options = (option for flow in self._programme.flows.values() for step in flow.steps for option in step.options)
        return self.called(dict.fromkeys(option.frame for option in options if option.frame))

    async def unlink_issue(self, who: Staff, area: str, number: int, answer: str) -> KeyIssue:
        """This answer does not speak of it after all. What was quoted from it is no quote any more."""
        await self._areas(who, Deed.AGENDA, [area])
        run_id, _, step = answer.partition(".")
        async with self._writing() as conn:
            issue = await self._issue(conn, area, number)
            quoted = await agenda.quoted_from(conn, issue.id) == (run_id, step)
            if not await agenda.unlink(conn, issue.id, run_id, step):
                raise Mistake("That answer is not among those that speak of it.")
            if quoted:
                gone = {"quote": "", "quoted": None, "quote_run": "", "quote_step": "", "quote_asked": False}
                await agenda.change(conn, issue, self._clock.now(), **gone)
            await self._note(conn, who, "unlink_issue", f"{area} {number}", answer=answer)
            return await self._issue(conn, area, number)

    async def _candidates(
        self, conn: AsyncConnection, issue: KeyIssue, found: Sequence[Reflection]
    ) -> tuple[Candidate, ...]:
        places = {row.id: _place(row) for row in found}
        behind = await agenda.sources(conn, list(places.values()))
        linked = await agenda.linked(conn, issue.id)
        return tuple(
            Candidate(
                said=row,
                words=source.words,
                linked=places[row.id] in linked,
                quotable=_quotable(source) if source.words else "no",
            )
            for row in found
            if (source := behind.get(places[row.id]))
        )


def _place(row: Reflection) -> tuple[str, str]:
    run_id, _, step = row.id.partition(".")
    return run_id, step


def _quotable(source: agenda.Source) -> str:
    return source.consent if source.share == "group" and source.consent in ("yes", "ask") else "no"
