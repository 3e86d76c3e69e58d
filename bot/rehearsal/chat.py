"""The chat of one invented person: runs, timers and actions, in memory. What `bot.turn` does for a real person."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from bot import shelves
from bot.rehearsal.diary import Kind, Note
from bot.rehearsal.people import Character
from bot.script import Script
from bot.turn import TALKING, UNDECIDED
from bot.wording import Listener, Values, Wording
from flows import effects
from flows.calendar import Anchor, next_allowed
from flows.definition import Flow
from flows.engine import advance
from flows.events import Begun, Event, Rang, Resumed, Timer
from flows.run import Facts, Run, RunState
from prompts.catalogue import WordingError
from storage.scenes import Person
from storage.workshops import Workshop

GIVEN: Final = {"receipt": "ABCD2345", "code": "back-abcd2345", "withdrawn": True}
"""What actions would hand to the wording."""
Deed = Callable[[], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """What all lives of a rehearsal share."""

    script: Script
    wording: Wording
    workshops: Mapping[tuple[str, int], Workshop]
    ends: datetime

    def anchors(self, area: str) -> Mapping[str, Anchor]:
        """The workshops of an area, as the calendar wants them."""
        return {
            f"W{wave}": Anchor(start=held.starts_at, end=held.ends_at)
            for (place, wave), held in self.workshops.items()
            if place == area
        }


@dataclass(kw_only=True, slots=True)
class OpenRun:
    """A run in hand, when it was last touched, and how often each of its questions was tried."""

    run: Run
    touched: datetime
    calendar: bool = False
    tries: Counter[str] = field(default_factory=Counter)


class Chat(ABC):
    """Everything that is said between one person and the assistant, on a clock of its own."""

    def __init__(self, stage: Stage, character: Character) -> None:
        self._stage = stage
        self._programme = stage.script.programme
        self._character = character
        self._dice = Random(character.seed)
        self._now = character.joins
        self._zone = ZoneInfo(self._programme.areas[character.area].zone)
        self._person: Person | None = None
        self._listener: Listener | None = None
        self._name = ""
        self._attendance: dict[int, str] = {}
        self._runs: list[OpenRun] = []
        self._due: dict[str, tuple[datetime, Deed]] = {}
        self._follow_on: list[str] = []
        self._notes: list[Note] = []

    @abstractmethod
    def _plan(self) -> None:
        """Make the calendar of this person again."""

    # ── the clock ────────────────────────────────────────────────────────────────────────────────────────────
    def _at(self, key: str, at: datetime, deed: Deed) -> None:
        self._due[key] = (max(at, self._now), deed)

    def _forget(self, prefix: str) -> None:
        for key in [key for key in self._due if key.startswith(prefix)]:
            del self._due[key]

    def _note(self, kind: Kind, what: str, run: str = "") -> None:
        attendance = dict(self._attendance)
        self._notes.append(
            Note(at=self._now, kind=kind, what=what, person=self._person, attendance=attendance, run=run)
        )

    # ── what is known ────────────────────────────────────────────────────────────────────────────────────────
    def _heard(self) -> Listener:
        """The person as they are now; when they are deleted, as they were just before."""
        if self._person:
            self._listener = Listener(
                person=self._person, name=self._name, next_due=self._next(), attendance=self._attendance
            )
        assert self._listener is not None
        return self._listener

    def _next(self) -> datetime | None:
        return min((at for key, (at, _) in self._due.items() if key.startswith("entry:")), default=None)

    def _facts(self) -> Facts:
        return {**self._stage.wording.facts(self._heard()), **shelves.FULL.facts}

    def _values(self) -> Values:
        person = self._heard().person
        until = person.paused_until.astimezone(self._zone) if person.paused_until else None
        known = self._stage.wording.values(self._heard(), self._stage.workshops, self._now)
        return {**GIVEN, **shelves.FULL.values, "paused_until": until, **known}

    def _locale(self) -> str:
        return self._stage.wording.locale(self._heard().person.locale)

    def _render(self, say: Callable[[], object]) -> None:
        """Put it in words, as it would be sent."""
        try:
            say()
        except WordingError as error:
            self._note(Kind.FAULT, f"it could not be said: {error}")

    # ── runs ─────────────────────────────────────────────────────────────────────────────────────────────────
    def _begin(self, flow_id: str, *, entry: str = "", calendar: bool = False) -> None:
        flow = self._programme.flows[flow_id]
        run = Run(id=f"{len(self._notes)}-{flow.id}", flow=flow.id, version=flow.version, seed=self._dice.randrange(97))
        self._runs.append(OpenRun(run=run, touched=self._now, calendar=calendar))
        self._play(self._runs[-1], Begun(at=self._now, entry=entry))

    def _play(self, open_run: OpenRun, event: Event, *, quietly: bool = False) -> None:
        flow = self._programme.flows[open_run.run.flow]
        sprint = advance(flow, open_run.run, event, self._facts(), gather=self._programme.gather)
        if sprint.run == open_run.run and not sprint.effects:
            return
        open_run.run = sprint.run
        if not isinstance(event, Rang):
            open_run.touched = self._now
        for effect in sprint.effects:
            if not (quietly and isinstance(effect, effects.Say)):
                self._carry_out(open_run, flow, effect)
        if open_run.run.state is not RunState.WAITING and open_run in self._runs:
            self._closed(open_run)

    def _carry_out(self, open_run: OpenRun, flow: Flow, effect: effects.Effect) -> None:
        run = open_run.run
        match effect:
            case effects.Say():
                self._render(lambda: self._stage.wording.say(effect, flow, run, self._locale(), self._values()))
            case effects.Do():
                self._act(effect.action, effect.argument)
            case effects.Flaw():
                self._note(Kind.FAULT, f"{flow.id} goes nowhere: {effect.reason}")
            case effects.SetFact():
                self._learn(effect)
            case effects.Keep() if effect.value is not None:
                self._note(Kind.ANSWER, flow.id)
            case effects.SetTimer():
                timer, asked = effect.timer, effect.asked
                self._at(f"timer:{run.id}:{timer}", effect.at, lambda: self._ring(open_run, timer, asked))
            case effects.ClearTimer():
                self._due.pop(f"timer:{run.id}:{effect.timer}", None)
            case _:
                pass

    def _ring(self, open_run: OpenRun, timer: Timer, asked: int) -> None:
        if open_run not in self._runs:
            return
        nudge = timer is Timer.NUDGE
        allowed = next_allowed(self._now, self._zone.key, self._programme)
        if nudge and allowed > self._now:
            self._at(f"timer:{open_run.run.id}:{timer}", allowed, lambda: self._ring(open_run, timer, asked))
            return
        person = self._person
        silenced = nudge and (person is None or person.state != "active" or person.facts.get("consent.remind") != "yes")
        quietly, nudged = silenced or open_run is not self._runs[-1], open_run.run.nudged
        self._play(open_run, Rang(at=self._now, timer=timer, asked=asked), quietly=quietly)
        if open_run.run.nudged and not nudged and not quietly:
            self._note(Kind.NUDGE, open_run.run.flow, open_run.run.id)

    def _closed(self, open_run: OpenRun) -> None:
        self._runs.remove(open_run)
        self._forget(f"timer:{open_run.run.id}:")
        state, rights = open_run.run.state, open_run.run.flow == self._programme.rights
        self._note(Kind.FINISHED if state is RunState.FINISHED else Kind.UNFINISHED, open_run.run.flow)
        person = self._person
        if person is None:
            return
        if rights and state is RunState.EXPIRED and person.state == "stopped":
            self._remove()
        elif self._follow_on:
            flow, _, entry = self._follow_on.pop(0).partition(":")
            self._begin(flow, entry=entry)
        elif self._runs and person.state in TALKING:
            self._play(self._runs[-1], Resumed(at=self._now))

    def _leave(self, open_run: OpenRun) -> None:
        self._runs.remove(open_run)
        self._forget(f"timer:{open_run.run.id}:")
        self._note(Kind.UNFINISHED, open_run.run.flow)

    # ── what a script asks for ───────────────────────────────────────────────────────────────────────────────
    def _act(self, action: str, argument: str) -> None:
        if self._person is None:
            return
        match action:
            case "join" | "unpause":
                self._become("active")
                self._plan()
                if action == "join":
                    self._note(Kind.AGREED, "")
            case "plan":
                self._plan()
            case "stop":
                self._become("stopped")
                for open_run in self._runs[:-1]:
                    self._leave(open_run)
                self._forget("entry:")
                self._note(Kind.LEFT, "")
            case "pause":
                self._pause(argument)
            case "forget" | "erase" | "keep_nameless":
                self._remove()
            case "begin":
                self._follow_on.append(argument)
            case _:
                pass  # a task for the team or a message about one's data: nothing that changes this life

    def _become(self, state: str, until: datetime | None = None) -> None:
        assert self._person is not None
        self._person = replace(self._person, state=state, paused_until=until)

    def _pause(self, argument: str) -> None:
        until = self._now + timedelta(days=7) if argument == "week" else None
        self._become("paused", until)
        if until:
            self._at("unpause", until, self._unpause)

    def _unpause(self) -> None:
        if self._person and self._person.state == "paused":
            self._act("unpause", "")

    def _remove(self) -> None:
        self._heard()
        self._person = None
        self._runs.clear()
        self._due.clear()
        self._note(Kind.GONE, "")

    def _learn(self, effect: effects.SetFact) -> None:
        person = self._person
        if person is None or effect.value in UNDECIDED or effect.name.startswith("equality."):
            return
        if effect.name == "profile.name":
            self._name = str(effect.value)
            return
        locale = str(effect.value) if effect.name == "profile.locale" else person.locale
        self._person = replace(person, locale=locale, facts={**person.facts, effect.name: effect.value})
