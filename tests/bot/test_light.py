"""What serves for months loads what it uses, and nothing else."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot import apart, cli
from bot.starting import CannotStart, read_script
from flows.loading import library

ROOT = Path(__file__).parents[2]
NOT_TO_SERVE = (
    "alembic",  # only for a database that is older than the program
    "bot.demo",
    "bot.commands.base",
    "cryptography",  # for passports
    "mako",
    "PIL",  # only for a photo
    "psycopg",  # only for PostgreSQL
    "pygments",  # httpx's command line
    "regex",  # only for a text that is too long for a platform
    "segno",
    "slack_bolt",
    "slack_sdk",
    "webauthn",  # only for a passkey
    "textstat_rs",  # only where a reading age is told
)
SERVING = """
import sys
from bot.cli import built
built(["serve"])
import bot.console.app
import bot.starting
print(*sys.modules)
"""


def test_serve_without_slack_on_sqlite_loads_no_library_that_it_does_not_use() -> None:
    told = subprocess.run([sys.executable, "-c", SERVING], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "bot.starting" in told.stdout.split()
    assert set(NOT_TO_SERVE) & set(told.stdout.split()) == set()


def test_every_command_is_where_the_list_of_them_says() -> None:
    for name in cli.COMMANDS:
        assert cli.built([name]).registered_commands or cli.built([name]).registered_groups


def test_a_programme_is_checked_apart_and_found_to_be_sound() -> None:
    folder = library("life-here")

    verdict = apart.begin(folder)()

    assert verdict == apart.judge(folder)
    assert verdict.mistakes == ()
    assert read_script(folder, lambda: verdict).programme.version == verdict.version


def test_what_the_check_apart_finds_keeps_the_program_from_starting(tmp_path: Path) -> None:
    folder = _with_a_mistake(tmp_path)

    with pytest.raises(CannotStart, match=r"flows/diary_1\.yaml:\d+:\d+ F103"):
        read_script(folder, apart.begin(folder))


def test_a_file_that_is_saved_during_the_check_is_checked_as_well(tmp_path: Path) -> None:
    folder = _with_a_mistake(tmp_path)

    with pytest.raises(CannotStart, match="F103"):
        read_script(folder, lambda: apart.Verdict(version="the one before", mistakes=()))


def _with_a_mistake(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(library("life-here"), tmp_path / "mine"))
    flow = folder / "flows" / "diary_1.yaml"
    flow.write_text(flow.read_text(encoding="utf-8").replace("goto: share", "goto: shore"), encoding="utf-8")
    return folder
