"""Rules on how a flow asks: where it begins, how open it is, what it tells before and after."""

from collections.abc import Iterator
from typing import Final

from flows.definition import END, Flow, Step
from flows.principles.book import Book, closings, count, graph, is_onward, is_open, openings, usual_way, waits
from flows.principles.reading import sentences
from flows.principles.sheet import Language, language

BEGINS: Final = frozenset({"daily_life", "area", "recall"})
CLOSED: Final = frozenset({"choice", "multi", "scale", "number", "rank", "confirm", "vote"})
READING_PACE: Final = 150
ANSWERING: Final = 0.4
"""Minutes for a question."""
STATEMENTS: Final = 2
"""So many statements may follow each other."""
NEVER_REQUIRED: Final = frozenset({"location", "photo"})
PERSONAL: Final = "equality."
MODERATED: Final = "statements"
"""The list of what the team has approved."""
NAMES: Final = frozenset({"code_name", "name", "participant", "participants", "known"})
"""Values of the wording that say who somebody is."""


def asking(book: Book) -> None:
    """All of them."""
    programme = book.programme
    for flow in programme.flows.values():
        if not flow.principles:
            book.on("R0.1", flow, None, f"The flow {flow.id} serves no principle.", "add principles: [P1, …]")
        _free(book, flow)
        _moderated(book, flow)
        if book.at_work(flow.id):
            _nameless(book, flow)
        _personal(book, flow)
        _area(book, flow)
        _length(book, flow)
    for flow in book.contributions:
        _first(book, flow)
        _open(book, flow)
        _lecture(book, flow)
        _ends_badly(book, flow)
        _closing(book, flow)
        if flow.id not in (programme.thought, programme.menu):  # there the person wrote first
            _purpose(book, flow)


def _first(book: Book, flow: Flow) -> None:
    """R1.2"""
    firsts = {path[-1].id: path[-1] for path in openings(flow) if not path[-1].when}
    for step in firsts.values():
        if is_onward(step, book.sheet):
            continue
        if not step.tags & BEGINS:
            text = f"The first question, {step.id}, is not about daily life, the area or what was before."
            book.on("R1.2", flow, step, text, "begin with one that is, and tag it daily_life, area or recall")


def _open(book: Book, flow: Flow) -> None:
    """R1.3"""
    free = sum(is_open(step) for step in flow.steps)
    closed = sum(step.kind in CLOSED and not is_onward(step, book.sheet) for step in flow.steps)
    if not free:
        book.on("R1.3", flow, None, "Nobody can answer in their own words here.", "add a step of type: text")
    elif closed > free * book.limit("closed_for_one_open"):
        text = (
            f"{closed} closed questions and {free} open: at most {book.limit('closed_for_one_open')} for each open one."
        )
        book.on("R1.3", flow, None, text, "ask one more of them openly")


def _area(book: Book, flow: Flow) -> None:
    """R1.4"""
    step = next((step for step in flow.steps if "area" in step.tags), None)
    if step is None:
        return
    for locale in book.programme.locales:
        said = [s for s in book.sayings if s.flow == flow.id and s.locale == locale]
        if said and not any("area" in saying.names for saying in said):
            text = f"{flow.id} asks about the area and never names it in {locale}."
            book.on("R1.4", flow, step, text, "write {{ area }} in one of its messages", locale=locale)


def _lecture(book: Book, flow: Flow) -> None:
    """R2.1"""
    for step in flow.steps:
        if "card" in step.tags and not _asked_after(step, flow):
            text = f"The card {step.id} is not followed by an open question."
            book.on(
                "R2.1", flow, step, text, "ask what people think of it, in a step of type: text, before the next card"
            )
    for run in _statements(flow):
        if len(run) > STATEMENTS:
            text = f"{len(run)} statements follow each other: {', '.join(step.id for step in run)}."
            book.on("R2.1", flow, run[STATEMENTS], text, "ask something in between")


def _asked_after(card: Step, flow: Flow) -> bool:
    """Before the next card, in the order of the file."""
    for step in flow.steps[flow.steps.index(card) + 1 :]:
        if "card" in step.tags:
            return False
        if is_open(step):
            return True
    return False


def _statements(flow: Flow) -> Iterator[list[Step]]:
    """Statements that are said one right after another, in the order of the file."""
    run: list[Step] = []
    for step in flow.steps:
        if waits(step):
            yield run
            run = []
            continue
        if step.when:  # said to some; for the others it is not there
            continue
        run.append(step)
        if step.goto or step.branches:  # what follows in the file does not follow in the chat
            yield run
            run = []
    yield run


def _purpose(book: Book, flow: Flow) -> None:
    """R3.1"""
    for locale in book.programme.locales:
        spoken = language(locale)
        if spoken is None:
            continue
        missing: dict[str, Step] = {}
        for path in openings(flow):
            told = "\n".join(book.message(flow, step, locale) for step in path)
            if told.strip():
                missing |= dict.fromkeys(_untold(flow, told, spoken), path[-1])
        for what, step in missing.items():
            saying = book.said.get((flow.id, locale, flow.steps[0].id))
            text = f"{what} before the first question, {step.id}, in {locale}."
            fix = "say why you ask, how many minutes it takes and who reads it"
            book.add(
                "R3.1", saying.place if saying else step.place, text, fix, flow=flow.id, step=step.id, locale=locale
            )


def _untold(flow: Flow, told: str, spoken: Language) -> Iterator[str]:
    stated = spoken.stated(told)
    if not stated:
        yield "Nothing says how many minutes it takes"
    elif flow.minutes and flow.minutes not in stated:
        yield f"The minutes told ({stated[0]}) are not those of the flow ({flow.minutes})"
    if not spoken.found("readers", told):
        yield "Nothing says who reads the answers"
    if not any(_is_purpose(one, spoken) for one in sentences(told)):
        yield "Nothing says what it is about"


def _is_purpose(sentence: str, spoken: Language) -> bool:
    frame = spoken.stated(sentence) or spoken.found("readers", sentence)
    greeting = count(sentence) <= 3 and spoken.found("greetings", sentence)
    asks = sentence.endswith("?")
    return not (frame or greeting or asks) and count(sentence) > 2


def _length(book: Book, flow: Flow) -> None:
    """R3.2"""
    way = tuple(usual_way(flow))
    asked = sum(_counts(step, book) for step in way)
    if asked > book.limit("questions") and not flow.entries:
        text = f"{asked} questions, one after another; at most {book.limit('questions')} are easy to take."
        book.on("R3.2", flow, None, text, "leave some out, or make two flows of it")
    base = next(iter(book.programme.locales))
    needed = round(sum(count(book.message(flow, step, base)) for step in way) / READING_PACE + ANSWERING * asked, 1)
    if flow.minutes and flow.minutes < needed and not flow.entries:
        text = f"It takes about {needed:.1f} minutes, and {flow.minutes} are told."
        book.on("R3.2", flow, None, text, f"write minutes: {int(needed) + 1}, also in its wording, or shorten it")


def _counts(step: Step, book: Book) -> bool:
    """Who may see an answer and how to go on are no questions of the dialogue."""
    return waits(step) and step.kind != "share" and not is_onward(step, book.sheet)


def _personal(book: Book, flow: Flow) -> None:
    """R3.3"""
    for step in flow.steps:
        if not (step.stores.startswith(PERSONAL) or "personal" in step.tags or step.kind == "contact"):
            continue
        for locale in book.programme.locales:
            spoken = language(locale)
            said = [s for s in book.sayings if s.flow == flow.id and s.locale == locale and s.step == step.id]
            if spoken and said and not any(spoken.found("why", text) for s in said for text in s.texts):
                text = f"{step.id} asks something personal and does not say why."
                book.at("R3.3", said[0], text, "say why you ask, in the message or in a block " + f"{step.id}__why")


def _ends_badly(book: Book, flow: Flow) -> None:
    """R5.4"""
    asked = [step for step in flow.steps if waits(step) and step.kind != "share"]
    marks = [step.tags & {"problem", "strength", "action"} for step in asked]
    marked = [mark for mark in marks if mark]
    if len(marked) > 1 and all(mark == {"problem"} for mark in marked[-2:]):
        text = "The flow ends on two questions about problems."
        book.on("R5.4", flow, asked[-1], text, "ask after them what is good, or what could be done")


def _free(book: Book, flow: Flow) -> None:
    """R6.2"""
    at_the_door = flow.id in (book.programme.welcome, book.programme.rights)
    for step in flow.steps:
        consent = step.stores.startswith("consent.")
        if step.required and (step.kind in NEVER_REQUIRED or not (at_the_door or consent)):
            text = f"{step.id} cannot be skipped."
            book.on("R6.2", flow, step, text, "take out required: yes; only consent may be required")


def _moderated(book: Book, flow: Flow) -> None:
    """R6.4"""
    for step in flow.steps:
        if step.kind == "vote" and step.options_from != MODERATED:
            text = f"What {step.id} puts to the vote was looked at by nobody."
            fix = (
                f"write options_from: {MODERATED}, which are those that the team has approved, and reads: [{MODERATED}]"
            )
            book.on("R6.4", flow, step, text, fix)


def _nameless(book: Book, flow: Flow) -> None:
    """R6.5"""
    for saying in book.sayings:
        named = sorted(saying.names & NAMES) if saying.flow == flow.id else []
        if named:
            text = f"{{{{ {named[0]} }}}} would tell stakeholders who a participant is."
            book.at("R6.5", saying, text, "say what was said, not by whom")


def _closing(book: Book, flow: Flow) -> None:
    """R7.1"""
    before: dict[str, list[Step]] = {step.id: [] for step in flow.steps}
    steps = {step.id: step for step in flow.steps}
    for name, leads in graph(flow).items():
        for way in leads:
            if way.to != END and way.to in before:
                before[way.to].append(steps[name])
    for locale in book.programme.locales:
        for step in closings(flow):
            if not _dated(book, flow, step, locale, before, frozenset()):
                text = f"After {step.id} the flow is over, and nobody is told what happens next, with a date."
                fix = "end with a message that has {{ next_date }}, {{ w2_date }} or another date"
                book.on("R7.1", flow, step, text, fix, locale=locale)


def _dated(book: Book, flow: Flow, step: Step, locale: str, before: dict[str, list[Step]], met: frozenset[str]) -> bool:
    """Whether a date is told in this statement, or in every one that leads to it."""
    if waits(step) or step.id in met or step.when:
        return False
    saying = book.said.get((flow.id, locale, step.id))
    if saying is None:  # it has no wording, which is told elsewhere
        return True
    if any(name.endswith(("_date", "_by")) for name in saying.names):
        return True
    earlier = before[step.id]
    return bool(earlier) and all(_dated(book, flow, one, locale, before, met | {step.id}) for one in earlier)
