"""The webhook: who may speak, and that 200 means "on disk"."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.inbound import WANTED
from bot.channels.telegram.webhook import Webhook
from bot.messages import Broken, Inbound, Tap, Words
from tests.botapi import BotApi

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
SECRET = "canary-secret"


class Inbox:
    """Where updates are put; it can be broken."""

    def __init__(self) -> None:
        self.stored: list[Inbound] = []
        self.broken = False

    async def accept(self, batch: Sequence[Inbound]) -> None:
        """Store, unless it is broken."""
        if self.broken:
            raise OSError("no room for canary words")
        self.stored += batch


@pytest.fixture
def inbox() -> Inbox:
    """A fresh one."""
    return Inbox()


@pytest.fixture
def webhook(inbox: Inbox) -> Webhook:
    """A webhook that has begun to receive."""
    made = Webhook(SECRET, "4242", lambda: NOW)
    made.accept = inbox.accept
    return made


async def post(webhook: Webhook, body: bytes, *, secret: bytes | None = SECRET.encode()) -> Response:
    """What Telegram does."""
    headers = [] if secret is None else [(b"x-telegram-bot-api-secret-token", secret)]
    left = [body]

    async def receive() -> dict[str, Any]:
        assert left, "the body was read twice"
        return {"type": "http.request", "body": left.pop(), "more_body": False}

    return await webhook(Request({"type": "http", "method": "POST", "headers": headers}, receive))


def said(text: str) -> bytes:
    """An update."""
    person = {"id": 7, "is_bot": False}
    message = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "from": person, "text": text}
    return json.dumps({"update_id": 5, "message": message}).encode()


async def test_what_telegram_brings_is_stored_and_then_acknowledged(webhook: Webhook, inbox: Inbox) -> None:
    reply = await post(webhook, said("Hello"))

    assert reply.status_code == 200
    assert [inbound.content for inbound in inbox.stored] == [Words(text="Hello", message="1")]


@pytest.mark.parametrize("secret", [None, b"", b"wrong", SECRET.encode()[:-1], b"caf\xe9", SECRET.encode() + b"x"])
async def test_nobody_else_is_listened_to(
    webhook: Webhook, inbox: Inbox, secret: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    reply = await post(webhook, b"{ not even read: canary", secret=secret)

    assert reply.status_code == 403
    assert inbox.stored == []
    assert "canary" not in caplog.text


def test_without_a_secret_there_is_no_webhook() -> None:
    with pytest.raises(ValueError, match="secret"):
        Webhook("", "4242", lambda: NOW)


async def test_a_database_that_is_down_means_bring_it_again(
    webhook: Webhook, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    inbox.broken = True

    reply = await post(webhook, said("canary words"))

    assert reply.status_code == 503
    assert int(reply.headers["retry-after"]) > 0
    assert "not_stored" in caplog.text
    assert "canary" not in caplog.text


async def test_before_the_program_is_ready_nothing_is_acknowledged() -> None:
    assert (await post(Webhook(SECRET, "4242", lambda: NOW), said("Hello"))).status_code == 503


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]", b'{"update_id": 5, "message": 3}', b"[" * 100_000])
async def test_junk_is_set_aside_and_acknowledged(webhook: Webhook, inbox: Inbox, body: bytes) -> None:
    reply = await post(webhook, body)

    assert reply.status_code == 200
    assert [type(inbound.content) for inbound in inbox.stored] == [Broken]


async def test_the_spinner_of_a_button_stops_with_the_acknowledgement(webhook: Webhook, inbox: Inbox) -> None:
    shown = {"message_id": 3, "chat": {"id": 7, "type": "private"}}
    query = {"id": "q1", "from": {"id": 7}, "message": shown, "data": "r.1.1.yes"}

    reply = await post(webhook, json.dumps({"update_id": 5, "callback_query": query}).encode())

    assert json.loads(bytes(reply.body)) == {"method": "answerCallbackQuery", "callback_query_id": "q1"}
    assert inbox.stored[0].content == Tap(token="r.1.1.yes")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """The server."""
    async with BotApi() as server:
        yield server


async def test_the_channel_tells_telegram_where_to_bring_updates(api: BotApi, inbox: Inbox) -> None:
    address = "https://dialogue.example/telegram"
    channel = TelegramChannel(api.token, lambda: NOW, api_base=api.url, webhook_url=address, webhook_secret=SECRET)
    task = asyncio.create_task(channel.receive(inbox.accept))
    await api.until(lambda: "setWebhook" in api.settings)

    assert channel.webhook
    assert (await post(channel.webhook, said("Hello"))).status_code == 200

    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await channel.close()
    wanted = {"url": address, "secret_token": SECRET, "allowed_updates": WANTED, "drop_pending_updates": False}
    assert api.settings["setWebhook"] == wanted
    assert len(inbox.stored) == 1
