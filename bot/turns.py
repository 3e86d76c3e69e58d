"""Turns in batches: those that wait together are decided together and committed together.

1. read the updates that wait, and the deadlines that are due
2. read all their conversations (four statements)
3. settle the updates, and decide each in order; nothing is sent here
4. write everything that was noted; COMMIT
5. wake the dispatcher
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import care, due, hearing, publishing
from bot.actions import ACTS
from bot.batch import Batch
from bot.clock import Clock
from bot.faults import fault
from bot.messages import Broken, Command, Content, Inbound, Outgoing, Start, Tap, Words
from bot.metrics import Metrics
from bot.posting import Fit
from bot.records import Stored
from bot.script import Script
from bot.turn import Turn
from bot.wording import Wording
from storage import bell, broadcasts, deadlines, elections, inbox, outbox, scenes, standstill, taking, tasks, workshops
from storage.bell import Bell
from storage.database import Database
from storage.deadlines import Deadline
from storage.inbox import InboxItem
from storage.rows import from_json, to_json
from storage.scenes import Scene

log = logging.getLogger(__name__)

MOST = 200
"""Turns in one transaction."""
AFTER_ERROR = 1.0
"""Seconds until the database is tried again."""
ATTEMPTS = 3
"""After so many failures an update is set aside for the team."""


class Desk(Protocol):
    """Who answers a facilitator that writes in the chat."""

    async def answer(
        self, conn: AsyncConnection, facilitator_id: str, content: Content, now: datetime
    ) -> Sequence[Outgoing]:
        """What to say to this facilitator, within the transaction of the turn."""


class Turns:
    """Takes what is in the inbox and what is due, and gives every piece its one effect."""

    def __init__(
        self,
        db: Database,
        script: Script,
        clock: Clock,
        fits: Mapping[str, Fit],
        desk: Desk,
        wake_dispatcher: Callable[[], None],
        wake_keeper: Callable[[], None],
        links: Mapping[str, str],
        others: Bell,
        bury: Callable[[], Awaitable[None]] | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._db = db
        self._script = script
        self._wording = Wording(script)
        self._clock = clock
        self._fits = fits
        self._desk = desk
        self._wake_dispatcher = wake_dispatcher
        self._wake_keeper = wake_keeper
        self._links = links
        self._others = others
        self._bury = bury
        self._metrics = metrics or Metrics()
        self._knocked = asyncio.Event()
        self._one_batch = asyncio.Lock()
        self._still = True  # as far as we know: a database from a backup begins no prompt until somebody says so

    def wake(self) -> None:
        """Something may have come or become due."""
        self._knocked.set()

    async def accept(self, updates: Sequence[Inbound]) -> None:
        """Put updates on disk. When this returns, a channel may acknowledge them."""
        items = [
            InboxItem(channel=u.address.channel, bot=u.address.bot, key=u.key, chat=u.address.chat, body=to_json(u))
            for u in updates
        ]
        fault("inbox.before_commit")
        async with self._db.write() as conn:
            await inbox.accept(conn, items, self._clock.now())
            await self._others.ring(conn, bell.WORK)
        fault("inbox.after_commit")
        for update in updates:
            self._metrics.count("updates_received_total", channel=update.address.channel)
        self.wake()

    async def run(self) -> None:
        """Take turns until cancelled."""
        self._others.here.add(bell.WORK)
        while True:
            self._metrics.beat("turns")
            await self._knocked.wait()
            self._knocked.clear()
            try:
                while await self.step():
                    self._metrics.beat("turns")
            except DBAPIError as error:
                log.error("turns.database error=%s", type(error).__name__)
                await asyncio.sleep(AFTER_ERROR)
                self.wake()

    async def step(self) -> int:
        """One batch. Returns how many pieces it took; 0 when nothing waits."""
        async with self._one_batch:
            return await self._step()

    async def _step(self) -> int:
        now = self._clock.now()
        async with self._db.read() as conn:
            items = await inbox.free(conn, MOST)
            self._still = self._still and await standstill.since(conn) is not None
            ringing = [] if self._still else await deadlines.free(conn, now, MOST)
        if not items and not ringing:
            return 0
        taken = await self._tried(items, ringing, now, "turns.batch_failed")
        if taken is None:
            await self._one_by_one(items, ringing, now)
            taken = len(items) + len(ringing)
        self._wake_dispatcher()
        return taken

    async def _one_by_one(self, items: Sequence[InboxItem], ringing: Sequence[Deadline], now: datetime) -> None:
        for item in items:
            about = {"inbox": item.id, "attempts": item.attempts + 1}
            if await self._tried([item], [], now, "turns.update_failed", about) is None:
                async with self._db.write() as conn:
                    await inbox.fail(conn, item.id, now, final=item.attempts + 1 >= ATTEMPTS)
        for deadline in ringing:
            if await self._tried([], [deadline], now, "turns.deadline_failed", {"deadline": deadline.id}) is None:
                async with self._db.write() as conn:
                    await deadlines.settle(conn, [deadline.id], "missed", "something went wrong on our side", now)

    async def _tried(
        self,
        items: Sequence[InboxItem],
        ringing: Sequence[Deadline],
        now: datetime,
        failure: str,
        about: Mapping[str, int] | None = None,
    ) -> int | None:
        """Take these turns, as many as are ours; None when a bug in one undid all: the others can be let through.

        A database that cannot be reached is nobody's bug: nothing is counted against an update.
        """
        try:
            with self._metrics.timed("batch_seconds"):
                taken = await self._take(items, ringing, now)
        except inbox.TakenTwice:
            log.info("turns.taken_by_another_process")
            return 0
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception(failure, extra=about)
            self._metrics.count("turns_failed_total", by=0 if about is None else 1)
            return None
        self._metrics.count("turns_total", by=taken)
        return taken

    async def _take(self, items: Sequence[InboxItem], ringing: Sequence[Deadline], now: datetime) -> int:
        async with self._db.write() as conn:
            items, ringing = await taking.mine(conn, items, ringing)
            read = [(item, from_json(item.body, Inbound)) for item in items]
            sound = [(item, inbound.content) for item, inbound in read if not isinstance(inbound.content, Broken)]
            await inbox.settle(conn, [item.id for item, _ in sound], now)  # first: two processes meet here, not later
            for item, inbound in read:
                if isinstance(inbound.content, Broken):
                    await inbox.fail(conn, item.id, now, final=True)
            await publishing.keep_up(conn, self._script)
            batch = await self._batch(conn, now)
            here = await scenes.at(conn, {(item.channel, item.bot, item.chat) for item, _ in sound}, now)
            for item, content in sound:
                scene = here[item.channel, item.bot, item.chat]
                await self._hear(batch, scene, item, content)
                if scene.facilitator_id:
                    await scenes.look_again(conn, here.values())
            people = await self._ringing_scenes(batch, here, ringing)
            for deadline in ringing:
                await self._ring(batch, people.get(deadline.participant_id), deadline)
            await batch.flush()
            if batch.arrived:
                await outbox.arrived(conn, batch.arrived, now)
            await self._others.ring(conn, bell.SEND)
            if batch.erased or batch.recordings:
                await self._others.ring(conn, bell.KEEP)
            fault("turn.before_commit")
        fault("turn.after_commit")
        if batch.erased:
            await self._db.checkpoint()
            if self._bury:
                await self._bury()
        if batch.erased or batch.recordings:
            self._wake_keeper()
        return len(items) + len(ringing)

    async def _batch(self, conn: AsyncConnection, now: datetime) -> Batch:
        return Batch(
            connection=conn,
            records=Stored(conn=conn, programme=self._script.programme, now=now),
            script=self._script,
            wording=self._wording,
            fits=self._fits,
            acts=ACTS,
            heed=care.heed,
            links=self._links,
            workshops=await workshops.all_of(conn),
            elections=await elections.near(conn),
            now=now,
        )

    async def _hear(self, batch: Batch, scene: Scene, item: InboxItem, content: Content) -> None:
        turn = Turn(batch, scene, cause=f"{item.channel}:{item.bot}:{item.key}", at=batch.now)
        fault("turn.begun")
        if scene.facilitator_id and _for_desk(scene, content):
            turn.farewell = True  # staff messages are not part of anybody's record
            await self._at_the_desk(turn, content)
        else:
            worked_here = scene.facilitator_id
            await hearing.hear(turn, content)
            if scene.facilitator_id != worked_here:
                await self._at_the_desk(turn, Start())
        turn.finish()

    async def _at_the_desk(self, turn: Turn, content: Content) -> None:
        facilitator = turn.scene.facilitator_id
        assert facilitator is not None
        for message in await self._desk.answer(turn.batch.conn, facilitator, content, turn.batch.now):
            turn.send(message)

    async def _ringing_scenes(
        self, batch: Batch, here: Mapping[scenes.Place, Scene], ringing: Sequence[Deadline]
    ) -> dict[str, Scene]:
        """The conversations that deadlines are about; one that is in this batch already is the same object."""
        known = {scene.person.id: scene for scene in here.values() if scene.person}
        missing = {d.participant_id for d in ringing} - known.keys()
        await batch.flush()
        return {**await scenes.of(batch.conn, missing, batch.now), **known}

    async def _ring(self, batch: Batch, scene: Scene | None, deadline: Deadline) -> None:
        if scene is None or scene.person is None:
            await self._without_chat(batch, deadline)
            return
        cause = f"deadline:{deadline.id}:{deadline.due_at.timestamp():.6f}"
        turn = Turn(batch, scene, cause=cause, at=batch.now, prompted=True)
        await due.ring(turn, deadline)
        turn.finish()
        if turn.delivery is not None:
            await batch.flush()
            await broadcasts.tie(batch.conn, turn.delivery, cause)

    async def _without_chat(self, batch: Batch, deadline: Deadline) -> None:
        """Somebody who takes part by phone or on paper: what would be sent is for the team to read out to them."""
        if deadline.kind != deadlines.ENTRY:
            await deadlines.settle(batch.conn, [deadline.id], "cancelled", "there is no chat", batch.now)
            return
        await deadlines.settle(batch.conn, [deadline.id], "missed", "there is no chat: it is to be read out", batch.now)
        what = deadline.key.partition(":")[2].replace("_", " ")
        await tasks.call(batch.conn, deadline.participant_id, f"has no chat: read out what is due ({what})", batch.now)


def _for_desk(scene: Scene, content: Content) -> bool:
    """Facilitators who do not take part themselves are always at the desk; others are when they use its commands."""
    if scene.person is None or isinstance(content, Command):
        return True
    if isinstance(content, Tap):
        return content.token.startswith("s.")
    return isinstance(content, Words) and content.text.startswith("/")
