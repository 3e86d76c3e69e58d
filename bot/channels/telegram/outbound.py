"""Outgoing → a Bot API call. Pure. The only place that knows Telegram's limits."""

import html
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct
from telegram import InputFile

from bot.channels.runs import blank, markup, piece, reach, runs, words
from bot.messages import Choice, Outgoing
from prompts.markup import Span

TEXT = 4096  # UTF-16 units, tags not counted
CAPTION = 1024
RAW = 30_000  # bytes with tags; the server refuses more than 32 KiB before it reads them
DATA = 64  # bytes a button carries
BUTTONS = 100
ROW = 8  # buttons side by side; only numbers are so short
SHORT = 2  # characters of a label that may share a row

PAID = "allow_paid_broadcast"
SENT_AS = {"voice": "sendVoice", "photo": "sendPhoto"}


class Unfit(Exception):
    """A message that Telegram would refuse: our bug."""


class Call(Struct, frozen=True, kw_only=True):
    """One method of the Bot API with its parameters."""

    method: str
    parameters: Mapping[str, object]


def fit(message: Outgoing) -> tuple[Outgoing, ...]:
    """Cut a long message; the buttons and the file go with the last part."""
    most = CAPTION if message.document or message.attachment else TEXT
    if units(message.text) <= most and len(message.text.encode()) * 5 <= RAW:
        return (message,)
    if message.document or message.attachment:
        before = msgspec.structs.replace(message, document=None, attachment=None, choices=())
        return (*fit(before), msgspec.structs.replace(message, text=""))
    pieces = split(runs(message.text))
    texts = [markup(one) for one in pieces if not blank(one)]
    if len(texts) < 2:
        return (message,)
    first = [msgspec.structs.replace(message, text=text, choices=(), edit_of="") for text in texts[:-1]]
    return (*first, msgspec.structs.replace(message, text=texts[-1], edit_of=""))


def call(chat: str, message: Outgoing, *, paid: bool = False) -> Call:
    """What to ask of Telegram. `paid`: a message to many may cost something, so that it leaves sooner."""
    parts = runs(message.text)
    mode = {"parse_mode": "HTML"} if any(run.bold or run.link for run in parts) else {}
    text = to_html(parts) if mode else words(parts)
    where: dict[str, object] = {"chat_id": chat, **keyboard(message.choices)}
    if paid and message.to_many and not message.edit_of:
        where[PAID] = True
    if message.document:
        file = InputFile(message.document.text.encode(), filename=message.document.name)
        return Call(method="sendDocument", parameters={**where, "document": file, "caption": text, **mode})
    if message.attachment:
        sent = message.attachment
        file = InputFile(sent.content, filename=sent.name)
        return Call(method=SENT_AS[sent.kind], parameters={**where, sent.kind: file, "caption": text, **mode})
    where |= {"text": text, "link_preview_options": {"is_disabled": True}, **mode}
    if message.edit_of:
        return Call(method="editMessageText", parameters={**where, "message_id": message.edit_of})
    return Call(method="sendMessage", parameters=where)


def anew(edit: Call) -> Call:
    """The same as a new message."""
    parameters = {key: value for key, value in edit.parameters.items() if key != "message_id"}
    return Call(method="sendMessage", parameters=parameters)


def as_file(refused: Call) -> Call:
    """A voice note for somebody who takes none: as a file."""
    parameters = {"document" if key == "voice" else key: value for key, value in refused.parameters.items()}
    return Call(method="sendDocument", parameters=parameters)


def for_nothing(refused: Call) -> Call:
    """The same at no cost."""
    return Call(method=refused.method, parameters={k: v for k, v in refused.parameters.items() if k != PAID})


def in_plain_words(refused: Call, message: Outgoing) -> Call:
    """The same without markup."""
    field = "caption" if "caption" in refused.parameters else "text"
    parameters = {key: value for key, value in refused.parameters.items() if key != "parse_mode"}
    return Call(method=refused.method, parameters={**parameters, field: words(runs(message.text))})


def keyboard(choices: Sequence[Choice]) -> dict[str, object]:
    """Buttons under the message, in the order given: numbers side by side, words one under the other."""
    if not choices:
        return {}
    if len(choices) > BUTTONS or any(not 1 <= len(one.token.encode()) <= DATA or not one.label for one in choices):
        raise Unfit("a button that Telegram does not take")
    keys = [{"text": one.label, "callback_data": one.token} for one in choices]
    return {"reply_markup": {"inline_keyboard": list(_rows(keys))}}


def _rows(keys: list[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    row: list[dict[str, str]] = []
    for key in keys:
        short = len(key["text"]) <= SHORT
        if row and (not short or len(row) == ROW):
            yield row
            row = []
        row.append(key)
        if not short:
            yield row
            row = []
    if row:
        yield row


def to_html(parts: Sequence[Span]) -> str:
    """The text in Telegram's HTML."""
    return "".join(_tagged(run) for run in parts)


def _tagged(run: Span) -> str:
    text = html.escape(run.text, quote=False)
    if run.link:
        text = f'<a href="{html.escape(run.link)}">{text}</a>'
    return f"<b>{text}</b>" if run.bold else text


def units(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(parts: Sequence[Span]) -> list[list[Span]]:
    """Pieces that Telegram takes; bold and links go on in the next piece; no visible character is cut in two."""
    text = words(parts)
    pieces: list[list[Span]] = []
    start = 0
    while start < len(text):
        end = _end(parts, text, start)
        pieces.append(piece(parts, start, end))
        start = end
    return pieces or [[]]


def _end(parts: Sequence[Span], text: str, start: int) -> int:
    """How far a piece from `start` may go."""
    most = TEXT
    while True:
        end = reach(text, start, most, units)
        if len(to_html(piece(parts, start, end)).encode()) <= RAW or most <= 1:
            return end
        most //= 2
