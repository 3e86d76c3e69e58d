"""The words that people use themselves: what they answered where a flow asks how they would put it."""

from collections import Counter
from dataclasses import dataclass

from bot.facilitation.office import Office
from bot.rights import Deed, Staff
from flows import disclosure
from flows.disclosure import Figure
from flows.words import normalise
from storage import people, reflections
from storage.reflections import Filter, Reflection

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

    async def phrases(self, who: Staff, area: str) -> list[Said]:
        """The same for a page: small numbers are not told, and the order gives none of them away."""
        found = await self.lexicon(who, area)
        async with self._reading() as conn:
            few = disclosure.limit(self._programme.threshold, await people.joined(conn, area))
        said = [Said(text=one.text, people=disclosure.count(one.people, few)) for one in found]
        return sorted(said, key=lambda one: (-(one.people.n or 0), one.text.casefold()))

    def _asking(self) -> list[tuple[str, str]]:
        flows = self._programme.flows.values()
        return [(flow.id, step.id) for flow in flows for step in flow.steps if TAG in step.tags]


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
