"""Slack's own text, both ways: what people typed as plain text, and our stretches as `mrkdwn` that pings nobody.

Slack has no sign that takes its stars, dashes and ticks literally: where somebody typed them they may become a look.
"""

import re
from collections.abc import Sequence

from prompts.markup import Span

ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
ENTITY = re.compile("|".join(ENTITIES))
MEANT = re.compile(r"<([^<>]*)>")
EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)
GAP = "\u200b"  # invisible; Slack sees a look only between signs that part words


def escape(text: str) -> str:
    """The text as it is, so that Slack finds neither a link nor a mention in it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mrkdwn(parts: Sequence[Span]) -> str:
    """The stretches in Slack's own markup."""
    shown = ""
    for number, span in enumerate(parts):
        before = parts[number - 1].text[-1:] if number else ""
        after = parts[number + 1].text[:1] if number + 1 < len(parts) else ""
        shown += _span(span, before, after)
    return shown


def _span(span: Span, before: str, after: str) -> str:
    text = _link(span) if span.link else escape(span.text)
    return _bold(text, before, after) if span.bold and not set("*\n") & set(span.text) else text


def _link(span: Span) -> str:
    if "\n" in span.text or not span.text.strip():
        return escape(span.text)
    address = escape(span.link.replace("|", "%7C"))
    return f"<{address}|{escape(span.text)}>"


def _bold(text: str, before: str, after: str) -> str:
    """Slack wants the stars close to the words, and no letter close to the stars."""
    edges = EDGES.fullmatch(text)
    assert edges is not None
    lead, inner, trail = edges.groups()
    if not inner:
        return text
    left = GAP if not lead and before and not before.isspace() else ""
    right = GAP if not trail and after and not after.isspace() else ""
    return f"{lead}{left}*{inner}*{right}{trail}"


def unescape(text: str) -> str:
    """What a person typed: links as their addresses, mentions by name, the three entities undone."""
    return ENTITY.sub(lambda found: ENTITIES[found[0]], MEANT.sub(lambda found: _meant(found[1]), text))


def _meant(inner: str) -> str:
    target, _, label = inner.partition("|")
    match target[:1]:
        case "@":
            return f"@{label.removeprefix('@') or '…'}"  # never the id: it names somebody
        case "#":
            return f"#{label.removeprefix('#') or '…'}"
        case "!":
            return label or f"@{target[1:]}"
    address = target.removeprefix("mailto:").removeprefix("tel:")
    return address if not label or label in (target, address) else f"{label} ({address})"
