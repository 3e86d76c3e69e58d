"""`reconvene check` as it is typed."""

import json
import shutil
from pathlib import Path

import pytest

from bot import cli
from flows.loading import library


def test_a_shipped_programme_is_checked_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", "life-here"]) == 0
    assert capsys.readouterr().out.endswith("All is well.\n")


def test_a_mistake_is_told_with_its_place_and_ends_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shutil.copytree(library("life-here"), tmp_path / "mine")
    flow = folder / "flows" / "diary_1.yaml"
    flow.write_text(flow.read_text(encoding="utf-8").replace("goto: share", "goto: shore"), encoding="utf-8")

    code = cli.run(["check", str(folder)])

    out = capsys.readouterr().out
    assert code == 1
    assert "flows/diary_1.yaml:" in out
    assert "F103" in out
    assert out.endswith("errors, 0 warnings.\n")


def test_findings_can_be_read_by_a_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.run(["check", str(tmp_path / "nowhere"), "--json"])

    assert code == 1
    assert json.loads(capsys.readouterr().out)[0]["code"] == "Y001"
