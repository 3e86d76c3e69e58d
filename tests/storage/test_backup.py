"""A backup is put where nothing is, or nowhere."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from storage import backup, tokens
from storage.backup import HEADER, BackupFailed
from storage.database import Database
from storage.files import Files
from storage.stones import Stones
from storage.tokens import Token

DAY = timedelta(days=1)


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


async def test_no_token_of_another_program_is_good_in_a_restored_database(
    sqlite_url: str, tmp_path: Path, now: datetime
) -> None:
    token = Token(id="t", name="dashboard", role="observer", made_by="Ada", made_at=now, expires_at=now + DAY)
    db = Database.open(sqlite_url)
    async with db.write() as conn:
        await tokens.add(conn, token, "secret")
    await db.close()
    elsewhere, stones = f"sqlite:///{tmp_path / 'restored.db'}", Stones(tmp_path / "erased")
    await backup.save(sqlite_url, tmp_path / "backup", Files.of(sqlite_url, tmp_path / "media"), now)

    files = Files.of(elsewhere, tmp_path / "other")
    told = await backup.restore(elsewhere, tmp_path / "backup", files, stones, replace=False, now=now)

    restored = Database.open_beside(elsewhere)
    async with restored.read() as conn:
        found = await tokens.by_secret(conn, "secret", now)
        [known] = await tokens.everything(conn)
    await restored.close()
    assert found is None
    assert told.tokens == 1
    assert known.ended_by == "restored from a backup"
