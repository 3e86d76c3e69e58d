"""The gates between the phases of a programme: what has to be there before an area may go on, and where to fill it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from flows.agenda import FEWEST, NO_REPLY, Commitment, KeyIssue, Scope, lacks

GATES: Final = MappingProxyType(
    {
        "G0": "launch",
        "G1": "invite people",
        "G2": "wave 1",
        "G3": "between the workshops",
        "G4": "wave 2",
        "G5": "replies",
        "G6": "the end",
    }
)
GATES_OF_PHASE: Final = MappingProxyType({"between": ("G2", "G3"), "pre2": ("G4",), "w2": ("G4",), "post2": ("G4",)})
"""Flows of these phases do not begin before their gates are open. Service flows are never held up."""
INVITING: Final = ("G0", "G1")
"""Nobody is invited before these are open."""
CLOSING: Final = ("G5", "G6")
"""An area is not closed before these are. G5 holds up no conversation: people are owed news, also of silence."""
NEVER_ANYWAY: Final = frozenset({"G4", "G6"})
"""What nobody can decide to do without: what wave 2 rests on, and that every key issue gets its answer."""
ANYWAY: Final = "anyway:"
"""A record of this name and the gate says that somebody goes on although something is missing, and why."""
CLOSED: Final = "closed"
"""A record of this name says that an area has come to its end."""
SIGNED: Final = frozenset({"dpia"})
"""What takes the name of the person who answers for it, and the day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """Something that staff confirm by hand, with a note of how they know."""

    gate: str
    what: str


RECORDS: Final = MappingProxyType(
    {
        "dpia": Item(gate="G0", what="the privacy assessment signed off, by whom and when"),
        "safeguarding": Item(gate="G0", what="a safeguarding lead and a deputy"),
        "retention": Item(gate="G0", what="how long answers are kept"),
        "signposts": Item(gate="G0", what="the helplines checked, with the date"),
        "evaluation": Item(gate="G0", what="the date of the evaluation"),
        "quotas": Item(gate="G1", what="whom to invite, so that nobody is left out"),
        "access_budget": Item(gate="G1", what="money for lifts, child care and interpreters"),
        "local_card": Item(gate="G2", what="at least one local fact with its source"),
        "session_plan": Item(gate="G2", what="a plan with facts, talk and activity"),
        "invited": Item(gate="G2", what="every invitation answered or followed up by phone"),
        "catch_up": Item(gate="G3", what="those who missed workshop 1 caught up with"),
        "ideas": Item(gate="G5", what="the list of ideas from workshop 2"),
        "feedback": Item(gate="G6", what="the replies sent to everybody"),
        "evaluation_shown": Item(gate="G6", what="the evaluation shown to participants"),
        "deletion_date": Item(gate="G6", what="the date of deletion told to everybody"),
    }
)
TEXTS: Final = MappingProxyType(
    {
        "mandate": ("G0", "why this is done, and by what right"),
        "decision_use": ("G0", "what the results are used for"),
        "decision_body": ("G0", "who uses the results"),
        "sponsor": ("G0", "the leader who promises to answer"),
        "team_names": ("G0", "the team"),
        "privacy_link": ("G0", "where the privacy notice can be read"),
        "thank_you": ("G1", "the thank-you"),
    }
)
"""Texts of the programme that a gate asks for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """All that gates look at, for one area on one day."""

    area: str
    today: date
    texts: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""  # why this area was chosen
    recorded: frozenset[str] = frozenset()
    waived: Mapping[str, str] = field(default_factory=dict)  # gate → why somebody goes on without it
    guardians: frozenset[str] = frozenset()  # lead, deputy: the duties that somebody has there
    evaluation: bool = False  # it is in the calendar, and its workshop has a date
    stale: tuple[str, ...] | None = None  # signposts that nobody has looked at for too long; None: not known
    sourced: int | None = None  # cards that are filled in with a source; None: the programme has no cards
    missed: int = 0  # people who were not at workshop 1
    unmarked: int = 0  # people of whom nobody noted whether they were at workshop 1
    issues: tuple[KeyIssue, ...] = ()
    scope: Scope | None = None
    commitments: tuple[Commitment, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """Something a gate needs and does not have. `where` is the command or the file that fills it."""

    gate: str
    what: str
    where: str
    record: str = ""  # what is confirmed or signed by hand, by its name in RECORDS


def missing(standing: Standing, gate: str) -> tuple[Missing, ...]:
    """What this gate needs and does not have, () when it is open."""
    seen = [*_texts(standing, gate), *_OWN.get(gate, _nothing)(standing)]
    return (*(Missing(gate=gate, what=what, where=where) for what, where in seen), *_records(standing, gate))


def closed(standing: Standing, gates: Iterable[str]) -> tuple[Missing, ...]:
    """What keeps the first of these gates closed that is, () when all are open or somebody decided to go on anyway."""
    found = (missing(standing, gate) for gate in gates if gate not in standing.waived or gate in NEVER_ANYWAY)
    return next((lacking for lacking in found if lacking), ())


Found = Iterable[tuple[str, str]]


def _texts(standing: Standing, gate: str) -> Found:
    for name, (asked_by, what) in TEXTS.items():
        if asked_by == gate and not standing.texts.get(name, "").strip():
            yield what, f"programme.yaml, texts: {name}"


def _records(standing: Standing, gate: str) -> Iterable[Missing]:
    there = standing.recorded | _known(standing)
    for name, item in RECORDS.items():
        if item.gate == gate and name not in there:
            verb, rest = ("sign", "--name … --on …") if name in SIGNED else ("confirm", '"…"')
            where = f"reconvene gates {verb} {standing.area} {name} {rest}"
            yield Missing(gate=gate, what=item.what + _details(standing, name), where=where, record=name)


def _known(standing: Standing) -> frozenset[str]:
    """What nobody has to vouch for, because it can be seen."""
    seen = {
        "safeguarding": standing.guardians >= {"lead", "deputy"},
        "evaluation": standing.evaluation,
        "signposts": standing.stale == (),
        "local_card": standing.sourced is None or standing.sourced > 0,
        "catch_up": not standing.missed,
    }
    return frozenset(name for name, there in seen.items() if there)


def _details(standing: Standing, name: str) -> str:
    """What in particular, and where else it can be filled in."""
    match name:
        case "safeguarding":
            return " (or give the duties: reconvene facilitator duty NAME lead)"
        case "local_card":
            return f" (or fill it in: programme.yaml, areas: {standing.area}: cards)"
        case "signposts" if standing.stale:
            return f" ({', '.join(standing.stale)})"
        case _:
            return ""


def _nothing(_: Standing) -> Found:
    return ()


def _reason(standing: Standing) -> Found:
    if not standing.reason.strip():
        yield "why this area was chosen", f"programme.yaml, areas: {standing.area}: reason"


def _attendance(standing: Standing) -> Found:
    if standing.unmarked:
        people = "1 person" if standing.unmarked == 1 else f"{standing.unmarked} people"
        yield f"whether {people} came to workshop 1", f"reconvene attend {standing.area} 1 attended CODE…"


def _agenda(standing: Standing) -> Found:
    area = standing.area
    short = FEWEST - len(standing.issues)
    if short > 0:
        yield f"{short} more key issue{'s' if short > 1 else ''}", f'reconvene issue add {area} "…"'
    for issue in standing.issues:
        yield from _issue(issue)
    yield from _scope(standing)


def _issue(issue: KeyIssue) -> Found:
    name = f"{issue.area} {issue.number}"
    for where, what in lacks(issue):
        verb, _, option = where.partition(" ")
        yield f"{what} (key issue {issue.number})", f"reconvene issue {verb} {name}{' ' + option if option else ''}"
    if not issue.approved:
        by = f", besides {issue.approved_by[0]}" if issue.approved_by else ""
        yield f"the approval of two people{by} (key issue {issue.number})", f"reconvene issue approve {name}"


def _scope(standing: Standing) -> Found:
    scope = standing.scope or Scope(area=standing.area)
    asked = (
        (scope.inside, "what can be changed", "--inside"),
        (scope.outside, "what cannot be changed", "--outside"),
        (scope.budget, "what money there is", "--budget"),
        (scope.decider, "who decides", "--decider"),
        (scope.decided_on, "when it is decided", "--by"),
    )
    for value, what, option in asked:
        if not value:
            yield what, f"reconvene scope set {standing.area} {option} …"


def _owners(standing: Standing) -> Found:
    asked = {commitment.issue_id for commitment in standing.commitments}
    for issue in standing.issues:
        if issue.id not in asked:
            where = f"reconvene commitment ask {issue.area} {issue.number}"
            yield f"somebody who is asked to answer for key issue {issue.number}", where


def _states(standing: Standing) -> Found:
    yield from _owners(standing)
    for one in standing.commitments:
        if one.standing(standing.today) in ("asked", NO_REPLY):
            yield f"a reply of {one.owner} to key issue {one.number}", f"reconvene commitment reply {one.id}"


_OWN: Final[Mapping[str, Callable[[Standing], Found]]] = {
    "G1": _reason,
    "G3": _attendance,
    "G4": _agenda,
    "G5": _owners,
    "G6": _states,
}
