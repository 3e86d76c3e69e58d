"""Invites officials where they work: whoever a platform knows by their address is written to there, once a code."""

import logging
from collections.abc import Awaitable, Callable

from bot.clock import Clock
from bot.posting import Letter, rows
from bot.script import Script
from bot.wording import Wording
from flows.definition import Programme
from storage import outbox, stakeholders
from storage.database import Database
from storage.scenes import Place
from storage.stakeholders import Invited

log = logging.getLogger(__name__)

Find = Callable[[str], Awaitable[Place | None]]
"""Where whoever has this address can be written to; None when nobody has it."""
HOW = {"participant_id": None, "burn": True, "always": True, "replaces": False, "priority": 1}


class Inviting:
    """Looks for those who were invited and have not been written to."""

    def __init__(self, db: Database, script: Script, clock: Clock, wake_dispatcher: Callable[[], None]) -> None:
        self._db = db
        self._script = script
        self._clock = clock
        self._wake_dispatcher = wake_dispatcher

    async def step(self, find: Find) -> int:
        """Write to those who can be found. How many."""
        async with self._db.read() as conn:
            waiting = await stakeholders.to_be_found(conn, self._clock.now())
        found = [(one, place) for one in waiting if (place := await find(one.reach)) is not None]
        for one, place in found:
            await self._write_to(one, place)
        if found:
            log.info("inviting.written people=%d", len(found))
            self._wake_dispatcher()
        return len(found)

    async def _write_to(self, one: Invited, place: Place) -> None:
        programme = self._script.programme
        known = {**programme.texts, "name": one.name, "area": _area(programme, one.area), "code": one.code}
        message = Wording(self._script).common("seat_invitation", next(iter(programme.locales)), known)
        letter = Letter(place=place, message=message, about=HOW)
        async with self._db.write() as conn:
            for row in rows([letter], {}, stakeholders.cause_of(one.code), self._clock.now()):
                await outbox.add(conn, row)


def _area(programme: Programme, area: str) -> str:
    return programme.areas[area].name if area in programme.areas else ""
