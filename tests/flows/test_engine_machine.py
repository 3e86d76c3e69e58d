"""A person, timers and publications do what they like to one run, in the flows that ship and in small ones made up."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.shelves import example
from flows.definition import RESTART, Branch, Condition, Flow, Move, Operator, Option, Step
from flows.effects import Ended, Flaw, Keep, KeepPart, RevisePart, Say, SetFact, Sprint
from flows.engine import advance, open_choices
from flows.events import Begun, Edited, Event, Rang, Resumed, Said, Showed, Skipped, Tapped, Timer, WentBack
from flows.loading import library, load_programme
from flows.moving import move
from flows.run import Fact, Media, Run, RunState
from flows.steps.base import pick
from flows.walk import OFFER, WAYS_OUT
from tests.builders import MONDAY, a_flow, a_step, info, one_of, saved, text, when

GATHER = timedelta(seconds=8)
KNOWN: Mapping[str, Fact] = {
    "neighbourhoods": (("docks", "Docks"), ("old_town", "Old Town")),
    "locales": (("en", "English"), ("en-easy", "Easy")),
    "consent.part": "yes",
    "consent.remind": "yes",
}
TEXTS = st.sampled_from(["1", "2", "yes", "no", "done", "skip", "The bus is late.", "7", "1 2", "x" * 2100, "agree"])
PRESSED = {found.key for found in OFFER} | set(WAYS_OUT)


def shipped() -> list[Flow]:
    """Every flow of the programmes that ship."""
    loaded = [load_programme(library(name)).programme for name in ("life-here", "library-hours")]
    return [flow for programme in loaded if programme for flow in programme.flows.values()]


SHIPPED = shipped()


@st.composite
def made_up(draw: st.DrawFn) -> Flow:
    """A small flow that leads on, back a little, and past some of its steps."""
    steps: list[Step] = []
    for number in range(draw(st.integers(2, 5))):
        name, later = f"s{number}", f"s{draw(st.integers(number, 5))}"
        condition = when(f"s{number - 1}", Operator.IS, "a") if number and draw(st.booleans()) else ()
        required = draw(st.booleans())
        steps.append(
            draw(
                st.sampled_from(
                    [
                        info(name, when=condition),
                        text(name, when=condition, required=required),
                        one_of(name, Option(key="a"), Option(key="b", goto=later), when=condition, required=required),
                        a_step(name, "multi", "a", "b", "c", fields={"most": "2"}, when=condition),
                        a_step(name, "number", when=condition, stores="profile.number"),
                        a_step(name, "rank", "a", "b", "c", fields={"most": "2"}, when=condition),
                    ]
                )
            )
        )
    ids = {step.id for step in steps}
    sound = [_within(step, ids) for step in steps]
    return a_flow(*sound, info("over"), nudge_after=timedelta(days=1), expires_after=timedelta(days=5))


def _within(step: Step, ids: set[str]) -> Step:
    """A way to a step that was not made leads to the end of the flow."""
    return replace(step, options=tuple(replace(o, goto=o.goto if o.goto in ids else "") for o in step.options))


def renamed(flow: Flow, old: str) -> Flow:
    """The same flow with one step called otherwise, wherever it is named."""
    new = f"{old}_x"

    def name(word: str) -> str:
        return new if word == old else word

    def conditions(found: tuple[Condition, ...]) -> tuple[Condition, ...]:
        return tuple(replace(c, subject=name(c.subject)) for c in found)

    steps = tuple(
        replace(
            step,
            id=name(step.id),
            goto=name(step.goto),
            when=conditions(step.when),
            branches=tuple(Branch(when=conditions(b.when), goto=name(b.goto)) for b in step.branches),
            options=tuple(replace(o, goto=name(o.goto)) for o in step.options),
        )
        for step in flow.steps
    )
    return replace(flow, steps=steps, entries={word: name(step) for word, step in flow.entries.items()})


class OneRun(RuleBasedStateMachine):
    """Two copies of a run: one goes to storage and back before everything that happens, one never does."""

    @initialize(made=made_up(), number=st.integers(0, 3 * len(SHIPPED)), seed=st.integers(0, 9))
    def begin(self, made: Flow, number: int, seed: int) -> None:
        self.flow = SHIPPED[number % len(SHIPPED)] if number < 2 * len(SHIPPED) else made
        self.live = self.flow
        self.facts: dict[str, Fact] = {**KNOWN, **example(self.flow, much=bool(seed % 2)).facts}
        self.run = self.stored = Run(id="r", flow=self.flow.id, version=self.flow.version, seed=seed)
        self.messages = self.published = self.opened = 0
        entries = ["", *self.flow.entries]
        self.take(Begun(at=MONDAY, entry=entries[seed % len(entries)]))

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────────────
    @rule(words=TEXTS)
    def says(self, words: str) -> None:
        before = self.run
        self.messages += 1
        sprint = self.take(Said(at=MONDAY, text=words, message=f"m{self.messages}"))
        if before.state is RunState.WAITING:
            kept = any(isinstance(e, KeepPart) and e.text == words for e in sprint.effects)
            decided = any(isinstance(e, Keep) for e in sprint.effects)
            button = pick(open_choices(self.flow, before, self.facts), words)
            part = before.picked != self.run.picked
            assert kept or decided or part or (button is not None and button.key in PRESSED)

    @rule()
    def shows_a_photo(self) -> None:
        self.take(Showed(at=MONDAY, media=Media(kind="photo", reference="f"), message="p"))

    @rule(place=st.integers(0, 9))
    def taps_what_is_open(self, place: int) -> None:
        keys = [found.key for found in open_choices(self.flow, self.run, self.facts)] or ["done"]
        self.take(Tapped(at=MONDAY, asked=self.run.asked, key=keys[place % len(keys)]))

    @rule(late=st.integers(1, 4), key=st.sampled_from(["a", "yes", "done", "skip", "carry_on"]))
    def taps_an_older_button(self, late: int, key: str) -> None:
        before, asked, opened = self.run, self.run.asked - late, self.opened
        self.take(Tapped(at=MONDAY, asked=asked, key=key))
        if asked < opened and not before.moved:
            assert self.run == before

    @rule(asked=st.integers(-1, 99), key=st.sampled_from(["", "nobody", "leave", "💥", "s0"]))
    def taps_what_was_never_there(self, asked: int, key: str) -> None:
        self.take(Tapped(at=MONDAY, asked=asked, key=key))

    @rule()
    def edits(self) -> None:
        sprint = self.take(Edited(at=MONDAY, text="better", message="m1"))
        assert sprint.effects == (RevisePart(message="m1", text="better", at=MONDAY),)

    @rule(event=st.sampled_from([Skipped(at=MONDAY), WentBack(at=MONDAY), Resumed(at=MONDAY)]))
    def goes_about(self, event: Event) -> None:
        self.take(event)

    @rule()
    def comes_back(self) -> None:
        self.take(Resumed(at=MONDAY, offer=True))

    @rule(timer=st.sampled_from([Timer.GATHER, Timer.NUDGE, Timer.MOVED]), late=st.integers(0, 2))
    def a_timer_rings(self, timer: Timer, late: int) -> None:
        self.take(Rang(at=MONDAY, timer=timer, asked=self.run.asked - late))

    @rule(chance=st.integers(0, 9))
    def it_expires(self, chance: int) -> None:
        if chance == 0:
            self.take(Rang(at=MONDAY, timer=Timer.EXPIRE, asked=0))

    @rule(chance=st.integers(0, 9))
    def they_leave(self, chance: int) -> None:
        if chance == 0 and self.run.state is RunState.WAITING:
            self.run = self.stored = replace(self.run, state=RunState.LEFT)

    @rule(how=st.sampled_from(["stay", "again", "rename", RESTART]))
    @precondition(lambda self: self.run.state is RunState.WAITING)
    def a_new_version_is_published(self, how: str) -> None:
        """People stay where they are, or are moved: to the same step, to one of another name, to the beginning."""
        self.published += 1
        older, step = self.live, self.run.step
        chained = any(s.kind == "chain" for s in older.steps)
        known = step in {s.id for s in older.steps}
        after = renamed(older, step) if how == "rename" and known and not chained else older
        to = {"stay": "", RESTART: RESTART}.get(how, f"{step}_x" if after is not older else step)
        moves = (Move(step=step, to=to),) if to and known else ()
        self.live = replace(after, version=f"v{self.published}", moves=moves)
        moved = move(self.run, self.flow, self.live)
        assert moved == move(saved(self.run), self.flow, self.live)
        if moved:
            assert bool(moves)
            assert not self.run.gathering
            assert not self.run.picked
            assert moved.asked > self.run.asked
            assert len(moved.answers) == len(self.run.answers)
            assert set(moved.path) <= {s.id for s in self.live.steps}
            self.run = self.stored = moved
            self.flow = self.live

    # ── what holds ───────────────────────────────────────────────────────────────────────────────────────────
    def take(self, event: Event) -> Sprint:
        """Both copies live through it alike; what must hold of any step holds."""
        before = self.run
        sprint = advance(self.flow, before, event, self.facts, gather=GATHER)
        assert advance(self.flow, saved(self.stored), event, self.facts, gather=GATHER) == sprint
        self.run, self.stored = sprint.run, saved(sprint.run)
        assert self.stored == self.run
        assert self.run.asked >= before.asked
        assert self.run.answers.keys() >= before.answers.keys()
        assert self.run.version == before.version
        if self.run.step != before.step:
            self.opened = self.run.asked
        self.check_end(before, sprint)
        for effect in sprint.effects:
            if isinstance(effect, SetFact) and not isinstance(effect.value, tuple):
                self.facts[effect.name] = effect.value
        return sprint

    def check_end(self, before: Run, sprint: Sprint) -> None:
        """Waiting at a step of its flow, or over for good; nothing is flawed."""
        run = sprint.run
        assert not any(isinstance(effect, Flaw) for effect in sprint.effects)
        if run.state is RunState.WAITING:
            assert run.step in {step.id for step in self.flow.steps}
            assert not any(isinstance(effect, Ended) for effect in sprint.effects)
        else:
            assert not (run.gathering or run.offering or run.moved) or run.state is RunState.LEFT
        if before.state is not RunState.WAITING:
            assert run == before
        asked = [effect.asked for effect in sprint.effects if isinstance(effect, Say) and effect.asked]
        assert asked in ([], [run.asked])


OneRun.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
test_one_run_lives_through_anything = OneRun.TestCase
