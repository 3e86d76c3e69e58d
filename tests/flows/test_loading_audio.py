"""Sounds beside the wording: found by locale, flow and step; what belongs to nothing is told and left alone."""

import shutil
from pathlib import Path

import pytest

from flows.loading import load_programme

SOUND = Path(__file__).parent / "sound"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SOUND, tmp_path / "programme"))


def put(folder: Path, name: str, content: bytes = b"OggS...") -> Path:
    path = folder / "audio" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_sound_is_found_by_what_it_reads_out(folder: Path) -> None:
    flow = next(iter((folder / "flows").glob("*.yaml"))).stem
    step = load_programme(folder).draft.flows[flow].steps[0].id  # type: ignore[union-attr]
    path = put(folder, f"en/{flow}/{step}.ogg")

    loaded = load_programme(folder)

    assert loaded.findings == ()
    assert loaded.programme is not None
    assert loaded.programme.audio == {f"en/{flow}/{step}": path}


@pytest.mark.parametrize(
    "name", ["en/talk/nowhere.ogg", "en/nobody/a.ogg", "cy/talk/a.ogg", "en/talk.ogg", "notes.txt", "en/talk/a.wav"]
)
def test_a_sound_without_its_step_is_a_warning_and_is_not_used(folder: Path, name: str) -> None:
    put(folder, name)
    put(folder, ".DS_Store")

    loaded = load_programme(folder)

    (finding,) = loaded.findings
    assert (finding.code, finding.severity, finding.file) == ("P311", "warning", f"audio/{name}")
    assert finding.fix
    assert loaded.programme is not None
    assert loaded.programme.audio == {}


def test_a_file_that_is_no_sound_is_a_warning_and_is_not_used(folder: Path) -> None:
    step = load_programme(folder).draft.flows["talk"].steps[0].id  # type: ignore[union-attr]
    put(folder, f"en/talk/{step}.ogg", b"RIFF")

    loaded = load_programme(folder)

    assert [finding.code for finding in loaded.findings] == ["P312"]
    assert loaded.programme is not None
    assert loaded.programme.audio == {}
