"""One phone: the chat as the person who holds it sees it, kept in memory."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.messages import Attachment, Choice, Document, Outgoing

KEPT = 300
"""Bubbles a phone keeps; older ones scroll away for good."""

PATIENCE = timedelta(seconds=20)
"""How long a phone shows that the other side is typing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bubble:
    """One message in a chat. Text of the bot is small markup, text of the person is as they typed it."""

    id: str
    side: Literal["bot", "me"]
    at: datetime
    text: str = ""
    choices: tuple[Choice, ...] = ()
    tapped: tuple[str, ...] = ()  # tokens of this bubble's buttons that were pressed, in order
    token: str = ""
    kind: Literal["text", "voice"] = "text"
    seconds: int = 0
    edited: bool = False
    document: Document | None = None
    attachment: Attachment | None = None


class Phone:
    """What stands on one screen. It changes by messages from either side, and counts its changes."""

    def __init__(self, chat: str) -> None:
        self.chat = chat
        self.bubbles: list[Bubble] = []
        self.blocked = False
        self.version = 0
        self._read = ""  # the newest bubble the person has seen
        self._asked_at: datetime | None = None  # when the person last wrote and nothing has come back yet

    def add(self, bubble: Bubble) -> None:
        """A new bubble at the end. A message of the bot ends its typing, one of the person begins it."""
        self.bubbles = [*self.bubbles[-KEPT + 1 :], bubble]
        self._asked_at = bubble.at if bubble.side == "me" else None
        self._changed()

    def redraw(self, id: str, message: Outgoing) -> bool:
        """Give a bubble of the bot new words and buttons; False when it has scrolled away."""
        self._asked_at = None
        return self._replace(id, text=message.text, choices=message.choices, edited=True)

    def rewrite(self, id: str, text: str) -> bool:
        """The person corrects a message of theirs."""
        return self._replace(id, text=text, edited=True)

    def tap(self, token: str, at: datetime) -> None:
        """Mark a button as pressed, wherever it stands."""
        self._asked_at = at
        for bubble in self.bubbles:
            if any(choice.token == token for choice in bubble.choices):
                self._replace(bubble.id, tapped=(*(t for t in bubble.tapped if t != token), token))
        self._changed()

    def read(self) -> None:
        """The person looked at the screen."""
        newest = self.bubbles[-1].id if self.bubbles else ""
        if newest != self._read:
            self._read = newest
            self._changed()

    def block(self, yes: bool) -> None:
        """Refuse the bot's messages, or take them again."""
        self.blocked = yes
        self._asked_at = None
        self._changed()

    def attachment(self, id: str) -> Attachment | None:
        """The sound or picture of a bubble that is still on this phone."""
        return next((bubble.attachment for bubble in self.bubbles if bubble.id == id), None)

    def typing(self, now: datetime) -> bool:
        """Whether an answer is on its way."""
        return self._asked_at is not None and now - self._asked_at < PATIENCE

    @property
    def unread(self) -> int:
        """How many messages of the bot the person has not looked at."""
        ids = [bubble.id for bubble in self.bubbles]
        after = ids.index(self._read) + 1 if self._read in ids else 0
        return sum(bubble.side == "bot" for bubble in self.bubbles[after:])

    @property
    def open_prompt(self) -> Bubble | None:
        """The newest message of the bot that asks something, if the person has not spoken since."""
        for bubble in reversed(self.bubbles):
            if bubble.side == "me" or bubble.tapped:
                return None
            if bubble.token:
                return bubble
        return None

    def _replace(self, id: str, **new: object) -> bool:
        at = next((index for index, bubble in enumerate(self.bubbles) if bubble.id == id), None)
        if at is None:
            return False
        self.bubbles = [*self.bubbles[:at], replace(self.bubbles[at], **new), *self.bubbles[at + 1 :]]  # type: ignore[arg-type]
        self._changed()
        return True

    def _changed(self) -> None:
        self.version += 1
