"""The whole program with a small programme and a quick clock, in a process that may be killed at any moment."""

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import dispatch, faults, serve, starting
from bot.channels.telegram.channel import TelegramChannel
from bot.clock import Metronome
from bot.pacing import UNLIMITED
from bot.rights import OWNER
from bot.script import Script
from bot.wiring import Parts, build
from flows.loading import load_programme
from storage.broadcasts import Audience
from storage.database import Database

FOLDER = Path(__file__).with_name("programme")
START = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
LIFE = timedelta(hours=6)
"""How much later each process begins than the one before it, so that no clock goes back."""
QUICK = 200
"""Seconds of the program in one of ours: those in which more of an answer might follow go by at once."""
SECRET = "told-to-telegram-alone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """How one process is to run. `port`: take updates by webhook there, instead of polling.

    `zero`: processes that live at the same time have one clock, which began at this second of the machine's time.
    `broadcast`: the message that goes to everybody, once.
    """

    database: str
    api: str
    token: str
    life: int = 0
    fault: str = ""
    port: int = 0
    zero: float = 0
    broadcast: str = ""


class QuickClock:
    """Time that runs fast, from a beginning that it is given."""

    def __init__(self, start: datetime, zero: float = 0) -> None:
        self._start = start
        self._zero = time.monotonic() - (time.time() - zero if zero else 0)

    def now(self) -> datetime:
        """The present of the program."""
        return self._start + timedelta(seconds=(time.monotonic() - self._zero) * QUICK)


def script() -> Script:
    """The small programme, ready to speak."""
    loaded = load_programme(FOLDER)
    assert loaded.programme is not None, "\n".join(map(str, loaded.findings))
    return Script(loaded.programme)


async def run(order: Order) -> None:
    """Be the program until told to stop, or until the trap springs."""
    faults.TRAP = faults.Trap(order.fault)
    dispatch.LOOK = serve.LOOK = 0.05
    clock = QuickClock(START, order.zero) if order.zero else QuickClock(START + LIFE * order.life)
    channel = TelegramChannel(
        order.token,
        clock.now,
        api_base=order.api,
        webhook_url=f"http://127.0.0.1:{order.port}" if order.port else "",
        webhook_secret=SECRET if order.port else "",
    )
    db = Database.open(order.database)
    parts = build(db, script(), clock, [channel], limits={"telegram": UNLIMITED})
    try:
        if order.broadcast:
            await parts.facilitation.send(OWNER, order.broadcast, Audience(), key="once")
        await _serve(parts, channel, order.port)
    finally:
        await db.close()


async def _serve(parts: Parts, channel: TelegramChannel, port: int) -> None:
    quick = replace(parts, metronome=Metronome({parts.turns.wake: 0.05}))
    if channel.webhook is None:
        await serve.serve(quick)
        return
    listening = starting.listen("127.0.0.1", port)
    await serve.serve(quick, starting.web(starting.pages(channel.webhook), listening))
