"""A whole conversation at DEBUG, with all that can go wrong on the way: no word of it and no token is in the log."""

import io
import json
import logging
import re
from datetime import UTC, datetime

import pytest

from bot import logs
from storage.database import Database
from tests.stage import staged

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
CANARY = "canarywords"


async def test_nothing_that_was_said_and_no_token_reaches_the_log(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(logging.root, "level", logging.DEBUG)
    logs.set_up(logging.DEBUG, "json", stream)
    async with staged(sqlite_database, MONDAY) as stage:
        person = await stage.joins("hull")
        stage.api.tell(message=CANARY)
        await stage.says(person, f"{CANARY} one")
        for mode in ("junk", "cut", "disconnect", "400"):
            stage.api.mode = mode
            person.says(f"{CANARY} {mode}")
            await stage.api.until(lambda: not stage.api.unconfirmed())
        stage.api.mode = "ok"
        stage.clock.forward(minutes=5)
        await stage.settle()
        monkeypatch.setattr(stage.parts.turns, "_hear", _stumble)
        person.says(f"{CANARY} again")
        await stage.api.until(lambda: not stage.api.unconfirmed())
        for _ in range(4):
            await stage.parts.turns.step()
        token, counts = stage.api.token, stage.parts.metrics.text()

    said = stream.getvalue()
    assert {"turns.update_failed", "turns.batch_failed"} <= {json.loads(line)["event"] for line in said.splitlines()}
    assert [word for word in (CANARY, token, token.partition(":")[2], "http://") if word in said] == []
    assert re.search(r"\bSam\b", said) is None
    assert [
        word for word in (CANARY, "Sam", "hull", token.partition(":")[2], f'"{person.chat}"') if word in counts
    ] == []
    assert 'reconvene_sends_total{channel="telegram",outcome="uncertain"}' in counts
    assert "\nreconvene_turns_failed_total 3\n" in counts


async def _stumble(*_: object) -> None:
    raise ValueError(f"our own bug, with {CANARY} in it")
