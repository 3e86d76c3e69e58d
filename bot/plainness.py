"""How plain a line is that others will read: judged here, as counting syllables is not for the engine."""

from dataclasses import dataclass, replace
from typing import Final

from bot.book import syllables
from flows.definition import Step
from flows.events import Said
from flows.principles.reading import age
from flows.principles.sheet import language
from flows.steps.text import TextSpec

EASY: Final = 11
"""What participants read is easy at this age."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plainness:
    """At what age a text is easy to read, and what in it promises something."""

    years: float
    promise: str

    @property
    def easy(self) -> bool:
        """Whether everybody can read it."""
        return round(self.years, 1) <= EASY


def read_aloud(text: str, locale: str = "en") -> Plainness:
    """How plain a text is that people will read."""
    spoken = language(locale)
    return Plainness(years=years(text), promise=spoken.found("promise", text) if spoken else "")


def judged(heard: Said, step: Step | None, locale: str) -> Said:
    """The same message with its reading age and what it promises, where the question asks for a line to be read."""
    if step is None or not isinstance(step.spec, TextSpec) or not step.spec.reading_age:
        return heard
    found = read_aloud(heard.text, locale)
    return replace(heard, years=f"{found.years:.1f}", promise=found.promise)


def years(text: str) -> float:
    """The age at which an English text is easy to read; it is plain text, not markup."""
    return max(0.0, age(text, syllables))


def is_english(locale: str) -> bool:
    """Whether `years` says anything of a text in this locale."""
    return locale.partition("-")[0] == "en"
