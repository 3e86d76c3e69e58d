"""What the rules look at: a programme with everything it says, and the way people walk through it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from flows.checks import quiet_rule
from flows.definition import END, PARTICIPANTS, Action, Entry, Flow, Place, Programme, Step
from flows.findings import Finding
from flows.paths import Way, ways
from flows.principles.reading import Syllables, words
from flows.principles.sheet import Sheet
from flows.steps.registry import kinds
from flows.timing import Anchor, resolve

MESSAGE: Final = "message"
LABEL: Final = "label"
BROADCAST: Final = "broadcast"
EXTRA: Final = "extra"
"""Said only now and then: in other words, or why."""
TEXT: Final = "text"
"""A value of programme.yaml that the wording fills in."""

_MONDAY: Final = datetime(2026, 1, 5, 18, tzinfo=UTC)
_APART: Final = timedelta(days=28)
_HELD: Final = timedelta(hours=3)


@dataclass(frozen=True, kw_only=True, slots=True)
class Saying:
    """One block of wording as people read it, with little known of them and with much.

    In `texts` each placeholder is one short word; in `filled` it is what the programme puts there.
    """

    kind: str
    flow: str = ""  # "" for broadcasts and texts of the programme
    step: str
    locale: str
    place: Place
    texts: tuple[str, ...]
    filled: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()  # the values it asks for
    own: bool = True  # False for a line that comes with the product

    @property
    def longest(self) -> str:
        """Its wording when most is known."""
        return max(self.texts, key=len, default="")


@dataclass(kw_only=True)
class Book:
    """A programme and its sayings."""

    programme: Programme
    sayings: tuple[Saying, ...]
    syllables: Syllables
    sheet: Sheet
    found: list[Finding] = field(default_factory=list)

    @cached_property
    def said(self) -> Mapping[tuple[str, str, str], Saying]:
        """(flow, locale, step) → the message of that step."""
        return {(s.flow, s.locale, s.step): s for s in self.sayings if s.kind == MESSAGE}

    def add(
        self, code: str, place: Place | None, text: str, fix: str, *, flow: str = "", step: str = "",
        locale: str = "", severity: str = "",
    ) -> None:  # fmt: skip
        """Write a finding down. How grave it is, the sheet says, unless this one is less."""
        where = place or Place(file="", line=1, column=1)
        self.found.append(
            Finding(
                file=where.file,
                line=where.line,
                column=where.column,
                code=code,
                severity=severity or self.sheet.rules[code].severity,
                text=text,
                fix=fix,
                flow=flow,
                step=step,
                locale=locale,
            )
        )

    def at(self, code: str, saying: Saying, text: str, fix: str, *, severity: str = "") -> None:
        """A finding about something said."""
        self.add(
            code, saying.place, text, fix, flow=saying.flow, step=saying.step, locale=saying.locale, severity=severity
        )

    def on(self, code: str, flow: Flow, step: Step | None, text: str, fix: str, *, locale: str = "") -> None:
        """A finding about a step, or about a flow."""
        place = step.place if step else flow.place
        self.add(code, place, text, fix, flow=flow.id, step=step.id if step else "", locale=locale)

    def limit(self, name: str) -> int:
        """A number of the sheet."""
        return self.sheet.limits[name]

    @property
    def contributions(self) -> tuple[Flow, ...]:
        """The flows in which people tell something; not those about the programme itself."""
        return tuple(flow for flow in self.programme.flows.values() if not flow.service and flow.steps)

    def at_work(self, flow: str) -> bool:
        """Whether this is said to stakeholders at their work, not to those whom the dialogue is about."""
        met = self.programme.flows.get(flow)
        return met is not None and met.channel == "slack"

    def message(self, flow: Flow, step: Step, locale: str) -> str:
        """What a step says in a locale, when most is known."""
        saying = self.said.get((flow.id, locale, step.id))
        return saying.longest if saying else ""


def waits(step: Step) -> bool:
    """Whether this step asks something."""
    kind = kinds().get(step.kind)
    return kind is None or kind.waits


def is_onward(step: Step, sheet: Sheet) -> bool:
    """Whether it only asks how to go on."""
    keys = {option.key for option in step.options}
    return "onward" in step.tags or (step.kind == "choice" and bool(keys) and keys <= sheet.onward)


def is_open(step: Step) -> bool:
    """Whether the answer is in people's own words."""
    return step.kind == "text"


def graph(flow: Flow) -> dict[str, tuple[Way, ...]]:
    """Where each step can lead."""
    return ways(flow, {step.kind for step in flow.steps if waits(step)})


def openings(flow: Flow) -> Iterator[tuple[Step, ...]]:
    """The steps up to each question that can be the first one, that question included."""
    steps = {step.id: step for step in flow.steps}
    leads = graph(flow)
    todo: list[tuple[str, ...]] = [(flow.steps[0].id,)] if flow.steps else []
    met: set[str] = set()
    while todo:
        path = todo.pop()
        here = path[-1]
        if here in met or here not in steps:
            continue
        met.add(here)
        if waits(steps[here]):
            yield tuple(steps[name] for name in path)
        todo.extend((*_without(path, steps[here], way), way.to) for way in leads[here] if not way.waits)


def _without(path: tuple[str, ...], step: Step, way: Way) -> tuple[str, ...]:
    """A question on the way was passed over, and is not part of it."""
    return path[:-1] if waits(step) and not way.waits else path


def usual_way(flow: Flow) -> Iterator[Step]:
    """The steps that somebody meets to whom no condition applies."""
    steps = {step.id: (step, after.id if after else END) for step, after in _pairs(flow.steps)}
    met: set[str] = set()
    here = flow.steps[0].id if flow.steps else END
    while here in steps and here not in met:
        met.add(here)
        step, after = steps[here]
        if not step.when:
            yield step
        here = after if step.when else step.goto or _common_target(step) or after


def _common_target(step: Step) -> str:
    """Where the first answer leads, when every answer leads away."""
    targets = [option.goto for option in step.options]
    return targets[0] if targets and all(targets) else ""


def _pairs(steps: tuple[Step, ...]) -> Iterable[tuple[Step, Step | None]]:
    return zip(steps, (*steps[1:], None), strict=False)


def closings(flow: Flow) -> Iterator[Step]:
    """The steps after which the flow can be over, and nothing else begins at once."""
    for step, after in _pairs(flow.steps):
        targets = [branch.goto for branch in step.branches]
        targets += [option.goto for option in step.options if option.goto and not _begins(option.do)]
        if not _common_target(step) or not step.required:
            targets.append(step.goto or (after.id if after else END))
        if step.when and not after:
            targets.append(END)
        if END in targets and not _begins(step.do):
            yield step


def _begins(actions: tuple[Action, ...]) -> bool:
    return any(action.name == "begin" for action in actions)


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One entry of the calendar at its time, in a programme whose workshops are 28 days apart."""

    entry: Entry
    at: datetime


def calendar(programme: Programme) -> tuple[Turn, ...]:
    """The entries in the order in which people meet them."""
    anchors = {"JOIN": Anchor(start=_MONDAY), "END": Anchor(start=workshop(programme.waves) + 20 * _APART)}
    for wave in range(1, programme.waves + 1):
        anchors[f"W{wave}"] = Anchor(start=workshop(wave), end=workshop(wave) + _HELD)
    found: list[Turn] = []
    for entry in programme.entries:
        if entry.whom != PARTICIPANTS:
            continue
        rule = quiet_rule(entry.at)
        at = resolve(rule, anchors, ZoneInfo("UTC")) if rule and rule.anchor else None
        if at:
            found.append(Turn(entry=entry, at=at))
    return tuple(sorted(found, key=lambda turn: (turn.at, turn.entry.priority)))


def workshop(wave: int) -> datetime:
    """When this workshop begins in that calendar."""
    return _MONDAY + _APART * wave


def count(text: str) -> int:
    """How many words."""
    return len(words(text))
