"""The chat of one invented person: every turn of it is a real one (`bot.turn`), with its records on paper."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from bot import care, due, hearing, shelves
from bot.actions import ACTS
from bot.batch import Act, Batch
from bot.messages import Content, Outgoing
from bot.rehearsal.diary import Kind, Line
from bot.rehearsal.paper import Jotted, Paper
from bot.rehearsal.stage import Stage
from bot.turn import Turn
from bot.wording import Listener
from flows.calendar import next_allowed
from flows.definition import Flow, Programme
from flows.events import Timer
from flows.run import Facts
from flows.safety import Level, judge
from prompts.catalogue import WordingError
from storage.cases import SAME
from storage.deadlines import Deadline
from storage.scenes import OpenRun, Scene
from storage.talks import SAFETY, Talk

PHONE: Final = "rehearsal"
SEEN_TO: Final = timedelta(hours=3, minutes=7)
"""The team has seen to a red case after so long, from when it is there again."""
TALK: Final = "talk"


async def _nothing(turn: Turn, argument: str) -> None:
    """For the team, or a message about one's data: nothing that changes this life."""


async def _given(turn: Turn, argument: str) -> None:
    turn.extra |= {"code": "back-abcd2345", "withdrawn": True}


ON_PAPER: Final[Mapping[str, Act]] = MappingProxyType(
    {
        **ACTS,
        **dict.fromkeys(("ask_human", "show_data", "export_data", "submit_statement", "cast_votes"), _nothing),
        **dict.fromkeys(("new_phone", "withdraw_last"), _given),
    }
)
"""What scripts ask for. What needs more than `bot.records` gives is left out."""


class Chat:
    """Everything that is said between one person and the assistant."""

    def __init__(self, stage: Stage, name: str, now: datetime) -> None:
        self.scene = Scene(place=(PHONE, PHONE, name))
        self.paper = Paper(stage, self.scene, now)
        self._stage = stage
        self._name = name
        self._turns = 0
        self._heard: dict[Level, datetime] = {}

    async def turn(self, deed: Callable[[Turn], Awaitable[object]], *, prompted: bool = False) -> int:
        """One cause and all that it does; how many messages came of it."""
        self._turns += 1
        self.scene.next_due = self.paper.next_prompt()
        changes = Jotted(self.paper)
        turn = Turn(
            self._batch(changes), self.scene, cause=f"{self._name}:{self._turns}", at=self.paper.now, prompted=prompted
        )
        try:
            await deed(turn)
            turn.finish()
        except WordingError as error:
            self.paper.note(Kind.FAULT, f"it could not be said: {error}")
        return changes.sent

    def _batch(self, changes: Jotted) -> Batch:
        return Batch(
            connection=None,
            records=self.paper,
            script=self._stage.script,
            wording=self._stage.wording,
            fits={PHONE: _as_it_is},
            acts=ON_PAPER,
            heed=self._heed,
            links={},
            workshops=self._stage.workshops,
            elections=frozenset(),
            now=self.paper.now,
            changes=changes,
        )

    async def says(self, content: Content) -> None:
        """The person writes, taps or shows something."""
        if self._stage.verbatim:
            self.paper.script.append(Line(at=self.paper.now, said=content))
        await self.turn(lambda turn: hearing.hear(turn, content))

    async def rings(self, deadline: Deadline) -> None:
        """Something is due."""
        if deadline.kind == TALK:
            self.scene.talk = None  # the team has closed the case
        open_run = next((one for one in self.scene.runs if one.run.id == deadline.run_id), None)
        nudged = open_run.run.nudged if open_run else True
        sent = await self.turn(lambda turn: due.ring(turn, deadline), prompted=True)
        if open_run and sent and deadline.key.endswith(f":{Timer.NUDGE}") and open_run.run.nudged > nudged:
            self.paper.note(Kind.NUDGE, open_run.run.flow, open_run.run.id)

    async def leaves(self, open_run: OpenRun) -> None:
        """They give up on a conversation."""

        async def leave(turn: Turn) -> None:
            turn.leave(open_run)

        await self.turn(leave)

    # ── what is known ────────────────────────────────────────────────────────────────────────────────────────
    def facts(self, flow: Flow) -> Facts:
        """What the engine may know of the person, in a flow."""
        scene = self.scene
        assert scene.person is not None
        listener = Listener(person=scene.person, name=scene.name, attendance=scene.attendance)
        return {**self._stage.wording.facts(listener), **shelves.example(flow, much=True).facts}

    @property
    def cries(self) -> int:
        """How often they said what people should hear at once."""
        return sum(note.kind is Kind.CASE and note.what == Level.RED for note in self.paper.notes)

    @property
    def prompts_since_workshop(self) -> int:
        """Conversations that came by the calendar after the first workshop."""
        return sum(note.kind is Kind.PROMPT and bool(note.attendance) for note in self.paper.notes)

    # ── safety ───────────────────────────────────────────────────────────────────────────────────────────────
    async def _heed(self, turn: Turn, text: str) -> bool:
        """As `bot.care.heed`, with a team that closes each case after some hours."""
        verdict = judge(text, self._stage.script.safety)
        if verdict is None:
            return False
        before = self._heard.get(verdict.level)
        self._heard[verdict.level] = turn.at
        if verdict.level is Level.RED:
            self._red(turn)
            return True
        if turn.scene.talk is None and (before is None or turn.at - before >= SAME):
            self.paper.note(Kind.CASE, verdict.level)
            care.point_out(turn, self._turns, verdict.level, verdict.topic)
        return False

    def _red(self, turn: Turn) -> None:
        if turn.scene.talk:
            turn.say("safety_red_again")
            return
        self.paper.note(Kind.CASE, Level.RED)
        turn.scene.talk = Talk(
            id=self._turns,
            participant_id=self._name,
            kind=SAFETY,
            facilitator_id=None,
            opened_by=self._name,
            opened_at=turn.at,
        )
        care.point_out(turn, self._turns, Level.RED, "")
        zone = turn.batch.wording.area(turn.listener).zone
        self.paper.call("talk:over", TALK, seen_to(turn.at, zone, self._stage.script.programme))


def seen_to(at: datetime, zone: str, programme: Programme) -> datetime:
    """When the team closes a case that was opened at `at`."""
    return next_allowed(at, zone, programme) + SEEN_TO


def _as_it_is(message: Outgoing) -> tuple[Outgoing, ...]:
    return (message,)
