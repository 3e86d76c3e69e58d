"""The README tells the truth: its commands are understood, its files are there."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from bot.cli import built

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS = sorted(
    {found.strip() for found in re.findall(r"(?:^|\.venv/bin/|`)reconvene ([^#`\n]+)", README, re.MULTILINE)}
)


@pytest.mark.parametrize("line", [line for line in COMMANDS if line[0].islower()])
def test_a_command_of_the_readme_is_understood(line: str) -> None:
    command = typer.main.get_command(built())
    words = shlex.split(line)

    while (inner := getattr(command, "commands", None)) and words:
        command = inner[words.pop(0)]

    command.make_context(command.name or "", words)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!http)([^)#]+)", README))))
def test_a_file_that_the_readme_links_to_is_there(target: str) -> None:
    assert (ROOT / target).exists()


def test_the_targets_of_make_that_the_readme_names_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text()

    for target in re.findall(r"^make (\w+)$", README, re.MULTILINE):
        assert f"\n{target}:" in makefile
