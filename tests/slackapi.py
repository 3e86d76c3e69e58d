"""A small Slack that behaves, and misbehaves, as Slack does.

It signs what it tells and tells it again until it hears "received", judges what it is sent, and keeps what was really
delivered. Over HTTP it posts to `door`; over Socket Mode it speaks to whoever has opened a line.
"""

import asyncio
import contextlib
import json
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from aiohttp import WSMsgType, web
from slack_sdk.signature import SignatureVerifier

from tests import slackjudge
from tests.slackjudge import Judged
from tests.slackpeople import FORM, Delivery, Official

Json = dict[str, Any]
Door = Callable[[bytes, dict[str, str]], Awaitable[int]]
"""How our side is reached by HTTP: body and headers in, status out."""
LOST = ("slow", "disconnect", "cut", "junk")


class SlackApi:
    """The server. Use as `async with SlackApi() as api`; `api.url` is its address.

    `mode` holds for every send, `modes` for the next ones in turn: "ok", "slow", "disconnect" (after it was delivered),
    "cut", "junk", a status, or Slack's own word for why not.
    """

    def __init__(self, token: str = "xoxb-canary-token", team: str = "T1") -> None:
        self.tokens = {token: team}
        self.token, self.team = token, team
        self.secret = "canary-signing-secret"
        self.app_token = "xapp-canary-token"
        self.url = ""
        self.door: Door | None = None
        self.pauses = (0.0, *(0.05 for _ in range(60)))  # Slack's: at once, a minute, five minutes
        self.mode = "ok"
        self.modes: deque[str] = deque()
        self.retry_after = 1
        self.slow_for = 2.0
        self.log: list[Delivery] = []
        self.calls: list[tuple[str, str]] = []
        self.told: list[int] = []  # the status of every try
        self.lost: list[bytes] = []  # what nobody ever said "received" to
        self.history: dict[str, list[Json]] = defaultdict(list)
        self.conversations: dict[str, str] = {}
        self.sheets: list[Json] = []
        self.homes: dict[str, Json] = {}
        self.codes: dict[str, Json] = {}
        self.emails: dict[str, Json] = {}
        self.connections = 1
        self.lines: list[web.WebSocketResponse] = []
        self._acknowledged: set[str] = set()
        self._ts = int(time.time() * 1_000_000)
        self._files: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._kept: dict[str, bytes] = {}
        self._pending: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(self, *exc: object) -> None:
        for task in self._pending:
            task.cancel()
        await asyncio.gather(*self._pending, return_exceptions=True)
        await self.down()

    async def up(self) -> None:
        """Listen; on the same port as before."""
        app = web.Application()
        app.router.add_post("/api/{method}", self._handle)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/kept/{file}", self._download)
        app.router.add_get("/link", self._line)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"

    async def down(self) -> None:
        """Refuse connections."""
        for line in self.lines:
            await line.close()
        if self._runner:
            await self._runner.cleanup()
        self._runner = None

    def person(self, id: str) -> Official:
        """Somebody with this id."""
        return Official(self, id)

    def keeps(self, content: bytes) -> str:
        """Somebody sent a file; its id."""
        id = f"F{self.next_ts()}"
        self._kept[id] = content
        return id

    def next_ts(self) -> str:
        """A fresh message id."""
        self._ts += 1
        return f"{self._ts / 1_000_000:.6f}"

    # ── what it tells ────────────────────────────────────────────────────────────────────────────────────────
    def event(self, event: Json, **more: Any) -> None:
        """Something happened."""
        self.tell(json.dumps(self.envelope(event, **more)).encode())

    def envelope(self, event: Json, **more: Any) -> Json:
        """An event as it is told."""
        about = {"type": "event_callback", "team_id": self.team, "event_id": f"Ev{self.next_ts()}"}
        return {**about, "event_time": int(time.time()), "event": event, **more}

    def interact(self, body: Json) -> None:
        """Somebody pressed something."""
        self.tell(urlencode({"payload": json.dumps(body)}).encode(), FORM, "interactive")

    def tell(self, body: bytes, kind: str = "application/json", sort: str = "events_api") -> None:
        """Tell it until it is received. What is pressed is told once, as Slack does."""
        again = self.pauses if sort == "events_api" else self.pauses[:1]
        task = asyncio.create_task(self._until_received(body, kind, sort, again))
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)

    @property
    def telling(self) -> int:
        """How much it still tries to tell."""
        return len(self._pending)

    async def _until_received(self, body: bytes, kind: str, sort: str, pauses: tuple[float, ...]) -> None:
        for number, pause in enumerate(pauses):
            await asyncio.sleep(pause)
            if await self._told(body, kind, sort, number):
                return
        self.lost.append(body)

    async def _told(self, body: bytes, kind: str, sort: str, number: int) -> bool:
        if self.door is None:
            return await self._over_line(body, kind, sort)
        status = await self.post(body, kind, number)
        return status == 200

    async def post(self, body: bytes, kind: str = "application/json", number: int = 0) -> int:
        """One try; the status it is answered with."""
        assert self.door is not None
        headers = {**self.signed(body), "content-type": kind}
        if number:
            headers["x-slack-retry-num"] = str(number)
        status = await self.door(body, headers)
        self.told.append(status)
        self._changed.set()
        return status

    def signed(self, body: bytes, at: int | None = None) -> dict[str, str]:
        """The headers that prove it is Slack."""
        stamp = str(at if at is not None else int(time.time()))
        signature = SignatureVerifier(self.secret).generate_signature(timestamp=stamp, body=body)
        return {"x-slack-request-timestamp": stamp, "x-slack-signature": str(signature)}

    async def _over_line(self, body: bytes, kind: str, sort: str) -> bool:
        lines = [line for line in self.lines if not line.closed]
        if not lines:
            return False
        payload = _fields(body.decode()) if kind == FORM else json.loads(body)
        id = f"env{self.next_ts()}"
        await lines[-1].send_json({"envelope_id": id, "type": sort, "payload": payload})
        with contextlib.suppress(TimeoutError):
            await self.until(lambda: id in self._acknowledged, 1)
        return id in self._acknowledged

    async def until(self, holds: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until a condition holds; it is looked at after every request."""
        async with asyncio.timeout(seconds):
            while not holds():
                self._changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.05)

    def fastest(self, window: float, chat: str | None = None) -> int:
        """The most deliveries in any stretch of that many seconds: what Slack's limits are about."""
        times = sorted(d.at for d in self.log if chat in (None, d.chat))
        return max((sum(1 for t in times if at <= t < at + window) for at in times), default=0)

    # ── what it is asked ─────────────────────────────────────────────────────────────────────────────────────
    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        asked = await _parameters(request)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            return await self._answer(request, method, asked, bearer)
        except Judged as error:
            return _no(str(error))
        finally:
            self._changed.set()

    async def _answer(self, request: web.Request, method: str, asked: Json, bearer: str) -> web.StreamResponse:
        if method in ("chat.postMessage", "chat.update", "files.completeUploadExternal"):
            return await self._send(request, method, asked, bearer)
        self.calls.append((method, "ok"))
        match method:
            case "oauth.v2.access":
                code = asked["code"]
                return web.json_response({"ok": True, **self.codes[code]} if code in self.codes else _error("bad_code"))
            case "apps.connections.open":
                ours = bearer == self.app_token
                url = f"ws://127.0.0.1:{self._port}/link"
                return web.json_response({"ok": True, "url": url}) if ours else _no("invalid_auth")
        if bearer not in self.tokens:
            return _no("invalid_auth")
        return self._known(method, asked, self.tokens[bearer])

    def _known(self, method: str, asked: Json, team: str) -> web.Response:
        match method:
            case "auth.test":
                found: Json = {"team_id": team, "team": "Hull Council", "user_id": "UBOT", "bot_id": "BBOT"}
            case "conversations.open":
                self.conversations[f"D{asked['users']}"] = asked["users"]
                found = {"channel": {"id": f"D{asked['users']}"}}
            case "users.lookupByEmail":
                if asked["email"] not in self.emails:
                    return _no("users_not_found")
                found = {"user": self.emails[asked["email"]]}
            case "users.conversations":
                found = {"channels": [{"id": id, "user": user} for id, user in self.conversations.items()]}
            case "conversations.history":
                return self._history(asked)
            case "views.open":
                slackjudge.view(asked["view"])
                self.sheets.append(asked["view"])
                found = {"view": {"id": "V1"}}
            case "views.publish":
                slackjudge.view(asked["view"])
                self.homes[asked["user_id"]] = asked["view"]
                found = {}
            case "files.getUploadURLExternal":
                self._names[f"F{self._ts + 1}"] = asked["filename"]
                found = {"upload_url": f"{self.url}/upload/F{self.next_ts()}", "file_id": f"F{self._ts}"}
            case "files.info":
                if asked["file"] not in self._kept:
                    return _no("file_not_found")
                size = len(self._kept[asked["file"]])
                found = {"file": {"url_private_download": f"{self.url}/kept/{asked['file']}", "size": size}}
            case _:
                return _no("unknown_method")
        return web.json_response({"ok": True, **found})

    async def _download(self, request: web.Request) -> web.Response:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if bearer not in self.tokens:
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        return web.Response(body=self._kept[request.match_info["file"]])

    def _history(self, asked: Json) -> web.Response:
        """Newest first, one page at a time."""
        if self.modes and self.modes[0] == "history":
            self.modes.popleft()
            return _no("ratelimited", status=429, retry_after=self.retry_after)
        since, start = float(asked.get("oldest") or 0), int(asked.get("cursor") or 0)
        rows = [row for row in reversed(self.history[asked["channel"]]) if float(row["ts"]) >= since]
        end = start + int(asked["limit"])
        more = {"response_metadata": {"next_cursor": str(end) if end < len(rows) else ""}}
        shown = [row if asked.get("include_all_metadata") else {**row, "metadata": None} for row in rows[start:end]]
        return web.json_response({"ok": True, "messages": shown, **more})

    async def _upload(self, request: web.Request) -> web.Response:
        self._files["F" + str(self._ts)] = (await request.read()).decode()
        return web.Response(text="OK")

    async def _send(self, request: web.Request, method: str, asked: Json, bearer: str) -> web.StreamResponse:
        mode = self.modes.popleft() if self.modes else self.mode
        if mode == "ok" and bearer not in self.tokens:
            mode = "token_revoked"
        self.calls.append((method, mode))
        if mode not in ("ok", *LOST):
            return await self._refuse(request, mode)
        delivery = self._document(asked) if method.startswith("files.") else self._message(method, asked)
        self.log.append(delivery)
        reply: Json = {"ok": True, "channel": delivery.chat, "ts": delivery.id}
        if mode == "junk":
            return web.Response(text="<html>busy</html>", content_type="text/html")
        if mode == "slow":
            self._changed.set()
            await asyncio.sleep(self.slow_for)
        if mode == "cut":
            half = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
            await half.prepare(request)
            await half.write(b'{"ok":true,"ch')
        if mode in ("cut", "disconnect"):
            assert request.transport
            request.transport.abort()
        return web.json_response(reply)

    async def _refuse(self, request: web.Request, mode: str) -> web.StreamResponse:
        if mode == "429":
            return _no("ratelimited", status=429, retry_after=self.retry_after)
        if mode == "drop":
            assert request.transport
            request.transport.abort()
            return web.Response()
        if mode.isdecimal():
            return web.Response(status=int(mode), text="<html>Bad Gateway</html>", content_type="text/html")
        return _no(mode)

    def _message(self, method: str, asked: Json) -> Delivery:
        """Judge a message and show it."""
        blocks = asked.get("blocks") or []
        if blocks:
            slackjudge.judge(blocks)
        slackjudge.signs(asked["text"])
        if not asked["text"] or len(asked["text"]) > 4000 or asked.get("link_names"):
            raise Judged("no_text")
        chat = asked["channel"] if asked["channel"].startswith("D") else f"D{asked['channel']}"
        self.conversations[chat] = chat[1:]
        text = slackjudge.read(blocks) if blocks else slackjudge.words(asked["text"])
        ts = self._place(method, chat, asked)
        return Delivery(chat=chat, method=method, text=text, id=ts, blocks=blocks, at=time.monotonic())

    def _place(self, method: str, chat: str, asked: Json) -> str:
        row = {"type": "message", "bot_id": "BBOT", "user": "UBOT", "text": asked["text"], **_kept(asked)}
        if method == "chat.postMessage":
            ts = self.next_ts()
            self.history[chat].append({**row, "ts": ts})
            return ts
        old = next((one for one in self.history[chat] if one["ts"] == asked["ts"] and "bot_id" in one), None)
        if old is None:
            raise Judged("message_not_found")
        old.update(row)
        return str(old["ts"])

    def _document(self, asked: Json) -> Delivery:
        (file,) = asked["files"]
        comment = asked.get("initial_comment", "")
        slackjudge.signs(comment)
        text = slackjudge.words(comment)
        content = self._files[file["id"]]
        row = {"type": "message", "bot_id": "BBOT", "user": "UBOT", "text": comment, "ts": self.next_ts()}
        self.history[asked["channel_id"]].append(
            {**row, "files": [{"id": file["id"], "name": self._names[file["id"]]}]}
        )
        return Delivery(
            chat=asked["channel_id"],
            method="file",
            text=text,
            id=file["id"],
            blocks=[],
            at=time.monotonic(),
            document=content,
        )

    async def _line(self, request: web.Request) -> web.WebSocketResponse:
        """Somebody opens a line."""
        line = web.WebSocketResponse()
        await line.prepare(request)
        self.lines.append(line)
        await line.send_json({"type": "hello", "num_connections": self.connections})
        async for message in line:
            if message.type is WSMsgType.TEXT:
                self._acknowledged.add(json.loads(message.data)["envelope_id"])
                self._changed.set()
        return line


def _kept(asked: Json) -> Json:
    return {"metadata": asked["metadata"]} if "metadata" in asked else {}


def _fields(body: str) -> Json:
    fields = dict(parse_qsl(body, keep_blank_values=True))
    found: Json = json.loads(fields["payload"]) if "payload" in fields else fields
    return found


async def _parameters(request: web.Request) -> Json:
    if request.content_type == "application/json":
        found: Json = json.loads(await request.read() or b"{}")
        return found
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def _error(word: str) -> Json:
    return {"ok": False, "error": word}


def _no(word: str, *, status: int = 200, retry_after: int = 0) -> web.Response:
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return web.json_response(_error(word), status=status, headers=headers)
