"""Everything a programme says, read aloud for the principles' rules: each block, in each language."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from bot.script import Script
from bot.wording import COMMON, Values
from flows.definition import Flow, Place, Step
from flows.findings import Notes
from flows.loading_yaml import Fields, Text, read_text, read_yaml
from flows.principles.book import BROADCAST, EXTRA, LABEL, MESSAGE, TEXT, Saying
from prompts.catalogue import Catalogue, WordingError
from prompts.dates import filters
from prompts.markup import parse

SHORT = "this"
"""A placeholder counts as one short word."""
EXTRAS = ("again", "why")

Moments = Callable[[Flow, Step], tuple[Values, ...]]
"""The samples in which a step may be said."""
Handing = Callable[[str, Values], object]
"""(name, sample) → a value that an action or a sender gives to the wording."""


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """How many syllables an English word has: by the pronouncing dictionary, else by its hyphens."""
    from textstat_rs import syllable_count  # loaded when the first word is judged

    return syllable_count(word, lang="en_GB")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Reads blocks aloud: with a short word for every placeholder, and as this programme fills them in."""

    script: Script
    samples: tuple[Values, ...]
    moments: Moments
    handed: Handing
    shortened: dict[int, tuple[Values, Values]] = field(default_factory=dict, repr=False)

    def sayings(self, given: Mapping[str, frozenset[str]]) -> Iterator[Saying]:
        """Everything. `given`: flow → the values that its own actions give."""
        programme = self.script.programme
        for locale in programme.locales:
            for flow in programme.flows.values():
                yield from self._flow(flow, locale, given.get(flow.id, frozenset()))
            for template in programme.broadcasts.values():
                yield from self._broadcast(template.id, locale)

    def _flow(self, flow: Flow, locale: str, given: frozenset[str]) -> Iterator[Saying]:
        catalogue = self.script.catalogue
        steps = {step.id: self.moments(flow, step) for step in flow.steps}
        for step, moments in steps.items():
            template = flow.version if catalogue.has(flow.version, locale, step) else COMMON
            yield from self._say(MESSAGE, flow.id, step, (template, locale, step), given, moments)
        for block in sorted(catalogue.blocks(flow.version, locale)):
            step, _, tail = block.partition("__")
            if tail and step in steps:
                kind = EXTRA if tail in EXTRAS or tail.startswith("probe_") else LABEL
                yield from self._say(kind, flow.id, step, (flow.version, locale, block), given, steps[step])

    def _broadcast(self, template: str, locale: str) -> Iterator[Saying]:
        catalogue = self.script.catalogue
        asked = catalogue.placeholders("broadcasts", locale, template)
        yield from self._say(BROADCAST, "", template, ("broadcasts", locale, template), asked, self.samples)
        for block in sorted(catalogue.blocks("broadcasts", locale)):
            if block.startswith(f"{template}__"):
                yield from self._say(LABEL, "", template, ("broadcasts", locale, block), frozenset(), self.samples)

    def _say(
        self,
        kind: str,
        flow: str,
        step: str,
        where: tuple[str, str, str],
        given: frozenset[str],
        moments: tuple[Values, ...],
    ) -> Iterator[Saying]:
        texts = self._all(where, given, moments, short=True)
        if not texts:
            return
        template, locale, block = where
        yield Saying(
            kind=kind,
            flow=flow,
            step=step,
            locale=locale,
            place=self._place(flow or "broadcasts", where),
            texts=texts,
            filled=self._all(where, given, moments, short=False),
            names=self.script.catalogue.placeholders(template, locale, block),
            own=template != COMMON,
        )

    def _place(self, name: str, where: tuple[str, str, str]) -> Place:
        template, _, block = where
        home = self._home(where)
        file = f"prompts/{home}/{COMMON if template == COMMON else name}.j2"
        return Place(file=file, line=self.script.catalogue.line(template, home, block), column=1)

    def _home(self, where: tuple[str, str, str]) -> str:
        """The locale in which a block is written."""
        template, locale, block = where
        at = locale
        while at and block not in self.script.catalogue.blocks(template, at):
            at = self.script.programme.locales.get(at, "")
        return at or locale

    def _all(
        self, where: tuple[str, str, str], given: frozenset[str], moments: tuple[Values, ...], *, short: bool
    ) -> tuple[str, ...]:
        """The wordings it can have, each once. What cannot be said is told by the check itself."""
        found: dict[str, None] = {}
        for sample in moments:
            known = self._shortened(sample) if short else sample
            extra = {name: self.handed(name, sample) for name in given if name not in sample}
            more = {name: _short(value) for name, value in extra.items()} if short else extra
            for values in (known, {**more, **known}) if extra else (known,):
                said = _said(self.script.catalogue, where, values)
                for date in _spoken_dates(where[1], {**extra, **sample}) if short else ():
                    said = said.replace(date, SHORT)
                found[said] = None
        return tuple(text for text in found if text)

    def _shortened(self, sample: Values) -> Values:
        """The sample with a short word in the place of every text; made once for all messages."""
        if id(sample) not in self.shortened:
            self.shortened[id(sample)] = sample, {name: _short(value) for name, value in sample.items()}
        return self.shortened[id(sample)][1]


def _said(catalogue: Catalogue, where: tuple[str, str, str], values: Values) -> str:
    """One block without markup and addresses."""
    template, locale, block = where
    try:
        return _without_markup(catalogue.render(template, locale, block, values))
    except WordingError:
        return ""


@lru_cache(maxsize=1000)
def _without_markup(text: str) -> str:
    """Most samples say the same, one after the other."""
    return "\n".join(line.text for line in parse(text))


def _short(value: object) -> object:
    """Also what lies inside, such as the earlier answers of a run."""
    match value:
        case str():
            return SHORT if value else value
        case Mapping():
            return {key: _short(inner) for key, inner in value.items()}
    return value


def _spoken_dates(locale: str, values: Values) -> tuple[str, ...]:
    """How the dates among the values are written, the longer ones first."""
    moments = {value for value in values.values() if isinstance(value, datetime)}
    return _dates_in(locale, tuple(sorted(moments)))


@lru_cache(maxsize=64)
def _dates_in(locale: str, moments: Iterable[datetime]) -> tuple[str, ...]:
    spoken = filters(locale)
    return tuple({spoken[how](moment) for how in ("day", "time") for moment in moments})


def own_texts(folder: Path, texts: Mapping[str, str], title: str, locale: str) -> Iterator[Saying]:
    """What programme.yaml fills in, each at its line."""
    places = _places(folder)
    for name, text in (("title", title), *texts.items()):
        place = places.get(name, Place(file="programme.yaml", line=1, column=1))
        plain = text if name != "title" else text.replace("{{ area }}", SHORT)
        if not plain.startswith("http"):
            yield Saying(kind=TEXT, step=name, locale=locale, place=place, texts=(plain,), filled=(plain,))


def _places(folder: Path) -> dict[str, Place]:
    notes = Notes()
    text = read_text(folder / "programme.yaml", "programme.yaml", notes)
    root = read_yaml(text, "programme.yaml", notes) if text is not None else None
    if not isinstance(root, Fields):
        return {}
    inner = root.values.get("texts")
    found = {name: node.place for name, node in inner.values.items()} if isinstance(inner, Fields) else {}
    title = root.values.get("title")
    return {**found, "title": title.place} if isinstance(title, Text) else found
