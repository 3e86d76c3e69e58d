"""Seals on the journal: each line is bound to the one before, so that a line that was changed or taken out is seen.

A seal holds a hash of the line with a salt, and a hash of that and of the seal before. When somebody is erased their
name goes from the lines, and the salt with it: what stood there cannot be guessed from the hash, and the chain still
holds. Lines are sealed soon after they are written, in an order of their own, as commits do not come in that of ids.
Whoever can write to the database could seal it all anew: note the head of the chain elsewhere now and then.
"""

import hashlib
import re
import secrets
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.among import among
from storage.tables import journal
from storage.tables_console import seals

BEGIN: Final = "0" * 64
"""What stands before the first seal."""
AT_ONCE: Final = 2000
LATE: Final = 10_000
"""A line whose transaction took long has a number below others that are sealed; so far back one looks for it."""
MARKS: Final = re.compile(r"\berased\b|\bNameless-|\ba guest\b")
"""What stands where the name was: see `storage.erasure`."""
LINE: Final = (journal.c.id, journal.c.at, journal.c.who, journal.c.action, journal.c.subject, journal.c.detail)


@dataclass(kw_only=True, slots=True)
class Verdict:
    """What looking through the whole chain has shown."""

    sealed: int = 0
    head: str = BEGIN
    heads: set[str] = field(default_factory=set)  # of those that were asked for, the ones that are in the chain
    emptied: int = 0  # lines from which a name was taken out
    broken: list[str] = field(default_factory=list)
    unsealed: int = 0

    @property
    def whole(self) -> bool:
        """Whether every line is as it was written."""
        return not self.broken


async def seal(conn: AsyncConnection) -> int:
    """Seal the lines that have none yet. How many."""
    if conn.dialect.name == "postgresql":
        await conn.execute(sa.text("LOCK TABLE journal_seals IN EXCLUSIVE MODE"))
    newest = await conn.scalar(sa.select(sa.func.max(seals.c.journal_id))) or 0
    bare = ~sa.exists().where(seals.c.journal_id == journal.c.id)
    lines = sa.select(*LINE).where(journal.c.id > newest - LATE, bare).order_by(journal.c.id).limit(AT_ONCE)
    rows = _sealed((await conn.execute(lines)).all(), await head(conn))
    if rows:
        await conn.execute(sa.insert(seals), rows)
    return len(rows)


async def head(conn: AsyncConnection) -> str:
    """The newest link of the chain."""
    newest = sa.select(seals.c.chain).order_by(seals.c.number.desc()).limit(1)
    return await conn.scalar(newest) or BEGIN


def _sealed(lines: Iterable[Any], before: str) -> list[dict[str, Any]]:
    rows = []
    for line in lines:
        salt = secrets.token_hex(16)
        digest = digest_of(salt, line)
        before = link(before, digest)
        rows.append({"journal_id": line.id, "salt": salt, "digest": digest, "chain": before})
    return rows


def digest_of(salt: str, line: Any) -> str:
    """The hash of one line with its salt."""
    told = (salt, line.id, line.at.isoformat(), line.who, line.action, line.subject, line.detail)
    return hashlib.sha256("\x1f".join(map(str, told)).encode()).hexdigest()


def link(before: str, digest: str) -> str:
    """The next link of the chain."""
    return hashlib.sha256(f"{before}{digest}".encode()).hexdigest()


async def open_lines(conn: AsyncConnection, ids: Sequence[int]) -> None:
    """A name is taken out of these lines: their salts go with it."""
    await conn.execute(sa.update(seals).where(among(seals.c.journal_id, "ids")).values(salt=""), {"ids": ids})


async def verify(conn: AsyncConnection, heads: Iterable[str] = ()) -> Verdict:
    """Go through the whole chain. `heads` are links that somebody noted earlier and looks for."""
    verdict, wanted = Verdict(), set(heads)
    async for row in _all(conn):
        _judge(verdict, row)
        verdict.heads |= {row.chain} & wanted
    bare = ~sa.exists().where(seals.c.journal_id == journal.c.id)
    verdict.unsealed = await conn.scalar(sa.select(sa.func.count()).select_from(journal).where(bare)) or 0
    return verdict


def _judge(verdict: Verdict, row: Any) -> None:
    verdict.sealed += 1
    if link(verdict.head, row.digest) != row.chain:
        verdict.broken.append(f"The seal of line {row.journal_id} does not follow from the one before.")
    if row.id is None:
        verdict.broken.append(f"Line {row.journal_id} is missing.")
    elif not row.salt and MARKS.search(f"{row.who} {row.subject} {row.detail}"):
        verdict.emptied += 1
    elif digest_of(row.salt, row) != row.digest:
        verdict.broken.append(f"Line {row.journal_id} is not as it was written.")
    verdict.head = row.chain


async def _all(conn: AsyncConnection) -> AsyncIterator[Any]:
    joined = seals.outerjoin(journal, journal.c.id == seals.c.journal_id)
    columns = (seals.c.number, seals.c.journal_id, seals.c.salt, seals.c.digest, seals.c.chain, *LINE)
    after = 0
    while True:
        page = sa.select(*columns).select_from(joined).where(seals.c.number > after).order_by(seals.c.number)
        rows = (await conn.execute(page.limit(AT_ONCE))).all()
        for row in rows:
            yield row
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].number
