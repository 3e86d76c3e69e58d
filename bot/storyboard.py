"""A flow laid out to be read: each step with its words in every language, its answers, and the ways on from it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from bot import shelves
from bot.samples import samples_of
from bot.script import Script
from bot.wording import COMMON, Values, Wording
from flows.arrows import Arrow, arrows
from flows.definition import Action, Flow, Programme, Step
from flows.effects import Choice
from flows.findings import Finding
from flows.run import Fact, Run
from flows.steps.base import Question
from flows.steps.registry import kinds
from prompts.catalogue import WordingError, package_sources

Ages = Mapping[tuple[str, str, str], float]
"""(flow, locale, step) → the age at which its message is easy to read."""

_BLOCK: Final = re.compile(r"{%-?\s*block\s+(\w+)\s*-?%}(.*?){%-?\s*endblock\b[^%]*%}", re.DOTALL)
_TOKEN: Final = re.compile(r"{#.*?#}|{{-?\s*(?P<value>.*?)\s*-?}}|{%-?\s*(?P<rule>.*?)\s*-?%}", re.DOTALL)
_WAYS_OUT: Final = {
    "again": "Said again, when it was not understood",
    "why": "Why we ask",
    "skip": "The button to skip it",
    "human": "The button to ask for a person",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of wording: `text` as it stands, a `value` that is filled in, a `rule` on when it is said."""

    kind: str
    text: str
    bold: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """The words of one block in one language. `shared`: a line that every programme has."""

    locale: str
    pieces: tuple[Piece, ...]
    also: tuple[str, ...] = ()  # locales that have no words of their own here, and are said these
    age: float | None = None
    shared: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Extra:
    """Words of a step that are said only now and then."""

    when: str
    spoken: tuple[Spoken, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One button. `labels`: by locale, only where they differ from the one before."""

    key: str
    labels: tuple[tuple[str, str], ...]
    goto: str = ""
    frame: str = ""
    do: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One step. `come_from` are the steps that lead here other than the one above it."""

    number: int
    step: Step
    waits: bool
    spoken: tuple[Spoken, ...]
    extras: tuple[Extra, ...]
    answers: tuple[Answer, ...]
    arrows: tuple[Arrow, ...]
    come_from: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def plainly_on(self) -> bool:
        """Whether it just goes on with the next one."""
        return len(self.arrows) == 1 and not self.step.goto and not self.step.branches


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """One flow. `findings`: of the flow as a whole."""

    flow: Flow
    panels: tuple[Panel, ...]
    findings: tuple[Finding, ...] = ()
    entries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # step → words that begin there

    @property
    def hardest(self) -> float | None:
        """The reading age of its hardest message."""
        return max((s.age for panel in self.panels for s in panel.spoken if s.age is not None), default=None)


def board(script: Script, flow: Flow, ages: Ages | None = None, findings: Iterable[Finding] = ()) -> Board:
    """The flow in the words of this script. `findings`: of the check, each put at the step it is about."""
    drawer = _Drawer(script, flow, ages or {})
    there = placed(flow, findings)
    led = arrows(flow)
    panels = tuple(
        drawer.panel(number, step, led, tuple(there.get(step.id, ()))) for number, step in enumerate(flow.steps, 1)
    )
    entries: dict[str, tuple[str, ...]] = {}
    for word, at in flow.entries.items():
        entries[at] = (*entries.get(at, ()), word)
    return Board(flow=flow, panels=panels, findings=tuple(there.get("", ())), entries=entries)


def placed(flow: Flow, findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """The findings that are about this flow, by its step; "" for the flow as a whole."""
    ends = [f"flows/{flow.id}.yaml", *(f"prompts/{locale}/{flow.id}.j2" for locale in flow.prompts)]
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.flow == flow.id or (not finding.flow and finding.file in ends):
            found.setdefault(_step_of(flow, finding), []).append(finding)
    return found


def _step_of(flow: Flow, finding: Finding) -> str:
    """By its name, else by the line it stands on."""
    steps = {step.id for step in flow.steps}
    if finding.step in steps:
        return finding.step
    if finding.file.startswith("flows/"):
        before = [step.id for step in flow.steps if step.place and step.place.line <= finding.line]
        return before[-1] if before else ""
    source = flow.prompts.get(finding.file.split("/")[1], "") if finding.file.startswith("prompts/") else ""
    for name, start, end in _lines(source):
        if start <= finding.line <= end and name.partition("__")[0] in steps:
            return name.partition("__")[0]
    return ""


def _lines(source: str) -> Iterator[tuple[str, int, int]]:
    for match in _BLOCK.finditer(source):
        start = source.count("\n", 0, match.start()) + 1
        yield match[1], start, start + match[0].count("\n")


class _Drawer:
    def __init__(self, script: Script, flow: Flow, ages: Ages) -> None:
        self._script = script
        self._flow = flow
        self._ages = ages
        self._wording = Wording(script)
        programme = script.programme
        self._sources = {"": flow.prompts, COMMON: _common(programme).get(COMMON, {})}
        self._facts = _facts(programme, flow)
        area = next(iter(programme.areas.values()), None)
        self._values: Values = samples_of(script, area)[1] if area else {}

    def panel(self, number: int, step: Step, led: tuple[Arrow, ...], findings: tuple[Finding, ...]) -> Panel:
        above = self._flow.steps[number - 2].id if number > 1 else ""
        kind = kinds()[step.kind]
        return Panel(
            number=number,
            step=step,
            waits=kind.waits,
            spoken=self._spoken(step.id),
            extras=tuple(self._extras(step)),
            answers=self._answers(step),
            arrows=tuple(arrow for arrow in led if arrow.start == step.id),
            come_from=tuple(
                dict.fromkeys(arrow.start for arrow in led if arrow.to == step.id and arrow.start != above)
            ),
            findings=findings,
        )

    def _spoken(self, block: str) -> tuple[Spoken, ...]:
        """The words of a block, once for each language that has its own."""
        catalogue, version = self._script.catalogue, self._flow.version
        homes: dict[tuple[str, str], list[str]] = {}
        for locale in self._script.programme.locales:
            own = catalogue.home(version, locale, block)
            home = own or catalogue.home(COMMON, locale, block)
            if home:
                homes.setdefault(("" if own else COMMON, home), []).append(locale)
        return tuple(self._words(template, home, block, said) for (template, home), said in homes.items())

    def _words(self, template: str, home: str, block: str, locales: list[str]) -> Spoken:
        return Spoken(
            locale=home,
            pieces=pieces(_blocks(self._sources[template].get(home, "")).get(block, "")),
            also=tuple(locale for locale in locales if locale != home),
            age=self._ages.get((self._flow.id, home, block)),
            shared=template == COMMON,
        )

    def _extras(self, step: Step) -> Iterator[Extra]:
        more = {**_WAYS_OUT, **{tail: f"Asked further ({tail})" for tail in kinds()[step.kind].blocks(step.spec)}}
        for tail, when in more.items():
            if any(f"{step.id}__{tail}" in _blocks(source) for source in self._flow.prompts.values()):
                yield Extra(when=when, spoken=self._spoken(f"{step.id}__{tail}"))

    def _answers(self, step: Step) -> tuple[Answer, ...]:
        kind = kinds()[step.kind]
        if step.spec is None and kind.keys:
            return ()
        run = Run(id="", flow=self._flow.id, version=self._flow.version)
        choices = kind.choices(Question(flow=self._flow, step=step, run=run, facts=self._facts))
        options = {option.key: option for option in step.options}
        found: list[Answer] = []
        for choice in choices:
            option = options.get(choice.key)
            labels = tuple(self._labels(choice))
            goto, frame, do = (option.goto, option.frame, option.do) if option else ("", "", ())
            found.append(Answer(key=choice.key, labels=labels, goto=goto, frame=frame, do=do))
        return tuple(found)

    def _labels(self, choice: Choice) -> Iterator[tuple[str, str]]:
        told = ""
        for locale in self._script.programme.locales:
            try:
                label = self._wording.label(choice, self._flow.version, locale, self._values)
            except WordingError:
                label = choice.key
            if label != told:
                yield locale, label
            told = label


def pieces(source: str) -> tuple[Piece, ...]:
    """The wording of a block in its pieces; notes of the author are left out."""
    found: list[Piece] = []
    bold, end = False, 0
    source = source.strip()
    for match in _TOKEN.finditer(source):
        bold = _text(found, source[end : match.start()], bold)
        end = match.end()
        found += [Piece(kind=k, text=" ".join(match[k].split()), bold=bold) for k in ("value", "rule") if match[k]]
    _text(found, source[end:], bold)
    return tuple(found)


def _text(found: list[Piece], text: str, bold: bool) -> bool:
    """Two stars begin what is bold, and end it. Returns whether it is bold behind the text."""
    if found and found[-1].kind == "rule":
        text = text.removeprefix("\n")  # the end of a line that holds nothing else is not said
    for number, stretch in enumerate(text.split("**")):
        bold ^= number > 0
        if stretch:
            found.append(Piece(kind="text", text=stretch, bold=bold))
    return bold


@lru_cache(maxsize=500)
def _blocks(source: str) -> Mapping[str, str]:
    return {match[1]: match[2] for match in _BLOCK.finditer(source)}


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Mapping[str, str]]:
    return package_sources()


def _common(programme: Programme) -> Mapping[str, Mapping[str, str]]:
    return {**_shipped(), **programme.prompts}


def _facts(programme: Programme, flow: Flow) -> dict[str, Fact]:
    """What lists of options are filled from."""
    area = next(iter(programme.areas.values()), None)
    return {
        "areas": tuple((one.id, one.name) for one in programme.areas.values()),
        "neighbourhoods": area.neighbourhoods if area else (),
        "locales": tuple((locale, locale) for locale in programme.locales),
        **shelves.example(flow, much=True).facts,
    }
