"""A flow tried out by one invented person: the real engine and the real wording, nothing kept and nothing sent.

What happened follows from the moment it began and from what was said, so that it can be lived through again.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from msgspec import structs

from bot import shelves
from bot.messages import Choice
from bot.plainness import judged
from bot.script import Script
from bot.wording import Listener, Wording
from flows import effects, events
from flows.actions import ACTIONS
from flows.definition import Flow, Step
from flows.engine import advance, open_choices
from flows.run import Facts, Run, RunState
from flows.signs import signs
from flows.steps.hold import lets_go
from flows.steps.registry import kinds
from flows.words import normalise, universal
from prompts.catalogue import WordingError
from storage.scenes import Person
from storage.workshops import Workshop

GIVEN = {"receipt": "ABCD2345", "code": "back-abcd2345", "paused_until": None, "withdrawn": True}
"""What actions would hand to the wording."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bubble:
    """One thing on the phone: words of the flow (in the small markup), of the person, or a note on what happens."""

    whose: Literal["flow", "person", "note", "flaw"]
    text: str
    choices: tuple[Choice, ...] = ()
    step: str = ""
    asked: int = 0
    replaces: bool = False


class Trial:
    """One invented person going through one flow, at a moment that stands still."""

    def __init__(self, script: Script, flow: Flow, at: datetime, *, locale: str, area: str = "") -> None:
        self._script = script
        self._flow = flow
        self._at = at
        self._wording = Wording(script)
        areas = script.programme.areas
        home = areas.get(area) or next(iter(areas.values()))
        person = Person(
            id="you", area=home.id, code_name="Heron-14", state="active", locale=locale, joined_at=at, last_heard_at=at
        )
        self._listener = Listener(person=person, name="Sam", next_due=at + timedelta(days=2))
        self._workshops = {
            (home.id, wave): _workshop(home.id, wave, at) for wave in range(1, script.programme.waves + 1)
        }
        self._taken = shelves.example(flow, much=True)
        self._said = 0
        self.run = Run(id="play", flow=flow.id, version=flow.version)
        self.bubbles: list[Bubble] = []

    @property
    def open(self) -> bool:
        """Whether it waits for the person."""
        return self.run.state is RunState.WAITING

    @property
    def step(self) -> Step | None:
        """The step at which it waits."""
        return next((step for step in self._flow.steps if step.id == self.run.step), None)

    def begin(self, entry: str = "") -> None:
        """The flow begins."""
        self._advance(events.Begun(at=self._at, entry=entry))

    def say(self, text: str) -> None:
        """The person writes; where the team leads, any line leads on."""
        self.bubbles.append(Bubble(whose="person", text=text))
        self._advance(self._let_go() or self._heard(text))

    def tap(self, asked: int, key: str) -> None:
        """The person presses a button of the message that carries this number."""
        label = next((c.label for b in self.bubbles for c in b.choices if c.token.endswith(f".{asked}.{key}")), key)
        if not self._ticks(key):
            self.bubbles.append(Bubble(whose="person", text=label))
        self._advance(events.Tapped(at=self._at, asked=asked, key=key))

    def lead(self) -> None:
        """The team leads on."""
        event = self._let_go()
        if event:
            self._advance(event)

    def _ticks(self, key: str) -> bool:
        """Whether this only ticks one of several."""
        step = self.step
        return step is not None and step.kind in ("multi", "rank") and key != "done"

    def _let_go(self) -> events.Event | None:
        step = self.step
        if step is None or not kinds()[step.kind].holds:
            return None
        self._taken = replace(self._taken, facts={**self._taken.facts, **lets_go(step.spec)})
        return events.Released(at=self._at)

    def _heard(self, text: str) -> events.Event:
        at, word = self._at, universal(text, self._script.words)
        if word == "SKIP":
            return events.Skipped(at=at)
        if word == "BACK":
            return events.WentBack(at=at)
        if word == "DONE":
            return events.Tapped(at=at, asked=self.run.asked, key="done")
        key = self._label_key(text)
        if key:
            return events.Tapped(at=at, asked=self.run.asked, key=key)
        self._said += 1
        found = signs(text, self._script.signs, self._script.openings)
        said = events.Said(at=at, text=text, message=f"{at.timestamp():.6f}-{self._said}", signs=found)
        return judged(said, self.step, self._listener.person.locale)

    def _label_key(self, text: str) -> str:
        values = self._wording.values(self._listener, self._workshops, self._at)
        for choice in open_choices(self._flow, self.run, self._facts()):
            label = self._wording.label(choice, self._flow.version, self._listener.person.locale, values)
            if normalise(label) == normalise(text):
                return choice.key
        return ""

    def _facts(self) -> Facts:
        return {**self._wording.facts(self._listener), **self._taken.facts}

    def _advance(self, event: events.Event) -> None:
        sprint = advance(self._flow, self.run, event, self._facts(), gather=timedelta())
        self.run = sprint.run
        for effect in sprint.effects:
            self._show(effect)

    def _show(self, effect: effects.Effect) -> None:
        match effect:
            case effects.Say():
                self._speak(effect)
            case effects.SetFact():
                self._learn(effect)
            case effects.Do():
                self.bubbles.append(Bubble(whose="note", text=ACTIONS[effect.action]))
            case effects.Flaw():
                self.bubbles.append(Bubble(whose="flaw", text=effect.reason))
            case _:
                pass

    def _speak(self, say: effects.Say) -> None:
        locale = self._listener.person.locale
        values = self._wording.values(self._listener, self._workshops, self._at)
        known = {**GIVEN, **self._taken.values, **values}
        try:
            message = self._wording.say(say, self._flow, self.run, locale, known)
        except WordingError as error:
            self.bubbles.append(Bubble(whose="flaw", text=str(error), step=say.step))
            return
        self.bubbles.append(
            Bubble(
                whose="flow",
                text=message.text,
                choices=message.choices,
                step=say.step,
                asked=say.asked,
                replaces=say.replaces,
            )
        )

    def _learn(self, effect: effects.SetFact) -> None:
        person = self._listener.person
        facts = {**person.facts, effect.name: effect.value}
        locale = str(effect.value) if effect.name == "profile.locale" else person.locale
        self._listener = structs.replace(self._listener, person=structs.replace(person, facts=facts, locale=locale))
        if effect.name == "profile.name":
            self._listener = structs.replace(self._listener, name=str(effect.value))


def _workshop(area: str, wave: int, now: datetime) -> Workshop:
    day = (
        (now + timedelta(days=7 + 28 * (wave - 1))).astimezone(UTC).replace(hour=18, minute=0, second=0, microsecond=0)
    )
    return Workshop(area=area, wave=wave, starts_at=day, ends_at=day + timedelta(hours=3), place="the library")
