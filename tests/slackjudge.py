"""What Slack takes and what it refuses, in a few lines: blocks, lengths, buttons, and what would be a mention."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block

Json = dict[str, Any]
SIGNS = re.compile(r"<(?:https://[^<>|\s]+)(?:\|[^<>\n]+)?>|&(?:amp|lt|gt);")
LINK = re.compile(r"<https://[^<>|]+\|([^<>]+)>")
BOLD = re.compile("\u200b?\\*([^*\n]+)\\*\u200b?")
WHOLE = 13_000
LIMITS = {"actions": 25, "options": 100}


class Judged(Exception):
    """Slack's `ok: false`, with its word."""


def judge(blocks: Sequence[Json], most: int = 50) -> None:
    """Refuse what Slack refuses."""
    if not 1 <= len(blocks) <= most:
        raise Judged("invalid_blocks")
    for block in blocks:
        made = Block.parse(block)
        if made is None:
            raise Judged("invalid_blocks")
        made.validate_json()
        _block(block)
    ids = [element["action_id"] for element in elements(blocks)]
    if len(ids) != len(set(ids)):
        raise Judged("invalid_blocks")
    if sum(len(text) for text in _strings(list(blocks))) > WHOLE:
        raise Judged("msg_blocks_too_long")


def _block(block: Json) -> None:
    match block["type"]:
        case "section":
            _text(block["text"], 3000)
        case "actions":
            _most(len(block["elements"]), 25)
            for element in block["elements"]:
                _element(element)
        case "input":
            _text(block["label"], 2000)
            _most(block["element"].get("max_length", 0), 3000)
        case _:
            raise Judged("invalid_blocks")


def _element(element: Json) -> None:
    _most(len(element["action_id"]), 255)
    if element["type"] == "button":
        _text(element["text"], 75)
        _most(len(element["value"]), 2000)
        return
    _most(len(element["options"]), 100)
    for option in element["options"]:
        _text(option["text"], 75)
        _most(len(option["value"]), 150)


def _text(text: Json, most: int) -> None:
    if text["type"] == "mrkdwn":
        if not text.get("verbatim"):
            raise Judged("names would become mentions")
        signs(text["text"])
    if not 1 <= len(text["text"].encode("utf-16-le", "surrogatepass")) // 2 <= most:
        raise Judged("invalid_blocks")


def signs(text: str) -> None:
    """Nothing in it is a sign of Slack's but links and what is escaped."""
    if set("<>&") & set(SIGNS.sub("", text)):
        raise Judged("a sign that is not escaped")


def _most(number: int, most: int) -> None:
    if number > most:
        raise Judged("invalid_blocks")


def view(shown: Json) -> None:
    """Refuse a sheet that Slack refuses."""
    most = {"modal": 100, "home": 100}[shown["type"]]
    judge(shown["blocks"], most)
    if shown["type"] == "modal":
        for name in ("title", "submit", "close"):
            _text(shown[name], 24)
        _most(len(shown["private_metadata"]), 3000)


def elements(blocks: Sequence[Json]) -> list[Json]:
    """Everything that can be pressed."""
    return [element for block in blocks if block["type"] == "actions" for element in block["elements"]]


def buttons(blocks: Sequence[Json]) -> list[tuple[str, Json, str]]:
    """Label, element and value of all that can be picked."""
    found: list[tuple[str, Json, str]] = []
    for element in elements(blocks):
        picks = element.get("options") or [element]
        found += [(pick["text"]["text"], element, pick["value"]) for pick in picks]
    return found


def read(blocks: Sequence[Json]) -> str:
    """What a person reads of the sections."""
    return "".join(words(block["text"]["text"]) for block in blocks if block["type"] == "section")


def words(text: str) -> str:
    """Slack's text as it is seen."""
    seen = BOLD.sub(r"\1", LINK.sub(r"\1", text))
    return seen.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
