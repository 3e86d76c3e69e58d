"""How the parts of a programme fit together: ways through a flow, names that have to exist, dates that can happen."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from flows import shelves
from flows.actions import ACTIONS
from flows.calendar import DUE
from flows.conditions import SIGNED
from flows.definition import (
    END,
    FILLED,
    MOVES,
    RESTART,
    STAKEHOLDERS,
    Action,
    Condition,
    Entry,
    Flow,
    Operator,
    Option,
    Place,
    Programme,
    Step,
)
from flows.findings import Notes, quote, suggest
from flows.paths import Way, cannot_end, circles, reachable, ways
from flows.run import Run
from flows.signs import SIGNS
from flows.steps.base import Question
from flows.steps.registry import kinds
from flows.timing import Anchor, BadRule, Rule, parse_rule, resolve
from flows.words import WORDS

FACT_ROOMS: Final = ("profile", "consent", "equality")
LISTS: Final = ("areas", "neighbourhoods", "locales")
ENTRIES: Final = WORDS | {"REJOIN", "RECONSENT", "GUARDIAN"}
GIVEN: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "programme.youth": frozenset({"yes", "no"}),  # whether people of 16 and 17 may take part
        "profile.youth": frozenset({"yes"}),  # the person is 16 or 17
        "profile.guardian": frozenset({"yes", "no"}),  # what came of the team's call to their parent or carer
    }
)
"""Facts that no step stores: the programme or the team provides them."""
_PROBE: Final = "probe"
_ATTENDANCE: Final = ("attended", "missed", "left_early")
_NAMED: Final = (Operator.IS, Operator.IS_NOT, Operator.IN, Operator.ONLY)

Places = Mapping[tuple[str, str], Place]
"""(step, word of its line) → where that word stands; the step "" is the flow itself."""


def check_flow(
    flow: Flow, places: Places, programme: Programme, notes: Notes, unread: AbstractSet[str] = frozenset()
) -> None:
    """Everything about one flow that needs more than one line of it, or other files, to see.

    `unread` are flows whose files could not be read: that they are missing is no second mistake.
    """
    checker = _FlowCheck(flow, places, programme, notes, unread)
    checker.names()
    checker.entries()
    checker.moves()
    checker.ways()
    checker.facts()
    checker.actions()


class _FlowCheck:
    def __init__(
        self, flow: Flow, places: Places, programme: Programme, notes: Notes, unread: AbstractSet[str]
    ) -> None:
        self.flow = flow
        self.flows = {*programme.flows, *unread}
        self.places = places
        self.programme = programme
        self.notes = notes
        self.steps = {step.id: step for step in reversed(flow.steps)}
        self.stored = stored_facts(programme)
        self.read = shelves.facts(flow.reads)

    def add(self, code: str, step: str, word: str, text: str, fix: str = "") -> None:
        """A finding at the word of a step's line, else at the step, else at the flow."""
        place = self.places.get((step, word)) or self.places.get((step, "")) or self.flow.place
        self.notes.add(code, place, text, fix)

    def names(self) -> None:
        """Ids are unique, and the flow is called like its file."""
        place = self.flow.place
        if place and self.flow.id and place.file != f"flows/{self.flow.id}.yaml" and place.file.startswith("flows/"):
            name = place.file.removeprefix("flows/").removesuffix(".yaml")
            self.add("F101", "", "", f"The flow {quote(self.flow.id)} is in the file {name}.yaml.", f"write id: {name}")
        if not self.flow.steps:
            self.add("F122", "", "", "The flow has no steps.", "add at least one step")
        seen: set[str] = set()
        for step in self.flow.steps:
            if step.id in seen:
                self.notes.add("F102", step.place, f"A step {quote(step.id)} was there before.", "rename one of them")
            seen.add(step.id)
            self._options(step)

    def _options(self, step: Step) -> None:
        keys = [option.key for option in step.options]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            self.add("F117", step.id, key, f"The option {quote(key)} is there twice.", "keep one of the two")
        lists = (*LISTS, *shelves.lists(self.flow.reads))
        if step.options_from and step.options_from not in lists:
            text = f"There is no list {quote(step.options_from)}."
            self.add("F109", step.id, step.options_from, text, suggest(step.options_from, lists))

        self._use_of_options(step)

    def _use_of_options(self, step: Step) -> None:
        probe = replace(step, options=(Option(key=_PROBE),), options_from="")
        takes = any(_PROBE in key for key in _offered(probe, self.flow))
        given = bool(step.options or step.options_from)
        if given and not takes:
            text = f"A step of the kind {step.kind} has no options of its own."
            self.add("F118", step.id, "", text, "take them out, or make it type: choice")
        if takes and not given and not _offered(step, self.flow):
            self.add("F118", step.id, "", f"The step {quote(step.id)} has no options.", "add options: [ … ]")

    def entries(self) -> None:
        """Entries belong to service flows and name universal words and steps."""
        if self.flow.entries and not self.flow.service:
            self.add("F113", "", next(iter(self.flow.entries)), "Only service flows have entries.", "add service: yes")
        for word, target in self.flow.entries.items():
            if word not in ENTRIES:
                self.add("F111", "", word, f"{quote(word)} is no universal word.", suggest(word.upper(), ENTRIES))
            self._target("", target)

    def _target(self, step: str, target: str) -> None:
        if target and target != END and target not in self.steps:
            fix = suggest(target, [*self.steps, END])
            self.add("F103", step, target, f"There is no step {quote(target)}.", fix)

    def moves(self) -> None:
        """Whoever is moved by a new version comes to a question of it."""
        for move in self.flow.moves:
            step = self.steps.get(move.to)
            if move.to == RESTART and step:
                text = f"{quote(RESTART)} could be the step, or the beginning."
                self.add("F128", "", f"{MOVES}{move.to}", text, "rename the step")
            elif move.to != RESTART and (step is None or not _waits(step.kind)):
                fix = suggest(move.to, [*(s.id for s in self.flow.steps if _waits(s.kind)), RESTART])
                self.add("F128", "", f"{MOVES}{move.to}", f"There is no question {quote(move.to)} here.", fix)

    def ways(self) -> None:
        """Every goto leads somewhere, every step can be reached and left, and no circle runs without waiting."""
        for step in self.flow.steps:
            targets = [step.goto, *(b.goto for b in step.branches), *(o.goto for o in step.options)]
            for target in dict.fromkeys(targets):
                self._target(step.id, target)
        if not self.flow.steps or len(self.steps) < len(self.flow.steps) or END in self.steps:
            return  # with two steps of one name there is no telling where a way leads
        graph = ways(self.flow, {step.kind for step in self.flow.steps if _waits(step.kind)})
        starts = {self.flow.steps[0].id, *(t for t in self.flow.entries.values() if t in self.steps)}
        reached = reachable(graph, starts)
        for step in self.flow.steps:
            if step.id not in reached:
                text = f"The step {quote(step.id)} can never be reached."
                self.add("F104", step.id, "", text, "lead to it with goto, or take it out")
        self._circles(graph, reached)

    def _circles(self, graph: Mapping[str, tuple[Way, ...]], reached: frozenset[str]) -> None:
        for circle in circles(graph, reached):
            text = f"These steps run in a circle and never wait: {', '.join(circle)}."
            self.add("F105", circle[0], "", text, "ask something on the way, or lead out with goto: end")
        stuck = [step.id for step in self.flow.steps if step.id in cannot_end(graph, reached)]
        if stuck:
            text = f"The flow can never end from here: {', '.join(stuck)}."
            self.add("F106", stuck[0], "", text, "lead one of them on, or to end")

    def facts(self) -> None:
        """Conditions name steps, facts and options that exist."""
        for condition in self.flow.needs:
            if condition.subject in self.steps:
                text = f"The flow needs {quote(condition.subject)} before it begins, but that is asked in it."
                self.add("F114", "", condition.subject, text, "name a fact, such as consent.remind")
            else:
                self._condition("", condition)
        for step in self.flow.steps:
            room, dot, name = step.stores.partition(".")
            if step.stores and not (room in FACT_ROOMS and dot and name.replace("_", "a").isalnum()):
                text = f"{quote(step.stores)} is no fact that can be stored."
                self.add("F109", step.id, step.stores, text, "write profile.…, consent.… or equality.…")
            for condition in (*step.when, *(c for branch in step.branches for c in branch.when)):
                self._condition(step.id, condition)
            kind = kinds().get(step.kind)
            for fact in kind.names(step.spec) if kind else ():
                if self._known_values(fact) is None:
                    text = f"There is no fact {quote(fact)}."
                    self.add("F109", step.id, "", text, suggest(fact, self._facts()))

    def _condition(self, step: str, condition: Condition) -> None:
        subject = condition.subject
        known = self._known_values(subject)
        if known is None:
            code, what = ("F109", "fact") if "." in subject else ("F114", "step")
            names = self._facts() if "." in subject else [*self.steps]
            self.add(code, step, subject, f"There is no {what} {quote(subject)}.", suggest(subject, names))
            return
        for value in condition.values if condition.operator in SIGNED else ():
            if value not in SIGNS:
                self.add(
                    "F124", step, value, f"{quote(value)} is nothing an answer can speak of.", suggest(value, SIGNS)
                )
        for value in condition.values if known and condition.operator in _NAMED else ():
            if value not in known:
                text = f"{quote(subject)} is never {quote(value)}."
                self.add("F115", step, value, text, suggest(value, known))

    def _known_values(self, subject: str) -> frozenset[str] | None:
        """What a subject can be; empty when it can be anything, None when there is no such subject."""
        if subject in self.steps:
            return option_keys(self.steps[subject], self.flow)
        if subject == "area":
            return frozenset(self.programme.areas)
        if subject in self._waves():
            return frozenset(_ATTENDANCE)
        if subject.startswith("cards."):
            return frozenset({FILLED})
        return self.read.get(subject, self.stored.get(subject, GIVEN.get(subject)))

    def _waves(self) -> list[str]:
        return [f"attendance.w{wave}" for wave in range(1, self.programme.waves + 1)]

    def _facts(self) -> list[str]:
        return [*self.stored, *self._waves(), *self.read, *GIVEN]

    def actions(self) -> None:
        """Actions are known, and begin names a flow."""
        for step in self.flow.steps:
            for action in (*step.do, *(a for option in step.options for a in option.do)):
                self._action(step.id, action)

    def _action(self, step: str, action: Action) -> None:
        if action.name not in ACTIONS:
            text = f"There is no action {quote(action.name)}."
            self.add("F110", step, action.name, text, suggest(action.name, ACTIONS))
        elif action.name == "begin":
            self._begins(step, action.argument)

    def _begins(self, step: str, argument: str) -> None:
        name, _, entry = argument.partition(":")
        flow = self.programme.flows.get(name)
        if name not in self.flows:
            text = f"There is no flow {quote(name)} to begin."
            self.add("F123", step, argument, text, suggest(name, self.flows))
        elif flow and entry and entry not in flow.entries:
            text = f"The flow {name} has no way in called {quote(entry)}."
            self.add("F123", step, argument, text, suggest(entry, flow.entries))


def _waits(kind: str) -> bool:
    known = kinds().get(kind)
    return known is None or known.waits


def option_keys(step: Step, flow: Flow) -> frozenset[str]:
    """The answers a step can have by name; empty when they are free or come from a list of the programme."""
    if step.options_from:
        return frozenset()
    return _offered(step, flow)


def _offered(step: Step, flow: Flow) -> frozenset[str]:
    kind = kinds().get(step.kind)
    if kind is None or (step.spec is None and kind.keys):  # its own keys could not be read
        return frozenset()
    asked = Question(flow=flow, step=step, run=Run(id="", flow=flow.id, version=flow.version), facts={})
    asked = replace(asked, run=replace(asked.run, picked=kind.begin(asked)))
    return frozenset(choice.key for choice in kind.choices(asked))


def stored_facts(programme: Programme) -> dict[str, frozenset[str]]:
    """The facts that steps store, each with the values it can have (empty: any)."""
    facts: dict[str, frozenset[str]] = {}
    free: set[str] = set()
    for flow in programme.flows.values():
        for step in flow.steps:
            if step.stores:
                keys = option_keys(step, flow)
                facts[step.stores] = facts.get(step.stores, frozenset()) | keys
                if not keys:
                    free.add(step.stores)
    return {fact: frozenset() if fact in free else keys for fact, keys in facts.items()}


def check_calendar(
    programme: Programme,
    places: Mapping[str, Mapping[str, Place]],
    notes: Notes,
    unread: AbstractSet[str] = frozenset(),
) -> None:
    """Entries are unique, name what exists, and can happen."""
    seen: set[str] = set()
    for entry in programme.entries:
        where = places.get(entry.id, {})
        if entry.id and entry.id in seen:
            notes.add("C202", entry.place, f"An entry {quote(entry.id)} was there before.", "rename one of them")
        seen.add(entry.id)
        _subject(programme, entry, where, notes, {*programme.flows, *unread})
        _dates(programme, entry, where, notes)


def _subject(
    programme: Programme, entry: Entry, where: Mapping[str, Place], notes: Notes, flows: AbstractSet[str]
) -> None:
    if bool(entry.flow) == bool(entry.broadcast):
        notes.add("C205", entry.place, "An entry names one flow or one broadcast.", "add flow: …, or broadcast: …")
    if entry.flow and entry.flow not in flows:
        place = where.get("flow", entry.place)
        notes.add("C203", place, f"There is no flow {quote(entry.flow)}.", suggest(entry.flow, flows))
    if entry.broadcast and entry.broadcast not in programme.broadcasts:
        place, fix = where.get("broadcast", entry.place), suggest(entry.broadcast, programme.broadcasts)
        notes.add("C204", place, f"There is no broadcast {quote(entry.broadcast)}.", fix)
    if entry.wave > programme.waves:
        text = f"There is no workshop {entry.wave}."
        notes.add("C206", where.get("wave", entry.place), text, f"the programme has waves: {programme.waves}")


def _dates(programme: Programme, entry: Entry, where: Mapping[str, Place], notes: Notes) -> None:
    at = _rule(entry.at, where.get("at", entry.place), notes) if entry.at else None
    if at and at.anchor == DUE and entry.whom != STAKEHOLDERS:
        text = "Only stakeholders have commitments that are due."
        notes.add("C208", where.get("at", entry.place), text, "write for: stakeholders, or let it hang on a workshop")
    for key, value in (("at", entry.at), ("expires", entry.expires), ("latest", entry.latest)):
        rule = quiet_rule(value)
        if rule and rule.wave > programme.waves:
            text = f"There is no workshop {rule.wave}."
            notes.add("C206", where.get(key, entry.place), text, f"the programme has waves: {programme.waves}")
    expires = quiet_rule(entry.expires)
    if at and expires and _never(at, expires):
        text = f"It expires ({entry.expires}) before it is due ({entry.at})."
        notes.add("C207", where.get("expires", entry.place), text, "let it expire later")


def _rule(text: str, place: Place | None, notes: Notes) -> Rule | None:
    try:
        return parse_rule(text)
    except BadRule as bad:
        notes.add("C201", place, bad.text, bad.fix)
        return None


def quiet_rule(text: str) -> Rule | None:
    """A rule, or None when it is empty or cannot be read (which is told elsewhere)."""
    try:
        return parse_rule(text, relative=True) if text else None
    except BadRule:
        return None


def _never(at: Rule, expires: Rule) -> bool:
    """Whether an entry is over before it is due, when the workshops are the usual 28 days apart."""
    zone = ZoneInfo("UTC")
    first = datetime(2026, 1, 5, 18, tzinfo=UTC)
    anchors = {
        f"W{n}": Anchor(start=day, end=day + timedelta(hours=2))
        for n in range(1, 21)
        for day in [first + timedelta(days=28 * n)]
    }
    anchors |= {name: Anchor(start=first) for name in ("JOIN", DUE)}
    anchors |= {"END": Anchor(start=first + timedelta(days=1000))}
    due = resolve(at, anchors, zone)
    over = resolve(expires, anchors, zone, base=due)
    return bool(due and over and over <= due)
