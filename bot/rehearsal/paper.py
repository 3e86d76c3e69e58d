"""The records of one invented life, on paper: its calendar and timers, and a diary of what happened. No database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Final

from bot import planning, shelves
from bot.messages import Outgoing
from bot.rehearsal.diary import Kind, Line, Note
from bot.rehearsal.stage import Stage
from flows.definition import Entry, Flow
from flows.effects import Keep, KeepPart, RevisePart
from flows.events import Timer
from flows.gates import Missing
from flows.run import Run, RunState
from storage.changes import Changes, Row
from storage.deadlines import ENTRY, PLANNED, Deadline
from storage.people import Dated
from storage.rows import from_json
from storage.scenes import OpenRun, Person, Place, Scene

AWAY: Final = ("dropped", "missed", "cancelled")
OVER: Final = ("done", "missed")
"""What a new plan does not bring back."""


class Paper:
    """Keeps for a rehearsal what `bot.records.Stored` keeps for real, and writes the diary."""

    def __init__(self, stage: Stage, scene: Scene, now: datetime) -> None:
        self.stage = stage
        self.scene = scene
        self.now = now
        self.notes: list[Note] = []
        self.unsent: Mapping[str, str] = {}
        self.refused: tuple[Missing, ...] = ()
        self.script: list[Line] = []
        self._rows: dict[str, Deadline] = {}
        self._numbers = count(1)
        self._told: set[str] = set()
        self._entries = {f"{planning.PREFIX}{entry.id}": entry for entry in stage.script.programme.entries}

    # ── the diary ────────────────────────────────────────────────────────────────────────────────────────────
    def note(self, kind: Kind, what: str, run: str = "") -> None:
        """This happens now, to the person as they are now."""
        scene = self.scene
        self.notes.append(
            Note(
                at=self.now,
                kind=kind,
                what=what,
                person=scene.person,
                attendance=dict(scene.attendance),
                run=run,
                held=scene.talk is not None,
            )
        )

    def reasons(self) -> Mapping[str, str]:
        """What of the calendar they did not get, and why."""
        gone = [(key, row) for key, row in self._rows.items() if key in self._entries and row.state in AWAY]
        return {**self.unsent, **{self._entries[key].id: row.reason for key, row in gone}}

    # ── what is due ──────────────────────────────────────────────────────────────────────────────────────────
    def next(self) -> Deadline | None:
        """What is due first."""
        planned = [row for row in self._rows.values() if row.state == PLANNED]
        return min(planned, key=lambda row: (row.due_at, row.kind, row.priority, row.id), default=None)

    def next_prompt(self) -> datetime | None:
        """When the next of the calendar comes."""
        rows = self._rows.values()
        ahead = [row.due_at for row in rows if row.kind == ENTRY and row.state == PLANNED and row.due_at > self.now]
        return min(ahead, default=None)

    def call(self, key: str, kind: str, at: datetime, *, run: str | None = None, asked: int = 0) -> None:
        """This is to be seen to at `at`, whatever was before."""
        was = self._rows.get(key)
        self._rows[key] = Deadline(
            id=was.id if was else next(self._numbers),
            participant_id=self.scene.person.id if self.scene.person else "",
            key=key,
            kind=kind,
            run_id=run,
            asked=asked,
            due_at=at,
            expires_at=None,
            priority=3,
            state=PLANNED,
            reason="",
        )

    def call_off(self, key: str) -> None:
        """It is not needed any more."""
        self._rows.pop(key, None)

    # ── `bot.records.Records` ────────────────────────────────────────────────────────────────────────────────
    async def write(self, changes: Changes) -> None:
        """Nothing is kept of what was said."""

    async def read(self, person: Person, flow: Flow, about: str) -> shelves.Taken:
        """Every shelf as it is when all is well."""
        return shelves.example(flow, much=True)

    async def missing(self, flow: Flow, area: str, *, prompted: bool) -> tuple[Missing, ...]:
        """As the area stands in this rehearsal."""
        found = self.stage.missing(flow, area, prompted=prompted)
        self.refused = found or self.refused
        return found

    async def settle(self, deadline: Deadline, state: str, reason: str = "") -> None:
        """It is over; a conversation of the calendar that goes out is noted."""
        row = self._rows.get(deadline.key)
        if row is None or row.state != PLANNED:
            return
        entry = self._entries.get(deadline.key)
        if state == "done" and entry and entry.flow:
            self.note(Kind.PROMPT, entry.id)
        if entry:
            self._rows[deadline.key] = replace(row, state=state, reason=reason)
        else:
            self.call_off(deadline.key)

    async def postpone(self, deadline: Deadline, at: datetime, reason: str) -> None:
        """It happens later."""
        row = self._rows.get(deadline.key)
        if row and row.state == PLANNED:
            self._rows[deadline.key] = replace(row, due_at=at, reason=reason)

    async def miss_if_due(self, deadline: Deadline, before: datetime, reason: str) -> None:
        """Nobody is late here."""

    async def has_room(self, person: Person) -> bool:
        """After those that went out."""
        rows = [row for row in self._rows.values() if row.kind == ENTRY]
        return planning.has_room(self.stage.script.programme, person, rows, self.now)

    async def replan(self, person: Person) -> datetime | None:
        """As `bot.planning.replan` does for those who have a calendar."""
        if person.state in ("active", "paused"):
            self._replan(person)
        return self.next_prompt()

    def _replan(self, person: Person) -> None:
        dated = Dated(
            id=person.id,
            area=person.area,
            joined_at=person.joined_at,
            facts=dict(person.facts),
            attendance=self.scene.attendance,
        )
        rows = sorted((row for row in self._rows.values() if row.kind == ENTRY), key=lambda row: row.due_at)
        for fresh in planning.calendar(self.stage.script.programme, self.stage.workshops, dated, rows, self.now):
            was = self._rows.get(fresh.key)
            if was and was.state in OVER:
                continue
            self.call(fresh.key, ENTRY, fresh.due)
            self._rows[fresh.key] = replace(
                self._rows[fresh.key],
                expires_at=fresh.expires,
                priority=fresh.priority,
                state=fresh.state,
                reason=fresh.reason,
            )

    async def delivery(self, entry: Entry, person: Person) -> int:
        """A broadcast goes out."""
        self.note(Kind.BROADCAST, entry.id)
        return 1

    async def leave(self, person: Person) -> None:
        """No more of the calendar."""
        for key, row in self._rows.items():
            if row.kind in (ENTRY, "unpause") and row.state == PLANNED:
                self._rows[key] = replace(row, state="cancelled", reason="the person has left")

    async def erase(self, person: Person, receipt: str) -> None:
        """The diary alone is left."""
        self.unsent = self.reasons()
        self._rows.clear()
        self.note(Kind.GONE, "")

    async def forget_contact(self, person: Person) -> None:
        """Nothing reaches them any more."""
        await self.erase(person, "")

    async def words(self, run: str, step: str) -> str:
        """What they wrote is not kept."""
        return ""

    async def told_already(self, note: str) -> bool:
        """Once is enough."""
        known = note in self._told
        self._told.add(note)
        return known


class Jotted(Changes):
    """What one turn changed: timers and messages are taken up, the rest is only noted."""

    def __init__(self, paper: Paper) -> None:
        super().__init__()
        self._paper = paper
        self._state = paper.scene.person.state if paper.scene.person else ""
        self.sent = 0

    def person(self, scene: Scene) -> None:
        """Joining and leaving are told in the diary."""
        assert scene.person is not None
        state, self._state = self._state, scene.person.state
        if (state, self._state) == ("joining", "active"):
            self._paper.note(Kind.AGREED, "")
        elif self._state == "stopped" != state:
            self._paper.note(Kind.LEFT, "")

    def run(self, open_run: OpenRun, participant_id: str) -> None:
        """A conversation that is over is told, too."""
        if open_run.run.state is not RunState.WAITING:
            finished = open_run.run.state is RunState.FINISHED
            self._paper.note(Kind.FINISHED if finished else Kind.UNFINISHED, open_run.run.flow)

    def keep(self, run: Run, effect: Keep, person: Person, **about: object) -> None:
        """Answers are counted."""
        if effect.value is not None:
            self._paper.note(Kind.ANSWER, run.flow)

    def part(self, run: Run, effect: KeepPart, person: Person, *, place: Place, vis: str) -> None:
        """Words are not kept."""

    def revise(self, person: Person, effect: RevisePart) -> None:
        """Nor their edits."""

    def timer(self, run: Run, person: Person, timer: Timer, at: datetime, asked: int) -> None:
        """It will ring."""
        self._paper.call(f"run:{run.id}:{timer}", "timer", at, run=run.id, asked=asked)

    def clear_timer(self, run: Run, person: Person, timer: Timer, now: datetime) -> None:
        """It will not."""
        self._paper.call_off(f"run:{run.id}:{timer}")

    def unpause_at(self, person: Person, at: datetime) -> None:
        """The break ends by itself."""
        self._paper.call("unpause", "unpause", at)

    def send(self, row: Row) -> None:
        """It would go out now."""
        self.sent += 1
        if self._paper.stage.verbatim:
            self._paper.script.append(Line(at=self._paper.now, said=from_json(row["body"], Outgoing)))

    def task(self, row: Row) -> None:
        """A script that is stuck is a fault; all else is for the team."""
        if row["kind"] == "stuck" and row["participant_id"]:
            self._paper.note(Kind.FAULT, f"the script is stuck, {row['note']}")
