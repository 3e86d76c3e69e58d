"""Transactions on both databases: nothing lost, nothing half done, nothing by two processes."""

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from storage import sqlite
from storage.database import Database, OnlyReading, UnknownDatabase
from storage.tables import participants, workshops

AREA = {"area": "hull", "place": "x" * 3000}
NOBODYS_AGE = sa.text("INSERT INTO equality (participant_id, item, answer) VALUES ('nobody', 'age', 'x')")


async def plant(database: Database, now: datetime) -> None:
    row = {"area": "hull", "wave": 1, "starts_at": now, "ends_at": now, "place": "0"}
    async with database.write() as conn:
        await conn.execute(sa.insert(workshops).values(row))


async def write(database: Database, *statements: sa.Executable) -> None:
    async with database.write() as conn:
        for statement in statements:
            await conn.execute(statement)


async def write_while_reading(database: Database, statement: sa.Executable) -> None:
    async with database.read() as conn:
        await conn.execute(statement)


async def place(database: Database) -> str:
    async with database.read() as conn:
        return str(await conn.scalar(sa.select(workshops.c.place)))


async def test_eight_writers_lose_nothing(database: Database, now: datetime) -> None:
    await plant(database, now)

    async def add_twenty() -> None:
        for _ in range(20):
            async with database.write() as conn:
                found = await conn.scalar(sa.select(workshops.c.place).with_for_update())
                await asyncio.sleep(0)
                await conn.execute(sa.update(workshops).values(place=str(int(found or 0) + 1)))

    await asyncio.gather(*(add_twenty() for _ in range(8)))

    assert await place(database) == "160"


async def test_raising_undoes_everything_and_leaves_the_database_usable(database: Database, now: datetime) -> None:
    await plant(database, now)

    with pytest.raises(IntegrityError):
        await write(database, sa.update(workshops).values(place="half"), NOBODYS_AGE)

    assert await place(database) == "0"
    await write(database, sa.update(workshops).values(place="whole"))
    assert await place(database) == "whole"


async def test_refused_row_leaves_the_database_usable(database: Database, now: datetime) -> None:
    await plant(database, now)

    with pytest.raises(IntegrityError):
        await plant(database, now)

    await write(database, sa.update(workshops).values(place="after"))
    assert await place(database) == "after"


async def test_cancelled_writer_leaves_the_database_usable(database: Database, now: datetime) -> None:
    await plant(database, now)
    begun = asyncio.Event()

    async def dawdle() -> None:
        async with database.write() as conn:
            await conn.execute(sa.update(workshops).values(place="dawdled"))
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(dawdle())
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert await place(database) == "0"
    await write(database, sa.update(workshops).values(place="next"))
    assert await place(database) == "next"


async def test_reader_sees_one_moment_while_others_write(sqlite_database: Database, now: datetime) -> None:
    await plant(sqlite_database, now)

    async with sqlite_database.read() as conn:
        before = await conn.scalar(sa.select(workshops.c.place))
        async with sqlite_database.write() as writing:
            await writing.execute(sa.update(workshops).values(place="new"))
        after = await conn.scalar(sa.select(workshops.c.place))

    assert (before, after) == ("0", "0")
    assert await place(sqlite_database) == "new"


async def test_row_that_points_nowhere_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await write(database, NOBODYS_AGE)


async def test_word_that_is_no_status_is_refused(database: Database, now: datetime) -> None:
    row: dict[str, object] = {"id": "p", "area": "hull", "code_name": "Heron-1", "state": "asleep", "locale": "en"}
    row |= {"joined_at": now, "last_heard_at": now}

    with pytest.raises(IntegrityError):
        await write(database, sa.insert(participants).values(row))


@pytest.mark.parametrize("door", ["write", "read"])
async def test_sqlite_connections_are_set_for_safety(sqlite_database: Database, door: str) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    wanted |= {"secure_delete": 1, "temp_store": 2}

    async with getattr(sqlite_database, door)() as conn:
        found = {name: await conn.scalar(sa.text(f"PRAGMA {name}")) for name in wanted}

    assert found == wanted


async def test_postgresql_connections_are_set_for_safety(postgresql_database: Database) -> None:
    wanted = {"synchronous_commit": "on", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "1min"}

    async with postgresql_database.write() as conn:
        found = {name: await conn.scalar(sa.text(f"SHOW {name}")) for name in wanted}

    assert found == wanted


async def test_second_process_on_the_same_file_is_refused(sqlite_database: Database, sqlite_url: str) -> None:
    code = f"from storage.database import Database; Database.open({sqlite_url!r})"

    second = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert second.returncode != 0
    assert "DatabaseInUse: Another Reconvene process is using" in second.stderr


async def test_file_is_free_again_after_closing(sqlite_database: Database, sqlite_url: str) -> None:
    with pytest.raises(sqlite.DatabaseInUse):
        Database.open(sqlite_url)
    await sqlite_database.close()

    again = Database.open(sqlite_url)

    async with again.read() as conn:
        assert await conn.scalar(sa.select(sa.func.count()).select_from(participants)) == 0
    await again.close()


async def test_another_process_may_look_but_not_write(database: Database, database_url: str, now: datetime) -> None:
    looking = Database.open_to_read(database_url)
    await plant(database, now)

    assert await place(looking) == "0"
    with pytest.raises(OnlyReading):
        await write(looking, sa.update(workshops).values(place="1"))
    with pytest.raises(DBAPIError, match=r"read-?only"):
        await write_while_reading(looking, sa.update(workshops).values(place="1"))
    await looking.close()


async def test_new_file_is_for_its_owner_only(tmp_path: Path, now: datetime) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/new/reconvene.db")
    await database.migrate()
    await plant(database, now)

    modes = {file.suffix: file.stat().st_mode & 0o777 for file in (tmp_path / "new").iterdir()}

    assert modes[".db"] == modes[".db-wal"] == 0o600
    await database.close()


async def test_full_disk_keeps_nothing_half_and_recovers(sqlite_database: Database, now: datetime) -> None:
    await plant(sqlite_database, now)

    full = sa.text("PRAGMA max_page_count = 1")

    with pytest.raises(OperationalError):
        await write(sqlite_database, full, sa.update(workshops).values(place="half", map="m" * 2_000_000))

    await write(sqlite_database, sa.update(workshops).values(map="m" * 100_000))
    assert await place(sqlite_database) == "0"


async def test_transaction_that_sqlite_gave_up_is_not_taken_for_done(sqlite_database: Database, now: datetime) -> None:
    await plant(sqlite_database, now)

    with pytest.raises(OperationalError, match="gave the transaction up"):
        await write(sqlite_database, sa.update(workshops).values(place="lost"), sa.text("ROLLBACK"))

    assert await place(sqlite_database) == "0"


async def test_checkpoint_empties_the_log(sqlite_database: Database, now: datetime) -> None:
    await plant(sqlite_database, now)
    log = sqlite_database.file.with_name("reconvene.db-wal")
    assert log.stat().st_size > 0

    assert await sqlite_database.checkpoint()

    assert log.stat().st_size == 0


async def test_checkpoint_does_not_wait_for_a_long_reader(sqlite_database: Database, now: datetime) -> None:
    await plant(sqlite_database, now)

    async with sqlite_database.read() as conn:
        await conn.scalar(sa.select(workshops.c.place))
        await write(sqlite_database, sa.update(workshops).values(place="1"))
        assert not await sqlite_database.checkpoint()

    assert await sqlite_database.checkpoint()


async def test_statement_is_compiled_once(database: Database, now: datetime) -> None:
    await plant(database, now)
    question = sa.select(workshops.c.place).where(workshops.c.area == sa.bindparam("area"))

    async with database.write() as conn:
        await conn.execute(question, {"area": "hull"})
        second = await conn.execute(question, {"area": "hull"})

    assert second.context.cache_hit is sa.engine.interfaces.CacheStats.CACHE_HIT


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:"])
def test_address_we_cannot_work_with_is_refused(url: str) -> None:
    with pytest.raises(UnknownDatabase):
        Database.open(url)


def test_network_folder_is_recognised() -> None:
    table = "/dev/sda1 / ext4 rw 0 0\nnas:/x /srv/shared\\040files nfs4 rw 0 0\n"

    assert sqlite.file_system(Path("/srv/shared files/data"), table) in sqlite.NETWORK
    assert sqlite.file_system(Path("/srv/data"), table) == "ext4"


def test_looking_at_a_file_that_is_not_there_makes_none(tmp_path: Path) -> None:
    with pytest.raises(UnknownDatabase, match="There is no database"):
        Database.open_to_read(f"sqlite:///{tmp_path}/none.db")

    assert list(tmp_path.iterdir()) == []


async def test_wherever_a_power_cut_tears_the_log_all_that_was_acknowledged_before_is_there(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    file, log = sqlite_database.file, sqlite_database.file.with_name("reconvene.db-wal")
    await sqlite_database.checkpoint()
    before, ends = file.read_bytes(), []
    for wave in range(1, 5):
        await write(
            sqlite_database, sa.insert(workshops).values({**AREA, "wave": wave, "starts_at": now, "ends_at": now})
        )
        ends.append(log.stat().st_size)
    assert file.read_bytes() == before, "all of it is in the log"
    written = log.read_bytes()

    for acknowledged, (end, following) in enumerate(zip(ends, [*ends[1:], ends[-1] + 9000], strict=True), start=1):
        for cut in range(end, following, 977):
            torn = Path(tempfile.mkdtemp(dir=tmp_path)) / "reconvene.db"
            torn.write_bytes(before)
            torn.with_name("reconvene.db-wal").write_bytes(written[:cut] + os.urandom(min(cut - end, 500)))
            with contextlib.closing(sqlite3.connect(torn)) as found:
                assert found.execute("PRAGMA quick_check").fetchall() == [("ok",)]
                waves = [wave for (wave,) in found.execute("SELECT wave FROM workshops ORDER BY wave")]
            assert waves == list(range(1, acknowledged + 1))
