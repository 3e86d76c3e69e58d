"""Platform-neutral messages: frozen values, to and from JSON."""

import re
from datetime import datetime
from typing import Literal

from msgspec import Struct

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


ENDINGS = {
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
}


def clean(text: str) -> str:
    """The text with what databases refuse (NUL, half a surrogate pair) made visible; nothing else is touched."""
    return UNSTORABLE.sub("\ufffd", text)


class Address(Struct, frozen=True, kw_only=True):
    """Where one person can be reached: platform, the bot they talk to, and their private chat with it."""

    channel: str
    bot: str
    chat: str


class Words(Struct, frozen=True, kw_only=True, tag="words"):
    """Text the person typed. `message` is the platform's id of it."""

    text: str
    message: str


class Start(Struct, frozen=True, kw_only=True, tag="start"):
    """The person opened the chat, perhaps with a code from a join link."""

    code: str = ""


class Tap(Struct, frozen=True, kw_only=True, tag="tap"):
    """A button was pressed; `token` is what its Choice carried."""

    token: str


class Shown(Struct, frozen=True, kw_only=True, tag="shown"):
    """A voice note or photo, by the platform's reference; nothing is fetched unasked."""

    kind: str
    reference: str
    message: str
    seconds: int = 0
    caption: str = ""


class Edit(Struct, frozen=True, kw_only=True, tag="edit"):
    """An earlier message of the person, with its new text."""

    text: str
    message: str


class Deleted(Struct, frozen=True, kw_only=True, tag="deleted"):
    """The person took an earlier message back."""

    message: str


class Form(Struct, frozen=True, kw_only=True, tag="form"):
    """A filled-in form: `token` names the prompt it was opened from, so that one that comes late is known."""

    token: str
    fields: dict[str, str]
    message: str


class Command(Struct, frozen=True, kw_only=True, tag="command"):
    """What somebody typed behind the platform's command for us; "" when nothing."""

    text: str = ""


class Opened(Struct, frozen=True, kw_only=True, tag="opened"):
    """The person looks at a place of ours, such as "home"; they have said nothing."""

    place: str


class Unsupported(Struct, frozen=True, kw_only=True, tag="unsupported"):
    """Something we cannot take: "sticker", "video", "file", "contact", "group" … Its content is not read."""

    what: str


class Reachable(Struct, frozen=True, kw_only=True, tag="reachable"):
    """The platform says whether the person lets us write: they blocked or unblocked the bot."""

    yes: bool


class Broken(Struct, frozen=True, kw_only=True, tag="broken"):
    """An update we could not read; set aside for the team, never retried in a loop."""

    error: str


Content = Words | Start | Tap | Shown | Edit | Deleted | Form | Command | Opened | Unsupported | Reachable | Broken


class Inbound(Struct, frozen=True, kw_only=True):
    """One thing that happened on a platform. `key` is the platform's own id of it: the dedupe key."""

    key: str
    address: Address
    at: datetime
    content: Content


class Choice(Struct, frozen=True, kw_only=True):
    """A button under a message. The token comes back in a Tap; it fits 64 bytes by construction."""

    token: str
    label: str


class Document(Struct, frozen=True, kw_only=True):
    """A text file that goes with a message, such as a copy of somebody's own answers."""

    name: str
    text: str


class Attachment(Struct, frozen=True, kw_only=True):
    """A sound or picture that goes with a message. `key` says where it is; its bytes are there while it is sent."""

    kind: Literal["voice", "photo"]
    key: str
    mime: str
    content: bytes = b""

    @property
    def name(self) -> str:
        """What a copy of it may be called."""
        return f"{self.kind}.{ENDINGS.get(self.mime, 'bin')}"


class Sheet(Struct, frozen=True, kw_only=True):
    """A place to write at length, opened by a button: the words on the button, and on the sheet's own two."""

    open: str
    send: str
    close: str


class Outgoing(Struct, frozen=True, kw_only=True):
    """One message to one person, in the small markup of `prompts.markup`."""

    text: str
    choices: tuple[Choice, ...] = ()
    edit_of: str = ""  # redraw this message of ours (platform id) instead of sending a new one
    token: str = ""  # names the prompt, the same in every copy
    document: Document | None = None
    attachment: Attachment | None = None
    sheet: Sheet | None = None  # where platforms have a better place for a long answer than the chat
    to_many: bool = False  # goes to an audience: such may be paid for where a platform sends them faster then
    place: str = ""  # "home": not a message but the person's own page, which this takes the place of
