"""A small Bot API server that behaves, and misbehaves, as Telegram does.

It gives an update again until a higher offset confirms it, judges what it is sent, and keeps what was really delivered.
"""

import asyncio
import contextlib
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from tests.botfiles import BotFiles, refused, told
from tests.judge import TEXT, Judged, buttons_of, read, units

Json = dict[str, Any]
FILES = {"sendDocument": "document", "sendVoice": "voice", "sendPhoto": "photo"}
SENDS = ("sendMessage", "editMessageText", *FILES)


@dataclass(kw_only=True)
class Delivery:
    """Something that reached a person's phone."""

    chat: str
    method: str
    text: str  # as it is read: without tags
    id: int
    buttons: list[tuple[str, str]]  # label, data
    at: float
    source: str = ""
    document: str = ""  # the text of a file
    content: bytes = b""  # the bytes of a file, a sound or a picture
    paid: bool = False  # the bot agreed to pay for it


@dataclass
class Person:
    """A participant with a phone."""

    api: "BotApi"
    chat: int
    name: str = "Invented"
    kind: str = "private"
    said: dict[str, int] = field(default_factory=dict)

    def _from(self) -> Json:
        return {"id": abs(self.chat), "is_bot": False, "first_name": self.name}

    def _chat(self) -> Json:
        return {"id": self.chat, "type": self.kind, "first_name": self.name}

    def message(self, **content: Any) -> Json:
        """A message of theirs, as Telegram would tell it."""
        id = self.api.next_message(str(self.chat))
        return {"message_id": id, "date": int(time.time()), "chat": self._chat(), "from": self._from(), **content}

    def says(self, text: str) -> int:
        """They type something; the number of the update."""
        message = self.message(text=text)
        self.said[text] = message["message_id"]
        return self.api.tell(message=message)

    def edits(self, old: str, text: str) -> int:
        """They correct what they typed."""
        message = {**self.message(text=text), "message_id": self.said[old], "edit_date": int(time.time())}
        return self.api.tell(edited_message=message)

    def taps(self, label: str) -> int:
        """They press the newest button with this label."""
        for delivery in reversed(self.deliveries()):
            for text, data in delivery.buttons:
                if text == label:
                    return self.presses(data, delivery.id)
        raise AssertionError(f"{self.chat} has no button {label!r}, only {self.buttons()}")

    def presses(self, data: str, message: int = 1) -> int:
        """They press a button that carries this."""
        shown = {"message_id": message, "date": int(time.time()), "chat": self._chat()}
        query = {"id": f"q{self.api.last_update + 1}", "from": self._from(), "message": shown, "data": data}
        return self.api.tell(callback_query={**query, "chat_instance": "1"})

    def sends_voice(self, seconds: int = 5, content: bytes = b"") -> int:
        """They speak. The sound is only there if it is given."""
        voice = {"file_id": f"voice{self.api.last_update}", "file_unique_id": "v", "duration": seconds}
        self._has(str(voice["file_id"]), content)
        return self.api.tell(message=self.message(voice=voice))

    def _has(self, reference: str, content: bytes) -> None:
        if content:
            self.api.files[reference] = content

    def sends_photo(self, caption: str = "", content: bytes = b"") -> int:
        """They show something. The picture is only there if it is given."""
        sizes = [{"file_id": f"photo{n}", "file_unique_id": f"p{n}", "width": n, "height": n} for n in (90, 320)]
        self._has("photo320", content)
        return self.api.tell(message=self.message(photo=sizes, **({"caption": caption} if caption else {})))

    def blocks(self) -> int:
        """They block the bot: it is told, and refused from now on."""
        self.api.blocked.add(str(self.chat))
        return self._standing("kicked")

    def unblocks(self) -> int:
        """They let the bot write again."""
        self.api.blocked.discard(str(self.chat))
        return self._standing("member")

    def _standing(self, status: str) -> int:
        bot = {"id": 1, "is_bot": True, "first_name": "bot"}
        change = {"chat": self._chat(), "from": self._from(), "date": int(time.time())}
        change |= {"old_chat_member": {"user": bot, "status": "member"}}
        return self.api.tell(my_chat_member={**change, "new_chat_member": {"user": bot, "status": status}})

    def deliveries(self) -> list[Delivery]:
        """What reached them."""
        return [delivery for delivery in self.api.log if delivery.chat == str(self.chat)]

    def texts(self) -> list[str]:
        """What they read, in order, copies and corrections included."""
        return [delivery.text for delivery in self.deliveries()]

    def buttons(self) -> list[str]:
        """The buttons under the newest message that has any."""
        shown = next((d for d in reversed(self.deliveries()) if d.buttons), None)
        return [label for label, _ in shown.buttons] if shown else []


class BotApi(BotFiles):
    """The server. Use as `async with BotApi() as api`; `api.url` is its address.

    `mode` holds for every send, `modes` for the next ones in turn; `poll_modes` for the next polls.
    """

    def __init__(self, token: str = "4242:AA-canary-token") -> None:
        self.url = ""
        self.mode = "ok"
        self.modes: deque[str] = deque()
        self.poll_modes: deque[str] = deque()
        self.retry_after = 1
        self.slow_for = 2.0
        self.new_chat = -100777
        super().__init__(token)
        self.log: list[Delivery] = []
        self.lines: list[object] = []  # the other end of the connection of every poll
        self.answered: list[str] = []
        self.settings: dict[str, Json] = {}
        self.blocked: set[str] = set()
        self.updates: list[Json] = []
        self.last_update = 100
        self.confirmed = 0
        self.max_hold = 0.5  # seconds a poll is held at most, so that tests end soon
        self._ids: dict[str, int] = defaultdict(int)
        self._told = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.down()

    async def up(self) -> None:
        """Listen; on the same port as before."""
        app = web.Application(client_max_size=64 * 1024)
        app.router.add_post("/bot{token}/{method}", self._handle)
        app.router.add_get("/file/bot{token}/{name}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"

    async def down(self) -> None:
        """Refuse connections."""
        if self._runner:
            await self._runner.cleanup()
        self._runner = None

    def person(self, chat: int, *, kind: str = "private") -> Person:
        """Somebody with this chat."""
        return Person(self, chat, kind=kind)

    def tell(self, **content: Any) -> int:
        """Something happened; its number."""
        self.last_update += 1
        self.tell_raw({"update_id": self.last_update, **content})
        return self.last_update

    def tell_raw(self, update: Any) -> None:
        """Something happened, told in whatever shape."""
        self.updates.append(update)
        self._told.set()
        self._changed.set()

    def next_message(self, chat: str) -> int:
        """A fresh message id."""
        self._ids[chat] += 1
        return self._ids[chat]

    async def until(self, holds: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until a condition holds; it is looked at after every request."""
        async with asyncio.timeout(seconds):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    def fastest(self, window: float, chat: str | None = None) -> int:
        """The most deliveries in any stretch of that many seconds: what Telegram's limits are about."""
        times = sorted(d.at for d in self.log if chat in (None, d.chat))
        return max((sum(1 for t in times if at <= t < at + window) for at in times), default=0)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return refused(401, "Unauthorized")
        method = request.match_info["method"]
        try:
            return await self._method(request, method)
        finally:
            self._changed.set()

    async def _method(self, request: web.Request, method: str) -> web.StreamResponse:
        parameters, file = await _parameters(request, FILES.get(method, ""))
        if method == "getUpdates":
            return await self._poll(request, parameters)
        if method == "getFile":
            return self._where(str(parameters["file_id"]))
        if method in SENDS:
            return await self._send(request, method, parameters, file)
        self.calls.append((method, "ok"))
        if method == "answerCallbackQuery":
            self.answered.append(parameters["callback_query_id"])
        self.settings[method] = parameters
        me = {"id": int(self.token.split(":")[0]), "is_bot": True, "first_name": "bot", "username": "invented_bot"}
        return told(me if method == "getMe" else True)

    async def _poll(self, request: web.Request, parameters: Json) -> web.StreamResponse:
        mode = self.poll_modes.popleft() if self.poll_modes else "ok"
        self.calls.append(("getUpdates", mode))
        self.lines.append(request.transport.get_extra_info("peername") if request.transport else None)
        if mode != "ok":
            return await self._refuse(request, mode)
        offset = int(parameters.get("offset") or 0)
        self._confirm(offset)
        if not self.updates:
            await self._wait_for_updates(min(self.max_hold, float(parameters.get("timeout") or 0)))
        return told(self.updates[: int(parameters.get("limit") or 100)])

    def unconfirmed(self) -> int:
        """How many updates the bot has not said "received" to."""
        return len(self.updates)

    def _confirm(self, offset: int) -> None:
        """Forget what is confirmed. An offset far past the last number is ignored, as Telegram does."""
        numbers = [u["update_id"] for u in self.updates if isinstance(u, dict) and "update_id" in u]
        if numbers and offset > numbers[-1] + 10:
            return
        self.confirmed = max(self.confirmed, offset)
        self.updates = [u for u in self.updates if not isinstance(u, dict) or u.get("update_id", offset) >= offset]

    async def _wait_for_updates(self, seconds: float) -> None:
        self._told.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._told.wait(), seconds)

    async def _send(self, request: web.Request, method: str, parameters: Json, file: bytes) -> web.StreamResponse:
        mode = self.modes.popleft() if self.modes else self.mode
        chat = str(parameters["chat_id"])
        if mode == "ok" and chat in self.blocked:
            mode = "403"
        self.calls.append((method, mode))
        if mode not in ("ok", "slow", "disconnect", "cut", "junk"):
            return await self._refuse(request, mode)
        try:
            delivery = self._judge(method, parameters, file)
        except Judged as error:
            return refused(400, f"Bad Request: {error}")
        self.log.append(delivery)
        reply = {"message_id": delivery.id, "date": int(delivery.at), "chat": {"id": int(chat), "type": "private"}}
        if mode == "ok":
            return told(reply)
        return await self._deliver_badly(request, mode, reply)

    async def _deliver_badly(self, request: web.Request, mode: str, reply: Json) -> web.StreamResponse:
        if mode == "junk":
            return web.Response(text="<html>busy</html>", content_type="text/html")
        if mode == "slow":
            self._changed.set()
            await asyncio.sleep(self.slow_for)
            return told(reply)
        if mode == "cut":
            half = web.StreamResponse(headers={"Content-Length": "1000"})
            await half.prepare(request)
            await half.write(b'{"ok":true,"res')
        assert request.transport
        request.transport.abort()
        return web.Response()

    async def _refuse(self, request: web.Request, mode: str) -> web.StreamResponse:
        match mode:
            case "429":
                return refused(429, "Too Many Requests", retry_after=self.retry_after)
            case "400":
                return refused(400, "Bad Request: chat not found")
            case "migrate":
                return refused(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=self.new_chat)
            case "lost":
                return refused(400, "Bad Request: message to edit not found")
            case "parse":
                return refused(400, 'Bad Request: can\'t parse entities: "canary words"')
            case "no stars":
                return refused(400, "Bad Request: not enough Stars")
            case "no voices":
                return refused(400, "Bad Request: VOICE_MESSAGES_FORBIDDEN")
            case "403":
                return refused(403, "Forbidden: bot was blocked by the user")
            case "401":
                return refused(401, "Unauthorized")
            case "404":
                return refused(404, "Not Found")
            case "409":
                return refused(409, "Conflict: terminated by other getUpdates request")
            case "stall":
                await asyncio.sleep(self.slow_for)
                return told([])
            case "junk":
                return web.Response(text="<html>busy</html>", content_type="text/html")
            case "disconnect":
                assert request.transport
                request.transport.abort()
                return web.Response()
            case _:
                return refused(int(mode), "Bad Gateway")

    def _judge(self, method: str, parameters: Json, file: bytes) -> Delivery:
        source = str(parameters.get("text") or parameters.get("caption") or "")
        text = read(source) if parameters.get("parse_mode") == "HTML" else source
        if bool(file) is (method not in FILES):
            raise Judged("there is no file in the request" if method in FILES else "a file nobody asked for")
        if not text and method not in FILES:
            raise Judged("message text is empty")
        if units(text) > (1024 if method in FILES else TEXT) or len(source.encode()) > 32 * 1024:
            raise Judged("message is too long")
        chat = str(parameters["chat_id"])
        return Delivery(
            chat=chat,
            method=method,
            text=text,
            id=self._message_id(chat, parameters, text),
            buttons=buttons_of(parameters.get("reply_markup")),
            at=time.monotonic(),
            source=source,
            document=file.decode(errors="replace") if method == "sendDocument" else "",
            content=file,
            paid=bool(parameters.get("allow_paid_broadcast")),
        )

    def _message_id(self, chat: str, parameters: Json, text: str) -> int:
        if "message_id" not in parameters:
            return self.next_message(chat)
        id = int(parameters["message_id"])
        shown = [d for d in self.log if d.chat == chat and d.id == id]
        if not shown:
            raise Judged("message to edit not found")
        if (shown[-1].text, shown[-1].buttons) == (text, buttons_of(parameters.get("reply_markup"))):
            raise Judged("message is not modified")
        return id


async def _parameters(request: web.Request, file: str) -> tuple[Json, bytes]:
    if not request.content_type.startswith("multipart/"):
        return json.loads(await request.read() or b"{}"), b""
    form = await request.post()
    sent = form[file]
    assert isinstance(sent, web.FileField)
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    return fields, sent.file.read()
