"""What comes in waits here until it is on disk: those that wait together are committed together."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from bot.channels.base import Accept
from bot.messages import Inbound

log = logging.getLogger(__name__)

Waiting = tuple[Sequence[Inbound], asyncio.Future[bool]]


class Intake:
    """The queue before the inbox of one workspace. Nothing is taken in while nobody runs it."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._came = asyncio.Event()
        self._open = False

    async def put(self, found: Sequence[Inbound], seconds: float) -> bool:
        """Whether these are on disk. What did not make it within that time is not tried any more."""
        if not self._open:
            return False
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((found, done))
        self._came.set()
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(done, seconds)
        return False

    async def run(self, accept: Accept) -> None:
        """Put on disk what comes, until cancelled."""
        self._open = True
        try:
            while True:
                await self._came.wait()
                self._came.clear()
                batch, self._waiting = [one for one in self._waiting if not one[1].done()], []
                _tell(batch, await self._stored(accept, batch))
        finally:
            self._open = False
            _tell(self._waiting, False)
            self._waiting = []

    async def _stored(self, accept: Accept, batch: Sequence[Waiting]) -> bool:
        try:
            await accept([inbound for found, _ in batch for inbound in found])
        except asyncio.CancelledError:
            _tell(batch, False)
            raise
        except Exception as error:  # whatever the database says, Slack must keep the event
            log.error("slack.not_stored error=%s", type(error).__name__)
            return False
        return True


def _tell(batch: Sequence[Waiting], stored: bool) -> None:
    for _, done in batch:
        if not done.done():
            done.set_result(stored)
