"""Reads for a flow what it asked for in its `reads:`; `flows.shelves` says what is on each shelf."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import fmean
from typing import Final

from bot import stakeholder_shelves
from bot.shelf import NOTHING, Reader, Taken, about, together
from flows.agenda import NO_REPLY, SILENCE, STATES, Commitment, KeyIssue, Scope
from flows.definition import Flow, Programme
from flows.disclosure import FEWEST, Figure, count, limit
from flows.rooms import flow_of
from flows.shelves import STAGE
from storage import agenda, commitments, mine, people, questions, rooms, statements
from storage.questions import Asked, Own, Reply
from storage.rooms import Given
from storage.statements import Statement

__all__ = ["FULL", "NOTHING", "READ", "Reader", "Taken", "about", "asking", "example", "take"]

PAGE = 3
"""Key issues in one message; what five of them with many owners come to goes on the third."""
A_DAY = timedelta(days=1)
GIST = 300
"""So much of somebody's own question is repeated to them."""


async def take(reader: Reader, flow: Flow) -> Taken:
    """All that the flow asked for."""
    return together([await READ[name](reader) for name in flow.reads])


def example(flow: Flow, *, much: bool) -> Taken:
    """What might lie there, for trying out the wording: as little as can be, or much of it."""
    return together([EXAMPLES[name][much] for name in flow.reads])


# ── key issues ─────────────────────────────────────────────────────────────────────────────────────────────────
async def _issues(reader: Reader) -> Taken:
    found = await agenda.of_areas(reader.conn, [reader.area])
    heard = count(await people.heard(reader.conn, reader.area), await _few(reader))
    return issues([issue for issue in found if issue.approved], heard)


async def _few(reader: Reader) -> int:
    """Fewer people than this are not counted aloud where this person lives."""
    joined = await people.joined(reader.conn, reader.area)
    return limit(reader.programme.threshold, joined)


def issues(found: Iterable[KeyIssue], heard: Figure) -> Taken:
    """The agenda as people are told it."""
    there = list(found)
    joined = list(dict.fromkeys(role for issue in there for role in issue.joined_by))
    return Taken(
        facts={
            "key_issues": tuple((f"issue_{issue.number}", issue.title) for issue in there),
            "agenda.issues": len(there),
            "agenda.joined": "yes" if joined else "no",
        },
        values={
            "issues": [_told(issue) for issue in there],
            "people": heard.n or None,
            "joined": joined,
        },
    )


def _told(issue: KeyIssue) -> Mapping[str, object]:
    return {
        "title": issue.title,
        "chain": list(issue.chain),
        "quote": issue.quote if issue.quote_stands else "",
        "assets": list(issue.assets),
        "minority": issue.minority,
    }


# ── what can be decided ────────────────────────────────────────────────────────────────────────────────────────
async def _scope(reader: Reader) -> Taken:
    return scope(await agenda.scope(reader.conn, reader.area))


def scope(found: Scope | None) -> Taken:
    """What this round can change."""
    said = found or Scope(area="")
    whole = said.inside and said.outside and said.budget and said.decider and said.decided_on
    told = {
        "inside": said.inside,
        "outside": said.outside,
        "budget": said.budget,
        "decider": said.decider,
        "on": said.decided_on,
    }
    return Taken(facts={"agenda.scope": "yes" if whole else "no"}, values={"scope": told})


# ── what became of it ──────────────────────────────────────────────────────────────────────────────────────────
async def _replies(reader: Reader) -> Taken:
    approved = [issue for issue in await agenda.of_areas(reader.conn, [reader.area]) if issue.approved]
    asked = await commitments.of_areas(reader.conn, [reader.area])
    return replies(approved, asked, reader.today)


def replies(approved: Iterable[KeyIssue], asked: Iterable[Commitment], today: date) -> Taken:
    """Each key issue with every owner's reply; an issue nobody was asked about is told as such."""
    titles = {issue.id: issue.title for issue in approved}
    by_issue: dict[str, list[Commitment]] = {id: [] for id in titles}
    for one in asked:
        by_issue.get(one.issue_id, []).append(one)
    lines = [line for id, owners in by_issue.items() for line in _answered(titles[id], owners, today)]
    heard = [line for line in lines if line["state"] not in ("", "asked", NO_REPLY)]
    days = [one.asked_on for owners in by_issue.values() for one in owners]
    pages = [page for page in (lines[:PAGE], lines[PAGE : 2 * PAGE], lines[2 * PAGE :]) if page]
    return Taken(
        facts={"replies.pages": len(pages), "replies.moved": "yes" if heard else "no"},
        values={"pages": [*pages, [], [], []], "replied": len(heard), "asked_on": max(days, default=None)},
    )


def _answered(title: str, owners: Iterable[Commitment], today: date) -> Iterable[Mapping[str, object]]:
    told = [
        {
            "issue": title,
            "owner": one.owner,
            "reply": one.reply,
            "state": one.standing(today),
            "reason": one.reason,
            "due_on": one.due_on,
        }
        for one in owners
    ]
    return told or [{"issue": title, "owner": "", "reply": "", "state": "", "reason": "", "due_on": None}]


# ── one's own question ─────────────────────────────────────────────────────────────────────────────────────────
def asking(programme: Programme) -> tuple[Asked, ...]:
    """The steps at which people say what they want to ask of those who decide: tagged `question`."""
    return tagged(programme, "question")


def tagged(programme: Programme, tag: str) -> tuple[Asked, ...]:
    """All steps with this tag."""
    return tuple((flow.id, step.id) for flow in programme.flows.values() for step in flow.steps if tag in step.tags)


async def _question(reader: Reader) -> Taken:
    return question(await questions.own(reader.conn, reader.participant_id, asking(reader.programme)))


def question(own: Own | None) -> Taken:
    """What became of it; no fact when nothing was asked."""
    reply = own.reply if own else None
    told = {
        "asked": own.asked[:GIST] if own else "",
        "by": reply.by if reply else "",
        "reply": reply.text if reply else "",
    }
    facts = {"own.question": "replied" if reply else "open"} if own else {}
    return Taken(facts=facts, values={"question": told})


# ── places on the map ──────────────────────────────────────────────────────────────────────────────────────────────
async def _places(reader: Reader) -> Taken:
    named = await mine.count_since(reader.conn, reader.participant_id, naming(reader.programme), reader.now - A_DAY)
    return Taken(facts={"own.places": named})


def naming(programme: Programme) -> tuple[Asked, ...]:
    """The open questions at which people name a place: tagged `asset` and `open`, and the first of their flow."""
    first = {
        flow.id: next((step.id for step in flow.steps if {"asset", "open"} <= set(step.tags)), "")
        for flow in programme.flows.values()
    }
    return tuple((flow, step) for flow, step in first.items() if step)


# ── what others think ──────────────────────────────────────────────────────────────────────────────────────────
async def _statements(reader: Reader) -> Taken:
    fresh = await statements.to_vote_on(reader.conn, reader.area, reader.participant_id)
    judged = await statements.of_areas(reader.conn, [reader.area], "approved")
    return exchange(fresh, judged, await _few(reader))


def exchange(fresh: Iterable[Statement], judged: Iterable[Statement], few: int) -> Taken:
    """What to vote on, and what the votes have come to once enough people have said what they think."""
    found = statements.outcome(judged, few)
    told = {"agree": found[0].text, "split": found[1].text} if found else {"agree": "", "split": ""}
    return Taken(
        facts={
            "statements": tuple((one.id, one.text) for one in fresh),
            "exchange.result": "yes" if found else "no",
        },
        values={"exchange": told},
    )


async def _statement(reader: Reader) -> Taken:
    return own_statement(await statements.newest_of(reader.conn, reader.participant_id))


def own_statement(own: Statement | None) -> Taken:
    """What became of one's own; no fact when nothing was written."""
    told = {"text": own.text if own else "", "reason": own.reason if own else ""}
    return Taken(facts={"own.statement": own.state} if own else {}, values={"statement": told})


# ── in the room ────────────────────────────────────────────────────────────────────────────────────────────────
async def _room(reader: Reader) -> Taken:
    found = await rooms.latest(reader.conn, reader.area)
    flow = flow_of(reader.programme, found.wave) if found else None
    given = await rooms.given(reader.conn, found, flow.id) if found and flow else ()
    return room(found.stage if found else None, given, reader.programme.threshold)


def room(stage: int | None, found: Iterable[Given], few: int) -> Taken:
    """How far it is; and of what was said on a scale, the mean, once there are enough people."""
    numbers: dict[str, list[int]] = {}
    for one in found:
        if one.kind == "scale" and isinstance(one.value, int):
            numbers.setdefault(one.step, []).append(one.value)
    said = {
        step: {"people": len(values), "mean": f"{fmean(values):.1f}"}
        for step, values in numbers.items()
        if len(values) >= few
    }
    return Taken(facts={} if stage is None else {STAGE: stage}, values={"room": {"said": said}})


READ: Final[Mapping[str, Callable[[Reader], Awaitable[Taken]]]] = {
    "issues": _issues,
    "scope": _scope,
    "places": _places,
    "question": _question,
    "replies": _replies,
    "room": _room,
    "statement": _statement,
    "statements": _statements,
    **stakeholder_shelves.READ,
}

ISSUE: Final = replace(
    stakeholder_shelves.ISSUE, id="", joined_by=("the housing team",), minority="Some like their small flat."
)
_DAY: Final = date(2027, 3, 1)
SCOPE: Final = Scope(
    area="", inside="repairs", outside="rents", budget="£40,000", decider="the council", decided_on=_DAY
)
_OWN: Final = Own(
    asked="When will the lights be mended?",
    reply=Reply(by="The head of parks", text="In May.", at=datetime(2026, 11, 26, 18, 30, tzinfo=UTC)),
)
_ISSUES: Final = tuple(replace(ISSUE, id=state) for state in (*STATES, NO_REPLY, ""))
_ASKED: Final = tuple(
    Commitment(
        id=0,
        issue_id=state,
        area="",
        issue=ISSUE.title,
        number=1,
        owner="The head of housing",
        level="district",
        due_on=_DAY - SILENCE if state == NO_REPLY else _DAY,
        asked_on=_DAY - SILENCE,
        state="looking" if state == NO_REPLY else state,
        reply="" if state == "asked" else "We mend forty homes first.",
        reason="the landlords" if state in ("passed", "not_done") else "",
    )
    for state in (*STATES, NO_REPLY)
)
_LINES: Final = tuple(
    Statement(
        id=f"s{agree}",
        area="",
        text=text,
        state="approved",
        reason="It names a person.",
        made_at=datetime(2026, 11, 26, 18, 30, tzinfo=UTC),
        judged_by="",
        agree=agree,
        disagree=9 - agree,
    )
    for text, agree in (("there were more benches.", 8), ("the centre had no cars.", 5))
)
_PULSE: Final = tuple(Given(participant_id=str(n), step="pulse", kind="scale", value=4) for n in range(12))
EXAMPLES: Final[Mapping[str, tuple[Taken, Taken]]] = {
    "places": (Taken(facts={"own.places": 1}), Taken(facts={"own.places": 2})),
    "issues": (issues([], Figure(n=0)), issues([ISSUE], Figure(n=41))),
    "scope": (scope(None), scope(SCOPE)),
    "room": (room(0, (), FEWEST), room(0, _PULSE, FEWEST)),
    "question": (question(None), question(_OWN)),
    "statement": (own_statement(None), own_statement(_LINES[1])),
    "statements": (exchange([], [], FEWEST), exchange(_LINES, _LINES, FEWEST)),
    "replies": (replies([], [], _DAY), replies(_ISSUES, _ASKED, _DAY)),
    **stakeholder_shelves.EXAMPLES,
}
FULL: Final = together(much for _, much in EXAMPLES.values())
"""Every shelf as it may be when all is well: what a rehearsal finds there."""
