"""Small builders, so that a test of a dialogue reads like the dialogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from flows.definition import Action, Branch, Condition, Flow, Operator, Option, Step
from flows.effects import Choice, Effect, KeepPart, Line, Say
from flows.engine import advance, open_choices
from flows.events import Begun, Edited, Event, Rang, Released, Resumed, Said, Showed, Skipped, Tapped, Timer, WentBack
from flows.run import Fact, Media, Run, RunState, Value
from flows.steps.registry import kind

MONDAY = datetime(2026, 11, 2, 18, 0, tzinfo=UTC)
E = TypeVar("E")


def a_step(
    name: str, kind_name: str, *options: str | Option, fields: Mapping[str, object] | None = None, **rest: Any
) -> Step:
    """A step as the loader would build it; `fields` are its kind's own keys."""
    listed = tuple(Option(key=option) if isinstance(option, str) else option for option in options)
    return Step(id=name, kind=kind_name, spec=kind(kind_name).parse(fields or {}), options=listed, **rest)


def a_flow(*steps: Step, **rest: Any) -> Flow:
    """A flow of these steps."""
    return Flow(id="chat", version="v1", number="F00", steps=steps, **rest)


def when(subject: str, operator: Operator, *values: str) -> tuple[Condition, ...]:
    """One condition."""
    return (Condition(subject=subject, operator=operator, values=values),)


def branch(subject: str, operator: Operator, *values: str, goto: str) -> Branch:
    """A branch on one condition."""
    return Branch(when=when(subject, operator, *values), goto=goto)


def action(name: str, argument: str = "") -> Action:
    """Something the flow asks for."""
    return Action(name=name, argument=argument)


def saved(run: Run) -> Run:
    """The run as it comes back from storage."""
    return msgspec.json.decode(msgspec.json.encode(run), type=Run)


def shown(line: Line) -> str:
    """`common:thanks_1` or `good_day`."""
    return f"{line.template}:{line.block}" if line.template else line.block


@dataclass
class Dialogue:
    """One person in one flow. The run goes to storage and back before every event; `effects` are the last event's."""

    flow: Flow
    facts: dict[str, Fact] = field(default_factory=dict)
    gather: timedelta = timedelta(seconds=8)
    seed: int = 0
    at: datetime = MONDAY
    effects: tuple[Effect, ...] = ()
    messages: int = 0

    def __post_init__(self) -> None:
        self.run = Run(id="r1", flow=self.flow.id, version=self.flow.version, seed=self.seed)

    def take(self, event: Event) -> "Dialogue":
        """Let an event happen."""
        sprint = advance(self.flow, saved(self.run), event, self.facts, gather=self.gather)
        self.run, self.effects = sprint.run, sprint.effects
        return self

    def begin(self, entry: str = "") -> "Dialogue":
        return self.take(Begun(at=self.at, entry=entry))

    def write(self, text: str) -> "Dialogue":
        self.messages += 1
        return self.take(Said(at=self.at, text=text, message=f"m{self.messages}"))

    def show(self, kind_name: str) -> "Dialogue":
        self.messages += 1
        media = Media(kind=kind_name, reference="file-1", seconds=12)
        return self.take(Showed(at=self.at, media=media, message=f"m{self.messages}"))

    def tap(self, key: str, asked: int | None = None) -> "Dialogue":
        return self.take(Tapped(at=self.at, asked=self.run.asked if asked is None else asked, key=key))

    def edit(self, message: str, text: str) -> "Dialogue":
        return self.take(Edited(at=self.at, message=message, text=text))

    def skip(self) -> "Dialogue":
        return self.take(Skipped(at=self.at))

    def back(self) -> "Dialogue":
        return self.take(WentBack(at=self.at))

    def resume(self, *, offer: bool = False) -> "Dialogue":
        return self.take(Resumed(at=self.at, offer=offer))

    def release(self, **facts: Fact) -> "Dialogue":
        """The team lets something go on: these facts (room_stage for room.stage) are known now."""
        self.facts.update({name.replace("_", "."): value for name, value in facts.items()})
        return self.take(Released(at=self.at))

    def ring(self, timer: Timer, asked: int | None = None) -> "Dialogue":
        return self.take(Rang(at=self.at, timer=timer, asked=self.run.asked if asked is None else asked))

    def answer(self, text: str) -> "Dialogue":
        """Write, and let the gathering end."""
        return self.write(text).ring(Timer.GATHER)

    def all(self, of: type[E]) -> list[E]:
        """The last event's effects of one sort."""
        return [effect for effect in self.effects if isinstance(effect, of)]

    @property
    def lines(self) -> list[list[str]]:
        """What was said by the last event: a list of lines for each message."""
        return [[shown(line) for line in say.lines] for say in self.all(Say)]

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The buttons that are open."""
        return open_choices(self.flow, self.run, self.facts)

    @property
    def keys(self) -> list[str]:
        """Their keys."""
        return [choice.key for choice in self.choices]

    @property
    def kept(self) -> list[str]:
        """The texts kept by the last event."""
        return [part.text for part in self.all(KeepPart)]

    @property
    def state(self) -> RunState:
        return self.run.state

    def value(self, step: str) -> Value | None:
        """The answer that routing knows."""
        return self.run.answers[step].value


def begun(*steps: Step, facts: Mapping[str, Fact] | None = None, seed: int = 0, **rest: Any) -> Dialogue:
    """A dialogue at its first question."""
    return Dialogue(flow=a_flow(*steps, **rest), facts=dict(facts or {}), seed=seed).begin()


def info(name: str, **rest: Any) -> Step:
    return a_step(name, "info", **rest)


def text(name: str, fields: Mapping[str, object] | None = None, **rest: Any) -> Step:
    return a_step(name, "text", fields=fields, **rest)


def one_of(name: str, *options: str | Option, **rest: Any) -> Step:
    return a_step(name, "choice", *options, **rest)
