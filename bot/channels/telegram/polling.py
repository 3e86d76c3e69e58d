"""Long polling. An update is confirmed by the next question only, and that is asked when it is on disk."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channels.base import Accept
from bot.channels.telegram.inbound import WANTED, callback_id, read, update_id
from bot.channels.telegram.outcomes import trouble_of
from bot.channels.telegram.transport import Client
from bot.faults import fault

log = logging.getLogger(__name__)

HELD = 25  # seconds the platform holds a question for which it has no updates
STALLED = 40.0  # seconds after which nobody is at the other end any more
LONGEST = 30.0  # seconds between two tries, when nothing works

Sleep = Callable[[float], Awaitable[None]]


class Poller:
    """Asks for updates and sees them on disk, whatever the platform, the network or the database do."""

    def __init__(
        self,
        client: Client,
        bot: str,
        now: Callable[[], datetime],
        answer: Callable[[str], None],
        *,
        stalled: float = STALLED,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._client = client
        self._bot = bot
        self._now = now
        self._answer = answer
        self._stalled = stalled
        self._sleep = sleep
        self._offset: int | None = None
        self._failures = 0
        self.trouble = ""  # what the team should know; "" when all is well

    async def run(self, accept: Accept) -> None:
        """Poll until cancelled."""
        while True:
            try:
                await self._round(accept)
            except TelegramError as error:
                await self._failed(error)
            except Exception as error:  # the database: nothing is confirmed, the platform will say it again
                await self._back_off(f"updates cannot be stored ({type(error).__name__})")

    async def _round(self, accept: Accept) -> None:
        """1. ask  2. store  3. move the offset, so that the next question confirms  4. stop the buttons' spinners."""
        question = {"timeout": HELD, "limit": 100, "allowed_updates": WANTED, "offset": self._offset}
        batch = await self._client.call("getUpdates", question, patience=self._stalled)
        if not isinstance(batch, list):
            raise TelegramError("updates are not a list")
        found = [read(raw, self._bot, self._now()) for raw in batch]
        fault("poll.before_accept")
        await accept([inbound for inbound in found if inbound])
        fault("poll.accepted")
        ids = [id for id in map(update_id, batch) if id is not None]
        if batch and not ids:
            raise TelegramError("updates without a number")
        self._offset = ids[-1] + 1 if ids else self._offset  # ids may start again lower: the latest batch decides
        for id in filter(None, map(callback_id, batch)):
            self._answer(id)
        self._well()

    def _well(self) -> None:
        if self.trouble:
            log.warning("telegram.polling_resumed bot=%s", self._bot)
        self._failures, self.trouble = 0, ""

    async def _failed(self, error: TelegramError) -> None:
        """One failure may be a whim; only a second poller is told at once."""
        if not isinstance(error, Conflict | InvalidToken):
            await self._client.reconnect()
        await self._back_off(trouble_of(error), patient=not isinstance(error, Conflict))

    async def _back_off(self, trouble: str, *, patient: bool = False) -> None:
        """Wait, longer each time. Of a `patient` kind only the second failure in a row is told."""
        self._failures += 1
        if trouble != self.trouble and (self._failures > 1 or not patient):
            self.trouble = trouble
            log.error("telegram.polling_failed bot=%s trouble=%s", self._bot, trouble)
        await self._sleep(min(LONGEST, 2.0 ** (self._failures - 1)))
