"""What the page can ask for. Each view reads the request, hands over, and answers."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import uuid4

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.templating import Jinja2Templates

from bot.channels.demo.channel import DemoChannel
from bot.channels.demo.phone import Phone
from bot.demo_page.asks import Block, Code, Correction, Done, Meeting, Reminder, Target, Text, Token, Voice, Wanted
from bot.demo_page.notebook import Declined, NewDate, Notebook
from bot.demo_page.state import Html, State, jumps, state

COOKIE = "phone"
PHONE = re.compile("[0-9a-f]{16}")
SECONDS_BETWEEN_LOOKS = 0.25
SECONDS_BETWEEN_READINGS = 1.0
SECONDS_BETWEEN_SIGNS_OF_LIFE = 15.0

Body = TypeVar("Body", bound=Struct)
Jump = Callable[[datetime], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Views:
    """The endpoints, with the parts they use."""

    notebook: Notebook
    channel: DemoChannel
    jump: Jump
    html: Html
    templates: Jinja2Templates

    # ── the page and what it shows ───────────────────────────────────────────────────────────────────────────
    async def page(self, request: Request) -> Response:
        """The page itself. A browser without a phone gets one."""
        response = self.templates.TemplateResponse(request, "page.html")
        if not PHONE.fullmatch(request.cookies.get(COOKIE, "")):
            _give_phone(response)
        return response

    async def state(self, request: Request) -> Response:
        """All of it, unless the page has seen it: then nothing."""
        current = await self._state(request)
        if request.query_params.get("seen") == current.digest:
            return Response(status_code=204)
        return Response(current.body, media_type="application/json")

    async def events(self, request: Request) -> Response:
        """A line whenever something has changed. The page then asks for the state."""
        return StreamingResponse(
            self._changes(request, self.channel.phone(_chat(request))), media_type="text/event-stream"
        )

    async def _changes(self, request: Request, phone: Phone) -> AsyncIterator[str]:
        loop = asyncio.get_running_loop()
        seen, version, read_at, spoke_at = "", -1, 0.0, loop.time()
        while not await request.is_disconnected():
            stirred, version = phone.version != version, phone.version
            if stirred or loop.time() - read_at > SECONDS_BETWEEN_READINGS:
                current, read_at = await self._state(request), loop.time()
                if current.digest != seen:
                    seen, spoke_at = current.digest, loop.time()
                    yield f"data: {seen}\n\n"
            if loop.time() - spoke_at > SECONDS_BETWEEN_SIGNS_OF_LIFE:
                spoke_at = loop.time()
                yield ": still here\n\n"
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)

    async def _state(self, request: Request) -> State:
        chat = _chat(request)
        return state(await self.notebook.pages(chat), self.channel.phone(chat), self.html)

    # ── the phone ────────────────────────────────────────────────────────────────────────────────────────────
    async def start(self, request: Request) -> Response:
        """Open the chat with a join code."""
        await self.channel.start(_chat(request), (await _body(request, Code)).code)
        return _ok()

    async def say(self, request: Request) -> Response:
        """Send a text."""
        await self.channel.say(_chat(request), (await _body(request, Text)).text)
        return _ok()

    async def tap(self, request: Request) -> Response:
        """Press a button."""
        await self.channel.tap(_chat(request), (await _body(request, Token)).token)
        return _ok()

    async def voice(self, request: Request) -> Response:
        """Send a voice note."""
        await self.channel.voice(_chat(request), (await _body(request, Voice)).seconds)
        return _ok()

    async def attachment(self, request: Request) -> Response:
        """The sound or picture of a bubble on this phone."""
        found = self.channel.phone(_chat(request)).attachment(request.path_params["bubble"])
        if found is None:
            raise Declined("That is no longer on this phone.")
        return Response(found.content, media_type=found.mime)

    async def edit(self, request: Request) -> Response:
        """Correct a message."""
        wanted = await _body(request, Correction)
        if not await self.channel.edit(_chat(request), wanted.id, wanted.text):
            raise Declined("That message is no longer on this phone.")
        return _ok()

    async def read(self, request: Request) -> Response:
        """The person looks at the screen."""
        self.channel.phone(_chat(request)).read()
        return _ok()

    async def block(self, request: Request) -> Response:
        """Block the bot, or let it write again."""
        await self.channel.block(_chat(request), (await _body(request, Block)).yes)
        return _ok()

    async def another(self, request: Request) -> Response:
        """Put this phone away and take another: a new person can join."""
        response = _ok()
        _give_phone(response)
        return response

    # ── the clock ────────────────────────────────────────────────────────────────────────────────────────────
    async def clock(self, request: Request) -> Response:
        """Go forward in time."""
        target = await _body(request, Target)
        pages = await self.notebook.pages(_chat(request))
        ahead = jumps(pages)
        planned = ahead.prompt.at if ahead.prompt else None
        at = {"prompt": planned, "workshop": ahead.workshop, "hour": pages.now + timedelta(hours=1)}[target.to]
        if at is None:
            raise Declined(f"No {target.to} is planned for this phone.")
        await self.jump(at)
        return _ok()

    # ── the notebook ─────────────────────────────────────────────────────────────────────────────────────────
    async def preview(self, request: Request) -> Response:
        """Whom a reminder would reach, whom not and why, and how it reads."""
        wanted = await _body(request, Reminder)
        found = await self.notebook.preview(wanted.template, wanted.audience)
        return _json({**msgspec.to_builtins(found), "html": self.html(found.sample)})

    async def send(self, request: Request) -> Response:
        """Send a reminder."""
        wanted = await _body(request, Reminder)
        if not wanted.key:
            raise Declined("This reminder has no key, so pressing twice would send it twice.")
        return _json({"id": await self.notebook.send(wanted.template, wanted.audience, wanted.key)})

    async def move(self, request: Request) -> Response:
        """Set a workshop's date, or say what that would move."""
        w = await _body(request, Wanted)
        wanted = NewDate(area=w.area, wave=w.wave, day=w.day, start=w.start, end=w.end, place=w.place.strip())
        if wanted.end <= wanted.start:
            raise Declined("The workshop has to end after it starts.")
        return _json(msgspec.to_builtins(await self.notebook.move(wanted, dry=w.dry)))

    async def attended(self, request: Request) -> Response:
        """Everybody of an area was at the workshop."""
        meeting = await _body(request, Meeting)
        return _json({"people": await self.notebook.attended(meeting.area, meeting.wave)})

    async def done(self, request: Request) -> Response:
        """Requests that were seen to."""
        await self.notebook.finish((await _body(request, Done)).ids)
        return _ok()


async def declined(request: Request, error: Exception) -> Response:
    """What cannot be done is said in one sentence."""
    return JSONResponse({"error": str(error)}, status_code=409)


async def misread(request: Request, error: Exception) -> Response:
    """A request that makes no sense."""
    return JSONResponse({"error": f"The page sent something unexpected: {error}."}, status_code=400)


async def closed(request: Request, error: Exception) -> Response:
    """The phone has no line to the bot."""
    return JSONResponse({"error": "Not sent: the demo is stopping or could not keep it."}, status_code=503)


async def _body(request: Request, kind: type[Body]) -> Body:
    return msgspec.json.decode(await request.body(), type=kind)


def _chat(request: Request) -> str:
    chat = request.cookies.get(COOKIE, "")
    if not PHONE.fullmatch(chat):
        raise Declined("This browser has no phone yet. Please load the page again.")
    return chat


def _give_phone(response: Response) -> None:
    response.set_cookie(COOKIE, uuid4().hex[:16], max_age=30 * 86400, httponly=True, samesite="strict")


def _ok() -> Response:
    return Response(status_code=204)


def _json(document: object) -> Response:
    return Response(msgspec.json.encode(document), media_type="application/json")
