"""Builds the parts from what is given. Knows all of them; decides nothing."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.attaching import loader
from bot.channels.base import Channel
from bot.clock import Clock, Knock, Metronome
from bot.desk import Desk
from bot.dispatch import Dispatcher
from bot.facilitation import Facilitation
from bot.house import House
from bot.keeping import Keeper
from bot.metrics import Metrics
from bot.pacing import LIMITS, Limits
from bot.posting import Fit
from bot.recordings.cleaning import Limits as FileLimits
from bot.roles import EVERYTHING, Role
from bot.script import Script
from bot.turns import Turns
from bot.watching import Watcher
from bot.wording import Wording
from storage.bell import Bell
from storage.database import Database
from storage.files import Files
from storage.stones import Stones

EACH_MINUTE = 60
HOURLY = 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """The running program, taken apart."""

    db: Database
    script: Script
    clock: Clock
    channels: list[Channel]  # one may come while the program runs
    turns: Turns
    dispatcher: Dispatcher
    keeper: Keeper
    files: Files
    facilitation: Facilitation
    watcher: Watcher
    metronome: Metronome
    links: dict[str, str]  # filled in when a channel knows its public name
    bell: Bell
    wake_dispatcher: Callable[[], None]
    metrics: Metrics
    roles: frozenset[Role] = EVERYTHING


def build(
    db: Database,
    script: Script,
    clock: Clock,
    channels: Sequence[Channel],
    limits: Mapping[str, Limits] = LIMITS,
    roles: frozenset[Role] = EVERYTHING,
    *,
    files: Files | None = None,
    file_limits: FileLimits | None = None,
    fits: Mapping[str, Fit] | None = None,
    stones: Stones | None = None,
) -> Parts:
    """Put the parts together around one database. Recordings go where they go by themselves, if nothing is said.

    `fits`: how platforms cut messages whose channels come later.
    """
    files = files or Files.of(db.url.render_as_string(hide_password=False))
    metrics = Metrics()
    wake_dispatcher = asyncio.Event()
    links: dict[str, str] = {}
    bell = Bell(db)
    keeper = Keeper(db, channels, files, clock, file_limits, bell)
    house = House(db, script, clock, keeper.wake, stones)
    load = loader(files, script.programme.audio)
    facilitation = Facilitation(db, Wording(script), clock, wake_dispatcher.set, load=load, buried=house.forgotten)
    turns = Turns(
        db,
        script,
        clock,
        fits={**(fits or {}), **{channel.name: channel.fit for channel in channels}},
        desk=Desk(facilitation, script, links),
        wake_dispatcher=wake_dispatcher.set,
        wake_keeper=keeper.wake,
        links=links,
        others=bell,
        bury=house.bury,
        metrics=metrics,
    )
    dispatcher = Dispatcher(db, channels, clock, wake_dispatcher, limits, bell, load, metrics)
    watcher = Watcher(db, Wording(script), clock, wake_dispatcher.set)
    knocks: dict[Knock, float] = {turns.wake: 1, wake_dispatcher.set: 1, keeper.wake: EACH_MINUTE}
    if Role.WORK in roles:
        knocks |= _house_keeping(house, watcher, facilitation)
    return Parts(
        links=links,
        bell=bell,
        wake_dispatcher=wake_dispatcher.set,
        metrics=metrics,
        roles=roles,
        db=db,
        script=script,
        clock=clock,
        channels=list(channels),
        turns=turns,
        dispatcher=dispatcher,
        keeper=keeper,
        files=files,
        facilitation=facilitation,
        watcher=watcher,
        metronome=Metronome(knocks),
    )


def _house_keeping(house: House, watcher: Watcher, facilitation: Facilitation) -> dict[Knock, float]:
    """What is seen to again and again, and after how many seconds."""
    return {
        house.keep: HOURLY,
        house.bury: EACH_MINUTE,
        house.seal: EACH_MINUTE,
        watcher.look: 1,
        facilitation.let_due_go: 1,
    }
