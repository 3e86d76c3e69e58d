"""Lines of the log tell what is listed, and never what somebody said."""

import ast
import errno
import io
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import logs

ROOT = Path(__file__).parents[2]
SECRET = "4242:AA-canary-token_0123456789"
FOLDERS = ("bot", "storage", "flows", "prompts")


def calls() -> Iterator[tuple[str, ast.expr]]:
    """Where the program logs, and what it says there."""
    for path in (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.args[0]


CALLS = list(calls())


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What reaches the log, as JSON, from DEBUG on."""
    before, level = list(logging.root.handlers), logging.root.level
    stream = io.StringIO()
    logs.set_up(logging.DEBUG, "json", stream)
    yield stream
    logging.root.handlers, logging.root.level = before, level


@pytest.mark.parametrize(("place", "said"), CALLS, ids=[place for place, _ in CALLS])
def test_every_line_of_the_program_has_an_event_and_listed_fields(place: str, said: ast.expr) -> None:
    if isinstance(said, ast.Name):
        assert place.startswith("bot/turns.py"), "there one of four names is passed on"
        return
    assert isinstance(said, ast.Constant)
    assert isinstance(said.value, str)

    assert logs.SHAPE.fullmatch(said.value)
    assert set(logs.FIELD.findall(said.value)) <= logs.FIELDS


def test_a_line_is_an_object_with_its_fields(lines: io.StringIO) -> None:
    logging.getLogger("bot.dispatch").warning("dispatch.bug outbox=%d error=%s", 7, ValueError("canary"))

    line = json.loads(lines.getvalue())
    assert {key: line[key] for key in ("level", "event", "outbox", "error")} == {
        "level": "warning",
        "event": "dispatch.bug",
        "outbox": 7,
        "error": "ValueError",
    }


def test_as_text_it_is_the_same(lines: io.StringIO) -> None:
    logs.set_up(logging.INFO, "text", lines)

    logging.getLogger("storage.bell").info("bell.line_lost error=%s", "Lost")

    assert lines.getvalue().endswith(" info bell.line_lost error=Lost\n")


def test_of_an_error_the_kind_and_the_place_are_told_and_not_its_words(lines: io.StringIO) -> None:
    try:
        try:
            raise KeyError("canary")
        except KeyError as error:
            raise ValueError("canary two") from error
    except ValueError:
        logging.getLogger("bot.turns").exception("turns.update_failed", extra={"inbox": 3, "words": "canary"})

    line = json.loads(lines.getvalue())
    assert (line["inbox"], line["error"]) == (3, "ValueError < KeyError")
    assert "bot/test_logs.py" in line["came_through"]
    assert "canary" not in lines.getvalue()


def test_of_a_library_only_who_and_where_is_told(lines: io.StringIO) -> None:
    logging.getLogger("somebody.else").error("could not send %r to %s", "canary", f"https://x/bot{SECRET}/sendMessage")
    logging.getLogger("httpx").info("POST https://x/bot%s/sendMessage", SECRET)

    (line,) = lines.getvalue().splitlines()
    assert json.loads(line)["logger"] == "somebody.else"
    assert "canary" not in line


def test_a_secret_that_slipped_into_a_field_is_blacked_out(lines: io.StringIO) -> None:
    for slip in (SECRET, "xoxb-123-abcdef", "postgresql://u:p@host/db"):
        logging.getLogger("bot.x").error("x.y trouble=%s", f"it was {slip}")

    assert [json.loads(line)["trouble"] for line in lines.getvalue().splitlines()] == ["it was …"] * 3


class FullDisk(io.StringIO):
    """A file that takes nothing more."""

    def write(self, text: str) -> int:
        """There is no room."""
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_under_the_log_stops_nothing(lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", FullDisk())
    logs.set_up(logging.INFO, "text", sys.stderr)
    logging.getLogger("bot.house").info("house.erasures_written lines=%d", 1)

    logs.set_up(logging.DEBUG, "json", lines)
    logging.getLogger("bot.house").info("house.erasures_written lines=%d", 2)

    assert [json.loads(line)["lines"] for line in lines.getvalue().splitlines()] == [2]
