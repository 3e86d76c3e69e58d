"""What Slack sends → Inbound. Pure: nothing is asked or fetched, and whatever comes, nothing is raised.

A person is known by their id in a workspace: that is the chat, whatever they did and wherever. What is said in
channels, by other programs or by us is not read.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from bot.channels.slack.mrkdwn import unescape
from bot.channels.slack.payloads import (
    Action,
    BlockActions,
    Event,
    EventCallback,
    File,
    Member,
    Message,
    Shortcut,
    Slash,
    Submission,
)
from bot.messages import (
    Address,
    Broken,
    Command,
    Content,
    Deleted,
    Edit,
    Form,
    Inbound,
    Opened,
    Reachable,
    Shown,
    Start,
    Tap,
    Unsupported,
    Words,
    clean,
)

EVENTS = ("message.im", "app_home_opened", "app_uninstalled", "tokens_revoked", "user_change")
"""What the app subscribes to; the manifest says the same."""
COMMAND = "/reconvene"
SHORTCUT = "mailbox"
WRITE = "write"
"""The button that opens a sheet, and the sheet."""
DONE = "done"
"""The one field of that sheet."""
TOKEN = 64  # bytes a button of ours carries; a longer one is forged
LONGEST_KEY = 56
SECOND = timedelta(microseconds=999_999)  # Slack cuts off what is less
READ = ("message", "app_home_opened", "user_change")
SAID = {None, "file_share", "me_message", "thread_broadcast"}
SPOKEN = "slack_audio"


Found = tuple[str, str, datetime, Content]  # key, chat, when, what


def team_of(body: Mapping[str, object]) -> str:
    """The workspace that a request is about; "" when it names none."""
    found = body.get("team_id")
    authorized, team = body.get("authorizations"), body.get("team")
    if isinstance(authorized, list) and authorized and isinstance(authorized[0], Mapping):
        found = authorized[0].get("team_id") or found
    if isinstance(team, Mapping):
        found = team.get("id") or found
    return found if isinstance(found, str) else ""


def read(body: Mapping[str, object], team: str, now: datetime) -> tuple[Inbound, ...]:
    """What a request says; nothing when it is not for us."""
    try:
        found = _found(body, now)
    except (msgspec.ValidationError, OverflowError, OSError, ValueError) as error:
        return (_broken(body, team, now, str(error)),)
    return tuple(_inbound(team, *one) for one in found)


def past(raw: object, chat: str, channel: str, team: str) -> tuple[Inbound, ...]:
    """What a message says that we find in a conversation: the same as when it was told."""
    try:
        message = msgspec.convert(raw, Message)
        return tuple(_inbound(team, *one) for one in _said(message, channel) if one[1] == chat)
    except (msgspec.ValidationError, OverflowError, OSError, ValueError):
        return ()


def removed_at(body: Mapping[str, object]) -> datetime | None:
    """When the app was taken out of the workspace, if this event says so. The two that do may come in any order."""
    event, at = body.get("event"), body.get("event_time")
    if not isinstance(event, Mapping):
        return None
    tokens = event.get("tokens")
    gone = event.get("type") == "app_uninstalled"
    gone |= event.get("type") == "tokens_revoked" and isinstance(tokens, Mapping) and bool(tokens.get("bot"))
    return _time(str(at)) + SECOND if gone and isinstance(at, int) else None


def _inbound(team: str, key: str, chat: str, at: datetime, content: Content) -> Inbound:
    short = key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()[:40]
    return Inbound(key=short, address=Address(channel="slack", bot=team, chat=chat), at=at, content=content)


def _found(body: Mapping[str, object], now: datetime) -> list[Found]:
    match body.get("type"):
        case "event_callback":
            event = body.get("event")
            known = isinstance(event, Mapping) and event.get("type") in READ
            return _event(msgspec.convert(body, EventCallback), body) if known else []
        case "block_actions":
            return _pressed(msgspec.convert(body, BlockActions), now)
        case "view_submission":
            return _sent(msgspec.convert(body, Submission), now)
        case "shortcut":
            return _picked(msgspec.convert(body, Shortcut), now)
    if body.get("command") == COMMAND:
        return _typed(msgspec.convert(body, Slash), now)
    return []


# ── events ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _event(told: EventCallback, body: Mapping[str, object]) -> list[Found]:
    event = told.event
    key, at = f"v:{told.event_id}", _time(str(told.event_time))
    if event.type == "message":
        return _message(event, body["event"])
    if event.type == "app_home_opened" and isinstance(event.user, str):
        return [(key, event.user, at, Opened(place=event.tab or "home"))]
    if event.type == "user_change":
        user = msgspec.convert(body["event"], Member).user
        return [(key, user.id, at, Reachable(yes=False))] if user.deleted and not user.is_bot else []
    return []


def _message(event: Event, raw: object) -> list[Found]:
    """Of a conversation of two only: what is said in channels is nobody's answer."""
    if event.channel_type != "im" or not isinstance(event.channel, str):
        return []
    if event.subtype == "message_changed":
        return _edited(event, event.channel)
    if event.subtype == "message_deleted":
        return _deleted(event.previous_message, event.deleted_ts, event.channel, event.event_ts)
    return _said(msgspec.convert(raw, Message), event.channel)


def _said(message: Message, channel: str) -> list[Found]:
    if not _by_person(message):
        return []
    assert message.user is not None
    text = clean(unescape(message.text or ""))
    contents = _contents(message, text)
    key, at = f"m:{channel}:{message.ts}", _time(message.ts)
    return [(f"{key}:{n}" if n else key, message.user, at, content) for n, content in enumerate(contents)]


def _by_person(message: Message | None) -> bool:
    return message is not None and bool(message.user) and not message.bot_id and message.subtype in SAID


def _contents(message: Message, text: str) -> list[Content]:
    """Words, or the files with the words under the first of them. A file we do not take takes no words with it."""
    shown = [file for file in message.files if _kind(file)]
    others = len(shown) < len(message.files)
    found: list[Content] = [
        Shown(
            kind=_kind(file),
            reference=clean(file.id),
            message=message.ts,
            seconds=int(file.duration_ms // 1000),
            caption="" if number else text,
        )
        for number, file in enumerate(shown)
    ]
    if text.strip() and not found:
        found.append(Words(text=text, message=message.ts))
    return [*found, Unsupported(what="file")] if others else found


def _kind(file: File) -> str:
    if file.subtype == SPOKEN or file.mimetype.startswith("audio/"):
        return "voice"
    return "photo" if file.mimetype.startswith("image/") else ""


def _edited(event: Event, channel: str) -> list[Found]:
    """Slack also calls it a change when it shows a page below a link; then the words are the same."""
    message, before = event.message, event.previous_message
    if message is not None and message.subtype == "tombstone":
        return _deleted(before, message.ts, channel, event.event_ts)
    if message is None or not _by_person(message):
        return []
    if before is not None and before.text == message.text:
        return []
    at = message.edited.ts if message.edited else event.event_ts
    content = Edit(text=clean(unescape(message.text or "")), message=message.ts)
    return [(f"e:{channel}:{message.ts}:{at}", str(message.user), _time(at), content)]


def _deleted(before: Message | None, ts: str, channel: str, at: str) -> list[Found]:
    if before is None or not _by_person(before):
        return []
    return [(f"d:{channel}:{ts}", str(before.user), _time(at), Deleted(message=ts))]


# ── what is pressed, sent, picked and typed ────────────────────────────────────────────────────────────────────
def _pressed(press: BlockActions, now: datetime) -> list[Found]:
    """In our conversation or on the person's own page; a button that opens a sheet is no answer yet."""
    if press.channel is not None and not press.channel.id.startswith("D"):
        return []
    where = press.container.message_ts or press.container.view_id
    return [
        (f"a:{where}:{action.action_ts}", press.user.id, now, Tap(token=_token(action)))
        for action in press.actions
        if not action.action_id.startswith(WRITE)
    ]


def _token(action: Action) -> str:
    token = clean(action.selected_option.value if action.selected_option else action.value or "")
    return token if len(token.encode()) <= TOKEN else ""


def _sent(sent: Submission, now: datetime) -> list[Found]:
    view = sent.view
    given = {name: clean(one.text) for block in view.state.values.values() for name, one in block.items()}
    token = clean(view.private_metadata)
    form = Form(token=token if len(token.encode()) <= TOKEN else "", fields=given, message=view.id)
    return [(f"s:{view.id}:{view.hash}", sent.user.id, now, form)]


def _picked(picked: Shortcut, now: datetime) -> list[Found]:
    if picked.callback_id != SHORTCUT:
        return []
    return [(f"k:{picked.user.id}:{picked.action_ts}", picked.user.id, now, Start(code=SHORTCUT))]


def _typed(typed: Slash, now: datetime) -> list[Found]:
    content = Command(text=clean(unescape(typed.text.strip())))
    return [(f"c:{typed.trigger_id}", typed.user_id, now, content)]


def _time(seconds: str) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)


def _broken(body: Mapping[str, object], team: str, now: datetime, error: str) -> Inbound:
    """Kept without what it says: it may come from a channel, or from somebody who has not agreed to anything."""
    id = body.get("event_id")
    key = f"v:{id}" if isinstance(id, str) else f"junk:{_digest(body)}"
    return _inbound(team, key, "", now, Broken(error=clean(error)[:200]))


def _digest(body: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()[:32]
