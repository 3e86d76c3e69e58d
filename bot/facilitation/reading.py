"""Reading what people said: the stream, one reflection, what was read, and a file of what was chosen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.facilitation.office import Mistake, Office
from bot.rights import Deed, Staff
from flows import effects, searching
from flows.searching import NothingToFind, Search
from prompts.catalogue import WordingError
from prompts.markup import plain
from storage import coding, journal, reading, reading_texts
from storage.reading import Card, Chosen, Place
from storage.reflections import Unseen

LARGEST: Final = 20_000
"""Reflections in one file."""
FILES: Final = 5
WITHIN: Final = timedelta(minutes=10)
"""So many files one person may save within that time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """What somebody wants to read. Empty: all of theirs. `words`: as they typed them."""

    areas: tuple[str, ...] = ()
    wave: int | None = None
    flow: str = ""
    label: str = ""
    coder: str = ""
    unread: bool = False
    words: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stream:
    """A page of what was chosen. `before`: where the next begins. `search`: to show where the words stand."""

    cards: tuple[Card, ...]
    before: str
    unseen: Unseen
    search: Search | None = None
    questions: Mapping[str, str] = field(default_factory=dict)  # card → what was asked, as far as it can be told


class Reading(Office):
    """Commands that read answers one by one. Each sees only what is shared with the team and finished."""

    async def stream(self, who: Staff, asked: Selection, before: str = "") -> Stream:
        """The newest of what is chosen, or what comes after `before`."""
        chosen = await self._chosen(who, Deed.READ, asked)
        async with self._reading() as conn:
            found = await reading.page(conn, chosen, who.name, before=before)
            unseen = await reading.unseen(conn, chosen)
        return Stream(
            cards=found.cards,
            before=found.before,
            unseen=unseen,
            search=chosen.search,
            questions=self.asked_in(found.cards),
        )

    async def card(self, who: Staff, id: str, areas: Sequence[str] = ()) -> Card | None:
        """One reflection with all that was made of it; None if this person may not read it, or there is none."""
        wanted = await self._areas(who, Deed.READ, areas)
        async with self._reading() as conn:
            return await reading.card(conn, wanted, place_of(id), who.name)

    async def mark_read(self, who: Staff, ids: Sequence[str]) -> int:
        """This person has read these. How many of them there are."""
        wanted = await self._areas(who, Deed.READ)
        async with self._writing() as conn:
            cards = await reading.cards_at(conn, wanted, [place_of(id) for id in ids], who.name)
            await reading.mark(conn, who.name, cards, self._clock.now())
        return len(cards)

    async def mark_unread(self, who: Staff, id: str) -> None:
        """This person wants to come back to it."""
        async with self._writing() as conn:
            card = await self._card(conn, who, Deed.READ, id)
            await reading.unmark(conn, who.name, card.place)

    async def export_chosen(self, who: Staff, asked: Selection) -> list[Card]:
        """What is chosen, for a file that leaves the program: noted in the journal with its size."""
        chosen = await self._chosen(who, Deed.EXPORT, asked)
        async with self._writing() as conn:
            since = self._clock.now() - WITHIN
            if await journal.count(conn, who.name, "export", since) >= FILES:
                raise Mistake("You have saved many files in the last minutes. Wait ten minutes, then save this one.")
            found = (await reading.page(conn, chosen, who.name, limit=LARGEST)).cards
            if len(found) == LARGEST:
                raise Mistake(f"A file takes fewer than {LARGEST:,} reflections. Choose less, for example one wave.")
            await self._note(conn, who, "export", ",".join(asked.areas)[:80], rows=len(found))
        return list(found)

    async def coders(self, who: Staff) -> list[str]:
        """Everybody who has coded anything."""
        await self._allow(who, Deed.READ)
        async with self._reading() as conn:
            return await reading.coders(conn)

    def asked_in(self, cards: Iterable[Card]) -> dict[str, str]:
        """What these were answers to, in words; the name of the question where they cannot be told any more."""
        asked: dict[tuple[str, str], str] = {}
        for card in cards:
            one = card.reflection
            if (one.version, one.step) not in asked:
                asked[one.version, one.step] = self._question(one.version, one.step)
        return {card.reflection.id: asked[card.reflection.version, card.reflection.step] for card in cards}

    def _question(self, version: str, step: str) -> str:
        locale = next(iter(self._programme.locales))
        values = {**self._programme.texts, "area": "your area", "name": "…", "said": {}, "known": {}}
        try:
            told = self._wording.line(effects.Line(block=step, optional=True), version, locale, values)
        except (WordingError, KeyError):
            return ""
        return " ".join(plain(told).split())

    async def _chosen(self, who: Staff, deed: Deed, asked: Selection) -> Chosen:
        self._flow(asked.flow)
        search = _search(asked.words)
        areas = await self._areas(who, deed, asked.areas)
        if search:
            await self._catch_up()
        return Chosen(
            areas=tuple(areas),
            wave=None if asked.wave is None else self._wave(asked.wave),
            flow=asked.flow,
            label=asked.label,
            coder=asked.coder,
            unread_by=who.name if asked.unread else "",
            search=search,
        )

    async def _catch_up(self) -> None:
        """What was said since somebody last searched is found, too."""
        async with self._reading() as conn:
            waits = await reading_texts.waiting(conn)
        if waits:
            async with self._writing() as conn:
                await reading_texts.catch_up(conn)

    async def _card(self, conn: AsyncConnection, who: Staff, deed: Deed, id: str) -> Card:
        found = await reading.card(conn, await self._areas(who, deed), place_of(id), who.name)
        if found is None:
            raise Mistake("This reflection is not there any more, or it is not shared with the team.")
        return found

    async def names_of_labels(self, who: Staff) -> dict[str, str]:
        """How everything is called that reflections are sorted under."""
        await self._allow(who, Deed.READ)
        async with self._reading() as conn:
            return await coding.names(conn)


def place_of(id: str) -> Place:
    """A reflection by its id: the run and the step."""
    run_id, _, step = id.partition(".")
    return run_id, step


def span_of(text: str, words: str, near: int = 0) -> tuple[int, int]:
    """Where these words stand in a text, the place nearest to `near`; `Mistake` if they do not, word for word."""
    wanted = words.replace("\r\n", "\n").strip()
    places = _places(text, wanted) if wanted else []
    if not places:
        raise Mistake("These words do not stand in the reflection. Copy them from it, exactly as they are.")
    begin = min(places, key=lambda at: abs(at - near))
    return begin, begin + len(wanted)


def _places(text: str, words: str) -> list[int]:
    found, at = [], text.find(words)
    while at >= 0:
        found.append(at)
        at = text.find(words, at + 1)
    return found


def _search(words: str) -> Search | None:
    if not words.strip():
        return None
    try:
        return searching.parse(words[:500])
    except NothingToFind as why:
        raise Mistake(str(why)) from None
