"""From what a flow wants said to a message in somebody's own words: values, blocks, buttons."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from bot.attaching import HEAR, sound_of, with_button
from bot.messages import Choice, Outgoing, Sheet
from bot.said import Told, said
from bot.script import Script
from flows import effects
from flows.definition import FILLED, Area, Flow, Programme
from flows.naming import neutral
from flows.run import Fact, Facts, Run
from flows.signs import signs
from flows.steps.base import choice
from flows.steps.text import TextSpec
from prompts.catalogue import Catalogue
from prompts.dates import language_name, same_language
from prompts.markup import plain
from storage.scenes import Person
from storage.workshops import Workshop

Values = Mapping[str, object]
COMMON = "common"
TICK = "✓ "
ROOM = "profile."
YOUNGEST = 16
"""A programme from this age on takes people who are not 18 yet; it never takes children."""
SHEETS = ("slack",)
"""Platforms that have sheets to write on."""


class Listener(Struct, frozen=True, kw_only=True):
    """The person a message is for, as far as wording goes."""

    person: Person
    name: str = ""
    next_due: datetime | None = None
    attendance: Mapping[int, str] = field(default_factory=dict)
    election: bool = False  # one is near where they live: political names are not said


class Wording:
    """Renders for one programme. Knows no platform: the text is small markup, the buttons carry tokens."""

    def __init__(self, script: Script) -> None:
        self._script = script

    @property
    def script(self) -> Script:
        """All that can be said."""
        return self._script

    @property
    def programme(self) -> Programme:
        """The programme in force now."""
        return self._script.programme

    @property
    def _catalogue(self) -> Catalogue:
        return self._script.catalogue

    def signs(self, text: str) -> tuple[str, ...]:
        """What words show by themselves, such as that somebody does not know; in the order they are met."""
        return signs(text, self._script.signs)

    @property
    def _nowhere(self) -> Area:
        zone = next((area.zone for area in self.programme.areas.values()), "UTC")
        return Area(id="", name="", zone=zone, target=0)

    @property
    def _fallback(self) -> str:
        return next(iter(self._script.programme.locales))

    def locale(self, wanted: str) -> str:
        """A locale the programme has."""
        return wanted if wanted in self.programme.locales else self._fallback

    def area(self, listener: Listener) -> Area:
        """The area of this person; a guest may have none."""
        return self.programme.areas.get(listener.person.area) or self._nowhere

    def facts(self, listener: Listener) -> Facts:
        """What the engine may know of this person."""
        area = self.area(listener)
        told: dict[str, Fact] = {
            name: tuple((item, item) for item in value) if isinstance(value, tuple) else value
            for name, value in listener.person.facts.items()
        }
        return {
            **told,
            "area": listener.person.area,
            "areas": tuple((one.id, one.name) for one in self.programme.areas.values()),
            "programme.youth": "yes" if self.programme.min_age <= YOUNGEST else "no",
            "neighbourhoods": area.neighbourhoods,
            "locales": tuple((locale, locale) for locale in self.programme.locales),
            **{f"attendance.w{wave}": state for wave, state in listener.attendance.items()},
            **{f"cards.{card}": FILLED for card in area.cards},
        }

    def values(self, listener: Listener, workshops: Mapping[tuple[str, int], Workshop], now: datetime) -> Values:
        """Everything a template may name. Dates are in the area's own zone; what is not known yet is None."""
        area = self.area(listener)
        zone = ZoneInfo(area.zone)
        values: dict[str, object] = {
            **self.texts(listener),
            "name": listener.name,
            "area": area.name,
            "code_name": listener.person.code_name,
            "min_age": self.programme.min_age,
            "waves": self.programme.waves,
            "now": now.astimezone(zone),
            "next_date": listener.next_due.astimezone(zone) if listener.next_due else None,
            "cards": area.cards,
            "numbers": self._script.numbers,
            "said": {},  # a flow says what was said in it
            "known": self._known(listener),
        }
        for wave in range(1, self.programme.waves + 1):
            held = workshops.get((area.id, wave))
            start = held.starts_at.astimezone(zone) if held else None
            values[f"w{wave}_date"] = start
            values[f"w{wave}_days"] = (start.date() - now.astimezone(zone).date()).days if start else None
            values[f"w{wave}_place"] = held.place if held else ""
            values[f"w{wave}_map"] = held.map if held else ""
        return values

    def texts(self, listener: Listener) -> Values:
        """The programme's own texts, as they may be said to this person now."""
        names = self.unsaid(listener)
        return {name: neutral(text, names) for name, text in self.programme.texts.items()}

    def unsaid(self, listener: Listener) -> Mapping[str, str]:
        """Names that are not said to this person now, each with what is said instead."""
        return self.programme.political if listener.election else {}

    def _known(self, listener: Listener) -> Told:
        """What this person has told us about themselves, by the labels they chose it under."""
        facts = {name[len(ROOM) :]: str(v) for name, v in listener.person.facts.items() if name.startswith(ROOM)}
        locale = self.locale(listener.person.locale)
        return Told(facts, lambda name: self._worded(choice(name, facts[name], facts[name]), COMMON, locale, {}))

    def _worded(self, choice: effects.Choice, template: str, locale: str, values: Values) -> str:
        """A label as a value for other wording, which escapes it again."""
        return plain(self.label(choice, template, locale, values))

    def line(self, line: effects.Line, template: str, locale: str, values: Values) -> str:
        """One block, rendered: the flow's own, else the common one. An optional block that is nowhere is no text."""
        source = self._source(line, template, locale)
        if line.optional and not self._catalogue.has(source, locale, line.block):
            return ""
        own = {name: self._told(value, template, locale, values) for name, value in line.values}
        return self._catalogue.render(source, locale, line.block, {**values, **own})

    def _told(
        self, value: str | int | tuple[effects.Choice, ...], template: str, locale: str, values: Values
    ) -> object:
        """Choices are told by their labels."""
        if isinstance(value, tuple):
            return [self._worded(choice, template, locale, values) for choice in value]
        return value

    def _source(self, line: effects.Line, template: str, locale: str) -> str:
        own = line.template or template
        return own if self._catalogue.has(own, locale, line.block) else COMMON

    def foreign(self, say: effects.Say, flow: Flow, locale: str) -> str:
        """The language a flow speaks in instead of the person's; "" when it is theirs. Easy English is English."""
        homes = {self._catalogue.home(flow.version, locale, line.block) for line in say.lines if not line.template}
        return next((home for home in sorted(homes) if home and not same_language(home, locale)), "")

    def excuse(self, home: str, locale: str) -> Outgoing:
        """The line that says so, in the person's language if it is there, else in the one that is spoken."""
        spoken = self._catalogue.home(COMMON, locale, "only_in")
        return self.common("only_in", locale, {"language": language_name(home, spoken)})

    def label(self, choice: effects.Choice, template: str, locale: str, values: Values) -> str:
        """What stands on a button."""
        for line in choice.lines:
            source = line.template or template
            if self._catalogue.has(source, locale, line.block):
                return self._catalogue.render(source, locale, line.block, values)
        return choice.label or choice.key

    def option(self, template: str, step: str, key: str, locale: str, values: Values) -> str:
        """The label of one option of a step, the key itself where it has none; plain text."""
        block = key.replace("-", "_")
        lines = (
            effects.Line(block=f"{step}__{block}", template=template),
            effects.Line(block=f"option__{block}", template=COMMON),
        )
        return plain(self.label(effects.Choice(key=key, lines=lines), template, locale, values))

    def say(self, say: effects.Say, flow: Flow, run: Run, locale: str, values: Values, on: str = "") -> Outgoing:
        """One message of a flow, on this platform. It may name what the person said in this run."""
        values = {
            **values,
            "said": said(run, partial(self._worded, template=flow.version, locale=locale, values=values)),
        }
        labels = {choice.key: self.label(choice, flow.version, locale, values) for choice in say.choices}
        texts = [self.line(_with_labels(line, labels), flow.version, locale, values) for line in say.lines]
        if say.numbered and labels:
            texts.append("\n".join(f"{number}. {label}" for number, label in enumerate(labels.values(), 1)))
        token = f"r.{run.id}.{say.asked}" if say.asked else ""
        choices = tuple(
            Choice(token=f"{token}.{choice.key}", label=_sign(choice) + labels[choice.key]) for choice in say.choices
        )
        sheet = self._sheet(locale) if on in SHEETS and token and _is_open(flow, say.step) else None
        text = "\n\n".join(text for text in texts if text)
        message = Outgoing(text=text, choices=choices, token=token, sheet=sheet)
        sound = sound_of(self.programme, flow, say.step, locale)
        return with_button(message, sound, self.common(HEAR, locale, values).text) if sound else message

    def _sheet(self, locale: str) -> Sheet:
        """The words of a sheet to write on."""
        more, send, close = (
            plain(self._catalogue.render(COMMON, locale, block, {})) for block in ("sheet", "sheet_send", "sheet_close")
        )
        return Sheet(open=more, send=send, close=close)

    def common(self, block: str, locale: str, values: Values) -> Outgoing:
        """A line that every programme has."""
        return Outgoing(text=self._catalogue.render(COMMON, self.locale(locale), block, values))

    def staff(self, block: str, **known: object) -> Outgoing:
        """A line for the team."""
        return Outgoing(text=self._catalogue.render("staff", self._fallback, block, {**self.programme.texts, **known}))

    def impersonal(self, block: str, *, link: str = "") -> Outgoing:
        """A common line for somebody we know nothing about."""
        own = {"numbers": self._script.numbers, "mailbox": bool(self.programme.mailbox)}
        known = {**self.programme.texts, **own, "name": "", "area": "", "link": link}
        return self.common(block, self._fallback, known)

    def blanks(self, template: str, values: Values) -> tuple[str, ...]:
        """What a broadcast may name and nobody knows but its sender."""
        asked = (self._catalogue.placeholders("broadcasts", locale, template) for locale in self.programme.locales)
        return tuple(sorted(frozenset().union(*asked) - values.keys()))

    def broadcast(self, template: str, locale: str, values: Values, delivery: int) -> Outgoing:
        """A broadcast for one person, with the buttons of its template."""
        wanted = self.programme.broadcasts[template]
        text = self._catalogue.render("broadcasts", locale, template, values)
        home = self._catalogue.home("broadcasts", locale, template)
        if not same_language(home, locale):
            text = f"{self.excuse(home, locale).text}\n\n{text}"
        choices = tuple(
            Choice(token=f"b.{delivery}.{o.key}", label=self.option("broadcasts", template, o.key, locale, values))
            for o in wanted.options
        )
        return Outgoing(text=text, choices=choices)


def _is_open(flow: Flow, step: str) -> bool:
    """Whether a question is one that somebody may have much to say to."""
    spec = next((one.spec for one in flow.steps if one.id == step), None)
    return isinstance(spec, TextSpec) and not spec.short


def _sign(choice: effects.Choice) -> str:
    """What stands before the label of something that is picked: its place where the order counts, else a tick."""
    return f"{choice.place}. " if choice.place else TICK if choice.ticked else ""


def _with_labels(line: effects.Line, labels: Mapping[str, str]) -> effects.Line:
    """An earlier answer that was chosen is told by its labels, as they stand on the buttons now."""
    values = dict(line.values)
    if "keys" not in values:
        return line
    told = [labels.get(key, key) for key in str(values["keys"]).split()]
    return replace(line, values=(*line.values, ("answer", ", ".join(told))))
