"""What a step kind is: it offers choices and answers an event with a reaction. No await, no clock, no words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeVar

from flows.definition import Flow, Step
from flows.effects import Choice, Effect, KeepPart, Line
from flows.events import Rang, Said, Showed, Tapped
from flows.run import Facts, Run, Value
from flows.words import normalise

Reply = Said | Showed | Tapped | Rang
"""What a question may hear. Rang asks: is what you have so far an answer?"""

T = TypeVar("T")
GIST: Final = 200
YES: Final = frozenset({"yes", "true"})
NO: Final = frozenset({"no", "false", ""})


class BadField(Exception):
    """A mistake in a step's own keys, told to the author of the flow."""

    def __init__(self, key: str, text: str, fix: str) -> None:
        super().__init__(f"{key}: {text}")
        self.key = key
        self.text = text
        self.fix = fix


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """The open question and all that is known while it is open."""

    flow: Flow
    step: Step
    run: Run
    facts: Facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """The question is answered."""

    value: Value
    fact: Value | None = None  # what `stores` gets, where that is not the value itself
    lines: tuple[Line, ...] = ()  # begin the next message
    effects: tuple[Effect, ...] = ()
    kept: bool = False  # the value was kept on the way


@dataclass(frozen=True, kw_only=True, slots=True)
class Continue:
    """Still open, nothing asked anew: more of an answer is coming, or choices are being ticked."""

    run: Run
    effects: tuple[Effect, ...] = ()
    more: bool = True  # while gathering: False when nothing can follow, so that the answer is closed now
    redraw: bool = False  # show the open prompt anew in its place


@dataclass(frozen=True, kw_only=True, slots=True)
class Again:
    """Ask again after these lines; the person did nothing wrong."""

    lines: tuple[Line, ...]
    effects: tuple[Effect, ...] = ()
    run: Run | None = None  # what was understood so far, in a question of several parts


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """Not an answer to this question."""


Reaction = Accepted | Continue | Again | Missed


class StepKind:
    """One kind of step. Override what differs."""

    name: str
    keys: Mapping[str, str] = MappingProxyType({})
    """Its own YAML keys, each with a line of explanation."""
    waits = True
    """False for what is only said."""
    shown = frozenset({"voice"})
    """The media it listens to."""
    keeps = False
    """Whether what was given so far is the answer when somebody skips the rest."""
    several = False
    """Whether one message may name several of its choices."""
    holds = False
    """True when it waits for the team instead of the person: no reminder, and SKIP does not lead past it."""
    values: Mapping[str, object] = MappingProxyType({})
    """What its wording may name besides the usual, each with an example."""

    def parse(self, fields: Mapping[str, object]) -> object:
        """Its own keys as a frozen value; raises BadField. All scalars come as text."""
        return None

    def names(self, spec: object) -> tuple[str, ...]:
        """The facts that its own keys name."""
        return ()

    def applies(self, question: Question) -> bool:
        """False when there is nothing to ask here: the step is passed over."""
        return True

    def takes(self, question: Question, media: str) -> bool:
        """Whether this question can take such media."""
        return media in self.shown

    def blocks(self, spec: object) -> tuple[str, ...]:
        """Further wording that a step of this kind needs: <step>__<block>."""
        return ()

    def linger(self, question: Question, answer: Accepted) -> Again | None:
        """What is still to be asked at this question although there is an answer; None: go on."""
        return None

    def begin(self, question: Question) -> tuple[str, ...]:
        """What is picked when the question is asked for the first time; its own notes on parts still to come."""
        return ()

    def says(self, question: Question) -> tuple[Line, ...]:
        """How the question is put."""
        return (Line(block=question.step.id),)

    def choices(self, question: Question) -> tuple[Choice, ...]:
        """The buttons, in the order they are shown."""
        return ()

    def react(self, question: Question, event: Reply) -> Reaction:
        """What the event means for this question."""
        return Missed()


def common(block: str, *values: tuple[str, str | int | tuple[Choice, ...]]) -> Line:
    """A line that all programmes share."""
    return Line(block=block, template="common", values=values)


@lru_cache(maxsize=4096)
def choice(step: str, key: str, label: str = "") -> Choice:
    """A button: the step's own label, else the common one, else the given text."""
    name = key.replace("-", "_")
    return Choice(key=key, lines=(Line(block=f"{step}__{name}"), common(f"option__{name}")), label=label)


def listed(question: Question) -> list[Choice]:
    """The options a step names itself, then those that a fact lists."""
    step = question.step
    found = [choice(step.id, option.key, option.label) for option in step.options]
    extra = question.facts.get(step.options_from) if step.options_from else None
    if isinstance(extra, tuple):
        found.extend(choice(step.id, key, label) for key, label in extra)
    return found


def rotated(items: list[T], seed: int) -> list[T]:
    """The same order, begun at another place: no option is always first."""
    start = seed % len(items) if items else 0
    return items[start:] + items[:start]


def pick(choices: Iterable[Choice], text: str) -> Choice | None:
    """The choice this text names, by its number or its key."""
    shown = tuple(choices)
    said = normalise(text)
    for found in shown:
        if normalise(found.key) == said:
            return found
    number = int(said) if said.isdecimal() and len(said) <= 4 else 0
    return shown[number - 1] if 0 < number <= len(shown) else None


def offered(choices: Iterable[Choice], key: str) -> bool:
    """Whether a button with this key is among them."""
    return any(found.key == key for found in choices)


def unread(event: object, step: str) -> tuple[KeepPart, ...]:
    """Words or media that are no answer here are kept all the same, for staff to read."""
    match event:
        case Said():
            return (KeepPart(step=step, message=event.message, at=event.at, text=event.text),)
        case Showed():
            return (KeepPart(step=step, message=event.message, at=event.at, media=event.media),)
    return ()


def first_part(event: Said | Showed, step: str) -> KeepPart:
    """The message that is the whole answer here: it takes the place of what was sent before."""
    text = event.text if isinstance(event, Said) else ""
    media = event.media if isinstance(event, Showed) else None
    return KeepPart(step=step, message=event.message, at=event.at, text=text, media=media, first=True)


def text_field(fields: Mapping[str, object], key: str) -> str:
    """A field that is one word or sentence; "" when absent."""
    value = fields.get(key, "")
    if not isinstance(value, str):
        raise BadField(key, "is not a single value", f"write {key}: value")
    return value.strip()


def flag(fields: Mapping[str, object], key: str) -> bool:
    """A field that is yes or no; absent is no."""
    value = text_field(fields, key).casefold()
    if value not in YES | NO:
        raise BadField(key, f'"{value}" is neither yes nor no', f"write {key}: yes or {key}: no")
    return value in YES


def whole(fields: Mapping[str, object], key: str, *, default: int, least: int = 0, most: int = 1_000_000) -> int:
    """A field that is a whole number within bounds."""
    value = text_field(fields, key)
    if not value:
        return default
    if not value.removeprefix("-").isdecimal() or not least <= int(value) <= most:
        raise BadField(
            key, f'"{value}" is not a whole number from {least} to {most}', f"write for example {key}: {least}"
        )
    return int(value)


def bounds(fields: Mapping[str, object], low: int, high: int, *, least: int, widest: int) -> tuple[int, int]:
    """The fields `from` and `to`, which leave at least two values and at most `widest`."""
    start = whole(fields, "from", default=low, least=least)
    end = whole(fields, "to", default=high, least=least)
    if not 1 <= end - start < widest:
        raise BadField(
            "to", f"from {start} to {end} is no usable range", f"leave 2 to {widest} values between from and to"
        )
    return start, end
