"""Rules on single words and sentences: plain, without blame, steering or promises, and no labels too early."""

import re
from typing import Final

from flows.definition import Place, Step
from flows.findings import quote
from flows.principles.book import LABEL, TEXT, Book, Saying, calendar, is_open
from flows.principles.reading import age, sentences, words
from flows.principles.sheet import Language, language

WORDS: Final = (
    ("leading", "R2.4", "leads people to an answer", "ask it openly"),
    ("blame", "R4.4", "puts the blame on people", "say what makes it hard for them"),
    ("jargon", "R6.1", "is not a word of daily life", "say it as you would to a neighbour"),
    ("promise", "R7.5", "promises something", "say what is decided, and by whom"),
)
"""List of words → the rule it belongs to, what is wrong with such a word, and what would be better."""

_UNFILLED: Final = re.compile(
    r"(?<!\w)(?:TODO|TBC|TBD|XXX+|\{\s*\w+\s*\}|<[a-z_ ]+>|\[(?:insert|your)\b[^\]]*\])", re.I
)


def plainly(book: Book) -> None:
    """All of them."""
    early = _early(book)
    for saying in book.sayings:
        spoken = language(saying.locale)
        if spoken:
            _words(book, saying, spoken)
            met_early = early is None or (saying.flow, saying.step) in early or saying.kind == TEXT
            if met_early and not book.at_work(saying.flow):
                _labels(book, saying, spoken)
            _reading(book, saying)
        _unfilled(book, saying)
    _strange(book)


def _strange(book: Book) -> None:
    """A language without lists is not judged, and that is said."""
    for locale in book.programme.locales:
        if language(locale) is None:
            text = f"Nobody has listed the words of “{locale}”: its wording is not judged for plain words."
            place = Place(file="programme.yaml", line=1, column=1)
            fix = "have somebody read it who knows the language"
            book.add("R6.1", place, text, fix, locale=locale, severity="warning")


def _words(book: Book, saying: Saying, spoken: Language) -> None:
    for name, code, wrong, fix in WORDS:
        phrase = next(filter(None, (spoken.found(name, text) for text in _whole(saying))), "")
        if phrase:
            book.at(code, saying, f"{quote(phrase)} {wrong}.", fix)


def _whole(saying: Saying) -> tuple[str, ...]:
    """As people will read it; what is filled in counts once, where it is written."""
    return saying.filled if saying.kind == TEXT else saying.texts


def _labels(book: Book, saying: Saying, spoken: Language) -> None:
    """R1.1"""
    phrase = next(filter(None, (spoken.found("labels", text) for text in _whole(saying))), "")
    if phrase:
        text = f"{quote(phrase)} is said before anybody is asked about daily life."
        book.at("R1.1", saying, text, "ask about life and place first; labels come later")


def _early(book: Book) -> frozenset[tuple[str, str]] | None:
    """(flow, step) of all that can be met before the first question on daily life. None: there is no such question."""
    programme = book.programme
    planned = calendar(programme)
    found = {("", name) for name in programme.broadcasts if not any(t.entry.broadcast == name for t in planned)}
    for flow in programme.flows.values():
        if not any(turn.entry.flow == flow.id for turn in planned):
            found.update((flow.id, step.id) for step in flow.steps)
    for turn in planned:
        entry = turn.entry
        found.add(("", entry.broadcast))
        flow_met = programme.flows.get(entry.flow)
        for step in flow_met.steps if flow_met else ():
            found.add((entry.flow, step.id))
            if _asks_all(step) and entry.light and entry.audience == "all":
                return frozenset(found)
    return None


def _asks_all(step: Step) -> bool:
    return is_open(step) and "daily_life" in step.tags and not step.when


def _limit(book: Book, saying: Saying) -> int:
    return book.limit("reading_age_slack" if book.at_work(saying.flow) else "reading_age")


def _reading(book: Book, saying: Saying) -> None:
    """R6.1"""
    if saying.kind == LABEL:
        return
    if saying.kind == TEXT:
        _age_of_fill(book, saying)
        return
    if not any(_hard(book, saying, text) for text in saying.texts):
        worst = max((age(text, book.syllables) for text in saying.filled if _judged(book, text)), default=0.0)
        if worst > _limit(book, saying):
            text = f"Reading age {worst:.1f} with what this programme fills in."
            book.at("R6.1", saying, text, "fill in shorter words in programme.yaml", severity="warning")


def _judged(book: Book, text: str) -> bool:
    return len(words(text)) >= book.limit("short_message")


def _hard(book: Book, saying: Saying, text: str) -> bool:
    if _judged(book, text):
        years = age(text, book.syllables)
        if years > _limit(book, saying):
            told = f"Reading age {years:.1f}; at most {_limit(book, saying)} is asked for."
            book.at("R6.1", saying, told, f"shorten it, and use shorter words than {_heavy(book, text)}")
            return True
        return False
    longest = max(sentences(text), key=lambda one: len(words(one)), default="")
    if len(words(longest)) > book.limit("short_sentence") and not book.at_work(saying.flow):
        told = f"A sentence of {len(words(longest))} words: {quote(longest)}"
        book.at("R6.1", saying, told, f"make two of it; at most {book.limit('short_sentence')} words")
        return True
    return False


def _heavy(book: Book, text: str) -> str:
    """The words with the most syllables."""
    by_weight = sorted(dict.fromkeys(words(text)), key=lambda word: -book.syllables(word))
    return ", ".join(by_weight[:3])


def _age_of_fill(book: Book, saying: Saying) -> None:
    """A long text of programme.yaml is judged by itself."""
    for text in saying.filled:
        _hard(book, saying, text)


def _unfilled(book: Book, saying: Saying) -> None:
    """R1.4: something was meant to be filled in."""
    for text in saying.filled or saying.texts:
        match = _UNFILLED.search(text)
        if match:
            book.at("R1.4", saying, f"{quote(match[0])} was never filled in.", "write {{ value }}, or the words")
            return
