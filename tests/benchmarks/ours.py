"""Our whole program with the six questions, in a process of its own: DATABASE API [SHARES]."""

import asyncio
import json
import sys
from contextlib import nullcontext
from pathlib import Path

import sqlalchemy as sa

from bot import serve
from bot.channels.telegram.channel import TelegramChannel
from bot.clock import SystemClock
from bot.pacing import UNLIMITED
from bot.rights import Kind, Staff
from bot.script import Script
from bot.wiring import Parts, build
from flows.loading import load_programme
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


async def main(database: str, api: str, shares: Shares) -> None:
    """Say the code people join with, run until told to stop, say how many answers are on disk."""
    clock = SystemClock()
    channel = TelegramChannel(TOKEN, clock.now, api_base=api)
    db = Database.open(database)
    parts = build(db, script(), clock, [channel], limits={"telegram": UNLIMITED})
    try:
        await db.migrate()
        code = await parts.facilitation.invite(OLIVE, "hull", anyway="a measurement")
        shares.begin()
        ready(f"/start {code.code}")
        await serve.serve(parts)
        ended(await _kept(parts))
    finally:
        await db.close()


async def _kept(parts: Parts) -> int:
    async with parts.db.read() as conn:
        return await conn.scalar(sa.select(sa.func.count()).select_from(answers)) or 0


if __name__ == "__main__":
    where, server, *file = sys.argv[1:]
    shares = Shares()
    with shares.watching() if file else nullcontext():
        asyncio.run(main(where, server, shares))
    if file:
        Path(file[0]).write_text(json.dumps({"parts": shares.report(), "places": shares.places.most_common(200)}))
