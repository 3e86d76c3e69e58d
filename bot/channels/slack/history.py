"""What stands in our conversations: to find a message of ours again, and what people said while nobody listened."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.channels.base import Accept, Sent
from bot.channels.slack.inbound import past
from bot.channels.slack.outbound import EVENT
from bot.channels.slack.transport import Client, Declined, Trouble
from bot.messages import Inbound

log = logging.getLogger(__name__)

BACK = timedelta(days=3)  # how far to look; keys are kept longer, so that nothing is taken twice
NEWEST = 100  # messages among which one of ours is looked for
PAGE = 200
PACE = 1.2  # seconds between two looks: Slack allows fifty a minute
PAGES = 50  # of one conversation; nobody writes ten thousand messages in three days

Sleep = Callable[[float], Awaitable[None]]


class History:
    """The conversations of one workspace."""

    def __init__(self, client: Client, team: str, now: Callable[[], datetime], sleep: Sleep) -> None:
        self._client = client
        self._team = team
        self._now = now
        self._sleep = sleep
        self._conversations: dict[str, str] = {}

    async def conversation(self, chat: str) -> str:
        """The conversation with this person. Raises `Trouble`."""
        if chat not in self._conversations:
            reply = await self._client.call("conversations.open", {"users": chat})
            found = reply.get("channel")
            self._conversations[chat] = str(found.get("id", "")) if isinstance(found, Mapping) else ""
        return self._conversations[chat]

    async def find(self, chat: str, outbox_id: int) -> Sent | None:
        """A message of ours by the outbox's number. Raises `Trouble`."""
        channel = await self.conversation(chat)
        asked = {"channel": channel, "limit": NEWEST, "include_all_metadata": "true"}
        reply = await self._client.look("conversations.history", asked)
        for message in _rows(reply, "messages"):
            if _number(message) == outbox_id or _has_file(message, outbox_id):
                return Sent(id=f"{channel}:{message.get('ts')}")
        return None

    async def catch_up(self, accept: Accept) -> None:
        """Take in what people said lately; what is known already is passed over by its key."""
        if not self._client.token:
            return
        try:
            async for known in self._pages("users.conversations", {"types": "im", "limit": PAGE}, "channels"):
                for one in known:
                    await self._read(str(one.get("user", "")), str(one.get("id", "")), accept)
        except Trouble as trouble:
            log.warning("slack.not_caught_up team=%s error=%s", self._team, type(trouble).__name__)
        except Exception as error:  # the database: it is looked at again when something was missed
            log.error("slack.not_stored error=%s", type(error).__name__)

    async def _read(self, chat: str, channel: str, accept: Accept) -> None:
        since = f"{(self._now() - BACK).timestamp():.6f}"
        asked = {"channel": channel, "oldest": since, "limit": PAGE}
        found: list[Inbound] = []
        async for page in self._pages("conversations.history", asked, "messages"):
            found += [inbound for message in page for inbound in reversed(past(message, chat, channel, self._team))]
        if found:
            await accept(found[::-1])  # the newest came first

    async def _pages(self, method: str, asked: Mapping[str, Any], rows: str) -> AsyncIterator[list[Mapping[str, Any]]]:
        cursor = ""
        for _ in range(PAGES):
            reply = await self._patiently(method, {**asked, **({"cursor": cursor} if cursor else {})})
            yield _rows(reply, rows)
            more = reply.get("response_metadata")
            cursor = str(more.get("next_cursor") or "") if isinstance(more, Mapping) else ""
            if not cursor:
                return

    async def _patiently(self, method: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """As fast as Slack allows."""
        while True:
            try:
                reply = await self._client.look(method, asked)
            except Declined as no:
                if no.error != "ratelimited":
                    raise
                await self._sleep(no.wait)
            else:
                await self._sleep(PACE)
                return reply


def _rows(reply: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = reply.get(name)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def _has_file(message: Mapping[str, Any], outbox_id: int) -> bool:
    """A file of ours carries the number in its name."""
    names = [str(file.get("name", "")) for file in _rows(message, "files")] if message.get("bot_id") else []
    return any(name.rpartition(".")[0].endswith(f"-{outbox_id}") for name in names)


def _number(message: Mapping[str, Any]) -> int | None:
    """The outbox's number that goes with a message of ours."""
    metadata = message.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != EVENT:
        return None
    carried = metadata.get("event_payload")
    number = carried.get("outbox_id") if isinstance(carried, Mapping) else None
    return number if isinstance(number, int) else None
