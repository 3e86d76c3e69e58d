"""The work of one event: the run as it moves on, and the effects gathered on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from flows.conditions import hold
from flows.definition import END, Action, Flow, Option, Step
from flows.effects import Choice, ClearTimer, Do, Effect, Ended, Flaw, Keep, Line, Say, SetFact, SetTimer
from flows.events import Event, Timer
from flows.run import Answer, Fact, Facts, Run, RunState, Value
from flows.steps.base import Accepted, Question, StepKind, choice, common, unread
from flows.steps.registry import kinds

BUDGET: Final = 50
"""So many statements may follow each other; more is a loop."""

PATIENCE: Final = 2
"""From this many misses on, the ways out are offered too."""

WAYS_OUT: Final = ("skip", "human")
OFFER: Final = tuple(choice("resume", key) for key in ("carry_on", "start_again", "leave"))


class Flawed(Exception):
    """The flow itself is wrong: there is no way on."""


@dataclass(slots=True)
class Walk:
    """One event's work. Changes in place while `advance` runs, and is not seen outside it."""

    flow: Flow
    run: Run
    facts: Facts
    at: datetime
    effects: list[Effect] = field(default_factory=list)
    lead: tuple[Line, ...] = ()  # begins the next message
    sure: int = 0  # effects before this one stand, even if the flow proves flawed after them

    def here(self) -> tuple[int, Step]:
        """The open question and its place in the flow."""
        place = place_of(self.flow, self.run.step)
        return place, self.flow.steps[place]

    def question(self, step: Step) -> Question:
        """What a step kind needs to know."""
        return Question(flow=self.flow, step=step, run=self.run, facts=self.facts)

    def record(self, step: Step, answer: Accepted) -> None:
        """Keep the answer, and what the person's facts learn from it."""
        if not answer.kept:
            self.effects.append(Keep(step=step.id, value=answer.value, at=self.at))
            self.remember(step, Answer(value=answer.value, signs=_signs(step, answer.value)))
        self.effects.extend(answer.effects)
        fact = answer.value if answer.fact is None else answer.fact
        if step.stores and fact != "":
            self.effects.append(SetFact(name=step.stores, value=fact, step=step.id))
            self.facts = {**self.facts, step.stores: _fact(fact)}

    def remember(self, step: Step, answer: Answer) -> None:
        """Routing knows this answer from now on."""
        self.run = replace(self.run, answers={**self.run.answers, step.id: answer})

    def leave_step(self, place: int, step: Step, value: Value | None) -> None:
        """Go on from an answered or skipped step: by the option's way, a branch, the step's own, or to the next."""
        self.sure = len(self.effects)
        self.follow(self._way_on(place, step, value))

    def follow(self, place: int) -> None:
        """Say what is only said; stop at the first question or at the end."""
        said = 0
        steps = self.flow.steps
        while place < len(steps):
            step = steps[place]
            kind = kind_of(step)
            if not hold(step.when, self.run.answers, self.facts) or (step.bridge and self._bridged()):
                place += 1
            elif kind.waits and kind.applies(self.question(step)):
                return self.arrive(step)
            elif kind.waits:
                place += 1
            elif said == BUDGET:
                raise Flawed(f"more than {BUDGET} statements follow each other, the last at {step.id}")
            else:
                said += 1
                self._state(step)
                place = self._way_on(place, step, None)
        return self.end(RunState.FINISHED)

    def arrive(self, step: Step) -> None:
        """Ask a question for the first time, or anew after going back. What lies behind it on the path is forgotten."""
        run = self.run
        path = run.path[: run.path.index(step.id)] if step.id in run.path else run.path
        self.run = replace(
            run,
            step=step.id,
            asked=run.asked + 1,
            since=run.asked + 1,
            misses=0,
            gathering=False,
            offering=False,
            picked=(),
            path=path if kind_of(step).holds else (*path, step.id),
        )
        self.run = replace(self.run, picked=kind_of(step).begin(self.question(step)))
        self._ask(step)

    def repeat(self, *lines: Line, missed: bool = False) -> None:
        """Ask the open question again after these lines."""
        _, step = self.here()
        run = self.run
        self.lead += lines
        self.run = replace(run, asked=run.asked + 1, misses=run.misses + missed, offering=False)
        self._ask(step)

    def offer(self) -> None:
        """Ask whether to carry on, start again or leave it for now."""
        self.run = replace(self.run, asked=self.run.asked + 1, offering=True)
        lines = (common("resume"), Line(block=self.run.step), common("resume_choice"))
        self.effects.append(Say(lines=lines, choices=OFFER, asked=self.run.asked))
        self._set_nudge()

    def redraw(self) -> None:
        """Show the open prompt anew in its place."""
        _, step = self.here()
        self._draw(step, replaces=True)

    def state(self, *lines: Line) -> None:
        """Say something that asks nothing; the question stays open."""
        self.effects.append(Say(lines=lines))

    def do(self, actions: Sequence[Action]) -> None:
        """Want these actions done."""
        self.effects.extend(Do(action=action.name, argument=action.argument) for action in actions)

    def set_timer(self, timer: Timer, at: datetime) -> None:
        """Ring then, fenced by the prompt that is open now."""
        self.effects.append(SetTimer(timer=timer, at=at, asked=self.run.asked))

    def end(self, state: RunState) -> None:
        """The run is over: what was still to be said is said, timers are put away."""
        if self.lead:
            self.state(*self.lead)
            self.lead = ()
        self._clear_timers(state)
        self.run = replace(
            self.run,
            state=state,
            step="" if state is RunState.FINISHED else self.run.step,
            gathering=False,
            offering=False,
            moved=False,
            picked=(),
        )
        self.effects.append(Ended(state=state))

    def park(self, reason: str, event: Event) -> None:
        """The flow is flawed. What the person gave stands; what the flow said on its wrong way is not sent."""
        self.effects = self.effects[: self.sure] or list(unread(event, self.run.step))
        self.lead = ()
        self.effects.append(Flaw(reason=reason))
        self.end(RunState.PARKED)

    def _state(self, step: Step) -> None:
        self.do(step.do)
        self.effects.append(Say(lines=(*self.lead, Line(block=step.id)), step=step.id))
        self.lead = ()

    def _ask(self, step: Step) -> None:
        self._draw(step)
        if not kind_of(step).holds:
            self._set_nudge()

    def _draw(self, step: Step, *, replaces: bool = False) -> None:
        choices = open_choices(self.flow, self.run, self.facts)
        self.effects.append(
            Say(
                lines=(*self.lead, *kind_of(step).says(self.question(step))),
                choices=choices,
                step=step.id,
                asked=self.run.asked,
                numbered=self.run.misses > 0 and bool(choices),
                replaces=replaces,
            )
        )
        self.lead = ()

    def _set_nudge(self) -> None:
        if self.flow.nudge_after is not None and not self.run.nudged:
            self.set_timer(Timer.NUDGE, self.at + self.flow.nudge_after)

    def _clear_timers(self, state: RunState) -> None:
        if not self.run.asked:  # it never waited, so no timer was set
            return
        if self.run.gathering:
            self.effects.append(ClearTimer(timer=Timer.GATHER))
        if self.run.moved:
            self.effects.append(ClearTimer(timer=Timer.MOVED))
        if self.flow.nudge_after is not None and not self.run.nudged:
            self.effects.append(ClearTimer(timer=Timer.NUDGE))
        if self.flow.expires_after is not None and state is not RunState.EXPIRED:
            self.effects.append(ClearTimer(timer=Timer.EXPIRE))

    def _bridged(self) -> bool:
        """Whether one bridge was met in this run already."""
        return any(step.bridge and step.id in self.run.answers for step in self.flow.steps)

    def _way_on(self, place: int, step: Step, value: Value | None) -> int:
        for target in (*(option.goto for option in chosen(step, value)), *self._branches(step), step.goto):
            if target:
                return place_of(self.flow, target)
        return place + 1

    def _branches(self, step: Step) -> list[str]:
        return [branch.goto for branch in step.branches if hold(branch.when, self.run.answers, self.facts)]


def open_choices(flow: Flow, run: Run, facts: Facts) -> tuple[Choice, ...]:
    """The buttons of whatever is open now, in the order they are numbered; () when nothing is."""
    if run.state is not RunState.WAITING or not run.step or run.moved:
        return ()
    if run.offering:
        return OFFER
    step = flow.steps[place_of(flow, run.step)]
    choices = kind_of(step).choices(Question(flow=flow, step=step, run=run, facts=facts))
    return choices if run.misses < PATIENCE else (*choices, *_ways_out(step, choices))


def _ways_out(step: Step, choices: tuple[Choice, ...]) -> list[Choice]:
    taken = {found.key for found in choices}
    wanted = WAYS_OUT[1:] if step.required else WAYS_OUT
    return [choice(step.id, key) for key in wanted if key not in taken]


def chosen(step: Step, value: Value | None) -> list[Option]:
    """The options of the step that this answer picks."""
    if value is None or isinstance(value, int):
        return []
    keys = (value,) if isinstance(value, str) else value
    return [option for option in step.options if option.key in keys]


def _signs(step: Step, value: Value) -> tuple[str, ...]:
    """The causes that the picked options stand for. An option that stands for none is about something else."""
    frames = {option.key: option.frame for option in step.options if option.frame}
    keys = value if isinstance(value, tuple) else (str(value),)
    return tuple(dict.fromkeys(frames.get(key, key) for key in keys)) if frames else ()


def place_of(flow: Flow, target: str) -> int:
    """Where in the flow a step is; `end` is behind the last one."""
    for place, step in enumerate(flow.steps):
        if step.id == target:
            return place
    if target == END:
        return len(flow.steps)
    raise Flawed(f"there is no step {target}")


def kind_of(step: Step) -> StepKind:
    """The kind of this step."""
    found = kinds().get(step.kind)
    if found is None:
        raise Flawed(f"step {step.id} is of an unknown type, {step.kind}")
    return found


def _fact(value: Value) -> Fact:
    return tuple((item, item) for item in value) if isinstance(value, tuple) else value
