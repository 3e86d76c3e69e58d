"""Rules on what is in view: cards and aims, lists of causes, who decides, what others think, and coming back."""

import re
from datetime import timedelta
from typing import Final

from flows.definition import Entry, Flow, Place, Step
from flows.principles.book import Book, Saying, calendar, count, workshop
from flows.principles.sheet import language
from flows.steps.choice import ListSpec
from flows.steps.multi import MultiSpec

LISTS: Final = frozenset({"choice", "multi"})
OTHERS: Final = "others"
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_NUMBER: Final = re.compile(r"\d+(?:[.,:]\d+)*")
_SOURCE: Final = re.compile(
    r"\([^()]*\b(?:19|20)\d\d\b[^()]*\)|^[^\n\d]*[^\W\d][^\n\d]*\b(?:19|20)\d\d\W*$", re.MULTILINE
)
"""In brackets, or on a line of its own: who says so, and when."""
_NAMED: Final = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")
_ITEMS: Final = re.compile(r",|;|\n")


def viewing(book: Book) -> None:
    """All of them."""
    for flow in book.programme.flows.values():
        _causes(book, flow)
        _actors(book, flow)
        _strengths(book, flow)
        for step in flow.steps:
            if "card" in step.tags:
                _card(book, flow, step)
    _aims(book)
    _ranking(book)
    _translations(book)
    _levels(book)
    _others(book)
    _feedback(book)
    _evaluation(book)
    _coverage(book)


# ── cards ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _card(book: Book, flow: Flow, step: Step) -> None:
    """R2.3"""
    for locale in book.programme.locales:
        saying = book.said.get((flow.id, locale, step.id))
        if saying:
            _figures(book, saying)


def _figures(book: Book, saying: Saying) -> None:
    text = max(saying.filled or saying.texts, key=len)
    if count(text) > book.limit("card_words"):
        told = f"{count(text)} words on one card; at most {book.limit('card_words')}."
        book.at("R2.3", saying, told, "make two cards of it")
    numbers = [number for number in _NUMBER.findall(text) if not _YEAR.fullmatch(number)]
    if len(numbers) > book.limit("card_numbers"):
        told = f"{len(numbers)} numbers on one card; at most {book.limit('card_numbers')}."
        book.at("R2.3", saying, told, "keep the one that matters most")
    if not numbers:
        return
    missing = [
        what
        for what, found in (
            ("source and year", _SOURCE.search(text)),
            ("place", {"area", "place"} & saying.names or _NAMED.search(_SOURCE.sub("", text))),
        )
        if not found
    ]
    if missing:
        told = f"The number {numbers[0]} stands there without its {' and '.join(missing)}."
        book.at("R2.3", saying, told, "name the place, and end with (who says so, year)")


def _strengths(book: Book, flow: Flow) -> None:
    """R4.6: looks from one card to the next."""
    steps = list(flow.steps)
    for number, step in enumerate(steps):
        if "gap" not in step.tags:
            continue
        after = [n for n in range(number + 1, len(steps)) if "card" in steps[n].tags]
        until = after[0] if after else len(steps)
        if not any("strength" in near.tags for near in steps[number:until]):
            text = f"{step.id} shows the place doing badly, and nothing that is good there."
            book.on("R4.6", flow, step, text, "name a strength of the place with it, and tag that strength")


def _aims(book: Book) -> None:
    """R4.5"""
    found = [
        (flow, step) for flow in book.programme.flows.values() for step in flow.steps if step.tags >= {"aim", "card"}
    ]
    if found and len(found) != book.limit("aims"):
        flow, step = found[0]
        text = f"{len(found)} aims are shown; there are {book.limit('aims')}."
        book.on("R4.5", flow, step, text, "show each of the six, and tag it aim")
    for flow, step in found:
        for locale in book.programme.locales:
            saying = book.said.get((flow.id, locale, step.id))
            spoken = language(locale)
            if saying and spoken:
                _examples(book, saying, spoken.lists["examples"])


def _examples(book: Book, saying: Saying, words: re.Pattern[str]) -> None:
    text = saying.longest
    match = words.search(text.casefold())
    given = [item for item in _ITEMS.split(text[match.end() :]) if item.strip(" .:")] if match else []
    if len(given) < book.limit("examples"):
        told = f"The aim {saying.step} has {len(given)} examples; at least {book.limit('examples')}."
        book.at("R4.5", saying, told, "write “For example: this, that.”")


def _ranking(book: Book) -> None:
    """R2.2"""
    before: set[str] = set()
    for turn in calendar(book.programme):
        flow = book.programme.flows.get(turn.entry.flow)
        for step in flow.steps if flow else ():
            if flow and (step.kind == "rank" or "ranking" in step.tags):
                missing = sorted({"card", "chain"} - before)
                if missing:
                    text = f"{step.id} ranks before there was a {' and a '.join(missing)}."
                    book.on("R2.2", flow, step, text, "put it later in calendar.yaml")
            before |= {step.kind} & {"chain"} | step.tags & {"card", "chain"}


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _causes(book: Book, flow: Flow) -> None:
    """R4.1 to R4.3"""
    for step in flow.steps:
        frames = {option.frame for option in step.options if option.frame}
        if step.kind not in LISTS or not frames:
            continue
        narrow = frames & book.sheet.narrow
        if len(frames) < book.limit("frames") or len(narrow) * 3 > len(frames):
            text = f"{step.id} offers {len(frames)} causes, {len(narrow)} of them narrow."
            fix = f"offer at least {book.limit('frames')}, and at most a third on services and habits"
            book.on("R4.1", flow, step, text, fix)
        look = _look(step)
        missing = sorted(book.sheet.wanted - frames)
        if missing or not look.rotate:
            text = (
                f"{step.id} lacks {', '.join(missing)}." if missing else f"{step.id} has the same first answer for all."
            )
            book.on("R4.2", flow, step, text, "offer them, and write rotate: yes")
        keys = {option.key for option in step.options}
        if not (look.other or "other" in keys) or not (look.unsure or "unsure" in keys):
            text = f"{step.id} lacks Something else or Not sure."
            book.on("R4.3", flow, step, text, "write other: yes and unsure: yes")


def _look(step: Step) -> ListSpec:
    match step.spec:
        case ListSpec():
            return step.spec
        case MultiSpec():
            return step.spec.look
    return ListSpec()


def _actors(book: Book, flow: Flow) -> None:
    """R5.2"""
    for number, step in enumerate(flow.steps):
        if "idea" not in step.tags:
            continue
        lists = [{option.key for option in later.options} for later in flow.steps[number:] if later.kind in LISTS]
        best = max(
            lists, key=lambda keys: sum(bool(keys & group) for group in book.sheet.actors.values()), default=set()
        )
        missing = [name for name, group in book.sheet.actors.items() if not best & group]
        if missing:
            text = f"After the idea {step.id} nobody is asked who acts; not offered: {', '.join(missing)}."
            book.on("R5.2", flow, step, text, "ask who could make it happen, with all of them as options")


def _levels(book: Book) -> None:
    """R5.1"""
    if not _goes_on(book):
        return
    options = (o for flow in book.programme.flows.values() for step in flow.steps for o in step.options)
    named = {option.key for option in options} & book.sheet.levels
    if len(named) < book.limit("levels"):
        text = f"{len(named)} levels at which things are decided are named; at least {book.limit('levels')}."
        book.add("R5.1", _file("programme.yaml"), text, "ask once where something is decided: council, NHS, national …")


# ── over the whole programme ─────────────────────────────────────────────────────────────────────────────────────
def _file(name: str) -> Place:
    return Place(file=name, line=1, column=1)


def _goes_on(book: Book) -> bool:
    """Whether people are asked something after the last workshop."""
    last = workshop(book.programme.waves)
    return any(turn.at > last and turn.entry.flow for turn in calendar(book.programme))


def _translations(book: Book) -> None:
    """R6.3"""
    for locale, fallback in book.programme.locales.items():
        if not fallback:
            continue
        for flow in book.programme.flows.values():
            if book.at_work(flow.id) and fallback == locale.partition("-")[0]:
                continue  # easy words are for participants
            if locale not in flow.prompts:
                text = f"{flow.id} has no wording in {locale}: it is said in {fallback}."
                book.on("R6.3", flow, None, text, f"add prompts/{locale}/{flow.id}.j2", locale=locale)
            else:
                _steps_in(book, flow, locale, fallback)


def _steps_in(book: Book, flow: Flow, locale: str, fallback: str) -> None:
    for step in flow.steps:
        saying = book.said.get((flow.id, locale, step.id))
        if saying and saying.own and not saying.place.file.startswith(f"prompts/{locale}/"):
            text = f"{step.id} has no wording in {locale}: it is said in {fallback}."
            fix = f"add {{% block {step.id} %}} to prompts/{locale}/{flow.id}.j2"
            book.on("R6.3", flow, step, text, fix, locale=locale)


def _others(book: Book) -> None:
    """R6.6"""
    programme = book.programme
    if programme.waves < 2:
        return
    for turn in calendar(programme):
        if not workshop(1) < turn.at < workshop(programme.waves):
            continue
        template = programme.broadcasts.get(turn.entry.broadcast)
        flow = programme.flows.get(turn.entry.flow)
        steps = flow.steps if flow else ()
        if (template and OTHERS in template.tags) or any(OTHERS in s.tags or s.kind == "vote" for s in steps):
            return
    text = "Between the workshops nobody is shown what others think."
    book.add("R6.6", _file("calendar.yaml"), text, "plan a flow with a step tagged others, or of type: vote")


def _feedback(book: Book) -> None:
    """R7.2: an error for a wave in which people are asked something; a warning for one that is not planned yet."""
    planned = calendar(book.programme)
    days = timedelta(days=book.limit("feedback_days"))
    for wave in range(1, book.programme.waves + 1):
        held = workshop(wave)
        if any(held < turn.at <= held + days and _tells_back(book, turn.entry) for turn in planned):
            continue
        asked = any(turn.entry.wave == wave and turn.entry.flow for turn in planned)
        text = f"Nobody hears back in the {days.days} days after workshop {wave}."
        fix = "plan a broadcast or a flow tagged feedback"
        place = _file("calendar.yaml")
        book.add("R7.2", place, text, fix, step=f"w{wave}", severity="" if asked else "warning")


def _tells_back(book: Book, entry: Entry) -> bool:
    template = book.programme.broadcasts.get(entry.broadcast)
    return (template is not None and "feedback" in template.tags) or _tagged(book, entry.flow, "feedback")


def _evaluation(book: Book) -> None:
    """R7.4"""
    if not _goes_on(book):
        return
    planned = calendar(book.programme)
    asked = [turn.at for turn in planned if _tagged(book, turn.entry.flow, "evaluation")]
    if not asked:
        text = "Nobody is asked how the dialogue was."
        book.add("R7.4", _file("calendar.yaml"), text, "plan a flow with a step tagged evaluation")
    elif not any(turn.at > min(asked) and _tells_back(book, turn.entry) for turn in planned):
        text = "What people say of the dialogue is never told back."
        book.add("R7.4", _file("calendar.yaml"), text, "plan a broadcast or a flow tagged feedback after it")


def _tagged(book: Book, flow: str, tag: str) -> bool:
    met = book.programme.flows.get(flow)
    return met is not None and any(tag in step.tags for step in met.steps)


def _coverage(book: Book) -> None:
    """R0.2"""
    names = {one.id: one.name for one in book.sheet.principles}
    for principle in names:
        flows = [flow.id for flow in book.programme.flows.values() if principle in flow.principles]
        if len(flows) < book.sheet.served_by:
            served = f"only {flows[0]} serves" if flows else "no flow serves"
            text = f"{principle}, {names[principle]}: {served} it."
            book.add(
                "R0.2", _file("programme.yaml"), text, f"let {book.sheet.served_by} flows serve it", step=principle
            )
