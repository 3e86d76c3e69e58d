"""Outgoing → a Bot API call. Pure. The only place that knows Telegram's limits."""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
import regex  # type: ignore[import-untyped]
from telegram import InputFile

from bot.channels.telegram.runs import markup, runs
from bot.messages import Choice, Outgoing
from prompts.markup import Span

TEXT = 4096  # UTF-16 units, tags not counted
CAPTION = 1024
RAW = 30_000  # bytes with tags; the server refuses more than 32 KiB before it reads them
DATA = 64  # bytes a button carries
BUTTONS = 100
ROW = 8  # buttons side by side; only numbers are so short
SHORT = 2  # characters of a label that may share a row

SENT_AS = {"voice": "sendVoice", "photo": "sendPhoto"}

GRAPHEME = regex.compile(r"\X")
BREAKS = ("\n\n", "\n", " ")  # where a long text is cut, best first


class Unfit(Exception):
    """A message that Telegram would refuse: our bug."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One method of the Bot API with its parameters."""

    method: str
    parameters: Mapping[str, object]


def fit(message: Outgoing) -> tuple[Outgoing, ...]:
    """Cut a long message; the buttons and the file go with the last part."""
    most = CAPTION if message.document or message.attachment else TEXT
    if units(message.text) <= most and len(message.text.encode()) * 5 <= RAW:
        return (message,)
    if message.document or message.attachment:
        words = msgspec.structs.replace(message, document=None, attachment=None, choices=())
        return (*fit(words), msgspec.structs.replace(message, text=""))
    pieces = split(runs(message.text))
    texts = [markup(piece) for piece in pieces if not _blank(piece)]
    if len(texts) < 2:
        return (message,)
    first = [msgspec.structs.replace(message, text=text, choices=(), edit_of="") for text in texts[:-1]]
    return (*first, msgspec.structs.replace(message, text=texts[-1], edit_of=""))


def call(chat: str, message: Outgoing) -> Call:
    """What to ask of Telegram."""
    parts = runs(message.text)
    words = {"parse_mode": "HTML"} if any(run.bold or run.link for run in parts) else {}
    text = to_html(parts) if words else "".join(run.text for run in parts)
    where: dict[str, object] = {"chat_id": chat, **keyboard(message.choices)}
    if message.document:
        file = InputFile(message.document.text.encode(), filename=message.document.name)
        return Call(method="sendDocument", parameters={**where, "document": file, "caption": text, **words})
    if message.attachment:
        sent = message.attachment
        file = InputFile(sent.content, filename=sent.name)
        return Call(method=SENT_AS[sent.kind], parameters={**where, sent.kind: file, "caption": text, **words})
    where |= {"text": text, "link_preview_options": {"is_disabled": True}, **words}
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


def in_plain_words(refused: Call, message: Outgoing) -> Call:
    """The same without markup."""
    words = "caption" if "caption" in refused.parameters else "text"
    parameters = {key: value for key, value in refused.parameters.items() if key != "parse_mode"}
    plain = "".join(run.text for run in runs(message.text))
    return Call(method=refused.method, parameters={**parameters, words: plain})


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
    text = "".join(run.text for run in parts)
    pieces: list[list[Span]] = []
    start = 0
    while start < len(text):
        end = _end(parts, text, start)
        pieces.append(_slice(parts, start, end))
        start = end
    return pieces or [[]]


def _end(parts: Sequence[Span], text: str, start: int) -> int:
    """How far a piece from `start` may go."""
    most = TEXT
    while True:
        end = _reach(text, start, most)
        if len(to_html(_slice(parts, start, end)).encode()) <= RAW or most <= 1:
            return end
        most //= 2


def _reach(text: str, start: int, most: int) -> int:
    """The last good place to cut within `most` units: after a paragraph, a line, a word, a visible character."""
    window = text[start : start + most]
    if units(window) <= most and start + len(window) == len(text):
        return len(text)
    end, used = start, 0
    for letter in GRAPHEME.finditer(text, start):
        used += units(letter[0])
        if used > most:
            break
        end = letter.end()
    if end == start:  # one endless pile of accents: nothing good to be had
        return start + max(1, most // 2)
    return _break(text, start, end)


def _break(text: str, start: int, end: int) -> int:
    for mark in BREAKS:
        found = text.rfind(mark, start + (end - start) // 2, end)
        if found >= 0:
            return found + len(mark)
    return end


def _blank(piece: Sequence[Span]) -> bool:
    """Nothing to be seen: Telegram refuses it."""
    return not any(run.text.strip() for run in piece)


def _slice(parts: Sequence[Span], start: int, end: int) -> list[Span]:
    """The characters from start to end, each in its style."""
    found: list[Span] = []
    at = 0
    for run in parts:
        piece = run.text[max(0, start - at) : max(0, end - at)]
        if piece:
            found.append(replace(run, text=piece))
        at += len(run.text)
    return found
