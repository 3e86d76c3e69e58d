"""A message to many people at the platform's limit: how long it takes, who gets it twice or never, and the ledger."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from statistics import quantiles

import sqlalchemy as sa

from storage.database import Database
from storage.tables import contacts, deliveries, outbox
from tests.benchmarks.crowd import Crowd
from tests.benchmarks.race import PATIENCE, Command, EndedEarly, line_of
from tests.benchmarks.signs import memory

SILENCE = 6.0
"""Seconds without a message to a recipient after which nothing more is awaited."""
BEGINS = 30.0
"""Seconds that a contender may take before its first message."""
THINKS = 2.0
"""Seconds before somebody who talks answers: the platform takes one message a second for a chat."""
LATE = 0.95
Ledger = Callable[[], Awaitable[Mapping[int, str]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """How many people, at what limit; killed half-way or not; how many others talk meanwhile."""

    recipients: int
    limit: int
    killed: bool = False
    talkers: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailing:
    """How one broadcast went. `before`: seconds from the order to the first message, `seconds`: from there to the last.

    `wrong`: rows of the ledger that do not say what happened; `waits`: the seconds of each reply to those who talked.
    """

    order: Order
    before: float
    seconds: float
    refused: int
    lost: int
    doubled: int
    most_memory: float
    uncertain: int = 0
    wrong: int = 0
    waits: tuple[float, ...] = ()

    @property
    def share(self) -> float:
        """Of what the limit allows, so much was used."""
        return self.order.recipients / self.order.limit / self.seconds

    @property
    def share_of_all(self) -> float:
        """The same, with the replies counted."""
        return (self.order.recipients + len(self.waits)) / self.order.limit / self.seconds

    @property
    def late(self) -> float:
        """The wait that 95 of 100 replies stay below."""
        return quantiles(self.waits, n=100)[int(LATE * 100) - 1] if len(self.waits) > 1 else 0.0


async def mail(command: Command, order: Order, ledger: Ledger | None = None) -> Mailing:
    """Let a contender send to everybody."""
    async with Crowd(order.talkers, limit=order.limit, think=THINKS if order.talkers else 0) as crowd:
        began = 0.0
        most = 0.0
        for last in (False, True) if order.killed else (True,):
            async with command.running(crowd.url) as contender:
                await _begin(contender, crowd)
                began = began or time.perf_counter()
                contender.send_signal(signal.SIGUSR1)
                await (_silence(crowd, order) if last else _half(crowd, order))
                most = max(most, _most_of(contender))
                await (_end(contender) if last else _kill(contender))
        told = await ledger() if ledger else {}
        return _judged(crowd, order, told, began, most)


def _most_of(contender: asyncio.subprocess.Process) -> float:
    """The most memory it has held, in MB; 0 if it has ended by itself, as a loop does."""
    with suppress(LookupError, FileNotFoundError):
        return memory(contender.pid, "VmHWM")
    return 0.0


def _judged(crowd: Crowd, order: Order, told: Mapping[int, str], began: float, most: float) -> Mailing:
    first, last = crowd.news
    return Mailing(
        order=order,
        before=first - began,
        seconds=last - first,
        refused=crowd.judge.refused,
        lost=order.recipients
        - len(crowd.read)
        - sum(told.get(chat) == "uncertain" for chat in told.keys() - crowd.read),
        doubled=sum(count - 1 for count in crowd.read.values()),
        most_memory=most,
        uncertain=sum(state == "uncertain" for state in told.values()),
        wrong=sum(not _true(state, crowd.read[chat]) for chat, state in told.items()),
        waits=tuple(crowd.waits),
    )


def _true(state: str, arrived: int) -> bool:
    """Whether the ledger's word fits what somebody read."""
    return arrived <= 1 if state == "uncertain" else arrived == (state == "sent")


async def _begin(contender: asyncio.subprocess.Process, crowd: Crowd) -> None:
    opening = await line_of(contender)
    if opening and crowd.people:
        await crowd.arrive(opening, PATIENCE)
        crowd.waits.clear()
        crowd.begin(1000)


async def _half(crowd: Crowd, order: Order) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(crowd.read) < order.recipients // 2:  # noqa: ASYNC110  (an event for each message would cost time)
            await asyncio.sleep(0.001)


async def _silence(crowd: Crowd, order: Order) -> None:
    waited_from = time.perf_counter()
    while len(crowd.read) < order.recipients:
        begun = crowd.news[1] > waited_from
        if time.perf_counter() - max(crowd.news[1], waited_from) > (SILENCE if begun else BEGINS):
            return
        await asyncio.sleep(0.05)


async def _kill(contender: asyncio.subprocess.Process) -> None:
    contender.kill()
    await contender.wait()


async def _end(contender: asyncio.subprocess.Process) -> None:
    if contender.returncode is None:
        contender.terminate()
    try:
        await line_of(contender)
    except EndedEarly:
        return


async def ledger_of(url: str) -> Mapping[int, str]:
    """What our ledger says of each recipient, by chat."""
    db = Database.open_to_read(url)
    try:
        async with db.read() as conn:
            found = await conn.execute(
                sa.select(contacts.c.chat, outbox.c.state)
                .select_from(deliveries.join(outbox))
                .join(contacts, contacts.c.participant_id == deliveries.c.participant_id)
                .where(deliveries.c.excluded == "")
            )
            return {int(row.chat): row.state for row in found}
    finally:
        await db.close()
