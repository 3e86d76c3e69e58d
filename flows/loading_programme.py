"""programme.yaml, calendar.yaml and broadcasts.yaml → their values."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from flows.definition import PARTICIPANTS, STAKEHOLDERS, Area, BroadcastTemplate, Entry, Place, Stakeholding
from flows.disclosure import FEWEST
from flows.findings import Notes, quote
from flows.loading_flow import FlowReader
from flows.loading_form import KEY, Form, as_fields, each_form
from flows.loading_yaml import Fields, Items, Node
from flows.timing import BadRule, is_zone, parse_rule

PROGRAMME_KEYS: Final = MappingProxyType(
    {
        "id": "name of the programme",
        "title": "its title for people",
        "locales": "locale → the locale it falls back to, or nothing",
        "notice_version": "version of the privacy notice; a new one asks for consent again",
        "welcome": "the flow that a join code begins",
        "rights": "the flow that answers STOP, PAUSE, MY DATA",
        "thought": "the flow that takes a message when nothing is open",
        "menu": "the flow offered to somebody who only says hello",
        "mailbox": "the flow for anybody who writes without a code; nothing: there is no mailbox",
        "mailbox_limit": "so many messages a day the mailbox takes from one account",
        "rooms": "the flows that the team leads step by step in workshop 1, 2 …, in this order",
        "waves": "number of workshops",
        "ends": "the last day, such as 2027-09-30: what hangs on END in the calendar goes by it",
        "min_age": "youngest age",
        "gather": "how long to wait for more after a message of an open answer",
        "threshold": "fewer people than this are never told as a number; 5 or more",
        "red_minutes": "when nobody has taken up that somebody may be in danger, the team is told again",
        "quiet": "hours without messages: {from, until, sunday_until}",
        "stakeholders": "how those who decide take part: {welcome, interview, menu, target, hours, types: key → name}",
        "holidays": "days without messages, such as [2026-12-25, 2026-12-28]",
        "texts": "values for the wording",
        "console": "{second_factor: yes} when the pages of the team also ask for a code from an app",
        "political": "names that are not said before an election, each with what is said instead",
        "inclusion": "whom to hear: question kept apart → answer → so many of 100 people, such as sex: {female: 51}",
        "areas": "area → {name, zone, target, reason, neighbourhoods, cards: card → what its wording fills in}",
    }
)
STAKEHOLDER_KEYS: Final = ("welcome", "interview", "menu", "target", "types", "hours")
AREA_KEYS: Final = ("name", "zone", "target", "reason", "neighbourhoods", "cards")
ENTRY_KEYS: Final = MappingProxyType(
    {
        "id": "name of the entry",
        "at": "when, such as W1+1d@18:00",
        "flow": "the flow to begin",
        "broadcast": "or the broadcast to send",
        "wave": "the wave it belongs to, if not the workshop named in at",
        "priority": "1 (kept first) to 5",
        "light": "yes when it is kept at light pace",
        "expires": "after this it is not sent any more, such as +3d or W1",
        "latest": "it moves to an earlier time rather than past this",
        "counts": "no when it does not count as the one programme message of a day",
        "audience": "all, attended or missed",
        "for": "participants, or stakeholders; theirs may also hang on DUE, the date of each of their commitments",
    }
)
BROADCAST_KEYS: Final = MappingProxyType(
    {
        "options": "buttons under the message",
        "policy": "what to do when it is not known whether it was sent: hold or resend",
        "needs_consent": "no when it also goes to people who want no reminders",
        "tags": "what it is for; feedback when it tells what became of what people said",
    }
)

_LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_LETTERS: Final = str.maketrans({"'": "", "’": "", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """programme.yaml, before flows, calendar and wording are joined to it. `places` tells where each key stands."""

    id: str
    title: str
    locales: Mapping[str, str]
    notice_version: str
    roles: Mapping[str, str]  # welcome, rights, thought, menu, mailbox → flow
    mailbox_limit: int
    rooms: tuple[str, ...]
    waves: int
    ends: date | None
    min_age: int
    gather: timedelta
    threshold: int
    red_minutes: int
    second_factor: bool
    quiet: tuple[str, str, str]
    holidays: frozenset[date]
    texts: Mapping[str, str]
    political: Mapping[str, str]
    inclusion: Mapping[str, Mapping[str, int]]
    areas: Mapping[str, Area]
    stakeholders: Stakeholding | None = None
    places: Mapping[str, Place] = field(default_factory=dict)


def read_outline(root: Node, notes: Notes) -> Outline | None:
    """programme.yaml, or None when it holds no keys at all."""
    fields = as_fields(root, "the programme", notes)
    if fields is None:
        return None
    form = Form(fields, PROGRAMME_KEYS, notes)
    gather = form.length("gather")
    return Outline(
        id=form.key("id", longest=64, dashes=True),
        title=form.text("title", needed=True),
        locales=_locales(form, notes),
        notice_version=form.text("notice_version", needed=True),
        roles={
            "welcome": form.text("welcome", needed=True),
            "rights": form.text("rights", needed=True),
            "thought": form.text("thought"),
            "menu": form.text("menu"),
            "mailbox": form.text("mailbox"),
        },
        mailbox_limit=form.number("mailbox_limit", 3, least=1, most=100),
        rooms=tuple(item.value for item in form.texts("rooms")),
        waves=form.number("waves", 2, least=1, most=20),
        ends=form.day("ends"),
        min_age=form.number("min_age", 18, least=0, most=120),
        gather=timedelta(seconds=8) if gather is None else gather,
        threshold=form.number("threshold", FEWEST, least=FEWEST, most=100),
        red_minutes=form.number("red_minutes", 30, least=5, most=240),
        second_factor=_console(form, notes).yes("second_factor"),
        quiet=_quiet(form, notes),
        holidays=form.dates("holidays"),
        texts=_texts(form, notes),
        political=form.pairs("political"),
        inclusion=_inclusion(form, notes),
        areas=_areas(form, notes),
        stakeholders=_stakeholders(form, notes),
        places={key: node.place for key, node in fields.values.items()},
    )


def _texts(form: Form, notes: Notes) -> dict[str, str]:
    fields = form.node("texts")
    for name, place in fields.keys.items() if isinstance(fields, Fields) else ():
        if not KEY.fullmatch(name):
            text = f"{quote(name)} cannot be used in the wording."
            notes.add("Y027", place, text, "small letters, digits and _")
    return form.pairs("texts")


def _locales(form: Form, notes: Notes) -> dict[str, str]:
    fields = form.mapping("locales", needed=True)
    locales = form.pairs("locales")
    for locale in locales:
        if fields and not _LOCALE.fullmatch(locale):
            notes.add("Y027", fields.keys[locale], f"{quote(locale)} is no locale.", "write it like en or en-easy")
        steps, at = 0, locale
        while at in locales and steps <= len(locales):
            steps, at = steps + 1, locales[at]
        if at:
            text = f"The locale {quote(locale)} does not end at a locale without a fallback: {quote(at)}."
            notes.add("P302", form.where("locales"), text, 'give one locale the fallback ""')
    return locales


def _console(form: Form, notes: Notes) -> Form:
    return Form(form.mapping("console") or Fields(place=form.place), ("second_factor",), notes)


def _inclusion(form: Form, notes: Notes) -> dict[str, dict[str, int]]:
    fields = form.mapping("inclusion") or Fields(place=form.place)
    items = Form(fields, fields.keys, notes)
    found: dict[str, dict[str, int]] = {}
    for item in fields.values:
        aims = items.mapping(item) or Fields(place=form.place)
        inner = Form(aims, aims.keys, notes)
        found[item] = {answer: inner.number(answer, 0, least=0, most=100) for answer in aims.values}
    return found


def _quiet(form: Form, notes: Notes) -> tuple[str, str, str]:
    fields = form.mapping("quiet") or Fields(place=form.place)
    quiet = Form(fields, ("from", "until", "sunday_until"), notes)
    until = quiet.clock("until", "09:00")
    return quiet.clock("from", "20:00"), until, quiet.clock("sunday_until", max(until, "10:00"))


def _stakeholders(form: Form, notes: Notes) -> Stakeholding | None:
    fields = form.mapping("stakeholders")
    if fields is None:
        return None
    own = Form(fields, STAKEHOLDER_KEYS, notes)
    hours = Form(own.mapping("hours") or Fields(place=form.place), ("from", "until"), notes)
    types = own.pairs("types")
    named = own.node("types")
    for key, place in named.keys.items() if isinstance(named, Fields) else ():
        if not KEY.fullmatch(key) or len(key) > 24:
            notes.add("Y027", place, f"{quote(key)} is not a good id.", "small letters, digits and _, at most 24")
    return Stakeholding(
        welcome=own.text("welcome", needed=True),
        interview=own.text("interview", needed=True),
        menu=own.text("menu"),
        target=own.number("target", 0, least=0, most=100_000),
        types=types,
        hours_from=hours.clock("from", "09:00"),
        hours_until=hours.clock("until", "17:00"),
    )


def _areas(form: Form, notes: Notes) -> dict[str, Area]:
    fields = form.mapping("areas", needed=True)
    areas: dict[str, Area] = {}
    for name in fields.values if fields else ():
        inner = as_fields(fields.values[name], f"the area {name}", notes) if fields else None
        if fields and not KEY.fullmatch(name.replace("-", "_")):
            notes.add("Y027", fields.keys[name], f"{quote(name)} is not a good id.", "small letters, digits, - and _")
        if inner is not None:
            areas[name] = _area(name, Form(inner, AREA_KEYS, notes), notes)
    return areas


def _area(name: str, form: Form, notes: Notes) -> Area:
    zone = form.text("zone", "Europe/London")
    if not is_zone(zone):
        text = f"{quote(zone)} is no known time zone."
        notes.add("P305", form.where("zone"), text, "write it like Europe/London")
        zone = "UTC"
    return Area(
        id=name,
        name=form.text("name", needed=True),
        zone=zone,
        target=form.number("target", 0, least=0, most=100_000),
        neighbourhoods=_neighbourhoods(form),
        reason=form.text("reason"),
        cards=_cards(form, notes),
        places={"": form.place, **(cards.keys if isinstance(cards := form.node("cards"), Fields) else {})},
    )


def _cards(form: Form, notes: Notes) -> dict[str, Mapping[str, str]]:
    """The cards that are filled in. One with nothing in it is not."""
    fields = form.mapping("cards")
    found: dict[str, Mapping[str, str]] = {}
    for name, node in fields.values.items() if fields else ():
        inner = as_fields(node, f"the card {name}", notes)
        values = Form(inner, inner.keys, notes) if inner else None
        if values and inner:
            found[name] = {key: values.text(key) for key in inner.values}
    return {name: card for name, card in found.items() if card}


def _neighbourhoods(form: Form) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for number, item in enumerate(form.texts("neighbourhoods"), start=1):
        key = slug(item.value) or f"place_{number}"
        found[key if key not in found else f"{key[:20]}_{number}"] = item.value
    return tuple(found.items())


def slug(label: str) -> str:
    """A key from a label: "St Mary's Field" → st_marys_field; "" when nothing of it can be written in a-z."""
    letters = unicodedata.normalize("NFKD", label.casefold().translate(_LETTERS))
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in plain).split()
    key = "_".join(words)[:24].strip("_")
    return key if KEY.fullmatch(key) else ""


def read_broadcasts(root: Node, notes: Notes) -> dict[str, BroadcastTemplate]:
    """broadcasts.yaml."""
    fields = as_fields(root, "the list of broadcasts", notes)
    found: dict[str, BroadcastTemplate] = {}
    for name, node in fields.values.items() if fields else ():
        place = fields.keys[name] if fields else node.place
        if not KEY.fullmatch(name):
            notes.add("Y027", place, f"{quote(name)} is not a good id.", "small letters, digits and _")
        inner = as_fields(node, f"the broadcast {name}", notes) or Fields(place=place)
        form = Form(inner, BROADCAST_KEYS, notes)
        found[name] = BroadcastTemplate(
            id=name,
            options=FlowReader(notes=notes).options(form.items("options"), leading=False),
            policy=form.word("policy", ("hold", "resend"), "hold"),
            needs_consent=form.yes("needs_consent", default=True),
            tags=frozenset(item.value for item in form.texts("tags")),
            place=place,
        )
    return found


def read_calendar(root: Node, notes: Notes) -> tuple[tuple[Entry, Mapping[str, Place]], ...]:
    """calendar.yaml: the entries, each with the places of its values."""
    if not isinstance(root, Items):
        if isinstance(root, Fields) or root.value.strip():
            notes.add("Y023", root.place, "The calendar has to be a list.", "begin each line with - ")
        return ()
    forms = each_form(root.items, "a calendar entry", lambda _: ENTRY_KEYS, notes)
    return tuple((_entry(form, notes), {key: node.place for key, node in form.fields.values.items()}) for form in forms)


def _entry(form: Form, notes: Notes) -> Entry:
    at = form.text("at", needed=True)
    return Entry(
        id=form.key("id", longest=40),
        at=at,
        flow=form.text("flow"),
        broadcast=form.text("broadcast"),
        wave=form.number("wave", _wave_of(at), least=1, most=99),
        priority=form.number("priority", 3, least=1, most=5),
        light=form.yes("light"),
        expires=_rule(form, "expires", notes),
        latest=_rule(form, "latest", notes),
        counts=form.yes("counts", default=True),
        audience=form.word("audience", ("all", "attended", "missed"), "all"),
        whom=form.word("for", (PARTICIPANTS, STAKEHOLDERS), PARTICIPANTS),
        place=form.place,
    )


def _wave_of(at: str) -> int:
    anchor = at.strip().split("+")[0].split("-")[0].split("@")[0]
    return int(anchor[1:]) if anchor[:1] == "W" and anchor[1:].isdecimal() and 0 < int(anchor[1:]) < 100 else 1


def _rule(form: Form, key: str, notes: Notes) -> str:
    value = form.text(key)
    try:
        if value:
            parse_rule(value, relative=True)
    except BadRule as bad:
        notes.add("C201", form.where(key), f"{key}: {bad.text}", bad.fix)
    return value
