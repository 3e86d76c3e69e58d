"""How plain a line is that others will read: judged here, as counting syllables is not for the engine."""

from dataclasses import replace

from bot.book import syllables
from flows.definition import Step
from flows.events import Said
from flows.principles.reading import age
from flows.principles.sheet import language
from flows.steps.text import TextSpec


def judged(heard: Said, step: Step | None, locale: str) -> Said:
    """The same message with its reading age and what it promises, where the question asks for a line to be read."""
    if step is None or not isinstance(step.spec, TextSpec) or not step.spec.reading_age:
        return heard
    spoken = language(locale)
    promise = spoken.found("promise", heard.text) if spoken else ""
    return replace(heard, years=f"{years(heard.text):.1f}", promise=promise)


def years(text: str) -> float:
    """The age at which an English text is easy to read; it is plain text, not markup."""
    return max(0.0, age(text, syllables))


def is_english(locale: str) -> bool:
    """Whether `years` says anything of a text in this locale."""
    return locale.partition("-")[0] == "en"
