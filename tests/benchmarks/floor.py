"""The floor: what the same durability costs at least. Raw SQLite, one commit for all that waits, and raw HTTP sends.

It knows no flow, no words and no errors: the next question is counted in memory. A process of its own: API FILE.
"""

import asyncio
import signal
import sqlite3
import sys
from collections import defaultdict
from typing import Any

import aiohttp
import msgspec

from tests.benchmarks.crowd import QUESTIONS, TOKEN
from tests.benchmarks.plain import ASKED
from tests.benchmarks.signs import ended, ready

KEYS = [[[{"text": label, "callback_data": str(n)}] for n, label in enumerate(labels)] for _, labels in ASKED]


class Floor:
    """The least that can be done for an answer."""

    def __init__(self, api: str, file: str, session: aiohttp.ClientSession) -> None:
        self._at: defaultdict[int, int] = defaultdict(int)
        self._base = f"{api}/bot{TOKEN}/"
        self._session = session
        self._flying: set[asyncio.Task[Any]] = set()
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = wal", "synchronous = full"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute("CREATE TABLE IF NOT EXISTS given (id INTEGER PRIMARY KEY, chat INTEGER, text TEXT)")

    async def run(self) -> None:
        """Poll, commit, send; until cancelled."""
        offset = 0
        while True:
            updates = await self._call("getUpdates", {"offset": offset, "timeout": 10, "limit": 100})
            said = [read(update) for update in updates]
            if not said:
                continue
            rows = [(chat, text) for chat, text in said if text != "/start"]
            await asyncio.to_thread(self._commit, rows)
            offset = updates[-1]["update_id"] + 1
            for chat, text in said:
                self._at[chat] = 0 if text == "/start" else self._at[chat] + 1
                self._send(chat, self._at[chat])

    def count(self) -> int:
        """How many answers there are."""
        found: int = self._db.execute("SELECT count(*) FROM given").fetchone()[0]
        return found

    def _commit(self, rows: list[tuple[int, str]]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("INSERT INTO given (chat, text) VALUES (?, ?)", rows)
        self._db.execute("COMMIT")

    def _send(self, chat: int, number: int) -> None:
        message: dict[str, object] = {"chat_id": chat, "text": ASKED[number][0]}
        if number < QUESTIONS and KEYS[number]:
            message["reply_markup"] = {"inline_keyboard": KEYS[number]}
        task = asyncio.create_task(self._call("sendMessage", message))
        self._flying.add(task)
        task.add_done_callback(self._flying.discard)

    async def _call(self, method: str, parameters: object) -> Any:
        body = msgspec.json.encode(parameters)
        async with self._session.post(self._base + method, data=body) as reply:
            return msgspec.json.decode(await reply.read())["result"]


def read(update: dict[str, Any]) -> tuple[int, str]:
    """Who said what."""
    if query := update.get("callback_query"):
        return query["from"]["id"], query["data"]
    return update["message"]["chat"]["id"], update["message"]["text"]


async def main(api: str, file: str) -> None:
    """Run until told to stop; say how many answers are on disk."""
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=120)) as session:
        floor = Floor(api, file, session)
        work = asyncio.create_task(floor.run())
        ready("")
        await told.wait()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        ended(floor.count())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
