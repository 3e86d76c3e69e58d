"""People in a closed loop: each answers as soon as the question is there, and begins again at the end.

The Bot API server in front of them speaks just enough HTTP for the clients we compare, so that it is never the slowest.
"""

import asyncio
import re
import time
from collections import deque
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
ME = {"id": 4242, "is_bot": True, "first_name": "bot", "username": "invented_bot"}


@dataclass(slots=True)
class Member:
    """One of the people: how many conversations are left, and the question they expect."""

    chat: int
    left: int = 0
    expects: int = 0
    said: int = 0


class Crowd:
    """The people and their server."""

    def __init__(self, people: int) -> None:
        self.url = ""
        self.answers = 0
        self.surprises: list[str] = []  # what nobody expected: a copy, a question out of turn
        self.polled = asyncio.Event()
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
        self._begin(expects=1, left=conversations)
        began = time.perf_counter()
        for member in self._members.values():
            self._say(member, "/start")
        await self._until_done(patience)
        return time.perf_counter() - began

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

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────
    def _read(self, chat: int, text: str, buttons: list[list[Json]]) -> None:
        """A message has reached somebody."""
        member = self._members[chat]
        mark = MARK.search(text)
        if mark is None or int(mark[1]) != member.expects:
            self.surprises.append(f"expected [{member.expects}], read: {text}")
            return
        member.expects += 1
        if mark[1] == "0":
            self._rest()
        elif member.expects > QUESTIONS + 1:
            self._ended(member)
        else:
            self._answer(member, buttons)

    def _answer(self, member: Member, buttons: list[list[Json]]) -> None:
        self.answers += 1
        if not buttons:
            self._say(member, WORDS)
            return
        row = buttons[self.answers % len(buttons)]
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
        chat = int(parameters["chat_id"])
        markup = parameters.get("reply_markup") or {}
        found = msgspec.json.decode(markup, type=dict) if isinstance(markup, str) else markup
        self._members[chat].said += 1
        self._read(chat, str(parameters["text"]), found.get("inline_keyboard", []))
        return {"message_id": self._members[chat].said, "date": 1, "chat": {"id": chat, "type": "private"}}


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
        body = msgspec.json.encode({"ok": True, "result": result})
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)
