"""A process that receives or sends until nothing is left, unless it is killed: JOB DATABASE API TOKEN HOURS."""

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from starlette.requests import Request

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.webhook import SECRET, Webhook
from bot.dispatch import Dispatcher
from bot.messages import Inbound
from storage import inbox
from storage.database import Database
from storage.inbox import InboxItem
from storage.rows import to_json
from storage.tables import outbox
from tests.fakes import FakeClock

START = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)


async def send(db: Database, channel: TelegramChannel, clock: FakeClock) -> None:
    """Send until every message is settled."""
    dispatcher = Dispatcher(db, [channel], clock, asyncio.Event(), limits={})
    await dispatcher.seated()
    while await _unsettled(db):
        await dispatcher.step()
        clock.forward(seconds=31)


async def _unsettled(db: Database) -> int:
    async with db.read() as conn:
        waiting = sa.select(sa.func.count()).where(outbox.c.state.in_(["queued", "sending"]))
        return (await conn.execute(waiting)).scalar_one()


class Store:
    """The inbox, as the program fills it."""

    def __init__(self, db: Database, clock: FakeClock) -> None:
        self._db = db
        self._clock = clock
        self.idle = asyncio.Event()

    async def accept(self, batch: Sequence[Inbound]) -> None:
        """Put updates on disk; nothing new means that everything is confirmed."""
        items = [
            InboxItem(
                channel=one.address.channel, bot=one.address.bot, key=one.key, chat=one.address.chat, body=to_json(one)
            )
            for one in batch
        ]
        async with self._db.write() as conn:
            await inbox.accept(conn, items, self._clock.now())
        if not batch:
            self.idle.set()


async def poll(db: Database, channel: TelegramChannel, clock: FakeClock) -> None:
    """Receive until nothing new comes."""
    store = Store(db, clock)
    receiving = asyncio.create_task(channel.receive(store.accept))
    await store.idle.wait()
    receiving.cancel()


async def webhook(db: Database, channel: TelegramChannel, clock: FakeClock) -> None:
    """Be brought one update."""
    hook = Webhook("secret", channel.bot, clock.now)
    hook.accept = Store(db, clock).accept
    person = {"id": 7, "is_bot": False}
    message = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "from": person, "text": "brought"}
    body = json.dumps({"update_id": 1, "message": message}).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(SECRET.lower().encode(), b"secret")]
    reply = await hook(Request({"type": "http", "method": "POST", "headers": headers}, receive))
    assert reply.status_code == 200


JOBS = {"send": send, "poll": poll, "webhook": webhook}


async def main(job: str, database: str, api: str, token: str, hours: str) -> None:
    """Do one job."""
    db = Database.open(database)
    clock = FakeClock(START + timedelta(hours=int(hours)))
    channel = TelegramChannel(token, clock.now, api_base=api)
    try:
        await JOBS[job](db, channel, clock)
    finally:
        await channel.close()
        await db.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
