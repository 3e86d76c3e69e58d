"""Builds the parts from what is given. Knows all of them; decides nothing."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.channels.base import Channel
from bot.clock import Clock, Metronome
from bot.desk import Desk
from bot.dispatch import Dispatcher
from bot.facilitation import Facilitation
from bot.house import House
from bot.pacing import LIMITS, Limits
from bot.script import Script
from bot.turns import Turns
from bot.wording import Wording
from storage.database import Database

HOURLY = 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """The running program, taken apart."""

    db: Database
    script: Script
    clock: Clock
    channels: Sequence[Channel]
    turns: Turns
    dispatcher: Dispatcher
    facilitation: Facilitation
    metronome: Metronome
    links: dict[str, str]  # filled in when a channel knows its public name


def build(
    db: Database,
    script: Script,
    clock: Clock,
    channels: Sequence[Channel],
    limits: Mapping[str, Limits] = LIMITS,
) -> Parts:
    """Put the parts together around one database."""
    wake_dispatcher = asyncio.Event()
    links: dict[str, str] = {}
    facilitation = Facilitation(db, script.programme, Wording(script), clock, wake_dispatcher.set)
    turns = Turns(
        db,
        script,
        clock,
        fits={channel.name: channel.fit for channel in channels},
        desk=Desk(facilitation, script),
        wake_dispatcher=wake_dispatcher.set,
        links=links,
    )
    dispatcher = Dispatcher(db, channels, clock, wake_dispatcher, limits)
    return Parts(
        links=links,
        db=db,
        script=script,
        clock=clock,
        channels=channels,
        turns=turns,
        dispatcher=dispatcher,
        facilitation=facilitation,
        metronome=Metronome({turns.wake: 1, wake_dispatcher.set: 1, House(db, clock).keep: HOURLY}),
    )
