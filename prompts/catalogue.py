"""The catalogue of wording: templates by locale, compiled once when they are first said, rendered block by block.

A template is a list of named blocks. A block is looked for in the locale, then in the one it falls back to;
`{{ super() }}` is the wording it falls back to. Values are escaped: nobody's words become markup or template.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from prompts import grammar
from prompts.dates import Missing, filters, from_the_right
from prompts.grammar import WordingProblem
from prompts.markup import escape

__all__ = ["Catalogue", "WordingError", "WordingProblem", "package_sources"]

LONGEST: Final = 8000
LARGEST: Final = 500_000
APART: Final = "\u2068"
TOGETHER: Final = "\u2069"
"""First strong isolate, and its end: what stands between has its own direction."""
ROOT: Final = "en"
"""The language our own lines are written in: what no other locale has is said in it."""

Speak = Callable[[Context], Iterator[str]]
Book = Mapping[str, list[Speak]]
"""Block → how to say it, then how its fallbacks say it."""


class WordingError(Exception):
    """A message cannot be worded: no such block, or a value is missing."""


class _Said(str):
    """Wording that was rendered already, and is not escaped again."""

    __slots__ = ()


def _written(value: object) -> str:
    """How a value is printed."""
    if isinstance(value, _Said):
        return value
    if value is None:
        raise Missing("a value that is printed is not known yet")
    return escape(str(value))


def _apart(value: object) -> str:
    """How a value is printed in a text from right to left: a name or a number from left to right stays whole in it."""
    text = _written(value)
    return text if isinstance(value, _Said) or text.startswith("https://") else f"{APART}{text}{TOGETHER}"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Page:
    """One template in one locale."""

    environment: ImmutableSandboxedEnvironment
    blocks: Mapping[str, Speak] = field(default_factory=dict)
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[WordingProblem, ...] = ()


class Catalogue:
    """All that can be said. `fallbacks`: locale → the locale it falls back to, "" for none."""

    def __init__(self, fallbacks: Mapping[str, str]) -> None:
        self._fallbacks = dict(fallbacks)
        self._sources: dict[str, dict[str, str]] = {}
        self._books: dict[tuple[str, str], Book] = {}

    def add(self, template: str, sources: Mapping[str, str]) -> None:
        """Take a template in, by locale; replaces one of the same name. What is wrong with it, `problems` tells."""
        self._sources[template] = dict(sources)
        for known in [key for key in self._books if key[0] == template]:
            del self._books[known]

    def has(self, template: str, locale: str, block: str) -> bool:
        """Whether this block can be said in this locale or one it falls back to."""
        return block in self._book(template, locale)

    def render(self, template: str, locale: str, block: str, values: Mapping[str, object]) -> str:
        """The words of one block, in the small markup. Raises WordingError."""
        said = self._book(template, locale).get(block)
        if said is None:
            raise WordingError(f"there is no wording “{block}” in {template}, {locale}")
        context = Context(environment(locale), dict(values), template, {})
        context.blocks = self._book(template, locale)  # type: ignore[assignment]
        try:
            return _collect(said[0](context))
        except (TemplateError, Missing, TypeError, AttributeError, LookupError) as error:
            raise WordingError(f"“{block}” in {template}, {locale}: {error}") from error

    def problems(self, template: str) -> list[WordingProblem]:
        """What is wrong with a template, in all locales."""
        pages = [_page(locale, source) for locale, source in self._sources.get(template, {}).items()]
        return [problem for page in pages for problem in page.problems]

    def blocks(self, template: str, locale: str) -> frozenset[str]:
        """The blocks written in this very locale."""
        page = self._page(template, locale)
        return frozenset(page.blocks) if page else frozenset()

    def home(self, template: str, locale: str, block: str) -> str:
        """The locale whose wording is said: this one, or the nearest it falls back to. "" when there is none."""
        return next((way for way in self._ways(locale) if block in self.blocks(template, way)), "")

    def line(self, template: str, locale: str, block: str) -> int:
        """The line of the source at which a block of this very locale begins; 1 when it has none."""
        page = self._page(template, locale)
        return page.lines.get(block, 1) if page else 1

    def placeholders(self, template: str, locale: str, block: str) -> frozenset[str]:
        """The values that a block asks for, here or in the wording it falls back to."""
        names: set[str] = set()
        for page in self._chain(template, locale):
            if block in page.names:
                names |= page.names[block]
                if "super" not in names:
                    break
                names.discard("super")
        return frozenset(names)

    def _book(self, template: str, locale: str) -> Book:
        book = self._books.get((template, locale))
        if book is None:
            book = self._books[template, locale] = self._bind(template, locale)
        return book

    def _bind(self, template: str, locale: str) -> Book:
        book: dict[str, list[Speak]] = {}
        for page in self._chain(template, locale):
            for block, speak in page.blocks.items():
                book.setdefault(block, []).append(speak)
        return MappingProxyType(book)

    def _chain(self, template: str, locale: str) -> Iterator[_Page]:
        """The template in this locale, then in those it falls back to."""
        pages = (self._page(template, name) for name in self._ways(locale))
        return (page for page in pages if page)

    def _page(self, template: str, locale: str) -> _Page | None:
        source = self._sources.get(template, {}).get(locale)
        return None if source is None else _page(locale, source)

    def _ways(self, locale: str) -> tuple[str, ...]:
        ways = [locale]
        while (after := self._fallbacks.get(ways[-1], "")) and after not in ways:
            ways.append(after)
        return tuple(ways) if ROOT in ways else (*ways, ROOT)


def _collect(pieces: Iterator[str]) -> str:
    """The pieces as one text. Stops early when there is too much of it."""
    found: list[str] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > LONGEST:
            raise WordingError(f"the message is longer than {LONGEST} characters")
        found.append(piece)
    return "".join(found).strip()


@cache
def environment(locale: str) -> ImmutableSandboxedEnvironment:
    """Where templates of a locale are compiled: dates are written in the language of the sentence around them."""
    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=_apart if from_the_right(locale) else _written,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        cache_size=0,
    )
    made.globals.clear()
    made.filters = {**filters(locale), "length": made.filters["length"]}
    made.tests = {name: test for name, test in made.tests.items() if name in grammar.TESTS}
    made.concat = _joined  # type: ignore[assignment]
    return made


def _joined(pieces: Iterator[str]) -> _Said:
    """What super() gives."""
    return _Said("".join(pieces).strip())


@lru_cache(maxsize=1000)
def _page(locale: str, source: str) -> _Page:
    """A page is known by its words: reading a programme again compiles only what is new in it."""
    made = environment(locale)
    if len(source) > LARGEST:
        return _refused(made, locale, 1, "The file is too large.", "split it up")
    try:
        tree = made.parse(source)
        wrong = grammar.problems(tree, locale)
        if wrong:
            return _Page(environment=made, problems=tuple(wrong))
        return _compiled(made, tree)
    except TemplateSyntaxError as error:
        return _refused(made, locale, error.lineno, f"The template cannot be read: {error.message}", "")
    except (RecursionError, MemoryError, OverflowError, SyntaxError):
        return _refused(made, locale, 1, "The template is too deep to be read.", "make it simpler")


def _refused(made: ImmutableSandboxedEnvironment, locale: str, line: int, text: str, fix: str) -> _Page:
    return _Page(environment=made, problems=(WordingProblem(locale=locale, line=line, text=text, fix=fix),))


def _compiled(made: ImmutableSandboxedEnvironment, tree: nodes.Template) -> _Page:
    found = list(tree.find_all(nodes.Block))
    compiled = made.from_string(tree)
    return _Page(
        environment=made,
        blocks=dict(compiled.blocks),
        names={block.name: grammar.names(block) for block in found},
        lines={block.name: block.lineno for block in found},
    )


def package_sources() -> dict[str, dict[str, str]]:
    """The wording that comes with the product, for all programmes: template → locale → source."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(Path(__file__).parent.glob("*/*.j2")):
        found.setdefault(path.stem, {})[path.parent.name] = path.read_text(encoding="utf-8")
    return found
