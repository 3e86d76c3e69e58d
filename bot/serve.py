"""Runs the parts together and stops them in order: first nothing new comes in, then what is in hand is finished."""

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator

from sqlalchemy.exc import DBAPIError

from bot import publishing
from bot.channels.base import Channel
from bot.roles import Role
from bot.wiring import Parts
from storage import bell
from storage.seats import Seat

log = logging.getLogger(__name__)

PATIENCE = 20.0
"""Seconds that turns and sends in hand may take to finish."""
LOOK = 2.0
"""Seconds after which a process looks whether a part that one process plays is free, or still its own."""
GARBAGE = 10_000
"""New objects after which the garbage collector looks through them. A batch of turns makes thousands and frees them."""


async def open_up(parts: Parts) -> None:
    """Bring the database up to date, keep the flow versions, account for what an earlier run left on its way."""
    parts.files.claim()
    await parts.db.migrate()
    async with parts.db.write() as conn:
        await publishing.begin(conn, parts.script, parts.clock.now())
    if Role.SEND in parts.roles:
        await parts.dispatcher.seated()
    parts.turns.wake()


@contextlib.asynccontextmanager
async def running(parts: Parts) -> AsyncIterator[set[asyncio.Task[None]]]:
    """The program at work for as long as the block lasts. None of the tasks it yields ends by itself."""
    loops = {asyncio.create_task(loop) for loop in _loops(parts)}
    receivers = {asyncio.create_task(_receive(parts, one), name=one.name) for one in _heard(parts)}
    try:
        yield loops | receivers
    finally:
        await _end(receivers)
        with contextlib.suppress(TimeoutError, DBAPIError):
            await asyncio.wait_for(_drain(parts), PATIENCE)
        await _end(loops)
        await parts.dispatcher.leave()
        await parts.keeper.leave()
        for channel in parts.channels:
            await channel.close()


def _loops(parts: Parts) -> Iterator[Coroutine[None, None, None]]:
    yield parts.metronome.run()
    wakes = {bell.WORK: parts.turns.wake, bell.SEND: parts.wake_dispatcher, bell.KEEP: parts.keeper.wake}
    yield parts.bell.listen(wakes)
    if Role.WORK in parts.roles:
        yield parts.turns.run()
    if Role.SEND in parts.roles:
        yield parts.dispatcher.run()
        yield parts.keeper.run()


def _heard(parts: Parts) -> list[Channel]:
    return list(parts.channels) if Role.RECEIVE in parts.roles else []


async def _receive(parts: Parts, channel: Channel) -> None:
    """Take in what comes. Where the platform tells only one listener, the others stand by."""
    if not channel.one_listener:
        await channel.receive(parts.turns.accept)
        return
    await seated(parts.db.seat(f"receive:{channel.name}:{channel.bot}"), lambda: channel.receive(parts.turns.accept))


async def seated(seat: Seat, work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Do this whenever the seat is ours, for as long as it is; else stand by."""
    while True:
        if await _sits(seat):
            await _while_ours(seat, work())
        await asyncio.sleep(LOOK)


async def _while_ours(seat: Seat, work: Coroutine[None, None, None]) -> None:
    working = asyncio.create_task(work)
    try:
        while not working.done() and await seat.still():
            await asyncio.wait({working}, timeout=LOOK)
    finally:
        await _end({working})
        await seat.leave()


async def _sits(seat: Seat) -> bool:
    try:
        return await seat.take()
    except DBAPIError as error:
        log.warning("receive.database error=%s", type(error).__name__)
        return False


async def _drain(parts: Parts) -> None:
    """What has been received is answered; what is queued and may go now, goes."""
    while await _worked(parts) or await _sent(parts):
        pass


async def _worked(parts: Parts) -> int:
    return await parts.turns.step() if Role.WORK in parts.roles else 0


async def _sent(parts: Parts) -> int:
    return await parts.dispatcher.step() if Role.SEND in parts.roles else 0


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
    """Run until told to stop. What runs `beside` the parts, a web server say, ends with them; if one fails, all end."""
    await open_up(parts)
    _settle_in()
    log.info("serve.begun roles=%s", ",".join(sorted(parts.roles)))
    async with running(parts) as loops:
        told = asyncio.create_task(until_told_to_stop())
        others = {asyncio.create_task(one) for one in beside}
        try:
            await asyncio.wait({told, *others, *loops}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end({told, *others})
        log.info("serve.ending")
        for task in others | loops:
            if task.done() and not task.cancelled() and (error := task.exception()):
                raise error
