"""chain: what the person said so far, shown as links from an issue to what it does to people.

They say yes, change a link or add one. The answer is the list of links: a key where one was chosen, else their words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from flows.effects import Choice, Line
from flows.events import Said, Tapped
from flows.run import Run
from flows.steps.base import (
    GIST,
    Accepted,
    Again,
    BadField,
    Missed,
    Question,
    Reaction,
    Reply,
    StepKind,
    choice,
    common,
    offered,
    pick,
    unread,
    whole,
)

LONGEST: Final = 6
FEWEST: Final = 2
VAGUE: Final = frozenset({"other", "unsure"})
REVIEW, ADD, CHANGE, WORDS = "review", "add", "change", "words"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainSpec:
    """Which steps are the links, and how many links there may be in all."""

    links: tuple[str, ...] = ()
    most: int = LONGEST


PLAIN: Final = ChainSpec()


class Chain(StepKind):
    """Issue → daily life → body and mind: is that right?

    `Run.picked` notes what is being done, then the links: ("words:1", "home", "damp", "no sleep").
    """

    name = "chain"
    keys = MappingProxyType(
        {
            "links": "the steps whose answers are the links, in order",
            "most": f"so many links there may be, {LONGEST} if absent",
        }
    )
    values = MappingProxyType({"links": ("Homes", "damp", "bad sleep")})

    def parse(self, fields: Mapping[str, object]) -> ChainSpec:
        links = fields.get("links", [])
        if not isinstance(links, list) or len(links) < FEWEST or not all(isinstance(link, str) for link in links):
            raise BadField("links", f"at least {FEWEST} steps are needed", "write links: [issue, daily, feel]")
        most = whole(fields, "most", default=LONGEST, least=FEWEST, most=12)
        return ChainSpec(links=tuple(links), most=most)

    def applies(self, question: Question) -> bool:
        return len(_told(question)) >= FEWEST

    def begin(self, question: Question) -> tuple[str, ...]:
        return (REVIEW, *_told(question))

    def says(self, question: Question) -> tuple[Line, ...]:
        doing, links = _state(question)
        shown = ("links", tuple(_link(question, n) for n in range(len(links))))
        if doing == REVIEW:
            return (Line(block=question.step.id, values=(shown,)),)
        return (common(f"chain_{doing.partition(':')[0]}", shown),)

    def choices(self, question: Question) -> tuple[Choice, ...]:
        doing, links = _state(question)
        step = question.step.id
        if doing == REVIEW:
            more = len(links) < _spec(question).most
            return tuple(choice(step, key) for key in ("yes", CHANGE, *((ADD,) if more else ())))
        as_it_is = choice(step, "as_it_is")
        if doing == CHANGE:
            return (*(replace(_link(question, n), key=f"link-{n}") for n in range(len(links))), as_it_is)
        return (as_it_is,)

    def react(self, question: Question, event: Reply) -> Reaction:
        match event:
            case Tapped() if offered(self.choices(question), event.key):
                return _press(question, event.key)
            case Said() if found := pick(self.choices(question), event.text):
                return _press(question, found.key)
            case Said() if event.text.strip() and _state(question)[0].startswith((ADD, WORDS)):
                return _hear(question, event)
        return Missed()


def _spec(question: Question) -> ChainSpec:
    spec = question.step.spec
    return spec if isinstance(spec, ChainSpec) else PLAIN


def _told(question: Question) -> list[str]:
    """The links as the steps before gave them; what says nothing is left out."""
    found: list[str] = []
    for step in _spec(question).links:
        answer = question.run.answers.get(step)
        value = answer.value if answer else None
        if answer and answer.parts:
            found.append(answer.gist)
        elif isinstance(value, str) and value not in VAGUE:
            found.append(value)
    return [link for link in found if link][: _spec(question).most]


def _state(question: Question) -> tuple[str, tuple[str, ...]]:
    doing, *links = question.run.picked or (REVIEW,)
    return doing, tuple(links)


def _link(question: Question, number: int) -> Choice:
    """A link as it is shown: by the label of the option it was, else in its own words."""
    link = _state(question)[1][number]
    asked = {step.id: step for step in question.flow.steps}
    for name in _spec(question).links:
        answer = question.run.answers.get(name)
        if answer and answer.value == link and not answer.parts and name in asked:
            return choice(name, link, link)
    return Choice(key=str(number), label=link)


def _press(question: Question, key: str) -> Reaction:
    _, links = _state(question)
    if key == "yes":
        return Accepted(value=links)
    if key.startswith("link-"):
        return Again(lines=(), run=_doing(question, f"{WORDS}:{key.removeprefix('link-')}", links))
    return Again(lines=(), run=_doing(question, REVIEW if key == "as_it_is" else key, links))


def _hear(question: Question, event: Said) -> Again:
    """Words for a new link, or for the one that is being changed."""
    doing, links = _state(question)
    words = " ".join(event.text.split())[:GIST]
    place = int(doing.partition(":")[2]) if doing.startswith(WORDS) else len(links)
    changed = (*links[:place], words, *links[place + 1 :])
    return Again(lines=(), run=_doing(question, REVIEW, changed), effects=unread(event, question.step.id))


def _doing(question: Question, doing: str, links: tuple[str, ...]) -> Run:
    return replace(question.run, picked=(doing, *links), misses=0)


KIND = Chain()
