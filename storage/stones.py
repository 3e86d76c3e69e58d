"""Who was erased and who has left, in a small file beside the database, so that a backup brings nobody back.

A line holds a receipt and a hash that only the receipt and the id together can make, or only the hash; it names nobody.
The file belongs on another disk than the database, or into the backup of the machine.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import deadlines, outbox, standstill
from storage.database import Database
from storage.erasure import erase, hash_of
from storage.tables import participants, tombstones

LEFT: Final = "left"
"""What is hashed with the id of somebody who has left: they have no receipt."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stone:
    """Somebody was erased."""

    receipt: str
    participant_hash: str
    at: str  # ISO, UTC


class Stones:
    """The file. Lines are only ever added to it; a line that a power cut left unfinished is written again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: set[str] | None = None
        self._left: set[str] | None = None

    def read(self) -> list[Stone]:
        """The stones of all who were erased."""
        return [stone for line in self._lines() if (stone := _stone(line))]

    def left(self) -> set[str]:
        """The hashes of those who have left, and have not come back."""
        gone: set[str] = set()
        for line in self._lines():
            gone = (gone | {line.get("left", "")}) - {line.get("back", "")}
        return gone - {""}

    async def keep(self, db: Database) -> int:
        """Add what this database knows and the file does not. How many lines those were.

        Who is back in a database that stands still has not come back: the backup is older than what they said. Else the
        file is there afterwards, even if nobody was erased or has left.
        """
        async with db.read() as conn:
            if await standstill.since(conn) is not None:
                return 0
            stones, gone = await stones_of(conn), await left_of(conn)
        self._make()
        return self.add(stones) + self.add_left(gone)

    def add(self, stones: Iterable[Stone]) -> int:
        """Put stones on disk, each once."""
        if self._known is None:
            self._known = {stone.receipt for stone in self.read()}
        new = [stone for stone in stones if stone.receipt not in self._known]
        self._append([asdict(stone) for stone in new])
        self._known |= {stone.receipt for stone in new}
        return len(new)

    def add_left(self, gone: AbstractSet[str]) -> int:
        """Put down who has left, and who is back."""
        before = self.left() if self._left is None else self._left
        new = [{"left": one} for one in sorted(gone - before)] + [{"back": one} for one in sorted(before - gone)]
        self._append(new)
        self._left = set(gone)
        return len(new)

    def _lines(self) -> list[dict[str, str]]:
        if not self.path.exists():
            return []
        read = map(_read, self.path.read_text(encoding="utf-8").splitlines())
        return [line for line in read if line]

    def _make(self) -> None:
        """The file, for its owner's eyes only."""
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)

    def _append(self, new: Sequence[Mapping[str, str]]) -> None:
        if not new:
            return
        lines = "".join(json.dumps(line) + "\n" for line in new)
        self._make()
        with self.path.open("a+b") as file:
            torn = file.seek(0, os.SEEK_END) and file.seek(-1, os.SEEK_END) and file.read(1) != b"\n"
            file.write((("\n" if torn else "") + lines).encode())
            file.flush()
            os.fsync(file.fileno())


async def stones_of(conn: AsyncConnection) -> list[Stone]:
    """The tombstones in a database, oldest first."""
    found = await conn.execute(sa.select(tombstones).order_by(tombstones.c.at, tombstones.c.receipt))
    return [Stone(receipt=row.receipt, participant_hash=row.participant_hash, at=row.at.isoformat()) for row in found]


async def left_of(conn: AsyncConnection) -> set[str]:
    """The hashes of those who have left and whose answers are still theirs."""
    gone = await conn.scalars(sa.select(participants.c.id).where(participants.c.state == "stopped"))
    return {hash_of(person, LEFT) for person in gone}


async def leave_again(conn: AsyncConnection, gone: AbstractSet[str], now: datetime) -> int:
    """Whoever of these a backup has brought back has left all the same. How many those were."""
    there = await conn.scalars(sa.select(participants.c.id).where(participants.c.state != "stopped"))
    back = [person for person in there if hash_of(person, LEFT) in gone]
    for person in back:
        mine = sa.update(participants).where(participants.c.id == person)
        await conn.execute(mine.values(state="stopped", paused_until=None))
        await outbox.left(conn, person, now)
        await deadlines.cancel_entries(conn, person, "the person has left", now)
    return len(back)


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


def _read(line: str) -> dict[str, str]:
    try:
        read: Any = json.loads(line)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _stone(line: Mapping[str, str]) -> Stone | None:
    return Stone(**line) if line.keys() == set(Stone.__slots__) else None
