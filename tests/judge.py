"""What Telegram takes and what it refuses, in a few lines: tags, lengths, buttons."""

import html
import json
import re
from typing import Any

TEXT = 4096
TAG = re.compile(r"<(/?)(b|i|u|s|a|code|pre)((?: href=\"[^\"<>]*\")?)>|<|>|&(?!(?:lt|gt|amp|quot|#\d+);)")


class Judged(Exception):
    """Telegram's 400, with its words."""


def read(source: str) -> str:
    """What a person sees of HTML; refused as Telegram does when tags do not match."""
    open_tags: list[str] = []
    for tag in TAG.finditer(source):
        if not tag[2]:
            raise Judged(f"can't parse entities: unexpected character at byte offset {tag.start()}")
        if not tag[1]:
            open_tags.append(tag[2])
        elif not open_tags or open_tags.pop() != tag[2]:
            raise Judged(f"can't parse entities: unmatched end tag at byte offset {tag.start()}")
    if open_tags:
        raise Judged("can't parse entities: can't find end tag")
    return html.unescape(TAG.sub("", source))


def buttons_of(markup: Any) -> list[tuple[str, str]]:
    """Label and data of each button."""
    rows = (json.loads(markup) if isinstance(markup, str) else markup or {}).get("inline_keyboard", [])
    buttons = [(button["text"], button["callback_data"]) for row in rows for button in row]
    if len(buttons) > 100 or any(len(row) > 8 for row in rows):
        raise Judged("reply markup is too long")
    if any(not label or not 1 <= len(data.encode()) <= 64 for label, data in buttons):
        raise Judged("BUTTON_DATA_INVALID")
    return buttons


def units(text: str) -> int:
    """UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
