"""The demo phone as a channel: the same contract as Telegram, with the platform in this process's memory."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal
from uuid import uuid4

from bot.channels.base import Accept, Fetched, File, Lost, Outcome, Refusal, Refused, Sent
from bot.channels.demo.phone import Bubble, Phone
from bot.messages import Address, Content, Edit, Inbound, Outgoing, Reachable, Shown, Start, Tap, Unsupported, Words

BATCH = 100
"""Messages handed over in one go at most: those that wait together are committed together."""

SOUNDS = 100
"""Recordings a demo has at hand; older ones are gone."""

_Arrival = tuple[Inbound, asyncio.Future[None]]


class DemoChannel:
    """Any number of phones. What a phone sends waits until `receive` has put it on disk, as on a real platform."""

    name = "demo"
    one_listener = False
    bot = "demo"

    def __init__(self, now: Callable[[], datetime], record: Callable[[int], bytes] = lambda seconds: b"") -> None:
        self._now = now
        self._record = record  # what a phone hears in so many seconds
        self._files: dict[str, bytes] = {}
        self._phones: dict[str, Phone] = {}
        self._arrivals: asyncio.Queue[_Arrival] = asyncio.Queue()
        self._delivered: dict[int, str] = {}  # outbox id → bubble, so that a repeat is recognised

    # ── the platform's side ──────────────────────────────────────────────────────────────────────────────────
    async def receive(self, accept: Accept) -> None:
        """Take in what phones sent until cancelled; a phone learns "sent" only when it is on disk."""
        while True:
            batch = [await self._arrivals.get()]
            while len(batch) < BATCH and not self._arrivals.empty():
                batch.append(self._arrivals.get_nowait())
            try:
                await accept([inbound for inbound, _ in batch])
            except BaseException as error:
                for _, done in batch:
                    _fail(done, error)
                raise
            for _, done in batch:
                if not done.done():
                    done.set_result(None)

    def fit(self, message: Outgoing) -> tuple[Outgoing, ...]:
        """A phone in the browser takes any message as it is."""
        return (message,)

    async def send(self, address: Address, message: Outgoing, outbox_id: int) -> Outcome:
        """Show the message on the phone, once; a phone that blocks the bot refuses it."""
        phone = self.phone(address.chat)
        if outbox_id in self._delivered:
            return Sent(id=self._delivered[outbox_id])
        if phone.blocked:
            return Refused(reason=Refusal.BLOCKED, detail="the person has blocked the bot")
        shown = message.edit_of if message.edit_of and phone.redraw(message.edit_of, message) else ""
        self._delivered[outbox_id] = shown or self._show(phone, message)
        return Sent(id=self._delivered[outbox_id])

    async def fetch(self, reference: str, most: int) -> File:
        """What a phone has recorded."""
        content = self._files.get(reference)
        if content is None:
            return Lost(reason="the demo does not have it any more")
        return Fetched(content=content) if len(content) <= most else Lost(reason="it is too large")

    async def close(self) -> None:
        """Phones still waiting for "sent" hear that the line is closed."""
        while not self._arrivals.empty():
            _fail(self._arrivals.get_nowait()[1], ConnectionError("the demo has stopped"))

    # ── the person's side ────────────────────────────────────────────────────────────────────────────────────
    @property
    def phones(self) -> Mapping[str, Phone]:
        """Every phone that was ever used, by its chat."""
        return MappingProxyType(self._phones)

    def phone(self, chat: str) -> Phone:
        """The phone with this chat; a new one when nobody had it yet."""
        return self._phones.setdefault(chat, Phone(chat))

    async def start(self, chat: str, code: str = "") -> None:
        """Open the chat, as a tap on a join link does."""
        self._write(chat, text="/start" + (f" {code}" if code else ""))
        await self._hand_over(chat, Start(code=code))

    async def say(self, chat: str, text: str) -> str:
        """Send a text. Returns the id of the message, by which it can be edited."""
        message = self._write(chat, text=text)
        await self._hand_over(chat, Words(text=text, message=message))
        return message

    async def voice(self, chat: str, seconds: int) -> str:
        """Send a voice note of this length. Nothing is said in it: the page does not listen."""
        message = self._write(chat, kind="voice", seconds=seconds)
        reference = self.keep(message, self._record(seconds))
        await self._hand_over(chat, Shown(kind="voice", reference=reference, message=message, seconds=seconds))
        return message

    def keep(self, name: str, content: bytes) -> str:
        """Have a recording at hand; the reference to it."""
        reference = f"demo:{name}"
        self._files = dict([*self._files.items(), (reference, content)][-SOUNDS:])
        return reference

    async def sticker(self, chat: str) -> None:
        """Send something the programme cannot take."""
        self._write(chat, text="🙂")
        await self._hand_over(chat, Unsupported(what="sticker"))

    async def tap(self, chat: str, token: str) -> None:
        """Press a button."""
        self.phone(chat).tap(token, self._now())
        await self._hand_over(chat, Tap(token=token))

    async def edit(self, chat: str, message: str, text: str) -> bool:
        """Correct a message that was sent; False when the phone no longer has it."""
        if not self.phone(chat).rewrite(message, text):
            return False
        await self._hand_over(chat, Edit(text=text, message=message))
        return True

    async def block(self, chat: str, yes: bool) -> None:
        """Block the bot or let it write again; the platform tells it either way."""
        self.phone(chat).block(yes)
        await self._hand_over(chat, Reachable(yes=not yes))

    async def do(self, chat: str, content: Content) -> None:
        """Do on this phone what this content says: for people who are played by the program."""
        match content:
            case Start(code=code):
                await self.start(chat, code)
            case Words(text=text):
                await self.say(chat, text)
            case Tap(token=token):
                await self.tap(chat, token)
            case Shown(seconds=seconds):
                await self.voice(chat, seconds)
            case Edit(text=text, message=message):
                await self.edit(chat, message, text)
            case Reachable(yes=yes):
                await self.block(chat, not yes)
            case _:
                await self.sticker(chat)

    def _show(self, phone: Phone, message: Outgoing) -> str:
        bubble = Bubble(
            id=_new_id(),
            side="bot",
            at=self._now(),
            text=message.text,
            choices=message.choices,
            token=message.token,
            document=message.document,
            attachment=message.attachment,
        )
        phone.add(bubble)
        return bubble.id

    def _write(self, chat: str, *, text: str = "", kind: Literal["text", "voice"] = "text", seconds: int = 0) -> str:
        bubble = Bubble(id=_new_id(), side="me", at=self._now(), text=text, kind=kind, seconds=seconds)
        self.phone(chat).add(bubble)
        return bubble.id

    async def _hand_over(self, chat: str, content: Content) -> None:
        address = Address(channel=self.name, bot=self.bot, chat=chat)
        inbound = Inbound(key=_new_id(), address=address, at=self._now(), content=content)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrivals.put_nowait((inbound, done))
        await done


def _fail(done: asyncio.Future[None], error: BaseException) -> None:
    if not done.done():
        done.set_exception(ConnectionError(f"not received: {type(error).__name__}"))


def _new_id() -> str:
    """Unique for good: a database may outlive this process's memory."""
    return uuid4().hex[:20]
