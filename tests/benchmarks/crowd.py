"""People in a closed loop: each answers as soon as the question is there, and begins again at the end.

The Bot API server in front of them speaks just enough HTTP for the clients we compare, so that it is never the slowest.
"""

import asyncio
import re
import time
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl

import msgspec

Json = dict[str, Any]

TOKEN = "4242:AA-benchmark-token"
QUESTIONS = 6
WORDS = "A quiet morning, the market with my neighbour, and the bus that comes when it says it will."
HOLD = 0.5
"""Seconds a poll is held when nobody has anything to say."""
MARK = re.compile(r"\[(\d)\]")
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
TOO_FAST = (
    b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}'
)
WINDOW = 1.0
"""Seconds over which the server counts messages."""
LOOK = 0.005
ME = {"id": 4242, "is_bot": True, "first_name": "bot", "username": "invented_bot"}


@dataclass(slots=True)
class Member:
    """One of the people: how many conversations are left, and the question they expect."""

    chat: int
    left: int = 0
    expects: int = 0
    said: int = 0
    spoke_at: float = 0.0


class Judge:
    """The platform's limit: so many messages in any one second, by the time at which they arrive. None: no limit."""

    def __init__(self, most: int | None) -> None:
        self.refused = 0
        self._most = most
        self._taken: deque[float] = deque()

    def takes(self) -> bool:
        """Whether one more message may pass now."""
        if self._most is None:
            return True
        now = time.perf_counter()
        while self._taken and self._taken[0] <= now - WINDOW:
            self._taken.popleft()
        if len(self._taken) < self._most:
            self._taken.append(now)
            return True
        self.refused += 1
        return False


class Crowd:
    """The people and their server. Whoever is not one of them only reads: `read` counts their messages.

    `limit`: the messages a second that the server takes; `think`: the seconds before somebody answers a question.
    """

    def __init__(self, people: int, *, limit: int | None = None, think: float = 0.0) -> None:
        self.url = ""
        self.answers = 0
        self.copies = 0  # messages that somebody had read before
        self.surprises: list[str] = []  # what nobody expected: a question out of turn
        self.read: Counter[int] = Counter()
        self.last_read = 0.0
        self.news = (0.0, 0.0)  # when the first and the last message came that is no question
        self.waits: list[float] = []  # seconds between what somebody said and the reply
        self.polled = asyncio.Event()
        self.judge = Judge(limit)
        self._think = think
        self._members = {chat: Member(chat) for chat in range(1001, 1001 + people)}
        self._busy = 0
        self._done = asyncio.Event()
        self._updates: deque[Json] = deque()
        self._number = 100
        self._told = asyncio.Event()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.get_running_loop().create_server(lambda: Line(self), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        assert self._server
        self._server.close()

    async def arrive(self, opening: str, patience: float) -> None:
        """Everybody says who they are, and is greeted."""
        self._begin(expects=0, left=0)
        for member in self._members.values():
            self._say(member, opening)
        await self._until_done(patience)

    async def talk(self, conversations: int, patience: float) -> float:
        """Everybody has so many conversations, one after the other. How many seconds that took."""
        began = time.perf_counter()
        self.begin(conversations)
        await self._until_done(patience)
        return time.perf_counter() - began

    def begin(self, conversations: int) -> None:
        """Everybody begins the first of so many conversations."""
        self._begin(expects=1, left=conversations)
        for member in self._members.values():
            self._say(member, "/start")

    async def answered(self, count: int, patience: float) -> None:
        """Wait until people have given so many answers."""
        async with asyncio.timeout(patience):
            while self.answers < count:  # noqa: ASYNC110  (an event for each answer would cost what is measured)
                await asyncio.sleep(LOOK)

    async def quiet(self, seconds: float) -> int:
        """Wait until all are through, or nobody has read anything for that long; how many are through."""
        self.last_read = time.perf_counter()
        while self._busy and (left := self.last_read + seconds - time.perf_counter()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._done.wait(), left)
        return len(self._members) - self._busy

    def _begin(self, *, expects: int, left: int) -> None:
        self._done.clear()
        self._busy = len(self._members)
        for member in self._members.values():
            member.expects, member.left = expects, left

    async def _until_done(self, patience: float) -> None:
        try:
            await asyncio.wait_for(self._done.wait(), patience)
        except TimeoutError:
            stuck = f"{self._busy} of {len(self._members)} people are still waiting; {self.surprises[:3]}"
            raise TimeoutError(stuck) from None

    @property
    def people(self) -> int:
        """How many talk."""
        return len(self._members)

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────
    def _read(self, chat: int, text: str, buttons: list[list[Json]]) -> None:
        """A message has reached somebody."""
        self.last_read = time.perf_counter()
        member = self._members.get(chat)
        mark = MARK.search(text)
        if member is None or mark is None:
            self.read[chat] += 1
            self.news = (self.news[0] or self.last_read, self.last_read)
            return
        if int(mark[1]) < member.expects:
            self.copies += 1
            return
        if int(mark[1]) > member.expects:
            self.surprises.append(f"expected [{member.expects}], read: {text}")
            return
        self.waits.append(self.last_read - member.spoke_at)
        member.expects += 1
        if mark[1] == "0":
            self._rest()
        elif member.expects > QUESTIONS + 1:
            self._ended(member)
        elif self._think:
            asyncio.get_running_loop().call_later(self._think, self._answer, member, buttons)
        else:
            self._answer(member, buttons)

    def _answer(self, member: Member, buttons: list[list[Json]]) -> None:
        self.answers += 1
        if not buttons:
            self._say(member, WORDS)
            return
        row = buttons[self.answers % len(buttons)]
        member.spoke_at = time.perf_counter()
        shown = {"message_id": member.said, "date": 1, "chat": {"id": member.chat, "type": "private"}}
        query = {"id": f"q{self._number}", "from": _who(member), "message": shown, "chat_instance": "1"}
        self._tell(callback_query={**query, "data": row[0]["callback_data"]})

    def _ended(self, member: Member) -> None:
        member.left -= 1
        if member.left:
            member.expects = 1
            self._say(member, "/start")
        else:
            self._rest()

    def _rest(self) -> None:
        self._busy -= 1
        if not self._busy:
            self._done.set()

    def _say(self, member: Member, text: str) -> None:
        member.said += 1
        member.spoke_at = time.perf_counter()
        message: Json = {
            "message_id": member.said,
            "date": 1,
            "chat": {"id": member.chat, "type": "private", "first_name": "Invented"},
            "from": _who(member),
            "text": text,
        }
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        self._tell(message=message)

    def _tell(self, **content: Any) -> None:
        self._number += 1
        self._updates.append({"update_id": self._number, **content})
        self._told.set()

    # ── the Bot API ──────────────────────────────────────────────────────────────────────────────────────────
    async def poll(self, parameters: Json) -> list[Json]:
        """getUpdates."""
        self.polled.set()
        offset = int(parameters.get("offset") or 0)
        while self._updates and self._updates[0]["update_id"] < offset:
            self._updates.popleft()
        if not self._updates:
            self._told.clear()
            try:
                await asyncio.wait_for(self._told.wait(), min(HOLD, float(parameters.get("timeout") or 0)))
            except TimeoutError:
                return []
        return [self._updates[n] for n in range(min(len(self._updates), int(parameters.get("limit") or 100)))]

    def call(self, method: str, parameters: Json) -> object:
        """Everything that is answered at once."""
        if method == "getMe":
            return ME
        if method != "sendMessage":
            return True
        if not self.judge.takes():
            return TOO_FAST
        chat = int(parameters["chat_id"])
        markup = parameters.get("reply_markup") or {}
        found = msgspec.json.decode(markup, type=dict) if isinstance(markup, str) else markup
        member = self._members.get(chat) or Member(chat)
        member.said += 1
        id = member.said
        self._read(chat, str(parameters["text"]), found.get("inline_keyboard", []))
        return {"message_id": id, "date": 1, "chat": {"id": chat, "type": "private"}}


def _who(member: Member) -> Json:
    return {"id": member.chat, "is_bot": False, "first_name": "Invented"}


class Line(asyncio.Protocol):
    """One connection of a bot: requests in, replies out, one after the other."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._buffer = b""
        self._poll: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody has connected."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """They have gone."""
        if self._poll:
            self._poll.cancel()

    def data_received(self, data: bytes) -> None:
        """Part of a request, or several."""
        self._buffer += data
        while True:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            length = LENGTH.search(head)
            size = int(length[1]) if length else 0
            if not found or len(rest) < size:
                return
            self._buffer = rest[size:]
            self._request(head, rest[:size])

    def _request(self, head: bytes, body: bytes) -> None:
        method = head.split(b" ", 2)[1].rpartition(b"/")[2].decode()
        parameters = msgspec.json.decode(body) if body[:1] == b"{" else dict(parse_qsl(body.decode()))
        if method == "getUpdates":
            self._poll = asyncio.create_task(self._answer_poll(parameters))
        else:
            self._reply(self._crowd.call(method, parameters))

    async def _answer_poll(self, parameters: Json) -> None:
        self._reply(await self._crowd.poll(parameters))

    def _reply(self, result: object) -> None:
        status = b"200 OK"
        body = msgspec.json.encode({"ok": True, "result": result})
        if result is TOO_FAST:
            status, body = b"429 Too Many Requests", TOO_FAST
        head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
        self._transport.write(head + body)
