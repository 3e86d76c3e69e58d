"""docs/method.md tells the truth: every point of the report is there, and what shows it can be found."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from bot.cli import built

ROOT = Path(__file__).parent.parent
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs" / "method.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d", line) and line.count(" | ") == 3
]
SCENES = [
    proof
    for line in (ROOT / "docs" / "method.md").read_text(encoding="utf-8").partition("## The scenarios")[2].splitlines()
    for proof in re.findall(r"`(tests/[^`]+)`", line)
]
PROOFS = sorted({proof for row in ROWS for proof in re.findall(r"`([^`]+)`", row[3])})


def test_all_82_points_are_there_in_order() -> None:
    assert [row[0] for row in ROWS] == [str(number) for number in range(1, 83)]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_point_is_shown_or_said_to_be_missing(row: list[str]) -> None:
    _, element, state, proof = row

    assert element
    assert state in ("yes", "partly", "not yet")
    assert ("`" in proof) is (state != "not yet")
    assert ("yet" in proof or "may still" in proof) is (state == "partly")


@pytest.mark.parametrize("proof", [proof for proof in PROOFS if proof.startswith("tests/")])
def test_a_test_that_is_named_is_there(proof: str) -> None:
    file, _, name = proof.partition("::")

    assert re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("proof", SCENES)
def test_a_scenario_is_found_by_its_number(proof: str) -> None:
    file, _, name = proof.partition("::")
    there = (ROOT / file).rglob("*.py") if (ROOT / file).is_dir() else [ROOT / file]
    text = "\n".join(path.read_text(encoding="utf-8") for path in there)

    assert "cenario " in text
    assert not name or re.search(rf"^(async )?def {name}\(", text, re.MULTILINE)


@pytest.mark.parametrize("proof", [proof for proof in PROOFS if not proof.startswith("tests/")])
def test_a_command_that_is_named_is_understood(proof: str) -> None:
    program, name, *words = shlex.split(proof)
    command = typer.main.get_command(built()).commands[name]  # type: ignore[attr-defined]

    assert program == "reconvene"
    command.make_context(name, words)
