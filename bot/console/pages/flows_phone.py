"""A flow tried on a phone beside its script. All that was said travels in the form: nothing is kept anywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec

from bot.facilitation import Mistake
from bot.messages import Choice
from bot.script import Script
from bot.trying import Bubble, Trial
from flows.definition import Flow
from flows.run import RunState
from flows.steps.registry import kinds
from prompts.markup import Line, parse, plain

MOST: Final = 200
LONGEST: Final = 2000
OVER: Final[Mapping[RunState, str]] = {
    RunState.FINISHED: "The conversation is over.",
    RunState.LEFT: "The person has left the conversation.",
    RunState.PARKED: "The flow has a mistake here: a person would wait, and the team would be told.",
    RunState.EXPIRED: "The time for this conversation is over.",
}

Said = tuple[str, str]
"""What was done: ("say", words), ("tap", "3.yes") or ("lead", "")."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One bubble as it is drawn."""

    whose: str
    lines: tuple[Line, ...] = ()  # of the flow, with their looks
    text: str = ""  # of the person, or a note
    step: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # what a button sends, and what stands on it
    pressable: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone:
    """The phone at this moment, and what its form carries to the next."""

    flow: Flow
    source: str  # live, or folder
    locale: str
    entry: str
    at: str
    lines: str
    bubbles: tuple[Shown, ...]
    open: bool
    holds: bool
    step: str
    over: str = ""

    @property
    def newest(self) -> str:
        """What was said last, to be read out."""
        last = [shown for shown in self.bubbles if shown.whose == "flow"][-1:]
        return " ".join(line.text for shown in last for line in shown.lines)


def try_out(
    script: Script, flow: Flow, done: Sequence[Said], at: datetime, *, source: str, locale: str, entry: str, area: str
) -> Phone:
    """Live through all of it once more, up to now."""
    trial = Trial(script, flow, at, locale=locale, area=area)
    trial.begin(entry)
    for what, words in done:
        if trial.open:
            _do(trial, what, words)
    step = trial.step
    return Phone(
        flow=flow,
        source=source,
        locale=locale,
        entry=entry,
        at=at.isoformat(),
        lines=msgspec.json.encode(done).decode(),
        bubbles=tuple(_shown(bubble, trial) for bubble in _redrawn(trial.bubbles)),
        open=trial.open,
        holds=trial.open and step is not None and kinds()[step.kind].holds,
        step=trial.run.step if trial.open else "",
        over=OVER.get(trial.run.state, ""),
    )


def read_lines(text: str) -> list[Said]:
    """What was done so far, as the form carries it."""
    try:
        done = msgspec.json.decode(text or "[]", type=list[Said])
    except msgspec.MsgspecError:
        raise Mistake("The phone has lost its place. Begin again; nothing was kept anyway.") from None
    if len(done) >= MOST or any(len(words) > LONGEST for _, words in done):
        raise Mistake("The phone has been tried for very long. Begin again; nothing was kept anyway.")
    return done


def read_moment(text: str, otherwise: datetime) -> datetime:
    """When the trial began, as the form carries it."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return otherwise
    return at.astimezone(UTC) if at.tzinfo and abs(at.year - otherwise.year) < 50 else otherwise


def _do(trial: Trial, what: str, words: str) -> None:
    match what:
        case "say":
            trial.say(words)
        case "tap":
            asked, _, key = words.partition(".")
            trial.tap(int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 0, key)
        case "lead":
            trial.lead()


def _redrawn(bubbles: Sequence[Bubble]) -> list[Bubble]:
    """A message that is shown anew stands where it stood."""
    found: list[Bubble] = []
    for bubble in bubbles:
        place = next((n for n, b in enumerate(found) if b.asked == bubble.asked), None) if bubble.replaces else None
        if place is None:
            found.append(bubble)
        else:
            found[place] = bubble
    return found


def _shown(bubble: Bubble, trial: Trial) -> Shown:
    return Shown(
        whose=bubble.whose,
        lines=parse(bubble.text) if bubble.whose == "flow" else (),
        text="" if bubble.whose == "flow" else bubble.text,
        step=bubble.step,
        choices=tuple((_sent(choice), plain(choice.label)) for choice in bubble.choices),
        pressable=trial.open and bubble.asked == trial.run.asked and bool(bubble.choices),
    )


def _sent(choice: Choice) -> str:
    """ "r.play.3.yes" is sent as "3.yes"."""
    return choice.token.split(".", 2)[2]
