"""Key issues and what can be decided: how what people said becomes the agenda of the next workshop."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypedDict, Unpack

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import shelves
from bot.facilitation.office import Mistake, Office
from bot.rights import Deed, Staff
from flows.agenda import KNOWN, LEVELS, MOST, ORIGINS, KeyIssue, Scope, lacks
from storage import agenda, reflections
from storage.agenda import Source
from storage.reflections import Filter, Reflection

LONGEST = {"title": 120, "alone_because": 200, "minority": 500, "budget": 200, "decider": 120, "note": 200}


class Changed(TypedDict, total=False):
    """What can be said of a key issue."""

    title: str
    frames: tuple[str, ...]
    chain: tuple[str, ...]
    assets: tuple[str, ...]
    no_assets: bool
    decided_by: tuple[str, ...]
    joined_by: tuple[str, ...]
    alone_because: str
    minority: str
    known_before: str
    origin: str


class Agenda(Office):
    """Commands about what wave 1 found."""

    async def issues(self, who: Staff, areas: Sequence[str] = ()) -> list[KeyIssue]:
        """The key issues of this person's areas."""
        wanted = await self._areas(who, Deed.AGENDA, areas)
        async with self._reading() as conn:
            return await agenda.of_areas(conn, wanted)

    async def raised(self, who: Staff, areas: Sequence[str] = ()) -> list[Reflection]:
        """What people say the key issues miss or get wrong, oldest first: on the agenda by themselves."""
        wanted = tuple(await self._areas(who, Deed.AGENDA, areas))
        found: list[Reflection] = []
        async with self._reading() as conn:
            for flow, step in shelves.tagged(self._programme, "missed"):
                found += await reflections.read(conn, Filter(areas=wanted, flow=flow, step=step))
        return sorted((row for row in found if row.value is not None), key=lambda row: row.at)

    async def add_issue(self, who: Staff, area: str, title: str, *, raised_by: str = "") -> KeyIssue:
        """A new key issue, to be filled in and approved. `raised_by`: the answer that asks for it."""
        await self._areas(who, Deed.AGENDA, [area])
        if not title.strip():
            raise Mistake("A key issue needs a title, in the words of the people there.")
        async with self._writing() as conn:
            there = await agenda.of_areas(conn, [area])
            if any(one.title.casefold() == _short("title", title).casefold() for one in there):
                raise Mistake(f"{self._area(area).name} has a key issue of this title already.")
            if len(there) >= MOST:
                raise Mistake(f"{self._area(area).name} has {MOST} key issues: a workshop cannot take more. Drop one.")
            sources = [await self._source(conn, area, raised_by)] if raised_by else []
            number = await agenda.add(conn, area, _short("title", title), self._clock.now(), origin="participants")
            await agenda.link(conn, (await self._issue(conn, area, number)).id, sources)
            await self._note(conn, who, "add_issue", f"{area} {number}")
            return await self._issue(conn, area, number)

    async def edit_issue(self, who: Staff, area: str, number: int, **changed: Unpack[Changed]) -> KeyIssue:
        """Say something else of it. Approvals were of the older wording, so they are asked for again."""
        await self._areas(who, Deed.AGENDA, [area])
        _check(changed)
        values = {name: _short(name, value) if isinstance(value, str) else value for name, value in changed.items()}
        async with self._writing() as conn:
            issue = await self._issue(conn, area, number)
            if not values:
                raise Mistake("Say what should be different.")
            await agenda.change(conn, issue, self._clock.now(), **values)
            await self._note(conn, who, "edit_issue", f"{area} {number}", what=" ".join(sorted(values)))
            return await self._issue(conn, area, number)

    async def drop_issue(self, who: Staff, area: str, number: int) -> KeyIssue:
        """Take it off the list."""
        await self._areas(who, Deed.AGENDA, [area])
        async with self._writing() as conn:
            issue = await self._issue(conn, area, number)
            await agenda.drop(conn, issue)
            await self._note(conn, who, "drop_issue", f"{area} {number}")
        return issue

    async def evidence(self, who: Staff, area: str, words: Sequence[str] = ()) -> list[Reflection]:
        """Answers of the area that have one of these words in them (none: all), for linking and quoting."""
        await self._areas(who, Deed.READ, [area])
        async with self._reading() as conn:
            return await reflections.read(conn, Filter(areas=(area,), words=tuple(words)))

    async def link_issue(self, who: Staff, area: str, number: int, answers: Sequence[str]) -> KeyIssue:
        """These answers speak of it: the people behind them are counted, each once."""
        await self._areas(who, Deed.AGENDA, [area])
        async with self._writing() as conn:
            issue = await self._issue(conn, area, number)
            sources = [await self._source(conn, area, answer) for answer in answers]
            new = await agenda.link(conn, issue.id, sources)
            await self._note(conn, who, "link_issue", f"{area} {number}", answers=new)
            return await self._issue(conn, area, number)

    async def quote_issue(
        self, who: Staff, area: str, number: int, answer: str, words: str, *, asked: bool = False
    ) -> KeyIssue:
        """Let the issue speak in somebody's own words. `asked`: they want to be asked each time, and said yes."""
        await self._areas(who, Deed.AGENDA, [area])
        async with self._writing() as conn:
            issue = await self._issue(conn, area, number)
            source = await self._source(conn, area, answer)
            _may_quote(source, words.strip(), asked=asked)
            await agenda.link(conn, issue.id, [source])
            taken = {"quote": words.strip(), "quoted": source.participant_id, "quote_asked": asked}
            place = {"quote_run": source.run_id, "quote_step": source.step}
            await agenda.change(conn, issue, self._clock.now(), **taken, **place)
            await self._note(conn, who, "quote_issue", f"{area} {number}", answer=answer)
            return await self._issue(conn, area, number)

    async def approve_issue(self, who: Staff, area: str, number: int, *, seen: int = 0) -> KeyIssue:
        """Agree to it as it stands. Two different people have to. `seen`: the revision that they have looked at."""
        await self._areas(who, Deed.AGENDA, [area])
        async with self._writing() as conn:
            issue = await self._issue(conn, area, number)
            if found := lacks(issue):
                raise Mistake(f"Key issue {number} is not ready: it needs {'; '.join(what for _, what in found)}.")
            if seen and seen != issue.revision:
                raise Mistake(f"Key issue {number} was changed since you looked at it. Please read it again.")
            if who.person in issue.approved_by:
                raise Mistake(f"{who.person} has approved key issue {number} already. It takes somebody else, too.")
            await agenda.approve(conn, issue, who.person, self._clock.now())
            await self._note(conn, who, "approve_issue", f"{area} {number}", revision=issue.revision)
            return await self._issue(conn, area, number)

    async def scope(self, who: Staff, area: str) -> Scope:
        """What can be decided in this area, as far as it was said."""
        await self._areas(who, Deed.AGENDA, [area])
        async with self._reading() as conn:
            return await agenda.scope(conn, area) or Scope(area=area)

    async def set_scope(
        self,
        who: Staff,
        area: str,
        *,
        inside: str | None = None,
        outside: str | None = None,
        budget: str | None = None,
        decider: str | None = None,
        decided_on: date | None = None,
    ) -> Scope:
        """Say what this round can and cannot change. What is not given stays as it was."""
        was = await self.scope(who, area)
        given = {"inside": inside, "outside": outside, "budget": budget, "decider": decider}
        words = {name: _short(name, value) for name, value in given.items() if value is not None}
        scope = replace(was, **words, decided_on=decided_on or was.decided_on)
        async with self._writing() as conn:
            await agenda.save_scope(conn, scope, who.name, self._clock.now())
            await self._note(conn, who, "set_scope", area)
        return scope

    async def _issue(self, conn: AsyncConnection, area: str, number: int) -> KeyIssue:
        found = await agenda.find(conn, area, number)
        if found is None:
            raise Mistake(f"{self._area(area).name} has no key issue {number}.")
        return found

    async def _source(self, conn: AsyncConnection, area: str, answer: str) -> Source:
        run_id, _, step = answer.partition(".")
        source = await agenda.source(conn, run_id, step)
        if source is None or source.area != area or source.share == "me":
            raise Mistake(f"There is no answer “{answer}” in {self._area(area).name} that may be used.")
        return source


def _short(name: str, text: str) -> str:
    text = " ".join(text.split())
    most = LONGEST.get(name, 500)
    if len(text) > most:
        raise Mistake(f"The {name.replace('_', ' ')} is too long: {len(text)} characters, and {most} are the most.")
    return text


def _check(changed: Changed) -> None:
    strange = [level for level in changed.get("decided_by", ()) if level not in LEVELS]
    if strange:
        raise Mistake(f"“{strange[0]}” is no level. Say one of: {', '.join(LEVELS)}.")
    if (known := changed.get("known_before")) and known not in KNOWN:
        raise Mistake(f"“{known}” does not say whether it was known. Say one of: {', '.join(KNOWN)}.")
    if (origin := changed.get("origin")) and origin not in ORIGINS:
        raise Mistake(f"“{origin}” is no origin. Say one of: {', '.join(ORIGINS)}.")
    if "title" in changed and not changed["title"].strip():
        raise Mistake("A key issue needs a title, in the words of the people there.")


def _may_quote(source: Source, words: str, *, asked: bool) -> None:
    """Only what was said, word for word, by somebody who shared it with the group and lets us use it."""
    if not words or words not in source.words:
        raise Mistake("A quote is word for word what the person said. These words are not in the answer.")
    if source.share != "group":
        raise Mistake("The person shared this answer with the team alone. It may be counted, but not quoted.")
    if source.consent == "ask" and not asked:
        raise Mistake("The person wants to be asked each time. Ask them; if they agree, quote it with --asked.")
    if source.consent not in ("yes", "ask"):
        raise Mistake("The person did not agree that their words are used.")
