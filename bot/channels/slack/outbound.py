"""Outgoing → a call of Slack's Web API. Pure. The only place that knows Slack's limits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.channels.runs import blank, graphemes, markup, piece, reach, runs, words
from bot.channels.slack import sheets
from bot.channels.slack.mrkdwn import escape, mrkdwn
from bot.messages import Choice, Outgoing
from prompts.markup import Span

SECTION = 3000  # characters of one section
BLOCKS = 50  # blocks of one message
HOME_BLOCKS = 100
WHOLE = 12_000  # characters of all blocks together; Slack refuses a little more than that without saying so anywhere
PART = 6000  # characters of text in one message, so that buttons have room too
LABEL = 75  # characters on a button or in a list
VALUE = 150  # characters that an option of a list carries; a button may carry more
SIDE_BY_SIDE = 25  # buttons of one block
LISTED = 100  # options of one list
FALLBACK = 3000  # characters of the text that notifications show
MORE = "…"
EVENT = "reconvene"

Block = dict[str, Any]


class Unfit(Exception):
    """A message that Slack would refuse: our bug."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One method of the Web API with its parameters."""

    method: str
    parameters: Mapping[str, Any]


def fit(message: Outgoing) -> tuple[Outgoing, ...]:
    """Cut a long message; the buttons and the file go with the last part. A page of their own is one piece."""
    parts = runs(message.text)
    if message.place or (_escaped(words(parts)) <= PART and len(mrkdwn(parts)) <= PART):
        return (message,)
    texts = [markup(one) for one in _cut(parts, PART) if not blank(one)]
    if len(texts) < 2:
        return (message,)
    bare = msgspec.structs.replace(message, choices=(), sheet=None, document=None, edit_of="")
    first = [msgspec.structs.replace(bare, text=text) for text in texts[:-1]]
    return (*first, msgspec.structs.replace(message, text=texts[-1], edit_of=""))


def call(chat: str, message: Outgoing, outbox_id: int) -> Call:
    """What to ask of Slack. The outbox's number goes with it, by which the message can be found again."""
    shown = blocks(message)
    if message.place:
        return Call(method="views.publish", parameters={"user_id": chat, "view": {"type": "home", "blocks": shown}})
    parameters: dict[str, Any] = {"channel": chat, "text": fallback(message), "blocks": shown}
    parameters |= {"metadata": {"event_type": EVENT, "event_payload": {"outbox_id": outbox_id}}}
    if message.edit_of:
        channel, _, ts = message.edit_of.partition(":")
        return Call(method="chat.update", parameters={**parameters, "channel": channel, "ts": ts, "parse": "none"})
    quiet = {"unfurl_links": False, "unfurl_media": False, "link_names": False, "parse": "none"}
    return Call(method="chat.postMessage", parameters={**parameters, **quiet})


def numbered(name: str, outbox_id: int) -> str:
    """A file's name with the outbox's number in it: a file has nothing else by which it could be found again."""
    stem, dot, kind = name.rpartition(".")
    return f"{stem or kind}-{outbox_id}{dot}{kind if dot else ''}"


def anew(chat: str, edit: Call) -> Call:
    """The same as a new message."""
    parameters = {key: value for key, value in edit.parameters.items() if key != "ts"}
    return Call(method="chat.postMessage", parameters={**parameters, "channel": chat, "unfurl_links": False})


def in_plain_words(refused: Call) -> Call:
    """The same without blocks: its buttons are lost, its words are not."""
    parameters = {key: value for key, value in refused.parameters.items() if key != "blocks"}
    return Call(method=refused.method, parameters=parameters)


def fallback(message: Outgoing) -> str:
    """The text for notifications and screen readers."""
    text = words(runs(message.text)).strip() or MORE
    end = reach(text, 0, FALLBACK - 1, _escaped)
    return escape(text) if end == len(text) else escape(text[:end]) + MORE


def blocks(message: Outgoing) -> list[Block]:
    """The message as blocks, within every limit."""
    made = [*_sections(runs(message.text)), *_buttons(message)]
    most = HOME_BLOCKS if message.place else BLOCKS
    if not made or len(made) > most or _size(made) > WHOLE:
        raise Unfit("a message that Slack does not take")
    return made


def _sections(parts: Sequence[Span]) -> Iterator[Block]:
    for one in _cut(parts, SECTION):
        text = mrkdwn(one)
        if not blank(one):
            yield _section(text if len(text) <= SECTION else escape(words(one)))


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _cut(parts: Sequence[Span], most: int) -> Iterator[list[Span]]:
    """Pieces that are no longer than that in Slack's markup; looks go on in the next piece."""
    text = words(parts)
    start = 0
    while start < len(text):
        room = most
        while True:
            end = reach(text, start, room, _escaped)
            one = piece(parts, start, end)
            if len(mrkdwn(one)) <= most or room <= 1:
                break
            room //= 2
        yield one
        start = end


def _escaped(text: str) -> int:
    """Length as it is sent, in the wider of the two ways that platforms count."""
    return len(escape(text).encode("utf-16-le", "surrogatepass")) // 2


# ── buttons ────────────────────────────────────────────────────────────────────────────────────────────────────
def _buttons(message: Outgoing) -> Iterator[Block]:
    """Buttons in the order given, a list to pick from when there are very many; then the one that opens a sheet."""
    choices = message.choices
    if any(not choice.token or len(choice.token) > VALUE or not choice.label.strip() for choice in choices):
        raise Unfit("a button that Slack does not take")
    yield from _in_full(choices)
    pressed = [_button(number, choice) for number, choice in enumerate(choices)]
    if len(pressed) > SIDE_BY_SIDE:
        yield from _lists(choices)
        pressed = []
    if message.sheet and message.token:
        pressed.append(sheets.button(message.sheet, message.token))
    for start in range(0, len(pressed), SIDE_BY_SIDE):
        yield {"type": "actions", "elements": pressed[start : start + SIDE_BY_SIDE]}


def _in_full(choices: Sequence[Choice]) -> Iterator[Block]:
    """Labels that no button can hold are told above the buttons."""
    long = [choice.label for choice in choices if _short(choice.label) != choice.label]
    if long:
        yield from _sections(runs("\n".join("- " + markup([Span(text=" ".join(label.split()))]) for label in long)))


def _button(number: int, choice: Choice) -> Block:
    text = {"type": "plain_text", "text": _short(choice.label), "emoji": False}
    return {"type": "button", "action_id": f"choice{number}", "text": text, "value": choice.token}


def _lists(choices: Sequence[Choice]) -> Iterator[Block]:
    for start in range(0, len(choices), LISTED):
        options = [
            {"text": {"type": "plain_text", "text": _short(choice.label), "emoji": False}, "value": choice.token}
            for choice in choices[start : start + LISTED]
        ]
        element = {"type": "static_select", "action_id": f"list{start}", "options": options}
        yield {"type": "actions", "elements": [element]}


def _short(label: str) -> str:
    """A label within the limit, cut between visible characters."""
    if _wide(label) <= LABEL:
        return label
    kept = ""
    for letter in graphemes().finditer(label):
        if _wide(kept + letter[0]) > LABEL - 1:
            break
        kept += letter[0]
    return kept.rstrip() + MORE


def _wide(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _size(made: object) -> int:
    """All that is sent of the blocks, a little too much rather than too little."""
    if isinstance(made, Mapping):
        return sum(_size(key) + _size(value) for key, value in made.items())
    if isinstance(made, Sequence) and not isinstance(made, str):
        return sum(map(_size, made))
    return _wide(str(made)) + 3
