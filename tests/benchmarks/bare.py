"""How fast the people and their server are: a client that does nothing but answer, over plain sockets.

Nobody who is measured can be faster. A process of its own: API.
"""

import asyncio
import signal
import sys
from collections import defaultdict
from typing import Any

import msgspec

from tests.benchmarks.crowd import QUESTIONS, TOKEN
from tests.benchmarks.floor import KEYS, read
from tests.benchmarks.plain import ASKED
from tests.benchmarks.signs import ended, ready

REQUEST = b"POST /bot%b/%b HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b"


def request(method: str, parameters: object) -> bytes:
    """One call as it goes over the line."""
    body = msgspec.json.encode(parameters)
    return REQUEST % (TOKEN.encode(), method.encode(), len(body), body)


class Bare:
    """Two connections: one polls, the other sends and does not look at what comes back."""

    def __init__(self) -> None:
        self.kept = 0
        self._at: defaultdict[int, int] = defaultdict(int)

    async def run(self, port: int) -> None:
        """Poll and answer until cancelled."""
        polls, asks = await asyncio.open_connection("127.0.0.1", port)
        replies, sends = await asyncio.open_connection("127.0.0.1", port)
        emptying = asyncio.create_task(_empty(replies))
        offset = 0
        try:
            while True:
                asks.write(request("getUpdates", {"offset": offset, "timeout": 10, "limit": 100}))
                for update in await _result(polls):
                    offset = update["update_id"] + 1
                    sends.write(self._answer(*read(update)))
                await sends.drain()
        finally:
            emptying.cancel()

    def _answer(self, chat: int, text: str) -> bytes:
        begins = text == "/start"
        self.kept += not begins
        number = self._at[chat] = 0 if begins else self._at[chat] + 1
        message: dict[str, object] = {"chat_id": chat, "text": ASKED[number][0]}
        if number < QUESTIONS and KEYS[number]:
            message["reply_markup"] = {"inline_keyboard": KEYS[number]}
        return request("sendMessage", message)


async def _empty(replies: asyncio.StreamReader) -> None:
    while await replies.read(65536):
        pass


async def _result(polls: asyncio.StreamReader) -> Any:
    head = await polls.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split()[0])
    return msgspec.json.decode(await polls.readexactly(length))["result"]


async def main(api: str) -> None:
    """Run until told to stop; say how many answers came by."""
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    bare = Bare()
    work = asyncio.create_task(bare.run(int(api.rpartition(":")[2])))
    ready("")
    await told.wait()
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    ended(bare.kept)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
