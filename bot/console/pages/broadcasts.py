"""Broadcasts: what was sent to many and what became of it, what waits for a second person, and what is uncertain."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

import anyio
from starlette.responses import Response, StreamingResponse

from bot.console.page import Door, Visit, hidden
from bot.console.telling import plural, words
from bot.facilitation import Mistake, NotAllowed, Post
from bot.facilitation.live import OUTCOMES
from bot.rights import Deed
from storage.broadcasts import Audience
from storage.elections import Held

TOLD: Final = {
    "sent": "sent",
    "waiting": "waiting",
    "uncertain": "uncertain",
    "refused": "refused",
    "expired": "too late",
    "cancelled": "called off",
    "excluded": "left out",
}
TONES: Final = {"sent": "good", "uncertain": "warm", "refused": "bad", "expired": "warm"}
"""How the outcomes are told, in the order of the page."""
WHY: Final = {
    "election": "an election is near",
    "many": "it goes to more than 50 people",
    "unplanned": "the programme did not plan it",
}
BY: Final = {"": "All", "team": "By the team", "calendar": "By the calendar"}
EVERY: Final = 1.0
"""Seconds between two looks at a message that goes out."""
LOOKS: Final = 10
"""So many looks; then the browser asks anew, and is asked again who it is."""
assert set(TOLD) == set(OUTCOMES)


async def listed(visit: Visit) -> Response:
    """The page."""
    by = visit.asked("by") if visit.asked("by") in BY else ""
    posts, older = await visit.office.posts(visit.who, visit.wanted_areas, by=by, before=visit.asked("before"))
    waits = [] if visit.asked("before") else await _waits(visit)
    return visit.page(
        "broadcasts.html",
        posts=posts,
        older=older,
        by=by,
        tabs=[(f"/broadcasts?by={name}#sent", told, name == by, "") for name, told in BY.items()],
        waits=waits,
        uncertain=[] if visit.asked("before") else await visit.office.uncertain(visit.who),
        outcomes=TOLD,
        tones=TONES,
        why=WHY,
        said=said,
        to=lambda audience: to(visit, audience),
    )


async def _waits(visit: Visit) -> list[Held]:
    """What waits for a second person or for its hour, and what has missed it lately: each once."""
    found = [*await visit.office.held(visit.who), *await visit.office.planned(visit.who)]
    return list({held.id: held for held in found}.values())


async def one(visit: Visit) -> Response:
    """One message: how it stands, and each person."""
    post = await _post(visit)
    if post is None:
        return visit.page("missing.html", status=404)
    wanted = visit.asked("outcome") if visit.asked("outcome") in TOLD else ""
    after = int(visit.asked("after")) if visit.asked("after").isdecimal() and len(visit.asked("after")) < 16 else 0
    lines, more = await visit.office.lines(visit.who, post.broadcast.id, outcome=wanted, after=after)
    path = f"/broadcasts/{post.broadcast.id}"
    tabs = [(f"{path}#people", "All", not wanted, post.total)]
    tabs += [
        (f"{path}?outcome={n}#people", _capital(TOLD[n]), n == wanted, post.counts[n]) for n in TOLD if post.counts[n]
    ]
    return visit.page(
        "broadcasts_one.html",
        post=post,
        path=path,
        lines=lines,
        more=more,
        wanted=wanted,
        tabs=tabs,
        reasons=await visit.office.left_out(visit.who, post.broadcast.id),
        outcomes=TOLD,
        tones=TONES,
        said=said,
        to=lambda audience: to(visit, audience),
    )


async def events(visit: Visit) -> Response:
    """How it goes out, told as it happens, until it is finished or the browser goes."""
    post = await _post(visit)
    if post is None:
        return visit.page("missing.html", status=404)

    async def read() -> Post:
        return await visit.office.post(visit.who, post.broadcast.id)

    stream = watch(read, visit.request.is_disconnected, every=EVERY)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def watch(
    read: Callable[[], Awaitable[Post]], gone: Callable[[], Awaitable[bool]], *, every: float
) -> AsyncIterator[str]:
    """An event whenever something has changed; the last one is called `done`."""
    shown: Post | None = None
    yield "retry: 1000\n\n"
    for _ in range(LOOKS):
        post = await read()
        if post != shown:
            yield f"data: {json.dumps({'counts': dict(post.counts), 'settled': post.settled, 'said': said(post)})}\n\n"
            shown = post
        if not post.counts["waiting"]:
            yield "event: done\ndata: {}\n\n"
            return
        if await gone():
            return
        await anyio.sleep(every)


async def cancel(visit: Visit) -> Response:
    """Call it off: what was not handed to the platform yet is not sent."""
    post = await _post(visit)
    if post is None:
        return visit.page("missing.html", status=404)
    stopped = await visit.office.cancel(visit.who, id=post.broadcast.id)
    text = f"Called off: {plural(stopped, 'message')} will not go out. What had left by then stays as it is."
    return visit.go(f"/broadcasts/{post.broadcast.id}", text)


async def again(visit: Visit) -> Response:
    """Send an uncertain one once more."""
    unclear = await visit.office.send_again(visit.who, visit.number("number"))
    return visit.go(visit.back("/broadcasts"), f"It is sent to {unclear.code_name or 'them'} once more.")


async def let_be(visit: Visit) -> Response:
    """Leave an uncertain one as it is."""
    unclear = await visit.office.let_be(visit.who, visit.number("number"))
    return visit.go(visit.back("/broadcasts"), f"The message to {unclear.code_name or 'them'} is left as it is.")


async def _post(visit: Visit) -> Post | None:
    """The message that the address names, if it is this person's to see."""
    try:
        return await visit.office.post(visit.who, visit.path("id"))
    except (Mistake, NotAllowed):
        return None


def to(visit: Visit, audience: Audience) -> str:
    """For whom a message is, in words."""
    known = visit.programme.areas
    areas = [known[area].name if area in known else area for area in audience.areas]
    everywhere = len(areas) > 1 and set(audience.areas) >= set(known)
    told = [f"{', '.join(areas[:-1])} and {areas[-1]}" if len(areas) > 1 else "".join(areas)]
    told = ["all areas"] if everywhere else told
    marks = {"attended": "who came to", "missed": "who missed", "left_early": "who left early from"}
    if audience.attendance:
        told.append(f"{marks.get(audience.attendance, 'not marked at')} workshop {audience.wave}")
    if audience.states:
        told.append(f"only {', '.join(audience.states)}")
    if audience.not_answered:
        told.append(f"who have not answered {words(audience.not_answered)}")
    return ", ".join(told)


def said(post: Post) -> str:
    """How it stands, in one sentence that adds up."""
    parts = [f"{post.counts[outcome]} {TOLD[outcome]}" for outcome in TOLD if post.counts[outcome]]
    return f"{', '.join(parts)}: {plural(post.total, 'person', 'people')} in all." if parts else "Nobody was meant."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


PATH = "/broadcasts/{id}"
DOORS = (
    Door(path="/broadcasts", view=listed, needs=Deed.BROADCAST),
    Door(path="/broadcasts/again", view=hidden(again), needs=Deed.BROADCAST, method="POST"),
    Door(path="/broadcasts/leave", view=hidden(let_be), needs=Deed.BROADCAST, method="POST"),
    Door(path=PATH, view=one, needs=Deed.BROADCAST),
    Door(path=f"{PATH}/events", view=events, needs=Deed.BROADCAST),
    Door(path=f"{PATH}/cancel", view=cancel, needs=Deed.BROADCAST, method="POST"),
)
