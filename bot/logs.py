"""What is logged: the name of an event, with ids and numbers that are listed here. Nothing else gets out.

What somebody said, names, addresses and tokens are in no field. Of an error the kind and the place are told, never its
text, which may quote what was said. Of what libraries log only who logged, and where.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Final

LOUD: Final = (
    "aiohttp",
    "alembic",
    "apscheduler",
    "asyncio",
    "httpcore",
    "httpx",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "telegram",
    "uvicorn",
)
"""Libraries that write addresses with tokens in them, or whole messages, below this level."""
OURS: Final = ("bot", "storage", "flows", "prompts")
FIELDS: Final = frozenset(
    {
        "attempts",
        "bot",
        "call",
        "channel",
        "clock",
        "deadline",
        "entries",
        "error",
        "files",
        "folder",
        "inbox",
        "installed",
        "lines",
        "live",
        "marks",
        "messages",
        "minutes_apart",
        "open",
        "outbox",
        "people",
        "port",
        "ready",
        "recording",
        "recordings",
        "roles",
        "seconds",
        "state",
        "team",
        "trouble",
        "updates",
        "version",
    }
)
"""What a line may tell beside its event: ids, codes, counts and durations."""
SHAPE: Final = re.compile(r"[a-z_]+\.[a-z_]+(?: \w+=%[\d.]*[sdfr])*")
FIELD: Final = re.compile(r" (\w+)=%")
SECRET: Final = re.compile(
    r"\d{3,}:[A-Za-z0-9_-]{10,}"  # a token of Telegram
    r"|\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{6,}"  # one of Slack
    r"|\w+://\S+"  # an address
)
LONGEST: Final = 120
PLACES: Final = 4


def set_up(level: int = logging.INFO, kind: str = "text", stream: IO[str] | None = None) -> logging.Handler:
    """Log to the error stream, one line an event, as text for people or as JSON for machines."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(AsJson() if kind == "json" else AsText())
    others = [one for one in logging.root.handlers if not isinstance(one.formatter, Events)]
    logging.root.handlers = [*others, handler]
    logging.root.setLevel(level)
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    return handler


class Events(logging.Formatter):
    """Makes of a record what may be told of it. What reaches a line is looked through for secrets once more."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        event = told(record)
        return self.line({key: SECRET.sub("…", one) if isinstance(one, str) else one for key, one in event.items()})

    def line(self, event: dict[str, str | int | float | bool]) -> str:
        """How it is written."""
        raise NotImplementedError


class AsJson(Events):
    """An object a line."""

    def line(self, event: dict[str, str | int | float | bool]) -> str:
        """Everything by its name."""
        return json.dumps(event, ensure_ascii=False)


class AsText(Events):
    """Time, level and event, then the fields."""

    def line(self, event: dict[str, str | int | float | bool]) -> str:
        """For a person."""
        at, level, name, *fields = event
        return " ".join([*(str(event[key]) for key in (at, level, name)), *(f"{key}={event[key]}" for key in fields)])


def told(record: logging.LogRecord) -> dict[str, str | int | float | bool]:
    """The event, with the fields that are listed; pure."""
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    about = {"at": at, "level": record.levelname.lower()}
    if record.name.partition(".")[0] not in OURS or not SHAPE.fullmatch(str(record.msg)):
        whose = {"event": "library", "logger": record.name, "where": _at(record.pathname, record.lineno)}
        return {**about, **whose, **_error(record)}
    return {**about, "event": str(record.msg).partition(" ")[0], **dict(_fields(record)), **_error(record)}


def _fields(record: logging.LogRecord) -> Iterator[tuple[str, str | int | float | bool]]:
    arguments = record.args if isinstance(record.args, tuple) else ()
    names = FIELD.findall(str(record.msg))
    extra = [(name, record.__dict__[name]) for name in sorted(FIELDS & record.__dict__.keys())]
    for name, value in [*zip(names, arguments, strict=False), *extra]:
        if name in FIELDS:
            yield name, value if isinstance(value, int | float) else _short(value)


def _short(value: object) -> str:
    text = type(value).__name__ if isinstance(value, BaseException) else str(value)
    return " ".join(text.split())[:LONGEST]


def _error(record: logging.LogRecord) -> dict[str, str]:
    """The kinds of an error and of what caused it, and the last places it came through."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return {}
    places = traceback.extract_tb(error.__traceback__)[-PLACES:]
    kinds: list[str] = []
    at: BaseException | None = error
    while at is not None and len(kinds) < PLACES:
        kinds.append(type(at).__name__)
        at = at.__cause__ or at.__context__
    came = " < ".join(f"{_at(place.filename, place.lineno)} in {place.name}" for place in reversed(places))
    return {"error": " < ".join(kinds), "came_through": came}


def _at(path: str, line: int | None) -> str:
    return f"{'/'.join(path.split('/')[-2:])}:{line}"
