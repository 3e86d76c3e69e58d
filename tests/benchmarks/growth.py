"""What a turn costs as a dialogue grows: the same conversations, with few and with many others around them.

The databases are measured by turns in one process, so that a slow minute of the machine meets all of them.
"""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median

import sqlalchemy as sa

from bot.clock import SystemClock
from bot.messages import Address, Content, Inbound, Start, Words
from bot.wiring import Parts, build
from storage.database import Database
from storage.tables import answers
from tests.benchmarks import databases
from tests.benchmarks.ours import script
from tests.benchmarks.past import EACH, PLACE, fill
from tests.fakes import FakeChannel

SAID: Sequence[Content] = (
    Start(),
    *(
        Words(text=text, message=text)
        for text in ("The centre", "A quiet morning.", "Jobs", "The bus was late.", "Better", "More benches.")
    ),
)
"""One conversation: the beginning, and six answers."""
BATCHES = (1, 200)


class Phone(FakeChannel):
    """Where everybody is reached."""

    name = PLACE["channel"]
    bot = PLACE["bot"]


class NotCounted(Exception):
    """The turns that were measured did not do what they were measured for."""


@dataclass(kw_only=True, slots=True)
class Place:
    """A database with so many people and answers; the microseconds that turns took, by the size of their batch."""

    people: int
    parts: Parts
    number: int = 0
    took: defaultdict[int, list[float]] = field(default_factory=lambda: defaultdict(list))

    async def round(self, size: int) -> None:
        """One conversation of so many people at a time, spread over all that there are."""
        step = max(1, self.people // size)
        chats = [str((n * step + self.number) % self.people * EACH) for n in range(size)]
        for content in SAID:
            said = [self._inbound(chat, content) for chat in chats]
            began = time.perf_counter()
            await self.parts.turns.accept(said)
            await self.parts.turns.step()
            self.took[size].append((time.perf_counter() - began) / size * 1e6)

    async def check(self, turns: int) -> None:
        """Every answer has to be there."""
        async with self.parts.db.read() as conn:
            kept = await conn.scalar(sa.select(sa.func.count()).select_from(answers))
        expected = self.people * EACH + turns * (len(SAID) - 1)
        if kept != expected:
            raise NotCounted(f"{kept} answers instead of {expected}")

    def _inbound(self, chat: str, content: Content) -> Inbound:
        self.number += 1
        address = Address(**PLACE, chat=chat)
        return Inbound(key=f"turn{self.number}", address=address, at=datetime.now(UTC), content=content)


async def grow(
    sizes: Sequence[int], rounds: int, batches: Sequence[int] = BATCHES
) -> Mapping[int, Mapping[int, float]]:
    """People → size of batch → median microseconds of a turn. Everybody has `EACH` answers in the past."""
    with ExitStack() as files:
        async with AsyncExitStack() as stack:
            places = [await _place(files.enter_context(databases.sqlite()), people, stack) for people in sizes]
            for number in range(rounds):
                for place in places:
                    for size in batches:
                        await place.round(size)
                    if not number:
                        place.took.clear()  # the first round warms up
            for place in places:
                await place.check(rounds * sum(batches))
        return {place.people: {size: median(took) for size, took in place.took.items()} for place in places}


async def _place(url: str, people: int, stack: AsyncExitStack) -> Place:
    await fill(url, people * EACH)
    db = Database.open(url)
    stack.push_async_callback(db.close)
    parts = build(db, script(), SystemClock(), [Phone()])
    return Place(people=people, parts=parts)
