"""Our whole program with the six questions, in a process of its own."""

import argparse
import asyncio
import json
import signal
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bot import serve
from bot.channels.telegram.channel import TelegramChannel
from bot.clock import SystemClock
from bot.pacing import UNLIMITED, Limits
from bot.rights import Kind, Staff
from bot.script import Script
from bot.wiring import Parts, build
from flows.loading import load_programme
from storage.broadcasts import Audience
from storage.database import Database
from storage.tables import answers
from tests.benchmarks.crowd import TOKEN
from tests.benchmarks.shares import Shares
from tests.benchmarks.signs import ended, ready

PROGRAMME = Path(__file__).with_name("programme")
OLIVE = Staff(name="Olive", kind=Kind.OPERATOR)


def script() -> Script:
    """The six questions. No dialogue: it is not held to the principles, as `serve` would."""
    loaded = load_programme(PROGRAMME)
    assert loaded.programme is not None, "\n".join(map(str, loaded.findings))
    return Script(loaded.programme)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What to do. `limit`: messages a second, as the server counts. `broadcast`: send to all of Hull."""

    database: str
    api: str
    limit: int = 0
    broadcast: bool = False


def limits(most: int) -> Limits:
    """As near to the platform's limit as ours may be set; 0: none."""
    if not most:
        return UNLIMITED
    return Limits(bot_rate=most * 1.1, bot_burst=most // 20, bot_window=most, chat_rate=1, chat_burst=4)


async def main(asked: Asked, shares: Shares) -> None:
    """Say the code people join with, run until told to stop, say how many answers are on disk."""
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, told.set)
    clock = SystemClock()
    channel = TelegramChannel(TOKEN, clock.now, api_base=asked.api)
    db = Database.open(asked.database)
    parts = build(db, script(), clock, [channel], limits={"telegram": limits(asked.limit)})
    try:
        await db.migrate()
        code = await parts.facilitation.invite(OLIVE, "hull", anyway="a measurement")
        shares.begin()
        ready(f"/start {code.code}")
        await serve.serve(parts, *([_broadcast(parts, told)] if asked.broadcast else []))
        ended(await _kept(parts))
    finally:
        await db.close()


async def _broadcast(parts: Parts, told: asyncio.Event) -> None:
    """To everybody in Hull once told to; asked for again after a restart, under the same key."""
    await told.wait()
    await parts.facilitation.send(OLIVE, "news", Audience(areas=("hull",)), key="bench", urgent=True)
    await asyncio.Event().wait()


async def _kept(parts: Parts) -> int:
    async with parts.db.read() as conn:
        return await conn.scalar(sa.select(sa.func.count()).select_from(answers)) or 0


def read_arguments() -> tuple[Asked, str]:
    """What is to be done, and the file for the shares."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    parser.add_argument("api")
    parser.add_argument("--shares", default="", help="a file for where the time goes")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--broadcast", action="store_true")
    read = parser.parse_args()
    return Asked(database=read.database, api=read.api, limit=read.limit, broadcast=read.broadcast), read.shares


if __name__ == "__main__":
    wanted, file = read_arguments()
    shares = Shares()
    with shares.watching() if file else nullcontext():
        asyncio.run(main(wanted, shares))
    if file:
        Path(file).write_text(json.dumps({"parts": shares.report(), "places": shares.places.most_common(200)}))
