"""What keeps the program from starting is said in one clear sentence, and what waits is kept."""

import asyncio
import logging
import os
import shutil
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import cli, starting
from bot.messages import Outgoing
from bot.settings import load
from flows.loading import library
from storage.database import Database
from storage.rows import to_json
from storage.tables import outbox
from tests.botapi import BotApi
from tests.fakes import FakeClock
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
TOKEN = "4242:AAGood-token_of_35_characters_000000"


async def started(url: str, api: BotApi, token: str) -> asyncio.subprocess.Process:
    """`reconvene serve` as a person would start it."""
    settings = {
        "RECONVENE_DATABASE_URL": url,
        "RECONVENE_TELEGRAM_TOKEN": token,
        "RECONVENE_TELEGRAM_API_BASE": api.url,
        "RECONVENE_PORT": str(free_port()),
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve"),
        cwd=ROOT,
        env={**os.environ, **settings},
        stderr=asyncio.subprocess.PIPE,
    )


async def queued(database: Database, now: datetime) -> None:
    """One message that waits to be sent."""
    body = to_json(Outgoing(text="See you."))
    row = {"cause": "test", "op": 0, "channel": "telegram", "bot": "4242", "chat": "7", "body": body}
    async with database.write() as conn:
        await conn.execute(sa.insert(outbox).values(**row, not_before=now, created_at=now))


async def states(url: str) -> list[str]:
    """How the messages of the outbox stand."""
    database = Database.open(url)
    async with database.read() as conn:
        found = list((await conn.execute(sa.select(outbox.c.state))).scalars())
    await database.close()
    return found


async def test_a_wrong_token_ends_serve_with_a_sentence_and_keeps_what_waits(database_url: str, now: datetime) -> None:
    database = Database.open(database_url)
    await queued(database, now)
    await database.close()
    async with BotApi(TOKEN) as api:
        wrong = TOKEN.replace("Good", "Evil")
        process = await started(database_url, api, wrong)
        assert process.stderr
        complaint = (await asyncio.wait_for(process.stderr.read(), 20)).decode()

        assert await process.wait() == 1
        assert "Telegram does not accept the token in RECONVENE_TELEGRAM_TOKEN." in complaint.splitlines()[-1]
        assert wrong not in complaint
        assert await states(database_url) == ["queued"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped programme with a mistake on line 6 of a flow."""
    copied = Path(shutil.copytree(library("life-here"), tmp_path / "mine"))
    flow = copied / "flows" / "diary_1.yaml"
    lines = flow.read_text().splitlines()
    lines[5] = "nudge: in the morning"
    flow.write_text("\n".join(lines))
    return copied


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: Path) -> Path:
    """The same, as the settings' programme."""
    for name in [name for name in os.environ if name.startswith("RECONVENE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(logging.root, "handlers", list(logging.root.handlers))  # as they were, afterwards
    monkeypatch.setattr(logging.root, "level", logging.root.level)
    monkeypatch.setenv("RECONVENE_DATABASE_URL", f"sqlite:///{tmp_path / 'kept.db'}")
    monkeypatch.setenv("RECONVENE_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("RECONVENE_PROGRAMME", str(folder))
    return tmp_path


def test_a_broken_flow_is_found_by_check_with_its_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", str(folder)]) == 1

    said = capsys.readouterr()
    assert "flows/diary_1.yaml:6:8 " in said.out + said.err
    assert " → " in said.out + said.err


def test_a_broken_flow_keeps_serve_from_starting_with_its_place(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["serve"]) == 1

    complaint = capsys.readouterr().err
    assert "has mistakes, so nothing was started" in complaint
    assert "flows/diary_1.yaml:6:8 " in complaint
    assert not (broken / "kept.db").exists(), "the database was not touched"


def test_serve_without_a_token_names_the_setting(
    broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("RECONVENE_PROGRAMME")
    monkeypatch.delenv("RECONVENE_TELEGRAM_TOKEN")

    assert cli.run(["serve"]) == 1

    assert "RECONVENE_TELEGRAM_TOKEN is not set" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_port_in_use_is_said_in_one_sentence(
    broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.delenv("RECONVENE_PROGRAMME")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("RECONVENE_PUBLIC_URL", "https://example.org")
        monkeypatch.setenv("RECONVENE_WEBHOOK_SECRET", "s" * 32)
        monkeypatch.setenv("RECONVENE_PORT", str(port))
        words = [command, "--port", str(port), "--no-browser"] if command == "demo" else [command]

        assert cli.run(words) == 1

    complaint = capsys.readouterr().err.strip()
    assert complaint.startswith(f"Port {port} on 127.0.0.1 cannot be used")
    assert len(complaint.splitlines()) == 1


async def test_a_clock_that_differs_from_the_databases_keeps_serve_from_starting(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "SystemClock", lambda: FakeClock(datetime.now(UTC) + timedelta(minutes=2)))
    settings = load(
        {
            "RECONVENE_DATABASE_URL": postgresql_url,
            "RECONVENE_TELEGRAM_TOKEN": TOKEN,
            "RECONVENE_PORT": str(free_port()),
        }
    )

    with pytest.raises(starting.CannotStart, match=r"The clock of this machine is 1\d\d seconds away"):
        await starting.run(settings)
