"""A message to many people as bots usually send it, with python-telegram-bot: API WAY RECIPIENTS LIMIT FILE.

`loop`: one after the other, a pause after each. `gather`: as many at once as the limit allows, each second.
`retry`: the same, and who is refused is tried again when told. `progress`: the loop, noting in a file how
far it is.
"""

import asyncio
import signal
import sys
import time
import warnings
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from telegram import Bot
from telegram.error import RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from tests.benchmarks.crowd import TOKEN
from tests.benchmarks.signs import ended, ready

TEXT = "What you told us in Hull is on the wall of the library now. Come and see, and tell us what is missing."
FIRST = 100_001
"""The chat of the first recipient; the others follow."""


class Mailer:
    """One way to send to many."""

    def __init__(self, bot: Bot, chats: Sequence[int], limit: int, file: Path) -> None:
        self._bot = bot
        self._chats = chats
        self._limit = limit
        self._file = file
        self.sent = 0

    async def loop(self) -> None:
        """The first answer to "how do I send to all my users"."""
        for chat in self._chats:
            await self._try(chat)
            await asyncio.sleep(1 / self._limit)

    async def progress(self) -> None:
        """The loop, going on after a restart where it was."""
        done = int(self._file.read_text() or 0) if self._file.exists() else 0
        for number, chat in enumerate(self._chats[done:], done + 1):
            await self._try(chat)
            self._file.write_text(str(number))
            await asyncio.sleep(1 / self._limit)

    async def gather(self) -> None:
        """The second answer: all that the limit allows at once."""
        for chats in self._seconds():
            began = time.perf_counter()
            await asyncio.gather(*[self._try(chat) for chat in chats])
            await asyncio.sleep(max(0.0, began + 1 - time.perf_counter()))

    async def retry(self) -> None:
        """The third answer: and wait when told to."""
        for chats in self._seconds():
            began = time.perf_counter()
            await asyncio.gather(*[self._insist(chat) for chat in chats])
            await asyncio.sleep(max(0.0, began + 1 - time.perf_counter()))

    def _seconds(self) -> Sequence[Sequence[int]]:
        return [self._chats[n : n + self._limit] for n in range(0, len(self._chats), self._limit)]

    async def _try(self, chat: int) -> None:
        try:
            await self._bot.send_message(chat, TEXT)
        except TelegramError:
            return
        self.sent += 1

    async def _insist(self, chat: int) -> None:
        while True:
            try:
                await self._bot.send_message(chat, TEXT)
            except RetryAfter as error:
                wait = error.retry_after
                await asyncio.sleep(wait.total_seconds() if isinstance(wait, timedelta) else wait)
                continue
            self.sent += 1
            return


async def main(api: str, way: str, recipients: str, limit: str, file: str) -> None:
    """Send when told to, say how many were sent."""
    go = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, go.set)
    request = HTTPXRequest(connection_pool_size=int(limit), pool_timeout=60)
    async with Bot(TOKEN, base_url=f"{api}/bot", request=request) as bot:
        mailer = Mailer(bot, range(FIRST, FIRST + int(recipients)), int(limit), Path(file))
        ready("")
        await go.wait()
        await {"loop": mailer.loop, "gather": mailer.gather, "retry": mailer.retry, "progress": mailer.progress}[way]()
        ended(mailer.sent)


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # it advises on the type of a time to wait
    asyncio.run(main(*sys.argv[1:]))
