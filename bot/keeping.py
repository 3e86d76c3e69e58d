"""Keeping recordings: what was given as an answer is fetched after the commit, cleaned, and put into its folder.

1. read which recordings are wanted
2. ask the platform for one; nothing is held open meanwhile
3. clean it, write it under the name of its row
4. note in the row that it is there; if nobody wants it any more, remove it

A kill between any two of these leaves a row that is still wanted: it is fetched again, over whatever is there. Whatever
no row wants is swept from the folder, so that a withdrawal or an erasure needs no more than to change the rows.
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.base import Channel, Fetched, Lost, NotNow
from bot.clock import Clock
from bot.recordings.cleaning import Clean, Limits, clean
from bot.recordings.unfit import Unfit
from storage import bell, media, standstill
from storage.bell import Bell
from storage.database import Database
from storage.files import Files
from storage.media import Wanted

log = logging.getLogger(__name__)

TOGETHER: Final = 4
"""Recordings in hand at a time: each is held in memory whole, and pictures are drawn anew."""
WAITS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
    timedelta(hours=24),
)
"""How long to wait after each time that it could not be had. After the last the recording counts as failed."""


class Keeper:
    """Fetches for all channels of this process."""

    def __init__(
        self,
        db: Database,
        channels: Sequence[Channel],
        files: Files,
        clock: Clock,
        limits: Limits | None = None,
        others: Bell | None = None,
    ) -> None:
        self._db = db
        self._seat = db.seat("keep")
        self._others = others or Bell(db)
        self._channels = {(one.name, one.bot): one for one in channels}
        self._files = files
        self._clock = clock
        self._limits = limits or Limits()
        self._still = True  # as far as we know: a restored database removes no file until somebody has looked
        self._knocked = asyncio.Event()
        self._one_round = asyncio.Lock()
        self._pen = asyncio.Lock()

    def wake(self) -> None:
        """Something was given, or taken back."""
        self._knocked.set()

    def add(self, channel: Channel) -> None:
        """One more bot whose recordings are kept."""
        self._channels[channel.name, channel.bot] = channel
        self.wake()

    async def run(self) -> None:
        """Keep until cancelled."""
        while True:
            try:
                while await self.step():
                    pass
            except DBAPIError as error:
                log.error("keeping.database error=%s", type(error).__name__)
            except OSError as error:
                log.error("keeping.folder error=%s", error.strerror)
            await self._knocked.wait()
            self._knocked.clear()

    async def step(self) -> int:
        """One round: tidy up, then see to some of what is wanted. How many; 0 when there is nothing to do now."""
        async with self._one_round:
            if not await self._seated():
                return 0
            now = self._clock.now()
            async with self._db.read() as conn:
                held = await media.names(conn)
                due = await media.due(conn, now, TOGETHER, self._channels)
            gone = await asyncio.to_thread(self._files.tidy, held)
            if gone:
                log.info("keeping.removed files=%d", gone)
            ends = await asyncio.gather(*map(self._see_to, due), return_exceptions=True)
            for wanted, end in zip(due, ends, strict=True):
                if end is not None:
                    await self._stumbled(wanted, end, now)
            return len(due)

    async def _seated(self) -> bool:
        """Whether it is for this process to keep: one at a time writes to the folder and tidies it."""
        if not self._seat.held:
            self._others.here.discard(bell.KEEP)
            if await self._seat.take():
                self._others.here.add(bell.KEEP)
        if self._still:
            async with self._db.read() as conn:
                self._still = await standstill.since(conn) is not None
        return self._seat.held and not self._still

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        """One note at a time: the seat has one connection."""
        async with self._pen, self._seat.write() as conn:
            yield conn

    async def leave(self) -> None:
        """Let another process keep."""
        await self._seat.leave()

    async def _stumbled(self, wanted: Wanted, error: BaseException, now: datetime) -> None:
        """Our own bug over one recording stops no other. What a lost seat cost is fetched by whoever has it next."""
        if not isinstance(error, Exception) or isinstance(error, DBAPIError):
            raise error
        if not self._seat.held:
            return
        log.error("keeping.bug recording=%s", wanted.id, exc_info=error)
        await self._put_off(wanted, "something went wrong on our side", now)

    async def _see_to(self, wanted: Wanted) -> None:
        most = self._limits.of(wanted.kind)
        found = await self._channels[wanted.channel, wanted.bot].fetch(wanted.reference, most)
        now = self._clock.now()
        match found:
            case Fetched(content=content):
                await self._take(wanted, content, now)
            case Lost(reason=reason):
                await self._give_up(wanted, "failed", reason, now)
            case NotNow(reason=reason, retry_at=retry_at):
                await self._put_off(wanted, reason, now, retry_at)

    async def _take(self, wanted: Wanted, content: bytes, now: datetime) -> None:
        try:
            kept = await asyncio.to_thread(self._write, wanted, content)
        except Unfit as unfit:
            await self._give_up(wanted, "refused", str(unfit), now)
            return
        except OSError as error:
            log.error("keeping.not_written recording=%s error=%s", wanted.id, error.strerror)
            await self._put_off(wanted, "the folder of recordings cannot be written to", now)
            return
        digest = hashlib.sha256(kept.content).hexdigest()
        async with self._writing() as conn:
            noted = await media.keep(conn, wanted.id, now, mime=kept.mime, size=len(kept.content), sha256=digest)
        if not noted:
            self.wake()  # taken back meanwhile: the next round removes the file

    def _write(self, wanted: Wanted, content: bytes) -> Clean:
        kept = clean(wanted.kind, content, self._limits)
        self._files.put(wanted.id, kept.content)
        return kept

    async def _give_up(self, wanted: Wanted, state: str, reason: str, now: datetime) -> None:
        log.warning("keeping.given_up state=%s recording=%s", state, wanted.id)
        async with self._writing() as conn:
            await media.give_up(conn, wanted.id, state, reason, now)

    async def _put_off(self, wanted: Wanted, reason: str, now: datetime, retry_at: datetime | None = None) -> None:
        if wanted.tries >= len(WAITS):
            await self._give_up(wanted, "failed", reason, now)
            return
        at = max(now + WAITS[wanted.tries], retry_at or now)
        async with self._writing() as conn:
            await media.put_off(conn, wanted.id, reason, at)
