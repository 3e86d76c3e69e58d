"""A backup is put where nothing is, or nowhere."""

import os
from datetime import datetime
from pathlib import Path

import pytest

from storage import backup
from storage.backup import HEADER, BackupFailed
from storage.files import Files
from storage.stones import Stones


async def test_nothing_is_restored_over_a_database_that_is_there(
    database_url: str, tmp_path: Path, now: datetime
) -> None:
    file = tmp_path / "backup"
    file.write_bytes(HEADER)

    with pytest.raises(BackupFailed, match=r"There is a database|not empty"):
        await backup.restore(
            database_url, file, Files.of(database_url, tmp_path), Stones(tmp_path / "erased"), replace=False, now=now
        )


async def test_without_postgresqls_own_tools_it_is_said_what_to_run(
    postgresql_url: str, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BackupFailed, match=r"pg_dump is not on this machine\. .*pg_dump --format=custom"):
        await backup.save(postgresql_url, tmp_path / "backup", Files.of(postgresql_url, tmp_path), now)

    assert os.listdir(tmp_path) == []
