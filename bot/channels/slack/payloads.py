"""What we read of Slack's requests, in Slack's names. Everything else in them is passed over."""

from collections.abc import Mapping

from msgspec import Struct, field


class File(Struct, frozen=True):
    """A file, by reference."""

    id: str = ""
    mimetype: str = ""
    subtype: str = ""
    duration_ms: float = 0


class Edited(Struct, frozen=True):
    """When somebody corrected a message."""

    ts: str = ""


class Message(Struct, frozen=True):
    """What we read of a message, in the platform's names."""

    ts: str = ""
    user: str | None = None
    bot_id: str | None = None
    subtype: str | None = None
    text: str | None = ""
    files: list[File] = field(default_factory=list)
    edited: Edited | None = None


class Event(Struct, frozen=True):
    """The part of an event that differs from one to the next."""

    type: str
    subtype: str | None = None
    channel: str | Mapping[str, object] | None = None
    channel_type: str = ""
    user: str | Mapping[str, object] | None = None
    tab: str = ""
    message: Message | None = None
    previous_message: Message | None = None
    deleted_ts: str = ""
    event_ts: str = ""


class EventCallback(Struct, frozen=True):
    """An event in its envelope."""

    event: Event
    event_id: str
    event_time: int = 0


class User(Struct, frozen=True):
    """Who did it."""

    id: str
    deleted: bool = False
    is_bot: bool = False


class Member(Struct, frozen=True):
    """A change to somebody's account."""

    user: User


class Option(Struct, frozen=True):
    """What was picked from a list."""

    value: str = ""


class Action(Struct, frozen=True):
    """A button was pressed, or an option picked."""

    action_id: str = ""
    action_ts: str = ""
    value: str | None = None
    selected_option: Option | None = None


class Container(Struct, frozen=True):
    """Where the button stands."""

    type: str = ""
    message_ts: str = ""
    view_id: str = ""


class Place(Struct, frozen=True):
    """A conversation."""

    id: str = ""


class BlockActions(Struct, frozen=True):
    """Something was pressed."""

    user: User
    container: Container
    actions: list[Action]
    channel: Place | None = None


class Given(Struct, frozen=True):
    """What stands in one field of a form."""

    value: str | None = None
    selected_option: Option | None = None
    selected_options: list[Option] = field(default_factory=list)

    @property
    def text(self) -> str:
        """As text; several picks are parted by spaces."""
        picked = [self.selected_option] if self.selected_option else self.selected_options
        return self.value if self.value is not None else " ".join(option.value for option in picked)


class Fields(Struct, frozen=True):
    """All fields of a form, by block and action."""

    values: dict[str, dict[str, Given]] = field(default_factory=dict)


class View(Struct, frozen=True):
    """A form that was sent."""

    id: str
    hash: str = ""
    private_metadata: str = ""
    state: Fields = Fields()


class Submission(Struct, frozen=True):
    """Somebody sent a form."""

    user: User
    view: View


class Shortcut(Struct, frozen=True):
    """Somebody picked us from the menu of shortcuts."""

    user: User
    action_ts: str
    callback_id: str = ""


class Slash(Struct, frozen=True):
    """Somebody typed our command."""

    user_id: str
    trigger_id: str
    text: str = ""
