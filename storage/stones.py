"""The erasure ledger: the tombstones of a database in a small file beside it, so that a backup brings nobody back.

A line holds a receipt and a hash that only the receipt and the id together can make; it names nobody. The file belongs
on another disk than the database, or into the backup of the machine.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.erasure import erase, hash_of
from storage.tables import participants, tombstones


@dataclass(frozen=True, kw_only=True, slots=True)
class Stone:
    """Somebody was erased."""

    receipt: str
    participant_hash: str
    at: str  # ISO, UTC


class Stones:
    """The file. Lines are only ever added to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: set[str] | None = None

    def read(self) -> list[Stone]:
        """All stones; a line that a power cut left unfinished is passed over: the next `keep` writes it again."""
        if not self.path.exists():
            return []
        return [stone for line in self.path.read_text(encoding="utf-8").splitlines() if (stone := _stone(line))]

    async def keep(self, db: Database) -> int:
        """Add the stones of this database that are not in the file. How many those were."""
        async with db.read() as conn:
            return self.add(await stones_of(conn))

    def add(self, stones: Iterable[Stone]) -> int:
        """Put them on disk, each once."""
        if self._known is None:
            self._known = {stone.receipt for stone in self.read()}
        new = [stone for stone in stones if stone.receipt not in self._known]
        if new:
            self._append("".join(json.dumps(asdict(stone)) + "\n" for stone in new))
            self._known |= {stone.receipt for stone in new}
        return len(new)

    def _append(self, lines: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as file:
            torn = file.seek(0, os.SEEK_END) and file.seek(-1, os.SEEK_END) and file.read(1) != b"\n"
            file.write((("\n" if torn else "") + lines).encode())
            file.flush()
            os.fsync(file.fileno())


async def stones_of(conn: AsyncConnection) -> list[Stone]:
    """The tombstones in a database, oldest first."""
    found = await conn.execute(sa.select(tombstones).order_by(tombstones.c.at, tombstones.c.receipt))
    return [Stone(receipt=row.receipt, participant_hash=row.participant_hash, at=row.at.isoformat()) for row in found]


async def replay(conn: AsyncConnection, stones: Iterable[Stone]) -> int:
    """Erase again whoever of these a backup has brought back. How many those were."""
    people = list((await conn.scalars(sa.select(participants.c.id))).all())
    there = {stone.receipt for stone in await stones_of(conn)}
    back = 0
    for stone in stones:
        if stone.receipt in there:
            continue
        for person in [one for one in people if hash_of(one, stone.receipt) == stone.participant_hash]:
            await erase(conn, person, stone.receipt, datetime.fromisoformat(stone.at).astimezone(UTC))
            people.remove(person)
            back += 1
    return back


def _stone(line: str) -> Stone | None:
    try:
        read: Any = json.loads(line)
        return Stone(**read)
    except (ValueError, TypeError):
        return None
