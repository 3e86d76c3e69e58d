"""What people said, for other programs: answers that they share with the team, and views on each other's views."""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from bot.console.api.contract import (
    Ask,
    Caller,
    Endpoint,
    Figure,
    Inside,
    Instant,
    Next,
    OneArea,
    Page,
    Shape,
    figure,
    missing,
)
from bot.facilitation import Selection
from bot.facilitation.exchange import Results, Votes
from bot.rights import Deed
from storage import statements as views
from storage.reading import Card


# ── reflections ────────────────────────────────────────────────────────────────────────────────────────────────
class Sorted(Shape, frozen=True, kw_only=True):
    """What somebody of the team sorted an answer, or some words of it, under."""

    label: str
    words: str


class Reflection(Shape, frozen=True, kw_only=True):
    """One answer that its author shares with the team. `quoting`: what they said about being quoted."""

    id: str
    code_name: str
    area: str
    wave: int
    flow: str
    step: str
    question: str
    at: Instant
    locale: str
    text: str
    media: Annotated[list[str], Meta(description="What else there is, such as voice or photo; hear it in the console.")]
    share: str
    quoting: str
    sorted: list[Sorted]


class Reflections(Shape, frozen=True, kw_only=True):
    """A page of them, newest first."""

    reflections: list[Reflection]
    private: Annotated[int, Meta(description="Answers that people keep to themselves: counted, never shown.")]
    next: Next


class Wanted(Ask, frozen=True, kw_only=True):
    """Which answers."""

    area: OneArea = ""
    wave: int | None = None
    flow: str = ""
    label: Annotated[str, Meta(description="Only what is sorted under this.")] = ""
    search: Annotated[str, Meta(description="Words to look for, as on the page Reflections.", max_length=500)] = ""
    before: Page = ""


class TheOne(Ask, frozen=True, kw_only=True):
    """One answer."""

    id: Annotated[str, Meta(max_length=80)]


async def reflections(caller: Caller, asked: Wanted) -> Reflections:
    """What people said. How much a program took along is noted."""
    chosen = Selection(
        areas=caller.places(asked.area), wave=asked.wave, flow=asked.flow, label=asked.label, words=asked.search
    )
    found = await caller.office.stream(caller.who, chosen, asked.before)
    await caller.office.took(caller.who, "reflections", len(found.cards))
    shown = [_reflection(card, found.questions) for card in found.cards]
    return Reflections(reflections=shown, private=found.unseen.private, next=found.before)


async def reflection(caller: Caller, asked: TheOne) -> Reflection:
    """One answer."""
    card = await caller.office.card(caller.who, asked.id)
    if card is None:
        raise missing(f"reflection “{asked.id}”")
    await caller.office.took(caller.who, "reflections", 1)
    return _reflection(card, caller.office.asked_in([card]))


def _reflection(card: Card, questions: Mapping[str, str]) -> Reflection:
    said = card.reflection
    return Reflection(
        id=said.id,
        code_name=said.code_name,
        area=said.area,
        wave=said.wave,
        flow=said.flow,
        step=said.step,
        question=questions.get(said.id, ""),
        at=said.at,
        locale=said.locale,
        text=card.text,
        media=[part.media_kind for part in said.parts if part.media_kind],
        share=said.share,
        quoting=card.consent,
        sorted=[Sorted(label=code.label, words=code.words) for code in card.codes if code.removed_at is None],
    )


# ── statements ─────────────────────────────────────────────────────────────────────────────────────────────────
class Statement(Shape, frozen=True, kw_only=True):
    """A view that somebody put to others. Who wrote it is not told."""

    id: str
    area: str
    text: str
    state: str
    reason: str
    made_at: Instant
    judged_by: str


class Statements(Shape, frozen=True, kw_only=True):
    """Oldest first."""

    statements: list[Statement]


class InState(Ask, frozen=True, kw_only=True):
    """Which views."""

    area: OneArea = ""
    state: Annotated[str, Meta(description="waiting, approved, reword or held; empty: all.")] = ""


class Judge(Ask, frozen=True, kw_only=True):
    """What becomes of a view."""

    id: Annotated[str, Meta(max_length=20)]
    state: Literal["approved", "reword", "held"]
    reason: Annotated[str, Meta(description="Its author reads it; not needed to approve.", max_length=200)] = ""


class Vote(Shape, frozen=True, kw_only=True):
    """What people think of a view. `outcome`: agreed or split, for the one that most agree on, or split on."""

    text: str
    agree: Figure
    disagree: Figure
    passed: Figure
    outcome: str


class Outcome(Shape, frozen=True, kw_only=True):
    """One area. Fewer people than `fewest` are not told as a number."""

    area: str
    name: str
    fewest: int
    views: list[Vote]


class Outcomes(Shape, frozen=True, kw_only=True):
    """Area by area."""

    results: list[Outcome]


async def statements(caller: Caller, asked: InState) -> Statements:
    """What people wrote for each other."""
    found = await caller.office.statements(caller.who, caller.places(asked.area), asked.state)
    return Statements(statements=[_statement(one) for one in found])


async def results(caller: Caller, asked: Inside) -> Outcomes:
    """What people agree on, and what splits them."""
    found = await caller.office.results(caller.who, caller.places(asked.area))
    return Outcomes(results=[_outcome(one) for one in found])


async def judge(caller: Caller, asked: Judge) -> Statement:
    """Show it to others, have it said in other words, or keep it back."""
    if await caller.office.statement(caller.who, asked.id) is None:
        raise missing(f"statement “{asked.id}”")
    match asked.state:
        case "approved":
            judged = await caller.office.approve_statement(caller.who, asked.id)
        case "reword":
            judged = await caller.office.reword_statement(caller.who, asked.id, asked.reason)
        case _:
            judged = await caller.office.hold_statement(caller.who, asked.id, asked.reason)
    return _statement(judged)


def _statement(one: views.Statement) -> Statement:
    return Statement(
        id=one.id,
        area=one.area,
        text=one.text,
        state=one.state,
        reason=one.reason,
        made_at=one.made_at,
        judged_by=one.judged_by,
    )


def _outcome(one: Results) -> Outcome:
    return Outcome(area=one.area, name=one.name, fewest=one.fewest, views=[_vote(row) for row in one.rows])


def _vote(row: Votes) -> Vote:
    return Vote(
        text=row.text,
        agree=figure(row.agree),
        disagree=figure(row.disagree),
        passed=figure(row.passed),
        outcome=row.outcome,
    )


ENDPOINTS = (
    Endpoint(
        path="/reflections",
        needs=Deed.EXPORT,
        takes=Wanted,
        gives=Reflections,
        call=reflections,
        summary="What people said and share with the team, newest first, 50 a page. The audit notes how many.",
    ),
    Endpoint(
        path="/reflections/{id}",
        needs=Deed.EXPORT,
        takes=TheOne,
        gives=Reflection,
        call=reflection,
        summary="One answer.",
    ),
    Endpoint(
        path="/statements",
        needs=Deed.MODERATE,
        takes=InState,
        gives=Statements,
        call=statements,
        summary="The views that people put to each other.",
    ),
    Endpoint(
        path="/statements/results",
        needs=Deed.MODERATE,
        takes=Inside,
        gives=Outcomes,
        call=results,
        summary="What people agree on and what splits them, in figures.",
    ),
    Endpoint(
        path="/statements/{id}",
        method="POST",
        needs=Deed.MODERATE,
        takes=Judge,
        gives=Statement,
        call=judge,
        summary="Moderate a view: show it, have it reworded, or keep it back.",
    ),
)
