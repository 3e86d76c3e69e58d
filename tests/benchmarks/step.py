"""One step of the engine with its words, beside a plain Jinja2 render of the same text: in one process, by turns."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

import jinja2

from bot.script import Script
from bot.wording import Listener, Wording
from flows.effects import Say
from flows.engine import advance, open_choices
from flows.events import Begun, Event, Rang, Said, Tapped, Timer
from flows.loading import library, load_programme
from flows.run import Run, RunState
from prompts.catalogue import Catalogue, package_sources
from prompts.dates import filters
from storage.scenes import Person

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
LOCALE = "en"
FLOW = "before_w1"
MOST = 80
"""Steps after which a walk through the conversation is given up."""

Asked = tuple[str, str, dict[str, object]]
"""Template, block, values."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What one step takes, in microseconds: an event decided and all it says worded; the same words by plain Jinja2."""

    ours: float
    plain: float
    steps: int

    @property
    def ratio(self) -> float:
        """How many times as long ours takes."""
        return self.ours / self.plain


class Noting(Catalogue):
    """The catalogue, noting what is asked of it."""

    asked: list[Asked]

    def render(self, template: str, locale: str, block: str, values: Mapping[str, object]) -> str:
        """The words of one block."""
        self.asked.append((template, block, dict(values)))
        return super().render(template, locale, block, values)


class Walk:
    """Through the first conversation of the shipped programme. `moments` are its steps that say something."""

    def __init__(self) -> None:
        programme = load_programme(library("life-here")).programme
        assert programme is not None
        self.script = Script(programme)
        self.wording = Wording(self.script)
        self.flow = programme.flows[FLOW]
        facts = {"consent.part": "yes", "consent.remind": "yes", "profile.pace": "standard"}
        area = next(iter(programme.areas))
        known = {"id": "p", "area": area, "code_name": "Heron-14", "state": "active", "locale": LOCALE}
        person = Person(**known, joined_at=NOW, last_heard_at=NOW, facts=dict(facts))  # type: ignore[arg-type]
        self.listener = Listener(person=person, name="Sam")
        self.moments = self._moments()
        self.noting = Noting(programme.locales)
        for template, sources in self.sources.items():
            self.noting.add(template, sources)

    @property
    def sources(self) -> dict[str, Mapping[str, str]]:
        """The templates that this conversation is worded by."""
        programme = self.script.programme
        return {**package_sources(), **programme.prompts, self.flow.version: self.flow.prompts}

    def step(self, run: Run, event: Event) -> tuple[Run, int]:
        """What the program does for one event, but for the database; the run after it and how much was said."""
        facts = self.wording.facts(self.listener)
        values = self.wording.values(self.listener, {}, NOW)
        sprint = advance(self.flow, run, event, facts)
        says = [effect for effect in sprint.effects if isinstance(effect, Say)]
        for say in says:
            self.wording.say(say, self.flow, sprint.run, LOCALE, values)
        return sprint.run, len(says)

    def asked(self, run: Run, event: Event) -> list[Asked]:
        """The blocks that one step renders."""
        self.noting.asked = []
        usual, self.script.catalogue = self.script.catalogue, self.noting
        self.step(run, event)
        self.script.catalogue = usual
        return self.noting.asked

    def _moments(self) -> list[tuple[Run, Event]]:
        found: list[tuple[Run, Event]] = []
        run, event = Run(id="r", flow=self.flow.id, version=self.flow.version), self._next(None)
        while run.state is RunState.WAITING and len(found) < MOST:
            after, said = self.step(run, event)
            if said:
                found.append((run, event))
            run, event = after, self._next(after)
        return found

    def _next(self, run: Run | None) -> Event:
        """The first button, an answer in words, or the end of one."""
        if run is None:
            return Begun(at=NOW)
        if run.gathering:
            return Rang(at=NOW, timer=Timer.GATHER, asked=run.asked)
        keys = [found.key for found in open_choices(self.flow, run, self.wording.facts(self.listener))]
        if not keys:
            return Said(at=NOW, text="A walk in the park, and a chat.", message=f"m{run.asked}")
        return Tapped(at=NOW, asked=run.asked, key="done" if run.picked and "done" in keys else keys[0])


def plain(walk: Walk) -> Callable[[Sequence[Asked]], None]:
    """Jinja2 as it comes, with our filters for dates, and the same templates."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(filters(LOCALE))
    sources = walk.sources.items()
    templates = {name: environment.from_string(found[LOCALE]) for name, found in sources if LOCALE in found}

    def render(asked: Sequence[Asked]) -> None:
        for name, block, values in asked:
            template = templates[name]
            "".join(template.blocks[block](template.new_context(values))).strip()

    return render


def measure(rounds: int = 200) -> Step:
    """Every step of the conversation, many times, ours and the plain one by turns."""
    walk = Walk()
    render = plain(walk)
    wanted = [walk.asked(run, event) for run, event in walk.moments]
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        for (run, event), asked in zip(walk.moments, wanted, strict=True):
            ours.append(_took(lambda run=run, event=event: walk.step(run, event)))  # type: ignore[misc]
            theirs.append(_took(lambda asked=asked: render(asked)))  # type: ignore[misc]
    return Step(ours=median(ours) * 1e6, plain=median(theirs) * 1e6, steps=len(walk.moments))


def _took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
