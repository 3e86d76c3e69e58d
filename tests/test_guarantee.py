"""docs/guarantee.md tells the truth: every promise names tests, and every test that is named is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "guarantee.md").read_text(encoding="utf-8")
PROMISES, FAULTS = TEXT.split("## Which faults were tried")
PROOFS = sorted(set(re.findall(r"`(tests/[^`]+::[^`]+)`", TEXT)))
NUMBERS = [*range(1, 12), *range(36, 60), 66]


def rows(text: str) -> list[list[str]]:
    """The cells of every line of a table, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in cells if row[0] not in ("promise", "#")]


@pytest.mark.parametrize("row", rows(PROMISES), ids=[row[0][:40] for row in rows(PROMISES)])
def test_every_promise_names_a_test(row: list[str]) -> None:
    assert len(row) == 2
    assert "::test_" in row[1]


def test_all_faults_are_there_in_order() -> None:
    assert [row[0] for row in rows(FAULTS)] == [str(number) for number in NUMBERS]


@pytest.mark.parametrize("row", rows(FAULTS), ids=[row[0] for row in rows(FAULTS)])
def test_a_fault_is_covered_or_said_not_to_be(row: list[str]) -> None:
    _, fault, covered, proof = row

    assert fault
    assert covered in ("yes", "partly", "no")
    assert ("::test_" in proof) is (covered != "no")
    assert ("not" in re.sub(r"`[^`]*`", "", proof).split() or "no test" in proof) is (covered != "yes")


@pytest.mark.parametrize("proof", PROOFS)
def test_a_test_that_is_named_is_there(proof: str) -> None:
    file, _, name = proof.partition("::")

    assert re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
