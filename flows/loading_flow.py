"""One flow file → Flow. Mistakes within a line are noted here; mistakes between lines in `flows.checks`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from flows.definition import (
    MOVES,
    Action,
    Branch,
    Condition,
    Flow,
    Move,
    Operator,
    Option,
    Place,
    Step,
    Visibility,
)
from flows.findings import Notes, quote, suggest
from flows.loading_form import Form, as_fields, each_form, is_key
from flows.loading_yaml import Fields, Items, Node, Text, plain
from flows.shelves import SHELVES
from flows.steps.base import BadField, StepKind
from flows.steps.registry import kinds

FLOW_KEYS: Final = MappingProxyType(
    {
        "id": "name of the flow, the same as its file's",
        "number": "as in the programme's plan, such as F06",
        "phase": "when in the programme: pre1, w1, between, pre2, w2, post2, follow or service",
        "principles": "which of the seven principles it serves",
        "minutes": "how long it takes",
        "channel": "telegram, slack or any; text for slack may be read at 14, and is not asked for in easy words",
        "nudge": "one reminder after this time, such as +24h",
        "expires": "closes by itself after this time, such as +5d",
        "service": "yes when it is about the programme itself, such as consent or rights",
        "entries": "universal word → step; only service flows",
        "needs": "conditions that have to hold before it begins",
        "reads": "what is read for its wording and its conditions, such as issues or scope",
        "moves": "when it is published anew: a list of {step: old step, to: new step or restart}",
        "steps": "what is said and asked, in order",
    }
)
STEP_KEYS: Final = MappingProxyType(
    {
        "id": "name of the step; its wording is the block of the same name",
        "type": "kind of step",
        "options": "choices, each a key or {key, goto, do, frame}",
        "options_from": "the list that gives the options, such as neighbourhoods",
        "required": "yes when it cannot be skipped",
        "stores": "the fact that the answer becomes, such as profile.pace",
        "vis": "who may see the answer: P, F, G, S, R or X",
        "tags": "what it is about, such as open or daily_life",
        "when": "conditions; the step is passed over unless all hold",
        "branch": "after the answer: a list of {when, goto}",
        "goto": "the step after this one, if not the next",
        "bridge": "yes for a gentle further question: one a chat, and never twice",
        "do": "actions, when the step is reached (info) or answered (others)",
    }
)
PHASES: Final = ("pre1", "w1", "between", "pre2", "w2", "post2", "follow", "service")
PRINCIPLES: Final = ("P1", "P2", "P3", "P4", "P5", "P6", "P7")
RESERVED: Final = frozenset({"answered", "skipped", "unanswered", "end"})
_BARE: Final = {
    "answered": Operator.ANSWERED,
    "skipped": Operator.SKIPPED,
    "unanswered": Operator.UNANSWERED,
}
_TESTS: Final = {
    "is_not": Operator.IS_NOT,
    "only": Operator.ONLY,
    "only_about": Operator.ONLY_ABOUT,
    "shows": Operator.SHOWS,
    "at_least": Operator.AT_LEAST,
    "at_most": Operator.AT_MOST,
}

Places = dict[tuple[str, str], Place]
"""(step, word of its line) → where that word stands; "" for the flow itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A flow as far as it could be read."""

    flow: Flow
    places: Places = field(default_factory=dict)


@dataclass(kw_only=True, slots=True)
class FlowReader:
    """Reads the tree of one flow file."""

    notes: Notes
    places: Places = field(default_factory=dict)
    step: str = ""  # the step that is being read

    def read(self, root: Node, *, source: str, prompts: Mapping[str, str], version: str) -> Draft | None:
        """The flow with its places, or None when the file is no mapping."""
        fields = as_fields(root, "a flow", self.notes)
        if fields is None:
            return None
        form = Form(fields, FLOW_KEYS, self.notes)
        flow = Flow(
            id=form.key("id"),
            version=version,
            number=form.text("number"),
            steps=self._steps(form),
            service=form.yes("service"),
            phase=form.word("phase", PHASES, "between"),
            principles=self._principles(form),
            minutes=form.number("minutes", 0, least=0, most=240),
            channel=form.word("channel", ("telegram", "slack", "any"), "any"),
            entries=self._entries(form),
            nudge_after=form.length("nudge"),
            expires_after=form.length("expires"),
            needs=self._conditions(form.node("needs"), "needs"),
            reads=self._reads(form),
            moves=self._moves(form),
            source=source,
            prompts=prompts,
            place=form.place,
        )
        return Draft(flow=flow, places=self.places)

    def _reads(self, form: Form) -> tuple[str, ...]:
        found = form.texts("reads")
        for item in found:
            if item.value not in SHELVES:
                text = f"There is nothing called {quote(item.value)} to be read."
                self.notes.add("F125", item.place, text, suggest(item.value, SHELVES))
        return tuple(item.value for item in found if item.value in SHELVES)

    def _moves(self, form: Form) -> tuple[Move, ...]:
        self.step = ""
        found: dict[str, Move] = {}
        for one in each_form(form.items("moves"), "a move", lambda _: ("step", "to"), self.notes):
            move = Move(step=one.key("step"), to=one.text("to", needed=True).strip())
            self._mark(f"{MOVES}{move.to}", one.where("to"))
            if move.step in found:
                text = f"There are two moves from {quote(move.step)}."
                self.notes.add("F129", one.where("step"), text, "keep one of the two")
            found[move.step] = move
        return tuple(found.values())

    def _principles(self, form: Form) -> tuple[str, ...]:
        found = form.texts("principles")
        for item in found:
            if item.value not in PRINCIPLES:
                fix = suggest(item.value, PRINCIPLES)
                self.notes.add("Y028", item.place, f"{quote(item.value)} is no principle.", fix)
        return tuple(item.value for item in found)

    def _entries(self, form: Form) -> dict[str, str]:
        self.step = ""
        entries = form.pairs("entries")
        fields = form.node("entries")
        if isinstance(fields, Fields):
            for word, target in entries.items():
                self._mark(word, fields.keys[word])
                self._mark(target, fields.values[word].place)
        return entries

    def _steps(self, form: Form) -> tuple[Step, ...]:
        nodes = form.items("steps", needed=True)
        forms = each_form(nodes, "a step", self._known, self.notes)
        return tuple(self._step(form) for form in forms)

    def _known(self, fields: Fields) -> Iterable[str]:
        kind = self._kind(fields)
        return (*STEP_KEYS, *(kind.keys if kind else fields.keys))

    def _kind(self, fields: Fields) -> StepKind | None:
        node = fields.values.get("type")
        return kinds().get(node.value) if isinstance(node, Text) else None

    def _step(self, form: Form) -> Step:
        self.step = form.key("id")
        self._reserved(self.step, form.where("id"))
        self._mark("", form.place)
        name = form.text("type", needed=True)
        kind = kinds().get(name)
        if kind is None and name:
            text = f"There is no kind of step called {quote(name)}."
            self.notes.add("F107", form.where("type"), text, suggest(name, kinds()))
        return Step(
            id=self.step,
            kind=name,
            spec=self._spec(kind, form) if kind else None,
            options=self.options(form.items("options")),
            options_from=self._marked(form, "options_from"),
            required=form.yes("required"),
            stores=self._marked(form, "stores"),
            vis=Visibility(form.word("vis", [v.value for v in Visibility], "F")),
            tags=frozenset(item.value for item in form.texts("tags")),
            when=self._conditions(form.node("when"), "when"),
            branches=self._branches(form),
            goto=self._marked(form, "goto"),
            do=self._actions(form),
            bridge=form.yes("bridge"),
            place=form.place,
        )

    def _spec(self, kind: StepKind, form: Form) -> object:
        values = form.fields.values
        own = {key: plain(values[key]) for key in kind.keys if key in values}
        try:
            return kind.parse(own)
        except BadField as bad:
            self.notes.add("F108", form.where(bad.key), f"{bad.key}: {bad.text}.", bad.fix)
            return None

    def _marked(self, form: Form, key: str) -> str:
        value = form.text(key).strip()
        if value:
            self._mark(value, form.where(key))
        return value

    def _mark(self, word: str, place: Place) -> None:
        self.places.setdefault((self.step, word), place)

    def _reserved(self, word: str, place: Place) -> None:
        if word in RESERVED:
            self.notes.add("F119", place, f"{quote(word)} has a meaning of its own.", "choose another word")

    def options(self, nodes: Iterable[Node], *, leading: bool = True) -> tuple[Option, ...]:
        """Options of a step, or of a broadcast (whose options lead nowhere)."""
        return tuple(option for node in nodes if (option := self._option(node, leading)))

    def _option(self, node: Node, leading: bool) -> Option | None:
        if isinstance(node, Text):
            return Option(key=self._option_key(node.value, node.place))
        fields = as_fields(node, "an option", self.notes)
        if fields is None:
            return None
        form = Form(fields, ("key", "goto", "do", "frame") if leading else ("key", "do"), self.notes)
        key = self._option_key(form.text("key", needed=True), form.where("key"))
        goto = self._marked(form, "goto") if leading else ""
        return Option(key=key, goto=goto, do=self._actions(form), frame=form.text("frame"))

    def _option_key(self, key: str, place: Place) -> str:
        self._reserved(key, place)
        self._mark(key, place)
        if key and not is_key(key, longest=24, dashes=True):
            text = f"{quote(key)} is not a good key for an option."
            self.notes.add("Y027", place, text, "small letters, digits, _ and -, at most 24")
        return key

    def _actions(self, form: Form) -> tuple[Action, ...]:
        return tuple(action for node in form.items("do") if (action := self._action(node)))

    def _action(self, node: Node) -> Action | None:
        if isinstance(node, Text):
            self._mark(node.value, node.place)
            return Action(name=node.value)
        if isinstance(node, Fields) and len(node.values) == 1:
            (name, argument), *_ = node.values.items()
            if isinstance(argument, Text):
                self._mark(name, node.keys[name])
                self._mark(argument.value, argument.place)
                return Action(name=name, argument=argument.value)
        self.notes.add("F110", node.place, "An action is a name, or one name with an argument.", "like {begin: menu}")
        return None

    def _branches(self, form: Form) -> tuple[Branch, ...]:
        found: list[Branch] = []
        for branch in each_form(form.items("branch"), "a branch", lambda _: ("when", "goto"), self.notes):
            branch.text("goto", needed=True)
            if branch.node("when") is None:
                fix = "for a way that is always taken write goto: at the step"
                self.notes.add("Y021", branch.place, "A branch needs its when:.", fix)
            conditions = self._conditions(branch.node("when"), "when")
            found.append(Branch(when=conditions, goto=self._marked(branch, "goto")))
        return tuple(found)

    def _conditions(self, node: Node | None, what: str) -> tuple[Condition, ...]:
        fields = as_fields(node, what, self.notes)
        if fields is None:
            return ()
        found: list[Condition] = []
        for subject, test in fields.values.items():
            self._mark(subject, fields.keys[subject])
            condition = self._condition(subject, test)
            if condition:
                found.append(condition)
        return tuple(found)

    def _condition(self, subject: str, test: Node) -> Condition | None:
        operator = Operator.IS
        if isinstance(test, Fields) and len(test.values) == 1:
            (name, inner), *_ = test.values.items()
            if name not in _TESTS:
                text = f"There is no test called {quote(name)}."
                self.notes.add("F112", test.keys[name], text, suggest(name, _TESTS))
                return None
            operator, test = _TESTS[name], inner
        elif isinstance(test, Text) and test.value in _BARE:
            return Condition(subject=subject, operator=_BARE[test.value])
        elif isinstance(test, Items):
            operator = Operator.IN
        return self._values(subject, operator, test)

    def _values(self, subject: str, operator: Operator, test: Node) -> Condition | None:
        items = test.items if isinstance(test, Items) else [test]
        values = [item for item in items if isinstance(item, Text) and item.value.strip()]
        if not values or len(values) != len(items):
            fix = "write a value, a list of values, answered, or {is_not: value}"
            self.notes.add("F112", test.place, f"What {quote(subject)} is tested for cannot be read.", fix)
            return None
        for item in values:
            self._mark(item.value, item.place)
        if operator in (Operator.AT_LEAST, Operator.AT_MOST) and not values[0].value.isdecimal():
            self.notes.add("F112", test.place, f"{operator.value} needs a number.", "like {at_least: 3}")
            return None
        return Condition(subject=subject, operator=operator, values=tuple(item.value for item in values))
