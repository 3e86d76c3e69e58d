"""Messages to many, for other programs: look first, send once, call off, and see what became of each."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from bot.console.api.contract import AreaId, Ask, Caller, Endpoint, Instant, Next, OneArea, Page, Shape, missing
from bot.facilitation import Mistake, NotAllowed, Post
from bot.facilitation.looks import filled
from bot.rights import Deed
from storage.broadcasts import Audience
from storage.ledgers import Line

MOST: Final = 2**53
"""No number of a row is larger."""


class Broadcast(Shape, frozen=True, kw_only=True):
    """One message to many and how it stands. The counts add up to everybody its audience named."""

    id: str
    template: str
    areas: list[str]
    made_by: str
    state: str
    created_at: Instant
    counts: Annotated[dict[str, int], Meta(description="sent, waiting, uncertain, refused, expired … → how many.")]


class Broadcasts(Shape, frozen=True, kw_only=True):
    """A page of them, the newest first."""

    broadcasts: list[Broadcast]
    next: Next


class Sent(Ask, frozen=True, kw_only=True):
    """Which messages."""

    area: OneArea = ""
    by: Annotated[str, Meta(description="team or calendar; empty: both.", pattern="^(team|calendar)?$")] = ""
    before: Page = ""


class Which(Ask, frozen=True, kw_only=True):
    """One of them."""

    id: Annotated[str, Meta(max_length=20)]


class Row(Shape, frozen=True, kw_only=True):
    """What became of one person's message. Who was erased since has no code name."""

    code_name: str
    area: str
    outcome: str
    reason: str
    at: Instant | None
    reply: str


class Ledger(Shape, frozen=True, kw_only=True):
    """A page of the people of one message."""

    rows: list[Row]
    next: Annotated[int, Meta(description="Where the next page begins; 0 on the last.")]


class Rows(Ask, frozen=True, kw_only=True):
    """Which people of a message."""

    id: Annotated[str, Meta(max_length=20)]
    outcome: Annotated[str, Meta(description="Only those with this outcome, such as uncertain.")] = ""
    after: Annotated[int, Meta(description="Where the page begins: `next` of the page before.", ge=0, le=MOST)] = 0


async def listed(caller: Caller, asked: Sent) -> Broadcasts:
    """What went to many."""
    found, older = await caller.office.posts(
        caller.who, caller.places(asked.area), by=asked.by, before=asked.before, limit=50
    )
    return Broadcasts(broadcasts=[_broadcast(post) for post in found], next=older)


async def one(caller: Caller, asked: Which) -> Broadcast:
    """How it stands now."""
    return _broadcast(await _post(caller, asked.id))


async def ledger(caller: Caller, asked: Rows) -> Ledger:
    """Who got it, and who did not."""
    await _post(caller, asked.id)
    rows, more = await caller.office.lines(caller.who, asked.id, outcome=asked.outcome, after=asked.after)
    return Ledger(rows=[_row(line) for line in rows], next=more)


def _broadcast(post: Post) -> Broadcast:
    known = post.broadcast
    return Broadcast(
        id=known.id,
        template=known.template,
        areas=list(known.audience.areas),
        made_by=known.made_by,
        state=known.state,
        created_at=known.created_at,
        counts=dict(post.counts),
    )


def _row(line: Line) -> Row:
    return Row(
        code_name=line.code_name,
        area=line.area,
        outcome=line.outcome,
        reason=line.reason,
        at=line.at,
        reply=line.reply,
    )


async def _post(caller: Caller, id: str) -> Post:
    """One message; what goes to others' areas is not there."""
    try:
        return await caller.office.post(caller.who, id)
    except (Mistake, NotAllowed):
        raise missing(f"broadcast “{id}”") from None


# ── sending ────────────────────────────────────────────────────────────────────────────────────────────────────
class Draft(Ask, frozen=True, kw_only=True):
    """A message and whom it is for. People who paused, left or did not agree to it are left out by themselves."""

    template: Annotated[str, Meta(description="A message, by its id as in /programme.")]
    areas: Annotated[list[AreaId], Meta(min_length=1, max_length=100)]
    wave: Annotated[int, Meta(description="Of which `attendance` speaks.")] = 1
    attendance: Annotated[str, Meta(description="attended, missed, left_early or unmarked; empty: all.")] = ""
    not_answered: Annotated[str, Meta(description="A conversation: who has answered it is left out.")] = ""
    again: Annotated[bool, Meta(description="Also to those who had this message before.")] = False
    fill: Annotated[dict[str, str], Meta(description="What the message leaves to its sender.", max_length=20)] = (
        msgspec.field(default_factory=dict)
    )


class Send(Draft, frozen=True, kw_only=True):
    """The same, to be sent."""

    urgent: Annotated[bool, Meta(description="Also in the quiet hours.")] = False
    why: Annotated[str, Meta(description="Why words stay that are hard to read.", max_length=300)] = ""


class LeftOut(Shape, frozen=True, kw_only=True):
    """Somebody who would get no message, and why."""

    code_name: str
    area: str
    reason: str


class Preview(Shape, frozen=True, kw_only=True):
    """What sending would do now. `second`: why somebody of the team has to let it go; empty: it goes by itself."""

    count: int
    recipients: Annotated[list[str], Meta(description="Code names.")]
    left_out: list[LeftOut]
    sample: Annotated[str, Meta(description="How it reads, in the markup of the programme.")]
    buttons: list[str]
    warning: str
    second: Annotated[str, Meta(description="election, many or unplanned.")]


class Submitted(Shape, frozen=True, kw_only=True):
    """It goes out (`sending`), or it waits for somebody of the team to let it go (`held`)."""

    state: Annotated[str, Meta(description="sending or held.")]
    id: Annotated[str, Meta(description="Of the broadcast, or of what waits under /broadcasts in the console.")]
    template: str
    people: Annotated[int, Meta(description="How many get it; 0 as long as it waits.")]
    left_out: int


class Stopped(Shape, frozen=True, kw_only=True):
    """What had not gone out yet does not."""

    id: str
    people: int


async def preview(caller: Caller, asked: Draft) -> Preview:
    """Look what would go out. Nothing does."""
    found = await caller.office.preview(caller.who, asked.template, _audience(caller, asked), _fill(asked))
    return Preview(
        count=found.count,
        recipients=list(found.recipients),
        left_out=[LeftOut(code_name=o.code_name, area=o.area, reason=o.reason) for o in found.excluded],
        sample=found.sample,
        buttons=list(found.buttons),
        warning=found.warning,
        second=found.second,
    )


async def send(caller: Caller, asked: Send) -> Submitted:
    """Send it, or ask for a second person where it takes one. The same key again sends nothing more."""
    office, audience, fill = caller.office, _audience(caller, asked), _fill(asked)
    await office.stand_by(caller.who, asked.template, audience.areas[0], fill, asked.why)
    key = f"api:{caller.bearer.token.id}:{caller.key}"
    done = await office.submit(caller.who, asked.template, audience, key=key, fill=fill, urgent=asked.urgent)
    if done.posted is None:
        waits = done.held.id if done.held else ""
        return Submitted(state="held", id=waits, template=asked.template, people=0, left_out=0)
    sent = done.posted
    return Submitted(
        state="sending", id=sent.broadcast.id, template=asked.template, people=sent.count, left_out=sent.excluded
    )


async def cancel(caller: Caller, asked: Which) -> Stopped:
    """Call it off."""
    await _post(caller, asked.id)
    return Stopped(id=asked.id, people=await caller.office.cancel(caller.who, id=asked.id))


def _audience(caller: Caller, asked: Draft) -> Audience:
    return Audience(
        areas=tuple(dict.fromkeys(caller.place(area) for area in asked.areas)),
        wave=asked.wave,
        attendance=asked.attendance,
        not_answered=asked.not_answered,
        again=asked.again,
    )


def _fill(asked: Draft) -> dict[str, str]:
    return filled(asked.fill.items())


ENDPOINTS = (
    Endpoint(
        path="/broadcasts",
        needs=Deed.BROADCAST,
        takes=Sent,
        gives=Broadcasts,
        call=listed,
        summary="Messages to many with their counts, the newest first, 50 a page.",
    ),
    Endpoint(
        path="/broadcasts/{id}",
        needs=Deed.BROADCAST,
        takes=Which,
        gives=Broadcast,
        call=one,
        summary="One of them, as it stands now.",
    ),
    Endpoint(
        path="/broadcasts/{id}/ledger",
        needs=Deed.BROADCAST,
        takes=Rows,
        gives=Ledger,
        call=ledger,
        summary="What became of each person's message, 50 a page.",
    ),
    Endpoint(
        path="/broadcasts/preview",
        method="POST",
        needs=Deed.BROADCAST,
        takes=Draft,
        gives=Preview,
        call=preview,
        summary="Who would get a message, who would not and why, and how it reads. Sends nothing.",
    ),
    Endpoint(
        path="/broadcasts",
        method="POST",
        needs=Deed.BROADCAST,
        takes=Send,
        gives=Submitted,
        call=send,
        once=True,
        summary="Send a message, once for each Idempotency-Key. Some wait for a second person of the team.",
    ),
    Endpoint(
        path="/broadcasts/{id}/cancel",
        method="POST",
        needs=Deed.BROADCAST,
        takes=Which,
        gives=Stopped,
        call=cancel,
        summary="Call off what has not gone out yet.",
    ),
)
