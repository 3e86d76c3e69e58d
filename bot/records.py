"""What a turn reads and settles beside the changes it notes. A turn decides the same, wherever these are kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import gates, planning, shelves
from flows.definition import Entry, Flow, Programme
from flows.gates import Missing
from storage import broadcasts, deadlines, erasure, mine, outbox, tasks
from storage.changes import Changes
from storage.deadlines import Deadline
from storage.scenes import Person


class Records(Protocol):
    """The records of one moment: in the database (`Stored`), or on paper while a programme is rehearsed."""

    async def write(self, changes: Changes) -> None:
        """Keep what was noted so far, so that it can be read back."""

    async def read(self, person: Person, flow: Flow, about: str) -> shelves.Taken:
        """What the flow asked for in its `reads:`, as it is now; `about` one thing, if the run is about one."""

    async def missing(self, flow: Flow, area: str, *, prompted: bool) -> tuple[Missing, ...]:
        """What keeps the flow from beginning in this area; `prompted`: of our own accord."""

    async def settle(self, deadline: Deadline, state: str, reason: str = "") -> None:
        """It is over: done, dropped, missed or cancelled."""

    async def postpone(self, deadline: Deadline, at: datetime, reason: str) -> None:
        """It happens later, for a reason that staff can read."""

    async def miss_if_due(self, deadline: Deadline, before: datetime, reason: str) -> None:
        """Call it missed, if it is still planned and was due at `before` or earlier."""

    async def has_room(self, person: Person) -> bool:
        """Whether one more message of the programme is good for this person today."""

    async def replan(self, person: Person) -> datetime | None:
        """Make the calendar of this person again; when they get the next prompt."""

    async def delivery(self, entry: Entry, person: Person) -> int:
        """The line in the ledger for a broadcast of the calendar that goes to this person now."""

    async def leave(self, person: Person) -> None:
        """They have left: nothing that is planned or queued reaches them any more."""

    async def erase(self, person: Person, receipt: str) -> None:
        """Everything about them is deleted."""

    async def forget_contact(self, person: Person) -> None:
        """Nothing leads to them any more; what they said stays."""

    async def words(self, run: str, step: str) -> str:
        """What the person wrote at a step of this run."""

    async def told_already(self, note: str) -> bool:
        """Whether the team has this request, word for word, and has not seen to it yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """The records in the database, within the transaction of the turn."""

    conn: AsyncConnection
    programme: Programme
    now: datetime

    async def write(self, changes: Changes) -> None:
        """In this transaction."""
        await changes.flush(self.conn)

    async def read(self, person: Person, flow: Flow, about: str) -> shelves.Taken:
        """Read anew."""
        reader = shelves.Reader(
            conn=self.conn,
            programme=self.programme,
            area=person.area,
            participant_id=person.id,
            now=self.now,
            about=about,
        )
        return await shelves.take(reader, flow)

    async def missing(self, flow: Flow, area: str, *, prompted: bool) -> tuple[Missing, ...]:
        """As the area stands now."""
        return await gates.closed(self.conn, self.programme, flow, area, self.now, prompted=prompted)

    async def settle(self, deadline: Deadline, state: str, reason: str = "") -> None:
        """Once."""
        await deadlines.settle(self.conn, [deadline.id], state, reason, self.now)

    async def postpone(self, deadline: Deadline, at: datetime, reason: str) -> None:
        """While it is planned."""
        await deadlines.postpone(self.conn, deadline.id, at, reason)

    async def miss_if_due(self, deadline: Deadline, before: datetime, reason: str) -> None:
        """After its calendar was made again."""
        await deadlines.miss_if_due(self.conn, deadline.id, before, reason)

    async def has_room(self, person: Person) -> bool:
        """After those that went out."""
        rows = (await deadlines.plan_rows(self.conn, [person.id]))[person.id]
        return planning.has_room(self.programme, person, rows, self.now)

    async def replan(self, person: Person) -> datetime | None:
        """For this person alone."""
        await planning.replan(self.conn, self.programme, [person.id], self.now)
        return await deadlines.next_of(self.conn, person.id, self.now)

    async def delivery(self, entry: Entry, person: Person) -> int:
        """In the same ledger as those sent by hand."""
        return await broadcasts.deliver_from_calendar(
            self.conn,
            key=f"calendar:{entry.id}:{person.area}",
            template=entry.broadcast,
            participant_id=person.id,
            now=self.now,
        )

    async def leave(self, person: Person) -> None:
        """Cancelled, all of it."""
        await deadlines.cancel_entries(self.conn, person.id, "the person has left", self.now)
        await outbox.left(self.conn, person.id, self.now)

    async def erase(self, person: Person, receipt: str) -> None:
        """Row by row."""
        await erasure.erase(self.conn, person.id, receipt, self.now)

    async def forget_contact(self, person: Person) -> None:
        """Name and number go."""
        await erasure.forget_contact(self.conn, person.id, self.now)

    async def words(self, run: str, step: str) -> str:
        """All parts of the answer."""
        return await mine.words(self.conn, run, step)

    async def told_already(self, note: str) -> bool:
        """Among the open tasks."""
        return await tasks.waits(self.conn, note)
