"""The invented people of a rehearsal: how each takes part, and what they do about an open question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Final

from bot.messages import Content, Shown, Tap, Words
from flows.definition import Area, Programme, Step
from flows.effects import Choice
from flows.findings import Notes
from flows.loading import Unreadable
from flows.loading_yaml import plain, read_text, read_yaml

VOICES: Final = Path(__file__).parent / "voices.yaml"
NARROW: Final = ("habits", "health_services")
SHY: Final = frozenset({"skip", "human", "done", "question", "prefer_not", "start_again", "leave", "person"})
"""Buttons that nobody here presses while there are others."""


class Habit(StrEnum):
    """How somebody takes part. Each is there in every rehearsal that has people enough."""

    KEEN = "keen"  # answers all, at full pace
    STEADY = "steady"  # most things, within hours
    LIGHT = "light"  # light pace, short answers
    SILENT = "silent"  # joins and is not heard again
    DROPS_OUT = "drops_out"  # falls silent after the first conversation that follows a workshop
    MISSES = "misses"  # is not at the first workshop
    STOPS = "stops"  # writes STOP in the middle of a conversation
    PAUSES = "pauses"  # takes a break of a week
    NARROW = "narrow"  # sees nothing but habits and health services
    DISTRESSED = "distressed"  # says something that people should hear at once
    LATE = "late"  # joins after the first workshop
    DECLINES = "declines"  # reads what it is about and says no


SKIP: Final = Words(text="SKIP", message="")
SHARES: Final = MappingProxyType({Habit.STEADY: 6, Habit.KEEN: 3, Habit.LIGHT: 2, Habit.DROPS_OUT: 2, Habit.MISSES: 2})
"""How many there are of each; one of all others."""
PACE: Final = MappingProxyType({Habit.KEEN: "full", Habit.LIGHT: "light"})
HOURS: Final = MappingProxyType({Habit.KEEN: (0.02, 1.0), Habit.LIGHT: (2.0, 30.0)})
"""How long somebody takes to look at a message, at least and at most."""
USUALLY: Final = (0.2, 9.0)
WISHES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "age": ("adult",),
        "check": ("team", "team", "everyone"),
        "c_part": ("yes",),
        "c_remind": ("yes",),
        "still_part": ("yes",),
        "what_you_said": ("keep", "later", "delete"),
    }
)
"""What nearly everybody says, where a rehearsal would end at once otherwise."""
OWN_WAY: Final = MappingProxyType(
    {
        (Habit.DECLINES, "c_part"): ("not_now", "no"),
        (Habit.STEADY, "c_remind"): ("yes", "yes", "yes", "yes", "no"),
        (Habit.PAUSES, "pause"): ("week",),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Character:
    """One invented person."""

    number: int
    area: str
    habit: Habit
    locale: str
    when: str
    joins: datetime
    seed: int

    @property
    def name(self) -> str:
        """As the timeline calls them."""
        return f"Person-{self.number:02}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """A question that waits for this person."""

    flow: str
    step: Step
    token: str  # of the message that asks
    choices: tuple[Choice, ...]
    tries: int  # how often they tried to answer it in this run
    talking: bool  # they are in the middle of it
    calm: bool = True  # they have said already what people should hear at once


@cache
def voices() -> Mapping[str, Sequence[str]]:
    """What they write, by occasion."""
    notes = Notes()
    text = read_text(VOICES, VOICES.name, notes)
    root = read_yaml(text, VOICES.name, notes) if text is not None else None
    found = plain(root) if root else None
    if not isinstance(found, dict):
        raise Unreadable(notes.found)
    return found


def invent(programme: Programme, people: int, seed: int, starts: Mapping[str, datetime]) -> tuple[Character, ...]:
    """People over all areas by their targets. `starts` is the first workshop of each area."""
    dice = Random(seed)
    habits = [habit for habit in Habit for _ in range(SHARES.get(habit, 1))]
    areas = [area for area in programme.areas.values() for _ in range(max(1, area.target))]
    dice.shuffle(areas)
    chosen = [*Habit, *(dice.choice(habits) for _ in range(people))]  # each is there, as far as there are people
    return tuple(_character(n, areas[n % len(areas)], chosen[n], programme, dice, starts) for n in range(people))


def _character(
    number: int, area: Area, habit: Habit, programme: Programme, dice: Random, starts: Mapping[str, datetime]
) -> Character:
    days = -1.5 if habit is Habit.LATE else dice.uniform(1.1, 13)
    return Character(
        number=number + 1,
        area=area.id,
        habit=habit,
        locale=dice.choice(list(programme.locales)),
        when=dice.choice(("morning", "lunch", "after4", "evening")),
        joins=(starts[area.id] - timedelta(days=days)).replace(second=dice.randrange(60), microsecond=0),
        seed=dice.randrange(1_000_000),
    )


# ── what somebody does ───────────────────────────────────────────────────────────────────────────────────────────
def delay(person: Character, question: Open, dice: Random) -> timedelta | None:
    """How long until they see to it; None: never."""
    if question.talking:
        return timedelta(seconds=dice.uniform(4, 90))
    if _silent(person, question, dice):
        return None
    least, most = HOURS.get(person.habit, USUALLY)
    return timedelta(hours=dice.uniform(least, most))


def _silent(person: Character, question: Open, dice: Random) -> bool:
    if person.habit is Habit.SILENT:
        return True
    forgets = {Habit.KEEN: 0.02, Habit.LIGHT: 0.3}.get(person.habit, 0.12)
    return dice.random() < forgets


def act(person: Character, question: Open, at: datetime, dice: Random) -> Content:
    """What they do about it."""
    if question.tries > 3:
        return _desperate(question)
    if question.choices:
        return _press(person, question, at, dice)
    match question.step.kind:
        case "number":
            return _said(str(dice.randint(1, 9)), at)
        case "photo":
            return Shown(kind="photo", reference="photo", message=_id(at))
    return _write(person, question, at, dice)


def _desperate(question: Open) -> Content:
    """Nothing they said was understood: they skip, or press what is there."""
    if question.step.required and question.choices:
        return _tap(question, question.choices[0].key)
    return SKIP


def _tap(question: Open, key: str) -> Tap:
    return Tap(token=f"{question.token}.{key}")


def _press(person: Character, question: Open, at: datetime, dice: Random) -> Content:
    keys = [choice.key for choice in question.choices]
    own = {"lang": (person.locale,), "time_of_day": (person.when,), "pace": (PACE.get(person.habit, "standard"),)}
    wishes = own.get(question.step.id) or WISHES.get(question.step.id, ())
    wishes = OWN_WAY.get((person.habit, question.step.id), wishes)
    if person.habit is Habit.NARROW and not set(keys).isdisjoint(NARROW):
        wishes = NARROW
    wanted = [key for key in wishes if key in keys]
    candidates = wanted or [key for key in keys if key not in SHY] or keys
    if question.step.kind == "multi":
        picked = dice.sample(candidates, min(len(candidates), dice.randint(1, 3)))
        return _said(" ".join(str(keys.index(key) + 1) for key in picked), at)
    key = dice.choice(candidates)
    return _tap(question, key) if dice.random() < 0.9 else _said(str(keys.index(key) + 1), at)


def _write(person: Character, question: Open, at: datetime, dice: Random) -> Content:
    said = voices()
    if question.step.stores == "profile.name":
        return _said(dice.choice(said["names"]), at)
    if dice.random() < {Habit.KEEN: 0.03, Habit.LIGHT: 0.4}.get(person.habit, 0.15):
        return SKIP
    if dice.random() < 0.08:
        return Shown(kind="voice", reference="voice", message=_id(at), seconds=21)
    return _said(dice.choice(said[_occasion(person, question, dice)]), at)


def _occasion(person: Character, question: Open, dice: Random) -> str:
    kinds = {Habit.KEEN: "long", Habit.NARROW: "narrow", Habit.STEADY: "need" if dice.random() < 0.04 else "open"}
    if person.habit is Habit.DISTRESSED and not question.calm:
        return "distress"
    return kinds.get(person.habit, "open") if dice.random() < 0.6 else "open"


def _said(text: str, at: datetime) -> Words:
    return Words(text=text, message=_id(at))


def _id(at: datetime) -> str:
    return f"{at.timestamp():.3f}"
