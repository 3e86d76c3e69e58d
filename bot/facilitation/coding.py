"""Coding: themes of the team's own, codes on reflections and on words in them, and where two coders differ."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.facilitation.office import Mistake
from bot.facilitation.reading import Reading, span_of
from bot.messages import clean
from bot.rights import Deed, Staff
from flows.agreement import Agreement, together
from flows.frames import NOTHING, Label
from storage import coding, reading
from storage.coding import Difference, Verdict
from storage.reading import Card

NAME: Final = 60
MEMO: Final = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """Two people's codes side by side. `each`: label → how far they agree; `cards`: those on which they do not."""

    first: str
    second: str
    each: dict[str, Agreement] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    cards: dict[str, Card] = field(default_factory=dict)

    @property
    def whole(self) -> Agreement:
        """All labels as one."""
        return together(list(self.each.values()))


class Coding(Reading):
    """Commands that sort what people said. Everybody's codes are their own."""

    async def labels(self, who: Staff, *, retired: bool = False) -> list[Label]:
        """What reflections can be sorted under."""
        await self._allow(who, Deed.READ)
        async with self._reading() as conn:
            return await coding.labels(conn, retired=retired)

    async def add_theme(self, who: Staff, name: str, memo: str = "") -> str:
        """A theme of the team's own, with a memo that says what belongs under it; its id."""
        await self._allow(who, Deed.CODE)
        async with self._writing() as conn:
            name = await self._new_name(conn, name)
            id = await coding.add_theme(conn, name, _memo(memo), who.name, self._clock.now())
            await self._note(conn, who, "theme_added", id)
        return id

    async def change_theme(self, who: Staff, id: str, name: str, memo: str) -> None:
        """Another name or another memo; what is under it stays."""
        await self._allow(who, Deed.CODE)
        async with self._writing() as conn:
            name = await self._new_name(conn, name, but=f"theme:{id}")
            await self._theme(conn, who, id, "theme_changed", name=name, memo=_memo(memo))

    async def retire_theme(self, who: Staff, id: str, *, back: bool = False) -> None:
        """Offer it no more (or again, `back`). What was put under it stays there."""
        await self._allow(who, Deed.CODE)
        async with self._writing() as conn:
            when = None if back else self._clock.now()
            await self._theme(conn, who, id, "theme_back" if back else "theme_retired", retired_at=when)

    async def _theme(self, conn: AsyncConnection, who: Staff, id: str, action: str, **values: object) -> None:
        if not await coding.change_theme(conn, id, self._clock.now(), **values):
            raise Mistake("There is no such theme any more.")
        await self._note(conn, who, action, id)

    async def _new_name(self, conn: AsyncConnection, name: str, but: str = "") -> str:
        name = clean(" ".join(name.split()))
        if not 0 < len(name) <= NAME:
            raise Mistake(f"A theme needs a name of at most {NAME} characters. Nothing was changed.")
        taken = {one.casefold() for key, one in (await coding.names(conn)).items() if key != but}
        if name.casefold() in taken:
            raise Mistake(f"There is already something called “{name}”. Give this one another name.")
        return name

    async def code(self, who: Staff, id: str, labels: Sequence[str], words: str = "", near: int = 0) -> int:
        """Sort a reflection under these, or only some words of it. How many codes are new."""
        async with self._writing() as conn:
            card = await self._card(conn, who, Deed.CODE, id)
            known = {label.key for label in await coding.labels(conn)}
            if not labels or not known.issuperset(labels):
                raise Mistake("Choose what it belongs under from the list. Nothing was changed.")
            span = span_of(card.text, words, near) if words.strip() else (0, 0)
            now = self._clock.now()
            new = sum([await coding.add(conn, card, label, who.name, span, now) for label in dict.fromkeys(labels)])
            await reading.mark(conn, who.name, [card], now)
            await self._note(conn, who, "code", id, new=new)
        return new

    async def uncode(self, who: Staff, id: str, code: int) -> None:
        """Take one of one's own codes off. It stays as history."""
        async with self._writing() as conn:
            card = await self._card(conn, who, Deed.CODE, id)
            mine = any(one.id == code and one.coder == who.name for one in card.codes)
            if not mine or not await coding.remove(conn, code, who.name, self._clock.now()):
                raise Mistake("This code is not yours, or it was taken off already.")
            await self._note(conn, who, "uncode", id)

    async def verdicts(self, who: Staff, id: str) -> list[Verdict]:
        """What the team settled about a reflection."""
        async with self._reading() as conn:
            card = await self._card(conn, who, Deed.READ, id)
            return await coding.verdicts(conn, card.place)

    async def compare(self, who: Staff, first: str, second: str, areas: Sequence[str] = ()) -> Compared:
        """How far two coders agree, and the reflections on which they do not."""
        wanted = await self._areas(who, Deed.READ, areas)
        async with self._reading() as conn:
            each, differences = await coding.compared(conn, wanted, first, second)
            places = list(dict.fromkeys(one.place for one in differences))
            cards = await reading.cards_at(conn, wanted, places, who.name)
        return Compared(
            first=first,
            second=second,
            each=each,
            differences=tuple(differences),
            cards={card.reflection.id: card for card in cards},
        )

    async def settle(self, who: Staff, id: str, label: str, *, holds: bool) -> None:
        """Say for the team whether a reflection belongs under a label. Everybody's codes stay as they are."""
        async with self._writing() as conn:
            card = await self._card(conn, who, Deed.CODE, id)
            given = {code.label for code in card.codes}
            if label not in given or label == NOTHING:
                raise Mistake("Nobody has put this reflection under that. There is nothing to settle.")
            await coding.settle(conn, card, label, self._clock.now(), holds=holds, by=who.name)
            await self._note(conn, who, "code_settled", id, label=label, holds=int(holds))


def _memo(text: str) -> str:
    text = clean(text.strip())
    if len(text) > MEMO:
        raise Mistake(f"The memo is too long: {len(text)} characters, and {MEMO} are the most. Nothing was changed.")
    return text
