"""The authoring guide: its tables are those of the program, and what it tells to type works."""

import re
from pathlib import Path

import pytest

from bot import cli, handbook
from bot.check import check
from bot.console.api.table import ENDPOINTS
from flows.actions import ACTIONS
from flows.loading_flow import FLOW_KEYS, STEP_KEYS
from flows.steps.registry import kinds

GUIDE = Path(__file__).parents[2] / "docs" / "authoring.md"
BLOCK = re.compile(r"```(?:yaml|jinja)\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("name", ["authoring.md", "api.md"])
def test_a_guide_is_up_to_date(name: str) -> None:
    guide = GUIDE.with_name(name).read_text(encoding="utf-8")

    assert handbook.written(guide) == guide, f"run: reconvene handbook docs/{name}"


def test_every_endpoint_is_in_the_guide_of_the_api() -> None:
    guide = GUIDE.with_name("api.md").read_text(encoding="utf-8")

    assert [endpoint.name for endpoint in ENDPOINTS if f"`{endpoint.name}`" not in guide] == []


def test_every_key_kind_and_action_is_in_it() -> None:
    tables = handbook.tables()
    keys = [key for kind in kinds().values() for key in kind.keys]

    missing = [name for name in (*FLOW_KEYS, *STEP_KEYS, *kinds(), *keys, *ACTIONS) if f"`{name}`" not in tables]

    assert missing == []


def test_an_old_guide_is_written_anew_and_its_own_words_stay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    guide = tmp_path / "guide.md"
    guide.write_text(f"My words.\n\n{handbook.BEGIN}\n\nold tables\n", encoding="utf-8")

    codes = [cli.run(["handbook", str(guide)]), cli.run(["handbook", str(guide)])]

    text = guide.read_text(encoding="utf-8")
    assert codes == [0, 0]
    assert text.startswith("My words.\n")
    assert "old tables" not in text
    assert "## Keys of a flow" in text
    assert capsys.readouterr().out == f"{guide} is new.\n{guide} was up to date.\n"


def test_a_file_that_is_no_guide_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    letter = tmp_path / "letter.md"
    letter.write_text("Dear all", encoding="utf-8")

    assert cli.run(["handbook", str(letter)]) == 1
    assert letter.read_text(encoding="utf-8") == "Dear all"
    assert "no line" in capsys.readouterr().err


def test_the_flow_of_the_guide_is_clean_and_keeps_its_promises(tmp_path: Path) -> None:
    folder = tmp_path / "my-topic"
    flow, words, line = BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
    cli.run(["new", str(folder), "--from", "library-hours"])
    (folder / "flows/one_place.yaml").write_text(flow, encoding="utf-8")
    (folder / "prompts/en/one_place.j2").write_text(words, encoding="utf-8")
    with (folder / "calendar.yaml").open("a", encoding="utf-8") as calendar:
        calendar.write(line)

    assert [finding.code for finding in check(folder).findings] == ["R6.3"], "all it lacks is Easy English"
    assert cli.run(["simulate", str(folder), "--people", "24"]) == 0
