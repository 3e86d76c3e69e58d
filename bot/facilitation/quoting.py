"""Quotes: words of a reflection, word for word, that may be used as long as the person lets us."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.facilitation.agenda import Agenda
from bot.facilitation.coding import Coding
from bot.facilitation.office import Mistake
from bot.facilitation.reading import span_of
from bot.rights import Deed, Staff
from flows.agenda import KeyIssue
from storage import quotes, reading
from storage.quotes import Quote
from storage.reading import Card


class Quoting(Agenda, Coding):
    """Commands about quotes. Whether one may be used is looked at when it is saved, and each time it is used."""

    async def quotes(self, who: Staff, areas: Sequence[str] = (), before: str = "") -> list[Quote]:
        """Those the team keeps, newest first, as they stand now."""
        wanted = await self._areas(who, Deed.READ, areas)
        async with self._reading() as conn:
            return await quotes.listed(conn, wanted, before=before)

    async def quotes_of(self, who: Staff, id: str) -> list[Quote]:
        """Those from one reflection."""
        async with self._reading() as conn:
            card = await self._card(conn, who, Deed.READ, id)
            return await quotes.of_answer(conn, card.place)

    async def mark_quote(self, who: Staff, id: str, words: str, key: str, near: int = 0) -> Quote:
        """Keep words of a reflection as a quote. The same `key` again is the same quote."""
        async with self._writing() as conn:
            card = await self._card(conn, who, Deed.CODE, id)
            may_quote(card)
            begin, end = span_of(card.text, words, near)
            now = self._clock.now()
            made = {"made_by": who.name, "made_at": now, "revision": card.reflection.revision, "key": key[:40]}
            text = card.text[begin:end]
            quote = await quotes.add(conn, card.place, card.participant_id, (begin, end), text, **made)
            await reading.mark(conn, who.name, [card], now)
            await self._note(conn, who, "quote_marked", id, quote=quote)
            return await self._quote(conn, who, Deed.CODE, quote)

    async def quote_agreed(self, who: Staff, id: str) -> Quote:
        """The person wants to be asked each time. They were, about this one, and said yes."""
        async with self._writing() as conn:
            quote = await self._quote(conn, who, Deed.CODE, id)
            if quote.state != "waiting":
                raise Mistake("This quote does not wait for anybody's word.")
            await quotes.agreed(conn, id)
            await self._note(conn, who, "quote_agreed", id)
            return await self._quote(conn, who, Deed.CODE, id)

    async def drop_quote(self, who: Staff, id: str) -> None:
        """Keep it no more."""
        async with self._writing() as conn:
            await self._quote(conn, who, Deed.CODE, id)
            await quotes.drop(conn, id, who.name, self._clock.now())
            await self._note(conn, who, "quote_dropped", id)

    async def use_quote(self, who: Staff, id: str, number: int) -> KeyIssue:
        """Let a key issue of its area speak with it."""
        async with self._reading() as conn:
            quote = await self._quote(conn, who, Deed.AGENDA, id)
        if quote.state != "usable":
            raise Mistake("This quote may not be used as things stand.")
        answer = f"{quote.run_id}.{quote.step}"
        return await self.quote_issue(who, quote.area, number, answer, quote.words, asked=quote.asked)

    async def _quote(self, conn: AsyncConnection, who: Staff, deed: Deed, id: str) -> Quote:
        found = await quotes.find(conn, id, await self._areas(who, deed))
        if found is None:
            raise Mistake("There is no such quote any more.")
        return found


def may_quote(card: Card) -> None:
    """`Mistake` says why words of this reflection may not be quoted."""
    if card.reflection.share != "group":
        raise Mistake("The person shared this with the team alone. It may be counted, but not quoted.")
    if card.consent not in ("yes", "ask"):
        raise Mistake("The person did not agree that their words are used. It may be counted, but not quoted.")
