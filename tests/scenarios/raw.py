"""Everything a database holds, for tests about what must not be in it."""

from pathlib import Path

import sqlalchemy as sa

from storage.database import Database
from storage.tables import metadata


async def holds(database: Database, *words: str) -> list[str]:
    """Which of these words stand anywhere in it: in a row, and on SQLite in the bytes of its files."""
    async with database.read() as conn:
        rows = [row for table in metadata.sorted_tables for row in await conn.execute(sa.select(table))]
    told = "\n".join(str(tuple(row)) for row in rows)
    files = b"".join(path.read_bytes() for path in await _files(database))
    return [word for word in words if word in told or word.encode() in files]


async def _files(database: Database) -> list[Path]:
    if database.dialect != "sqlite":
        return []
    await database.checkpoint()
    return [path for path in database.file.parent.glob(f"{database.file.name}*") if path.is_file()]
