"""What all commands share: transactions, rights, the journal, and how a command says no."""

import contextlib
import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import planning, rights
from bot.attaching import Load
from bot.clock import Clock
from bot.mistake import Mistake as Mistake
from bot.rights import Deed, Staff
from bot.script import Script
from bot.wording import Wording
from flows.definition import Area, Programme
from storage import journal
from storage.database import Database

WRITING: ContextVar[bool] = ContextVar("WRITING", default=False)
"""Whether a command is within its transaction: a second one beside it would wait for it for ever."""


def nothing(_: str) -> bytes | None:
    """No recording is at hand."""
    return None


class NotAllowed(Exception):
    """This person may not do that. `refused` is the line of the journal, until it is written."""

    def __init__(self, text: str, refused: "Refused | None" = None) -> None:
        super().__init__(text)
        self.refused = refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """Who was refused what, and where."""

    who: Staff
    deed: Deed
    area: str


class Replanned(Protocol):
    """What making a calendar again has changed."""

    @property
    def moved(self) -> int:
        """Prompts that have another time now."""

    @property
    def sent(self) -> int:
        """Prompts that had gone out already."""

    @property
    def dropped(self) -> int:
        """Prompts that are not for these people any more."""


class Replan(Protocol):
    """Makes the calendars of these people again; None: of everybody (in this area)."""

    async def __call__(
        self,
        conn: AsyncConnection,
        programme: Programme,
        participant_ids: Sequence[str] | None,
        now: datetime,
        area: str | None = None,
    ) -> Replanned:
        """Move, add and drop planned prompts; what was sent stays."""


class Office:
    """The desk that the commands work at."""

    def __init__(
        self,
        db: Database,
        wording: Wording,
        clock: Clock,
        wake: Callable[[], None],
        replan: Replan | None = None,
        *,
        load: Load = nothing,
        buried: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`load`: reads recordings. `buried`: what is seen to beside the database once somebody is erased."""
        self._db = db
        self._wording = wording
        self._clock = clock
        self._wake = wake
        self._replan: Replan = replan or planning.replan
        self._load = load
        self._bury = buried
        self._joined: AsyncConnection | None = None

    @property
    def programme(self) -> Programme:
        """The dialogue that is being run, as it is published now."""
        return self._wording.programme

    @property
    def script(self) -> Script:
        """All that can be said now: the programme with its wording, and the older versions that people are in."""
        return self._wording.script

    @property
    def _programme(self) -> Programme:
        return self._wording.programme

    def within(self, conn: AsyncConnection) -> Self:
        """The same commands as part of a transaction that is open already; its owner commits and wakes."""
        inner = copy.copy(self)
        inner._joined = conn
        return inner

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        if self._joined is not None:
            yield self._joined
            return
        async with self._db.read() as conn:
            yield conn

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        if self._joined is not None:
            yield self._joined
            return
        mark = WRITING.set(True)
        try:
            async with self._db.write() as conn:
                yield conn
        except NotAllowed as error:
            await self._refuse(error)
            raise
        finally:
            WRITING.reset(mark)
        self._wake()

    async def _buried(self) -> None:
        """Somebody was erased, and that is committed."""
        if self._bury:
            await self._bury()

    async def _refuse(self, error: NotAllowed) -> None:
        """Leave the line in the journal, once: in the transaction this is part of, else in one of its own, since that
        of the command is undone.
        """
        refused, error.refused = error.refused, None
        if refused is None:
            return
        async with contextlib.nullcontext(self._joined) if self._joined is not None else self._db.write() as conn:
            await self._note(conn, refused.who, "refused", refused.area, deed=refused.deed.name.lower())

    async def _allow(self, who: Staff, deed: Deed, area: str = "") -> None:
        """Go on only if this person may; a refusal leaves a line in the journal."""
        if rights.may(who, deed, area):
            return
        where = f" in {self._programme.areas[area].name}" if area else ""
        error = NotAllowed(f"{who.name} may not {deed}{where}.", Refused(who=who, deed=deed, area=area))
        if self._joined is not None or not WRITING.get():
            await self._refuse(error)
        raise error

    async def _areas(self, who: Staff, deed: Deed, wanted: Sequence[str] = ()) -> tuple[str, ...]:
        """The areas that are meant: those named, if they are this person's; all of theirs if none is named."""
        for area in wanted:
            self._area(area)
            await self._allow(who, deed, area)
        await self._allow(who, deed)
        return tuple(wanted) or tuple(area for area in self._programme.areas if not who.areas or area in who.areas)

    def _area(self, area: str) -> Area:
        known = self._programme.areas
        if area not in known:
            raise Mistake(f"There is no area “{area}”. The areas are: {', '.join(known)}.")
        return known[area]

    def _zone(self, area: str) -> ZoneInfo:
        return ZoneInfo(self._area(area).zone)

    def _wave(self, wave: int) -> int:
        if not 1 <= wave <= self._programme.waves:
            raise Mistake(f"There is no wave {wave}: this programme has {self._programme.waves}.")
        return wave

    def _flow(self, flow: str) -> str:
        if flow and flow not in self._programme.flows:
            raise Mistake(f"There is no conversation “{flow}”. There are: {', '.join(self._programme.flows)}.")
        return flow

    async def _note(
        self, conn: AsyncConnection, who: Staff, action: str, subject: str = "", **detail: str | int
    ) -> None:
        """A line in the journal: ids and counts."""
        at = self._clock.now()
        await journal.note(conn, at=at, who=who.name, action=action, subject=subject, detail=detail)
