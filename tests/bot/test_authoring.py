"""`reconvene new`: a copy that is sound, has its own name, and never lands on something that is there."""

from pathlib import Path

import pytest

from bot import cli
from bot.check import check
from flows.loading import load_programme


@pytest.mark.parametrize("source", ["life-here", "library-hours"])
def test_a_new_programme_has_its_own_name_and_is_clean(
    tmp_path: Path, source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my-topic"

    code = cli.run(["new", str(folder), "--from", source])

    loaded = load_programme(folder).programme
    assert code == 0
    assert loaded is not None
    assert loaded.id == "my-topic"
    assert check(folder).findings == ()
    assert [line[:2] for line in capsys.readouterr().out.splitlines() if line[:1].isdigit()] == ["1.", "2.", "3."]


def test_the_copy_begins_from_life_here_when_nothing_is_said(tmp_path: Path) -> None:
    assert cli.run(["new", str(tmp_path / "mine")]) == 0
    assert "hull" in (tmp_path / "mine/programme.yaml").read_text(encoding="utf-8")


def test_one_can_begin_from_a_folder_of_ones_own(tmp_path: Path) -> None:
    cli.run(["new", str(tmp_path / "first"), "--from", "library-hours"])

    assert cli.run(["new", str(tmp_path / "second"), "--from", str(tmp_path / "first")]) == 0
    assert "id: second\n" in (tmp_path / "second/programme.yaml").read_text(encoding="utf-8")


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").mkdir()

    assert cli.run(["new", str(tmp_path / "mine")]) == 1
    assert "is there already" in capsys.readouterr().err
    assert list((tmp_path / "mine").iterdir()) == []


@pytest.mark.parametrize("name", ["My Topic", "1st", "a" * 33, "ünser"])
def test_a_name_that_no_programme_can_have_is_refused(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["new", str(tmp_path / name)]) == 1
    assert "such as my-topic" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_source_is_told_with_those_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["new", str(tmp_path / "mine"), "--from", "nothing"]) == 1
    assert "library-hours, life-here" in capsys.readouterr().err
