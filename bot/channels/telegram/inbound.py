"""Update JSON → Inbound. Pure: nothing is asked or fetched, and whatever comes, nothing is raised."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
from msgspec import Struct, field

from bot.messages import (
    Address,
    Broken,
    Content,
    Edit,
    Inbound,
    Reachable,
    Shown,
    Start,
    Tap,
    Unsupported,
    Words,
    clean,
)

WANTED = ["message", "edited_message", "callback_query", "my_chat_member"]
GROUPS = {"group", "supergroup"}
START = re.compile(r"/start(?:@\w+)?(?:\s+(\S{1,64}))?\s*")
TOKEN = 64  # bytes a button may carry; a longer one is forged
NOT_TAKEN = (
    "sticker",
    "animation",  # before "document": Telegram sends both
    "document",
    "video",
    "video_note",
    "audio",
    "contact",
    "poll",
    "dice",
    "story",
    "game",
)


class Chat(Struct, frozen=True):
    """Where it was said."""

    id: int
    type: str = "private"


class User(Struct, frozen=True):
    """Who said it."""

    id: int
    is_bot: bool = False


class Media(Struct, frozen=True):
    """A file, by reference."""

    file_id: str
    duration: int = 0


class Point(Struct, frozen=True):
    """A place on the map."""

    latitude: float
    longitude: float


class Message(Struct, frozen=True):
    """What we read of a message, in the platform's names."""

    message_id: int
    chat: Chat
    date: int = 0
    edit_date: int = 0
    sender: User | None = field(default=None, name="from")
    text: str | None = None
    caption: str = ""
    voice: Media | None = None
    photo: list[Media] = field(default_factory=list)
    location: Point | None = None


class CallbackQuery(Struct, frozen=True):
    """A button was pressed."""

    id: str
    sender: User = field(name="from")
    message: Message | None = None
    data: str | None = None


class Member(Struct, frozen=True):
    """Our own standing in a chat."""

    status: str


class MemberUpdate(Struct, frozen=True):
    """Our own standing changed."""

    chat: Chat
    new_chat_member: Member
    date: int = 0


class Update(Struct, frozen=True):
    """The four kinds we ask for; others are passed over."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: MemberUpdate | None = None


def read(raw: object, bot: str, now: datetime) -> Inbound | None:
    """What an update says; None when it is not for us."""
    try:
        update = msgspec.convert(raw, Update)
        assert isinstance(raw, Mapping)
        found = _found(update, raw, now)
    except (msgspec.ValidationError, OverflowError, OSError, ValueError) as error:
        return _broken(raw, bot, now, str(error))
    if found is None:
        return None
    chat, at, content = found
    return Inbound(
        key=str(update.update_id), address=Address(channel="telegram", bot=bot, chat=chat), at=at, content=content
    )


def update_id(raw: object) -> int | None:
    """The number by which an update is confirmed, if it has one."""
    id = raw.get("update_id") if isinstance(raw, Mapping) else None
    return id if isinstance(id, int) and not isinstance(id, bool) else None


def callback_id(raw: object) -> str | None:
    """The id under which a button press wants an answer at once."""
    query = raw.get("callback_query") if isinstance(raw, Mapping) else None
    id = query.get("id") if isinstance(query, Mapping) else None
    return id if isinstance(id, str) else None


Found = tuple[str, datetime, Content] | None


def _found(update: Update, raw: Mapping[str, object], now: datetime) -> Found:
    if update.message:
        return _message(update.message, raw["message"])
    if update.edited_message:
        return _edited(update.edited_message)
    if update.callback_query:
        return _tap(update.callback_query, now)
    if update.my_chat_member:
        return _standing(update.my_chat_member)
    return None


def _message(message: Message, raw: object) -> Found:
    if message.sender is None or message.sender.is_bot:
        return None
    chat, at = str(message.chat.id), _time(message.date)
    if message.chat.type in GROUPS:
        return chat, at, Unsupported(what="group")
    if message.chat.type != "private":
        return None
    content = _content(message, raw)
    return (chat, at, content) if content else None


def _content(message: Message, raw: object) -> Content | None:
    id = str(message.message_id)
    if message.text is not None:
        return _text(message.text, id)
    if message.voice:
        return _shown("voice", message.voice, message)
    if message.photo:
        return _shown("photo", message.photo[-1], message)
    if message.location:
        return Shown(kind="location", reference=_rough(message.location), message=id)
    assert isinstance(raw, Mapping)
    kind = next((kind for kind in NOT_TAKEN if kind in raw), None)
    return Unsupported(what="file" if kind == "document" else kind) if kind else None


def _text(text: str, id: str) -> Content:
    start = START.fullmatch(text)
    return Start(code=clean(start[1] or "")) if start else Words(text=clean(text), message=id)


def _shown(kind: str, media: Media, message: Message) -> Shown:
    return Shown(
        kind=kind,
        reference=clean(media.file_id),
        message=str(message.message_id),
        seconds=media.duration,
        caption=clean(message.caption),
    )


def _rough(point: Point) -> str:
    """To about 100 metres, before anything is put on disk: where somebody stands to the metre is nobody's business."""
    return f"{point.latitude:.3f},{point.longitude:.3f}"


def _edited(message: Message) -> Found:
    person = message.sender is not None and not message.sender.is_bot
    if not person or message.chat.type != "private" or message.text is None:
        return None
    content = Edit(text=clean(message.text), message=str(message.message_id))
    return str(message.chat.id), _time(message.edit_date or message.date), content


def _tap(query: CallbackQuery, now: datetime) -> Found:
    chat = query.message.chat if query.message else Chat(id=query.sender.id)
    if query.data is None or query.sender.is_bot or chat.type != "private":
        return None
    token = clean(query.data)
    return str(chat.id), now, Tap(token=token if len(token.encode()) <= TOKEN else "")


def _standing(change: MemberUpdate) -> Found:
    if change.chat.type != "private":
        return None
    yes = change.new_chat_member.status != "kicked"
    return str(change.chat.id), _time(change.date), Reachable(yes=yes)


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _broken(raw: object, bot: str, now: datetime, error: str) -> Inbound:
    """Kept without what it says: it may come from a group, or from somebody who has not agreed to anything."""
    id = update_id(raw)
    key = f"junk:{_digest(raw)}" if id is None else str(id)
    address = Address(channel="telegram", bot=bot, chat="")
    return Inbound(key=key, address=address, at=now, content=Broken(error=clean(error)[:200]))


def _digest(raw: object) -> str:
    return hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()[:32]
