"""Everything the page shows, as one small JSON document."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from bot.channels.demo.phone import Bubble, Phone
from bot.demo_page.notebook import Pages, Planned

Html = Callable[[str], str]
"""Small markup to HTML that is safe to show."""


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """The document and its digest, by which the page knows that something has changed."""

    body: bytes
    digest: str


def state(pages: Pages, phone: Phone, html: Html) -> State:
    """The page at one moment. The passing of time alone changes no digest."""
    shown = msgspec.to_builtins(pages)
    now = shown.pop("now")
    document = {"phone": _phone(phone, pages.now, html), "notebook": shown, "next": msgspec.to_builtins(jumps(pages))}
    digest = hashlib.sha256(msgspec.json.encode(document)).hexdigest()[:16]
    return State(body=msgspec.json.encode({"now": now, "digest": digest, **document}), digest=digest)


@dataclass(frozen=True, kw_only=True, slots=True)
class Jumps:
    """Where the clock can go. None: nothing is planned there."""

    prompt: Planned | None
    workshop: datetime | None


def jumps(pages: Pages) -> Jumps:
    """The next prompt and the next workshop: of the person on the phone, or of anybody while nobody has joined."""
    mine = next((member for member in pages.people if member.mine), None)
    ahead = sorted((p for p in pages.planned if p.at > pages.now), key=lambda planned: planned.at)
    own = [planned for planned in ahead if planned.mine]
    meetings = sorted(
        meeting.starts_at
        for meeting in pages.meetings
        if meeting.starts_at > pages.now and (mine is None or meeting.area == mine.area)
    )
    prompt = next(iter(own if mine else ahead), None)
    return Jumps(prompt=prompt, workshop=meetings[0] if meetings else None)


def _phone(phone: Phone, now: datetime, html: Html) -> dict[str, Any]:
    return {
        "chat": phone.chat,
        "bubbles": [_bubble(bubble, html) for bubble in phone.bubbles],
        "typing": phone.typing(now),
        "unread": phone.unread,
        "blocked": phone.blocked,
    }


def _bubble(bubble: Bubble, html: Html) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": bubble.id, "side": bubble.side, "at": bubble.at}
    shown["html" if bubble.side == "bot" else "text"] = html(bubble.text) if bubble.side == "bot" else bubble.text
    if bubble.kind == "voice":
        shown["seconds"] = bubble.seconds
    if bubble.choices:
        shown["choices"] = [
            {"token": c.token, "label": c.label, "tapped": c.token in bubble.tapped} for c in bubble.choices
        ]
    if bubble.edited:
        shown["edited"] = True
    if bubble.document:
        shown["document"] = {"name": bubble.document.name, "text": bubble.document.text}
    if bubble.attachment:
        shown["attachment"] = {"kind": bubble.attachment.kind, "from": f"phone/attachment/{bubble.id}"}
    return shown
