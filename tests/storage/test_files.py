"""The folder of recordings: whole files or none, nobody else's eyes, and nothing left that no row wants."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.files import Files, NotOurFolder
from storage.rows import new_id


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "recordings", "owner")


def test_a_file_is_read_as_it_was_written_and_by_nobody_else(files: Files) -> None:
    name = new_id()

    files.put(name, b"a voice")

    assert files.read(name) == b"a voice"
    assert files.size(name) == 7
    assert stat.S_IMODE((files.folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(files.folder.stat().st_mode) == 0o700


def test_writing_again_takes_the_place_of_what_was_there(files: Files) -> None:
    name = new_id()
    files.put(name, b"a voice")

    files.put(name, b"again")

    assert files.read(name) == b"again"


def test_what_is_not_there_is_not_there(files: Files) -> None:
    assert (files.read(new_id()), files.size(new_id()), files.tidy(frozenset())) == (None, None, 0)


def test_a_name_leads_to_no_other_folder(files: Files) -> None:
    files.put(new_id(), b"a voice")
    (files.folder.parent / "secret").write_bytes(b"hush")

    assert files.read("../secret") is None


def test_only_what_is_wanted_stays_and_files_of_others_are_left_alone(files: Files) -> None:
    wanted, gone, half = new_id(), new_id(), f"{new_id()}.part"
    for name in (wanted, gone, half, "holiday.jpg", "README"):
        files.put(name, b"x")

    assert files.tidy({wanted}) == 2

    assert sorted(os.listdir(files.folder)) == sorted([".owner", wanted, "holiday.jpg", "README"])


def test_a_write_that_was_killed_leaves_nothing_that_counts(files: Files) -> None:
    name = new_id()
    files.put("README", b"x")
    (files.folder / f"{name}.part").write_bytes(b"a vo")

    files.put(name, b"a voice")

    assert files.read(name) == b"a voice"
    assert not (files.folder / f"{name}.part").exists()


def test_the_recordings_of_another_database_are_not_touched(files: Files) -> None:
    name = new_id()
    files.put(name, b"theirs")
    ours = Files(files.folder, "somebody else")

    for attempt in (ours.claim, lambda: ours.tidy(frozenset()), lambda: ours.put(new_id(), b"x")):
        with pytest.raises(NotOurFolder, match="RECONVENE_MEDIA"):
            attempt()

    assert files.read(name) == b"theirs"


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("sqlite:////srv/reconvene.sqlite3", "/srv/reconvene.media"),
        ("sqlite:///here.db", "here.media"),
        ("postgresql://me:hush@host/name", "media"),
    ],
)
def test_recordings_lie_beside_the_database_if_nothing_is_said(url: str, folder: str) -> None:
    assert Files.of(url).folder == Path(folder)
    assert Files.of(url, Path("/elsewhere")).folder == Path("/elsewhere")


def test_many_may_write_the_first_file_at_once(files: Files) -> None:
    names = [new_id() for _ in range(16)]

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda name: files.put(name, b"x"), names))

    assert all(files.read(name) == b"x" for name in names)
