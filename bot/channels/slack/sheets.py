"""Sheets to write on: what the button carries, and the sheet that opens when it is pressed. Pure.

A sheet has to be opened within three seconds, so all that stands on it is in the press itself.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct, field

from bot.channels.slack.inbound import DONE, TOKEN, WRITE
from bot.messages import Sheet

LABEL = 75  # characters of a button
TITLE = 24  # characters of a title and of the two buttons of a sheet
ANSWER = 3000  # characters of an answer
QUESTION = 3000


class Carried(Struct, frozen=True):
    """What the button remembers."""

    token: str
    send: str
    close: str


class Text(Struct, frozen=True):
    """A text object."""

    type: str = "plain_text"
    text: str = ""


class Block(Struct, frozen=True):
    """A piece of the message that the button stands under."""

    type: str = ""
    text: Text | None = None


class Shown(Struct, frozen=True):
    """That message."""

    blocks: list[Block] = field(default_factory=list)


class Pressed(Struct, frozen=True):
    """The button as it was pressed."""

    action_id: str = ""
    value: str = ""
    text: Text = Text()


class Press(Struct, frozen=True):
    """The press."""

    trigger_id: str
    actions: list[Pressed]
    message: Shown = Shown()


def button(sheet: Sheet, token: str) -> dict[str, Any]:
    """The button under a question."""
    carried = {"token": token, "send": sheet.send[:TITLE], "close": sheet.close[:TITLE]}
    return {"type": "button", "action_id": WRITE, "text": _plain(sheet.open[:LABEL]), "value": json.dumps(carried)}


def opening(body: Mapping[str, object]) -> tuple[str, dict[str, Any]] | None:
    """What a press opens: the key that opens it, and the sheet. None when no sheet is wanted."""
    if body.get("type") != "block_actions":
        return None
    try:
        press = msgspec.convert(body, Press)
        pressed = next((one for one in press.actions if one.action_id == WRITE), None)
        if pressed is None:
            return None
        carried = msgspec.json.decode(pressed.value, type=Carried)
    except msgspec.MsgspecError:
        return None
    return (press.trigger_id, _sheet(press, pressed, carried)) if len(carried.token.encode()) <= TOKEN else None


def _sheet(press: Press, pressed: Pressed, carried: Carried) -> dict[str, Any]:
    title = pressed.text.text[:TITLE]
    field_ = {"type": "plain_text_input", "action_id": DONE, "multiline": True, "max_length": ANSWER}
    answer = {"type": "input", "block_id": WRITE, "label": _plain(title), "element": field_}
    return {
        "type": "modal",
        "callback_id": WRITE,
        "private_metadata": carried.token,
        "title": _plain(title),
        "submit": _plain(carried.send),
        "close": _plain(carried.close),
        "blocks": [*_question(press), answer],
    }


def _question(press: Press) -> Iterator[dict[str, Any]]:
    """The question again, as it stands above the button; Slack gives it back as it was sent."""
    for block in press.message.blocks[:20]:
        if block.type == "section" and block.text and 0 < len(block.text.text) <= QUESTION:
            kind = {"type": block.text.type, "text": block.text.text}
            yield {"type": "section", "text": kind | ({"verbatim": True} if kind["type"] == "mrkdwn" else {})}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}
