"""The words that people use themselves: what they answered where a flow asks how they would put it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.facilitation.office import Office
from bot.rights import Deed, Staff
from flows import disclosure
from flows.disclosure import Figure
from flows.words import normalise
from storage import people, reflections, told
from storage.reflections import Filter, Reflection
from storage.told import Told

TAG = "lexicon"


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrase:
    """One way to put it, as the first person wrote it. `said_by`: who uses it."""

    text: str
    people: int
    flow: str
    step: str
    said_by: str = "participants"


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One way to put it, and how many put it so, as it may be told."""

    text: str
    people: Figure


class Lexicon(Office):
    """Commands about people's own words."""

    async def lexicon(self, who: Staff, area: str) -> list[Phrase]:
        """The phrases of an area that people share with the team, those of most people first."""
        await self._areas(who, Deed.READ, [area])
        found: list[Phrase] = []
        async with self._reading() as conn:
            for flow, step in self._asking():
                rows = await reflections.read(conn, Filter(areas=(area,), flow=flow, step=step))
                found += _phrases(flow, step, rows)
        return sorted(found, key=lambda phrase: (-phrase.people, phrase.text.casefold()))

    async def phrases(self, who: Staff, areas: Sequence[str] = ()) -> dict[str, list[Said]]:
        """The same for a page, by area: small numbers are not told, and the order gives none of them away."""
        wanted = await self._areas(who, Deed.READ, areas)
        async with self._reading() as conn:
            found = await told.at(conn, wanted, self._asking())
            joined = {area: await people.joined(conn, area) for area in wanted}
        limits = {area: disclosure.limit(self._programme.threshold, n) for area, n in joined.items()}
        return {area: _said([one for one in found if one.area == area], few) for area, few in limits.items()}

    def _asking(self) -> list[tuple[str, str]]:
        flows = self._programme.flows.values()
        return [(flow.id, step.id) for flow in flows for step in flow.steps if TAG in step.tags]


def _said(found: Sequence[Told], few: int) -> list[Said]:
    first: dict[str, str] = {}
    users: dict[str, set[str]] = {}
    for one in found:
        for words in one.words.values():
            if key := normalise(words):
                first.setdefault(key, words)
                users.setdefault(key, set()).add(one.person)
    said = [Said(text=text, people=disclosure.count(len(users[key]), few)) for key, text in first.items()]
    return sorted(said, key=lambda one: (-(one.people.n or 0), one.text.casefold()))


def _phrases(flow: str, step: str, rows: list[Reflection]) -> list[Phrase]:
    """The same words in capitals or with a full stop are the same phrase; each person counts once."""
    first: dict[str, str] = {}
    users: set[tuple[str, str]] = set()
    for row in reversed(rows):  # oldest first
        text = " ".join(" ".join(part.text for part in row.parts).split())
        if key := normalise(text):
            first.setdefault(key, text)
            users.add((key, row.code_name))
    people = Counter(key for key, _ in users)
    return [Phrase(text=text, people=people[key], flow=flow, step=step) for key, text in first.items()]
