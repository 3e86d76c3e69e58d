"""A flow played in the terminal: the real engine and the real wording, nothing kept and nothing sent."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot import shelves
from bot.clock import Clock
from bot.messages import Outgoing
from bot.plainness import judged
from bot.script import Script
from bot.wording import Listener, Wording
from flows import effects, events
from flows.actions import ACTIONS
from flows.definition import Flow
from flows.engine import advance, open_choices
from flows.run import Facts, Run, RunState
from flows.signs import signs
from flows.steps.hold import lets_go
from flows.steps.registry import kinds
from flows.words import normalise, universal
from prompts.markup import plain
from storage.scenes import Person
from storage.workshops import Workshop

Write = Callable[[str], None]


class Player:
    """One invented person going through one flow."""

    def __init__(self, script: Script, flow: Flow, clock: Clock, write: Write, *, locale: str, entry: str = "") -> None:
        self._script = script
        self._flow = flow
        self._clock = clock
        self._write = write
        self._wording = Wording(script)
        self._entry = entry
        now = clock.now()
        area = next(iter(script.programme.areas.values()))
        person = Person(
            id="you",
            area=area.id,
            code_name="Heron-14",
            state="active",
            locale=locale,
            joined_at=now,
            last_heard_at=now,
        )
        self._listener = Listener(person=person, name="Sam", next_due=now + timedelta(days=2))
        self._workshops = {
            (area.id, wave): _workshop(area.id, wave, now) for wave in range(1, script.programme.waves + 1)
        }
        self._taken = shelves.example(flow, much=True)
        self.run = Run(id="play", flow=flow.id, version=flow.version)

    def play(self, lines: Iterable[str]) -> None:
        """Go through the flow until it ends or there is no more to read."""
        self._advance(events.Begun(at=self._clock.now(), entry=self._entry))
        for line in lines:
            if self.run.state is not RunState.WAITING:
                break
            self._advance(self._let_go() or self._heard(line.rstrip("\n")))

    def _let_go(self) -> events.Event | None:
        """Where the team leads, any line leads on."""
        step = next((step for step in self._flow.steps if step.id == self.run.step), None)
        if step is None or not kinds()[step.kind].holds:
            return None
        self._taken = replace(self._taken, facts={**self._taken.facts, **lets_go(step.spec)})
        return events.Released(at=self._clock.now())

    def _heard(self, text: str) -> events.Event:
        at, word = self._clock.now(), universal(text, self._script.words)
        if word == "SKIP":
            return events.Skipped(at=at)
        if word == "BACK":
            return events.WentBack(at=at)
        if word == "DONE":
            return events.Tapped(at=at, asked=self.run.asked, key="done")
        key = self._label_key(text)
        if key:
            return events.Tapped(at=at, asked=self.run.asked, key=key)
        found = signs(text, self._script.signs, self._script.openings)
        said = events.Said(at=at, text=text, message=f"{at.timestamp():.6f}", signs=found)
        step = next((step for step in self._flow.steps if step.id == self.run.step), None)
        return judged(said, step, self._listener.person.locale)

    def _label_key(self, text: str) -> str:
        values = self._wording.values(self._listener, self._workshops, self._clock.now())
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
                values = self._wording.values(self._listener, self._workshops, self._clock.now())
                more = {"receipt": "ABCD2345", "code": "back-abcd2345", "paused_until": None, "withdrawn": True}
                locale = self._listener.person.locale
                known = {**more, **self._taken.values, **values}
                self._print(self._wording.say(effect, self._flow, self.run, locale, known))
            case effects.SetFact():
                self._learn(effect)
            case effects.Do():
                self._write(f"   [{ACTIONS[effect.action]}]")
            case effects.Flaw():
                self._write(f"   [the flow has a flaw here: {effect.reason}]")
            case _:
                pass

    def _learn(self, effect: effects.SetFact) -> None:
        person = self._listener.person
        facts = {**person.facts, effect.name: effect.value}
        locale = str(effect.value) if effect.name == "profile.locale" else person.locale
        self._listener = replace(self._listener, person=replace(person, facts=facts, locale=locale))
        if effect.name == "profile.name":
            self._listener = replace(self._listener, name=str(effect.value))

    def _print(self, message: Outgoing) -> None:
        self._write("\n" + plain(message.text))
        for number, choice in enumerate(message.choices, 1):
            self._write(f"   {number}. {choice.label}")


def _workshop(area: str, wave: int, now: datetime) -> Workshop:
    day = (
        (now + timedelta(days=7 + 28 * (wave - 1))).astimezone(UTC).replace(hour=18, minute=0, second=0, microsecond=0)
    )
    return Workshop(area=area, wave=wave, starts_at=day, ends_at=day + timedelta(hours=3), place="the library")
