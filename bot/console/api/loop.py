"""What comes of it, for other programs: questions and their replies, key issues, who answers for them."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from bot.console.api.contract import (
    AreaId,
    Ask,
    Caller,
    Endpoint,
    Figure,
    Inside,
    Instant,
    OneArea,
    Shape,
    figure,
    missing,
    words_of,
)
from bot.facilitation import Answerable, Question
from bot.facilitation.building import CountedIssue
from bot.rights import Deed


# ── questions ──────────────────────────────────────────────────────────────────────────────────────────────────
class Reply(Shape, frozen=True, kw_only=True):
    """What somebody replied."""

    by: str
    text: str
    at: Instant


class Queried(Shape, frozen=True, kw_only=True):
    """What somebody asked of those who decide. Who asked is not told."""

    id: str
    area: str
    text: str
    at: Instant
    late: bool
    reply: Reply | None


class Questions(Shape, frozen=True, kw_only=True):
    """Oldest first."""

    questions: list[Queried]


class Asking(Ask, frozen=True, kw_only=True):
    """Which questions."""

    area: OneArea = ""
    open: Annotated[bool, Meta(description="Only those without a reply.")] = False


class Answer(Ask, frozen=True, kw_only=True):
    """A reply to a question."""

    id: Annotated[str, Meta(max_length=80)]
    replied_by: Annotated[str, Meta(description="Who replies, by their role.", max_length=120)]
    text: Annotated[str, Meta(max_length=1000)]


async def questions(caller: Caller, asked: Asking) -> Questions:
    """What people want to know."""
    found = await caller.office.questions(caller.who, caller.places(asked.area), open_only=asked.open)
    return Questions(questions=[_question(one, caller.now) for one in found])


async def answer(caller: Caller, asked: Answer) -> Queried:
    """Pass a reply on."""
    if await caller.office.question(caller.who, asked.id) is None:
        raise missing(f"question “{asked.id}”")
    found = await caller.office.answer_question(caller.who, asked.id, replied_by=asked.replied_by, text=asked.text)
    return _question(found, caller.now)


def _question(one: Question, now: datetime) -> Queried:
    reply = Reply(by=one.reply.by, text=one.reply.text, at=one.reply.at) if one.reply else None
    said = one.asked
    return Queried(id=said.id, area=said.area, text=words_of(said), at=said.at, late=one.late(now), reply=reply)


# ── key issues and commitments ─────────────────────────────────────────────────────────────────────────────────
class Issue(Shape, frozen=True, kw_only=True):
    """A key issue. `people`: how many spoke of it, each counted once; the quote only as long as it may be used."""

    area: str
    number: int
    title: str
    people: Figure
    frames: list[str]
    chain: list[str]
    quote: str
    assets: list[str]
    decided_by: list[str]
    joined_by: list[str]
    minority: str
    revision: int
    approved: bool
    approved_by: list[str]


class Issues(Shape, frozen=True, kw_only=True):
    """By area and number."""

    issues: list[Issue]


class Agree(Ask, frozen=True, kw_only=True):
    """Agreement to a key issue."""

    area: AreaId
    number: int
    seen: Annotated[int, Meta(description="The revision that was looked at; if it has changed, nothing is done.", ge=1)]


class Commitment(Shape, frozen=True, kw_only=True):
    """Who was asked to answer for a key issue, and how it stands today; `no_reply` says that nobody has."""

    id: int
    area: str
    number: int
    issue: str
    owner: str
    level: str
    asked_on: date
    due_on: date
    position: str
    standing: str
    action: str
    reply: str
    reason: str
    heard_on: date | None


class Commitments(Shape, frozen=True, kw_only=True):
    """In the order of the key issues."""

    commitments: list[Commitment]


async def issues(caller: Caller, asked: Inside) -> Issues:
    """What wave 1 found."""
    found = await caller.office.counted_issues(caller.who, caller.places(asked.area))
    return Issues(issues=[_issue(one) for one in found])


async def agree(caller: Caller, asked: Agree) -> Issue:
    """Approve it. It takes two people, and a program counts as who gave it its token."""
    where = (caller.place(asked.area),)
    if asked.number not in {one.issue.number for one in await caller.office.counted_issues(caller.who, where)}:
        raise missing(f"key issue {asked.number}")
    await caller.office.approve_issue(caller.who, asked.area, asked.number, seen=asked.seen)
    found = await caller.office.counted_issues(caller.who, where)
    return next(_issue(one) for one in found if one.issue.number == asked.number)


def _issue(counted: CountedIssue) -> Issue:
    one = counted.issue
    return Issue(
        area=one.area,
        number=one.number,
        title=one.title,
        people=figure(counted.people),
        frames=list(one.frames),
        chain=list(one.chain),
        quote=one.quote if one.quote_stands else "",
        assets=list(one.assets),
        decided_by=list(one.decided_by),
        joined_by=list(one.joined_by),
        minority=one.minority,
        revision=one.revision,
        approved=one.approved,
        approved_by=list(one.approved_by),
    )


async def commitments(caller: Caller, asked: Inside) -> Commitments:
    """Who answers for what."""
    found = await caller.office.commitments(caller.who, caller.places(asked.area))
    return Commitments(commitments=[_commitment(one) for one in found])


def _commitment(answerable: Answerable) -> Commitment:
    one = answerable.commitment
    return Commitment(
        id=one.id,
        area=one.area,
        number=one.number,
        issue=one.issue,
        owner=one.owner,
        level=one.level,
        asked_on=one.asked_on,
        due_on=one.due_on,
        position=one.position,
        standing=answerable.standing,
        action=one.action,
        reply=one.reply,
        reason=one.reason,
        heard_on=one.heard_on,
    )


ENDPOINTS = (
    Endpoint(
        path="/questions",
        needs=Deed.AGENDA,
        takes=Asking,
        gives=Questions,
        call=questions,
        summary="What people ask of those who decide.",
    ),
    Endpoint(
        path="/questions/{id}/answer",
        method="POST",
        needs=Deed.AGENDA,
        takes=Answer,
        gives=Queried,
        call=answer,
        summary="Pass on what somebody replied.",
    ),
    Endpoint(
        path="/issues",
        needs=Deed.AGENDA,
        takes=Inside,
        gives=Issues,
        call=issues,
        summary="The key issues.",
    ),
    Endpoint(
        path="/issues/{area}/{number}/approve",
        method="POST",
        needs=Deed.AGENDA,
        takes=Agree,
        gives=Issue,
        call=agree,
        summary="Approve a key issue, as one of the two people that it takes.",
    ),
    Endpoint(
        path="/commitments",
        needs=Deed.AGENDA,
        takes=Inside,
        gives=Commitments,
        call=commitments,
        summary="Who answers for a key issue, and what they said.",
    ),
)
