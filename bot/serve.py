"""Runs the parts together and stops them in order: first nothing new comes in, then what is in hand is finished."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Coroutine

from bot.wiring import Parts

PATIENCE = 20.0
"""Seconds that turns and sends in hand may take to finish."""
GARBAGE = 10_000
"""New objects after which the garbage collector looks through them. A batch of turns makes thousands and frees them."""


async def open_up(parts: Parts) -> None:
    """Bring the database up to date, keep the flow versions, account for what an earlier run left on its way."""
    await parts.db.claim()
    await parts.db.migrate()
    async with parts.db.write() as conn:
        await parts.script.publish(conn, parts.clock.now())
    await parts.dispatcher.recover()
    parts.turns.wake()


@contextlib.asynccontextmanager
async def running(parts: Parts) -> AsyncIterator[None]:
    """The program at work for as long as the block lasts."""
    loops = {
        asyncio.create_task(parts.turns.run(), name="turns"),
        asyncio.create_task(parts.dispatcher.run(), name="dispatcher"),
        asyncio.create_task(parts.metronome.run(), name="metronome"),
    }
    receivers = {asyncio.create_task(c.receive(parts.turns.accept), name=c.name) for c in parts.channels}
    try:
        yield
    finally:
        await _end(receivers)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(_drain(parts), PATIENCE)
        await _end(loops)
        for channel in parts.channels:
            await channel.close()


async def _drain(parts: Parts) -> None:
    """What has been received is answered; what is queued and may go now, goes."""
    while await parts.turns.step() or await parts.dispatcher.step():
        pass


async def _end(tasks: set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until_told_to_stop() -> None:
    """Wait for Ctrl-C or SIGTERM."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    await told.wait()


def _settle_in() -> None:
    """What was loaded to start stays: searched again and again for garbage, it took a quarter of the time of turns."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


async def serve(parts: Parts, *beside: Coroutine[None, None, None]) -> None:
    """Run until told to stop. What runs `beside` the parts, a web server say, ends with them; if it fails, all end."""
    await open_up(parts)
    _settle_in()
    async with running(parts):
        told = asyncio.create_task(until_told_to_stop())
        others = {asyncio.create_task(one) for one in beside}
        try:
            await asyncio.wait({told, *others}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end({told, *others})
        for other in others:
            if not other.cancelled() and (error := other.exception()):
                raise error
