"""Is a programme's folder fit to meet people? Its structure, and every message in every language, with little known
of a person and with much.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bot import shelves
from bot.attaching import misfits
from bot.book import Reader, own_texts, syllables
from bot.made_up import made_up
from bot.samples import BLANK, handed, handed_over, samples_of, with_shelves
from bot.script import Script
from bot.wording import Values
from flows.accepting import Acceptance, read_accepted, sort_out
from flows.checks import stored_facts
from flows.definition import Flow, Place, Programme, Step
from flows.effects import Choice, Line
from flows.findings import Finding, Notes
from flows.loading import load_programme
from flows.loading_signposts import FILE as SIGNPOSTS
from flows.principles.book import Saying
from flows.principles.judging import judge, serving
from flows.run import Fact, Run
from flows.signposts import stale
from flows.steps.base import Question
from flows.steps.registry import kinds
from flows.translating import check_translations
from prompts.catalogue import WordingError
from prompts.markup import parse, plain
from prompts.pseudo import LONGER, MIRRORED
from storage.rows import to_json

CODES: Final = MappingProxyType(
    {
        "W401": "A template cannot be read, or holds something that wording may not hold.",
        "W402": "A step has no block in any locale it could be said in.",
        "W403": "An option has no label.",
        "W404": "A placeholder is not known.",
        "W405": "A message cannot be said, for example when a date is not known yet.",
        "W406": "A label is longer than 64 characters or has more than one line.",
        "W407": "Markup is left open, so that its signs would be shown.",
        "W408": "A message says nothing.",
        "W409": "A broadcast has no block.",
        "W410": "A block belongs to no step.",
        "W411": "A programme has no invented people for the demo.",
        "W412": "An area has not filled in a card.",
        "W413": "A translation would break this message: a label that is nearly too long, say.",
        "W414": "A step that is read out names what is another for everybody, such as their area.",
        "W415": "A signpost for people in need was never verified, or not for half a year.",
    }
)
"""Every code of wording with the rule behind it; those of structure are in `flows.findings`."""

WARNINGS: Final = frozenset({"W407", "W410", "W411", "W412", "W413", "W414", "W415"})
LONGEST_LABEL: Final = 64
NOTHING: Final[Values] = MappingProxyType({"said": MappingProxyType({}), "known": MappingProxyType({})})


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What was found, in the order of the files."""

    findings: tuple[Finding, ...]
    accepted: tuple[tuple[Finding, Acceptance], ...] = ()  # warnings that somebody has decided are right here
    programme: Programme | None = None  # as far as it could be read
    serving: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # principle → the flows that serve it

    @property
    def errors(self) -> int:
        """How many findings keep the programme from running."""
        return sum(finding.severity == "error" for finding in self.findings)

    @property
    def as_json(self) -> str:
        """For a program instead of a person."""
        return to_json([asdict(finding) for finding in self.findings])


def check(folder: Path, *, pseudo: bool = False, today: date | None = None) -> Report:
    """Read a programme and try every message; `pseudo`: in made-up languages, too. `today`: what is too old by now.

    Never raises for what is in the files.
    """
    loaded = load_programme(folder)
    if loaded.draft is None:
        return Report(findings=loaded.findings)
    wording = _Check(loaded.draft)
    wording.everything()
    found = {*loaded.findings, *wording.found, *wording.principles(folder)}
    if pseudo:
        found.update(_in_made_up_languages(loaded.draft, wording.found))
    if not (folder / "sample" / "people.yaml").is_file():
        found.add(_finding("W411", "sample/people.yaml", 1, "There are no invented people.", "add some for the demo"))
    found.update(_signposts(loaded.draft, today))
    notes = Notes()
    check_translations(folder, loaded.draft, notes)
    decided = read_accepted(folder, notes)
    sorted_out = sort_out(sorted({*found, *notes.found}), decided, notes)
    return Report(
        findings=tuple(sorted({*sorted_out.standing, *notes.found})),
        accepted=sorted_out.accepted,
        programme=loaded.draft,
        serving=serving(loaded.draft),
    )


def read_aloud(programme: Programme) -> tuple[Saying, ...]:
    """Everything that a programme says in its flows and broadcasts, as the rules of the principles read it."""
    return tuple(_Check(programme).sayings())


def _signposts(programme: Programme, today: date | None) -> Iterator[Finding]:
    """Somebody has to make sure of the numbers that people in need are given."""
    old = stale(programme.signposts, today)
    if old:
        text = f"Not verified, or not for half a year: {', '.join(old)}."
        yield _finding("W415", SIGNPOSTS, 1, text, "ring each, then write verified_on for its id into signposts.yaml")


def _in_made_up_languages(programme: Programme, known: list[Finding]) -> Iterator[Finding]:
    """What a translation would break that is not broken already."""
    base = next(iter(programme.locales))
    told = {(finding.file, finding.line) for finding in known}
    for locale in (LONGER, MIRRORED):
        trial = _Check(made_up(programme, base, locale))
        trial.everything()
        for finding in trial.found:
            file = finding.file.replace(f"prompts/{locale}/", f"prompts/{base}/")
            if finding.code in ("W401", "W405", "W406", "W408") and (file, finding.line) not in told:
                yield replace(finding, file=file, code="W413", severity="warning", locale=locale)


def _finding(code: str, file: str, line: int, text: str, fix: str = "") -> Finding:
    severity = "warning" if code in WARNINGS else "error"
    return Finding(file=file, line=line, column=1, code=code, severity=severity, text=text, fix=fix)


class _Check:
    def __init__(self, programme: Programme) -> None:
        self.found: list[Finding] = []
        self._programme = programme
        script = Script(programme)
        self._script = script
        self._catalogue = script.catalogue
        area = next(iter(programme.areas.values()), None)
        self._area = area
        self._samples = samples_of(script, area) if area else ()
        self._facts = {name.partition(".")[2]: "…" for name in stored_facts(programme)}
        self._files = {flow.version: flow.id for flow in programme.flows.values()}

    def everything(self) -> None:
        """All templates, flows and broadcasts, in all locales."""
        for template in (*self._files, *self._programme.prompts):
            self._template(template)
        for flow in self._programme.flows.values():
            for locale in self._programme.locales:
                self._flow(flow, locale)
        for locale in self._programme.locales:
            self._broadcasts(locale)
        self._cards()
        for where, text, fix in misfits(self._programme, self._catalogue):
            self._add("W414", where, text, fix)

    def principles(self, folder: Path) -> tuple[Finding, ...]:
        """What the seven principles say to it."""
        programme = self._script.programme
        base = next(iter(programme.locales), "")
        texts = own_texts(folder, programme.texts, programme.title, base)
        return judge(programme, (*self.sayings(), *texts), syllables)

    def sayings(self) -> Iterator[Saying]:
        """Every block of its wording, as people read it."""
        reader = Reader(script=self._script, samples=self._samples, moments=self._moments, handed=handed)
        return reader.sayings({flow.id: handed_over(flow) for flow in self._script.programme.flows.values()})

    def _add(self, code: str, place: Place | tuple[str, str, str] | None, text: str, fix: str = "") -> None:
        """At a line of a flow, or at (template, locale, block) of the wording."""
        if isinstance(place, tuple):
            template, locale, block = place
            locale = self._catalogue.home(template, locale, block) or locale
            file = f"prompts/{locale}/{self._files.get(template, template)}.j2"
            self.found.append(_finding(code, file, self._catalogue.line(template, locale, block), text, fix))
        else:
            at = place or Place(file="", line=1, column=1)
            self.found.append(_finding(code, at.file, at.line, text, fix))

    # ── templates ────────────────────────────────────────────────────────────────────────────────────────────
    def _template(self, template: str) -> None:
        for problem in self._catalogue.problems(template):
            file = f"prompts/{problem.locale}/{self._files.get(template, template)}.j2"
            self.found.append(_finding("W401", file, problem.line, problem.text, problem.fix))

    def _sound(self, template: str, locale: str) -> bool:
        """Whether this template can be read; if not, that is told already and what follows from it is not."""
        ways = {locale, self._programme.locales.get(locale, "")}
        return not any(problem.locale in ways for problem in self._catalogue.problems(template))

    # ── flows ────────────────────────────────────────────────────────────────────────────────────────────────
    def _flow(self, flow: Flow, locale: str) -> None:
        if not flow.prompts or not self._sound(flow.version, locale):
            return
        known = handed_over(flow)
        for step in flow.steps:
            self._step(flow, step, locale, known)
        self._strays(flow, locale)

    def _step(self, flow: Flow, step: Step, locale: str, known: frozenset[str]) -> None:
        kind = kinds().get(step.kind)
        known |= kind.values.keys() if kind else frozenset()
        if self._catalogue.has(flow.version, locale, step.id):
            self._say(flow.version, locale, step.id, known, self._moments(flow, step))
        elif not self._catalogue.has("common", locale, step.id):
            text = f"The step {step.id} has no wording in {locale}."
            self._add("W402", step.place, text, f"add {{% block {step.id} %}} to prompts/{locale}/{flow.id}.j2")
        for more in (f"{step.id}__again", f"{step.id}__why"):
            if self._catalogue.has(flow.version, locale, more):
                self._say(flow.version, locale, more, known)
        for tail in _blocks(step):
            if self._catalogue.has(flow.version, locale, f"{step.id}__{tail}"):
                self._say(flow.version, locale, f"{step.id}__{tail}", known)
            else:
                text = f"The step {step.id} has no block {step.id}__{tail} in {locale}."
                self._add("W402", step.place, text, f"add it to prompts/{locale}/{flow.id}.j2, or ask for fewer")
        for choice in self._choices(flow, step):
            self._label(flow.version, locale, choice, step.place, f"the step {step.id}")

    def _choices(self, flow: Flow, step: Step) -> tuple[Choice, ...]:
        kind = kinds().get(step.kind)
        if kind is None or (step.spec is None and kind.keys):
            return ()
        facts: dict[str, Fact] = {
            "areas": ((self._area.id, self._area.name),) if self._area else (),
            "neighbourhoods": self._area.neighbourhoods if self._area else (),
            "locales": tuple((locale, "") for locale in self._programme.locales),
            **shelves.example(flow, much=True).facts,
        }
        asked = Question(flow=flow, step=step, run=Run(id="", flow=flow.id, version=flow.version), facts=facts)
        return kind.choices(replace(asked, run=replace(asked.run, picked=kind.begin(asked))))

    def _strays(self, flow: Flow, locale: str) -> None:
        """Blocks that no step asks for: often a step was renamed."""
        steps = {step.id: step for step in flow.steps}
        labels = {line.block for step in flow.steps for choice in self._choices(flow, step) for line in choice.lines}
        for block in self._catalogue.blocks(flow.version, locale):
            head, _, tail = block.partition("__")
            ways_out = tail in ("again", "why", "skip", "human")
            more = head in steps and tail in _blocks(steps[head])
            if block not in labels and not (head in steps and (not tail or ways_out or more)):
                where = (flow.version, locale, block)
                self._add("W410", where, f"The block {block} belongs to no step.", "rename it or take it out")

    # ── broadcasts ───────────────────────────────────────────────────────────────────────────────────────────
    def _broadcasts(self, locale: str) -> None:
        if not self._sound("broadcasts", locale):
            return
        for template in self._programme.broadcasts.values():
            if not self._catalogue.has("broadcasts", locale, template.id):
                text = f"The broadcast {template.id} has no wording in {locale}."
                self._add("W409", template.place, text, f"add it to prompts/{locale}/broadcasts.j2")
                continue
            # what only the sender knows is asked for when it is sent, unless the calendar sends it
            asked = self._catalogue.placeholders("broadcasts", locale, template.id)
            by_calendar = any(entry.broadcast == template.id for entry in self._programme.entries)
            self._say("broadcasts", locale, template.id, frozenset() if by_calendar else asked)
            for option in template.options:
                name = option.key.replace("-", "_")
                lines = (Line(block=f"{template.id}__{name}"), Line(block=f"option__{name}", template="common"))
                choice = Choice(key=option.key, lines=lines)
                self._label("broadcasts", locale, choice, template.place, f"the broadcast {template.id}")

    # ── one message ──────────────────────────────────────────────────────────────────────────────────────────
    def _moments(self, flow: Flow, step: Step) -> tuple[Values, ...]:
        """When this step may be said: after little was told or much, in each area that has filled in its card."""
        told = {other.id: "…" for other in flow.steps}
        much = {"said": told, "known": self._facts}
        moments = [{**values, **(much if values["name"] else NOTHING)} for values in with_shelves(self._samples, flow)]
        cards = {c.subject.partition(".")[2] for c in step.when if c.subject.startswith("cards.")}
        filled = [area for area in self._programme.areas.values() if cards and cards <= area.cards.keys()]
        by_area = [{**values, "cards": area.cards} for area in filled for values in moments]
        return tuple(by_area if filled else [{**values, "cards": BLANK} for values in moments] if cards else moments)

    def _cards(self) -> None:
        """A card that an area has not filled in is shown to nobody there."""
        conditions = [c for flow in self._programme.flows.values() for step in flow.steps for c in step.when]
        for card in sorted({c.subject.partition(".")[2] for c in conditions if c.subject.startswith("cards.")}):
            for area in self._programme.areas.values():
                if card not in area.cards:
                    text = f"The card {card} is not filled in for {area.name}: nobody there will see it."
                    self._add("W412", area.places.get(""), text, f"add {card}: {{…}} to its cards, with a source")

    def _say(
        self,
        template: str,
        locale: str,
        block: str,
        known: frozenset[str],
        moments: tuple[Values, ...] = (),
    ) -> None:
        where = (template, locale, block)
        for values in moments or self._samples:
            given = {name: handed(name, values) for name in known if name not in values}
            try:
                said = self._catalogue.render(template, locale, block, {**given, **values})
            except WordingError as error:
                self._unsaid(where, str(error), values.keys() | known)
                return
            if not said:
                self._add("W408", where, f"{block} says nothing.", "give it some words")
                return
            if "**" in plain(said) or "](" in plain(said):
                self._add("W407", where, f"{block} has markup that is left open.", "close ** or [label](https://…)")
                return

    def _unsaid(self, where: tuple[str, str, str], reason: str, known: frozenset[str] | set[str]) -> None:
        unknown = self._catalogue.placeholders(*where) - known
        needed = sorted(name for name in unknown if f"'{name}' is undefined" in reason)
        if needed:
            text = f"{{{{ {needed[0]} }}}} is not known here."
            self._add("W404", where, text, f"known: {', '.join(sorted(known))}")
        else:
            self._add("W405", where, f"It cannot always be said: {reason}", "wrap it in {% if … %} … {% endif %}")

    def _label(self, template: str, locale: str, choice: Choice, place: Place | None, what: str) -> None:
        found = next((n for n in choice.lines if self._catalogue.has(n.template or template, locale, n.block)), None)
        if found is None:
            if not choice.label:
                fix = f"add {{% block {choice.lines[0].block} %}}" if choice.lines else ""
                self._add("W403", place, f"The option {choice.key} of {what} has no label in {locale}.", fix)
            return
        source = found.template or template
        where = (source, locale, found.block)
        try:
            labels = [self._catalogue.render(source, locale, found.block, values) for values in self._samples]
        except WordingError as error:
            self._unsaid(where, str(error), set(self._samples[0]))
            return
        label = max(labels, key=len, default="")
        if len(label) > LONGEST_LABEL or len(parse(label)) > 1:
            self._add("W406", where, f"A label has to fit on a button: “{label[:40]}”.", "make it shorter, on one line")


def _blocks(step: Step) -> tuple[str, ...]:
    """What a step of this kind says besides its own block."""
    kind = kinds().get(step.kind)
    return kind.blocks(step.spec) if kind else ()
