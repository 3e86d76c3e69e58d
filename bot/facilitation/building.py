"""Building a key issue out of what people said: the answers that speak of it, and those it could be quoted from."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.facilitation.agenda import Agenda
from bot.facilitation.office import Mistake
from bot.facilitation.reading import Reading, Selection
from bot.rights import Deed, Staff
from bot.wording import COMMON
from flows import disclosure
from flows.agenda import KeyIssue
from flows.disclosure import Figure
from storage import agenda, people, reading
from storage.reading import Card
from storage.reflections import Reflection


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


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedIssue:
    """A key issue with its people as they may be told."""

    issue: KeyIssue
    people: Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidates:
    """A page of answers to choose from. `before`: where the next page begins."""

    found: tuple[Candidate, ...]
    before: str
    questions: Mapping[str, str]  # answer → what was asked


class Building(Agenda, Reading):
    """Commands for whoever prepares a key issue."""

    async def draft(self, who: Staff, area: str, number: int) -> Draft | None:
        """This key issue with its sources; None when there is no such number."""
        await self._areas(who, Deed.AGENDA, [area])
        async with self._reading() as conn:
            issue = await agenda.find(conn, area, number)
            if issue is None:
                return None
            few = disclosure.limit(self._programme.threshold, await people.joined(conn, area))
            linked = await agenda.linked(conn, issue.id)
            cards = await reading.cards_at(conn, [area], list(linked), who.name)
        sources = tuple(_candidate(card, linked) for card in cards)
        return Draft(issue=issue, people=disclosure.count(issue.people, few), sources=sources)

    async def counted_issues(self, who: Staff, areas: Sequence[str] = ()) -> list[CountedIssue]:
        """The key issues of these areas, as they are told outside the team."""
        wanted = await self._areas(who, Deed.AGENDA, areas)
        async with self._reading() as conn:
            found = await agenda.of_areas(conn, wanted)
            joined = {area: await people.joined(conn, area) for area in wanted}
        few = {area: disclosure.limit(self._programme.threshold, n) for area, n in joined.items()}
        return [CountedIssue(issue=one, people=disclosure.count(one.people, few[one.area])) for one in found]

    async def candidates(
        self, who: Staff, area: str, number: int, asked: Selection | None = None, before: str = ""
    ) -> Candidates:
        """Answers of the area to link and to quote: the newest, or those with these words, or sorted under a label."""
        await self._areas(who, Deed.AGENDA, [area])
        chosen = await self._chosen(who, Deed.READ, replace(asked or Selection(), areas=(area,)))
        async with self._reading() as conn:
            linked = await agenda.linked(conn, (await self._issue(conn, area, number)).id)
            page = await reading.page(conn, chosen, who.name, before=before)
        found = tuple(_candidate(card, linked) for card in page.cards)
        return Candidates(found=found, before=page.before, questions=self.asked_in(page.cards))

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


def _candidate(card: Card, linked: Collection[tuple[str, str]]) -> Candidate:
    shared = card.text and card.reflection.share == "group" and card.consent in ("yes", "ask")
    return Candidate(
        said=card.reflection,
        words=card.text,
        linked=card.place in linked,
        quotable=card.consent if shared else "no",
    )
