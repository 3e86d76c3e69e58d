"""People in a workspace, as a test moves them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests import slackjudge

if TYPE_CHECKING:
    from tests.slackapi import SlackApi

Json = dict[str, Any]
FORM = "application/x-www-form-urlencoded"


@dataclass(kw_only=True)
class Delivery:
    """Something that reached a person."""

    chat: str
    method: str
    text: str  # as it is read
    id: str
    blocks: list[Json]
    at: float
    document: str = ""

    @property
    def buttons(self) -> list[tuple[str, Json, str]]:
        """Label, element and value."""
        return slackjudge.buttons(self.blocks)


@dataclass
class Official:
    """A person in the workspace."""

    api: "SlackApi"
    id: str
    said: dict[str, str] = field(default_factory=dict)

    @property
    def channel(self) -> str:
        """Their conversation with the bot."""
        return f"D{self.id}"

    def message(self, text: str, **more: Any) -> Json:
        """A message of theirs, as Slack would tell it."""
        ts = self.api.next_ts()
        self.said[text] = ts
        self.api.conversations[self.channel] = self.id
        row = {"type": "message", "user": self.id, "text": text, "ts": ts, **more}
        self.api.history[self.channel].append(row)
        return {**row, "channel": self.channel, "channel_type": "im", "event_ts": ts}

    def says(self, text: str, **more: Any) -> None:
        """They type something."""
        self.api.event(self.message(text, **more))

    def edits(self, old: str, text: str) -> None:
        """They correct what they typed."""
        ts, at = self.said[old], self.api.next_ts()
        before = {"type": "message", "user": self.id, "text": old, "ts": ts}
        after = {**before, "text": text, "edited": {"user": self.id, "ts": at}}
        self.said[text] = ts
        self._change("message_changed", at, message=after, previous_message=before)

    def deletes(self, text: str) -> None:
        """They take back what they typed."""
        ts = self.said[text]
        before = {"type": "message", "user": self.id, "text": text, "ts": ts}
        self._change("message_deleted", self.api.next_ts(), deleted_ts=ts, previous_message=before)

    def _change(self, subtype: str, at: str, **more: Any) -> None:
        where = {"type": "message", "subtype": subtype, "channel": self.channel, "channel_type": "im", "hidden": True}
        self.api.event({**where, "ts": at, "event_ts": at, **more})

    def taps(self, label: str) -> None:
        """They press the newest button with this label, or pick it from a list."""
        for delivery in reversed(self.deliveries()):
            for text, element, value in delivery.buttons:
                if text == label:
                    return self.presses(value, element, delivery)
        raise AssertionError(f"{self.id} has no button {label!r}, only {self.buttons()}")

    def presses(self, value: str, element: Json | None = None, under: Delivery | None = None) -> None:
        """They press a button that carries this."""
        element = element or {"type": "button", "action_id": "choice0", "text": {"type": "plain_text", "text": "?"}}
        action = {**element, "action_ts": self.api.next_ts(), "value": value}
        if "options" in element:
            action["selected_option"] = {"value": value}
        message = {"ts": under.id if under else "1.0", "blocks": under.blocks if under else []}
        body = {
            "type": "block_actions",
            "team": {"id": self.api.team},
            "user": {"id": self.id},
            "trigger_id": f"{self.id}.{self.api.next_ts()}",
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": self.channel},
            "channel": {"id": self.channel, "name": "directmessage"},
            "message": message,
            "actions": [action],
        }
        self.api.interact(body)

    def sends(self, text: str, view: Json | None = None) -> None:
        """They fill in the newest sheet and send it."""
        shown = view or self.api.sheets[-1]
        values = {"write": {"done": {"type": "plain_text_input", "value": text}}}
        body = {**shown, "id": f"V{self.api.next_ts()}", "hash": "h1", "state": {"values": values}}
        self.api.interact(
            {"type": "view_submission", "team": {"id": self.api.team}, "user": {"id": self.id}, "view": body}
        )

    def types(self, command: str) -> None:
        """They use our command."""
        form = {"command": "/reconvene", "text": command, "user_id": self.id, "team_id": self.api.team}
        self.api.tell(urlencode({**form, "trigger_id": self.api.next_ts()}).encode(), FORM, "slash_commands")

    def picks(self, shortcut: str) -> None:
        """They pick a shortcut of ours."""
        about = {"callback_id": shortcut, "action_ts": self.api.next_ts(), "trigger_id": "t"}
        self.api.interact({"type": "shortcut", "team": {"id": self.api.team}, "user": {"id": self.id}, **about})

    def opens_home(self) -> None:
        """They look at our page."""
        self.api.event({"type": "app_home_opened", "user": self.id, "channel": self.channel, "tab": "home"})

    def leaves(self) -> None:
        """Their account is switched off."""
        self.api.event({"type": "user_change", "user": {"id": self.id, "deleted": True}})

    def deliveries(self) -> list[Delivery]:
        """What reached them."""
        return [delivery for delivery in self.api.log if delivery.chat == self.channel]

    def texts(self) -> list[str]:
        """What they read, in order, copies and corrections included."""
        return [delivery.text for delivery in self.deliveries()]

    def buttons(self) -> list[str]:
        """The buttons under the newest message that has any."""
        shown = next((d for d in reversed(self.deliveries()) if d.buttons), None)
        return [label for label, _, _ in shown.buttons] if shown else []
