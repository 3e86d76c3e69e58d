"""What was sent to the mailbox. An entry is written, and its writer forgotten, in one transaction."""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.mailbox import HERE, ISSUES, KEPT
from flows.run import Value
from storage.many import execute_many
from storage.rows import from_json, new_id, to_json
from storage.scenes import Place
from storage.tables import answer_parts, answers, contacts, participants
from storage.tables_mailbox import mailbox_entries, mailbox_marks, mailbox_salts

VIAS: Final = ("telegram", "slack", "demo", "email", "paper", "phone", "cli")
MARKED: Final = timedelta(days=30)
"""So long it is known how many accounts wrote on a day. Whose they were is not known once that day is over."""


INSERT: Final = sa.insert(mailbox_entries)


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """One thing that matters to somebody, and the cause it belongs to ("": not said)."""

    text: str
    frame: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One message to the mailbox."""

    id: str
    month: str
    via: str
    locale: str
    area: str = ""
    day: str = ""
    issues: tuple[Issue, ...] = ()
    helps: str = ""
    you: str = ""
    aside: str = ""
    assisted_by: str = ""

    @property
    def has_words(self) -> bool:
        """Whether there is anything in it to read."""
        return bool(self.day or self.helps or self.aside or any(issue.text for issue in self.issues))


# ── entries ────────────────────────────────────────────────────────────────────────────────────────────────────
async def add(conn: AsyncConnection, entries: Sequence[Entry]) -> None:
    """Put entries into the mailbox."""
    await execute_many(conn, INSERT, [{**asdict(entry), "issues": to_json(entry.issues)} for entry in entries])


async def of_areas(conn: AsyncConnection, areas: Sequence[str]) -> list[Entry]:
    """The entries of these areas ("": from elsewhere), the newest month first; within it in no order of time."""
    c = mailbox_entries.c
    found = sa.select(mailbox_entries).where(c.area.in_(areas)).order_by(c.month.desc(), c.area, c.id)
    return [_read(row) for row in await conn.execute(found)]


async def find(conn: AsyncConnection, id: str) -> Entry | None:
    """The entry with this id."""
    row = (await conn.execute(sa.select(mailbox_entries).where(mailbox_entries.c.id == id))).first()
    return _read(row) if row else None


async def recode(conn: AsyncConnection, entry: Entry, number: int, frame: str) -> Entry:
    """The team finds that issue `number` (from 1) belongs to another cause."""
    issues = tuple(
        replace(issue, frame=frame) if place == number else issue for place, issue in enumerate(entry.issues, 1)
    )
    mine = sa.update(mailbox_entries).where(mailbox_entries.c.id == entry.id)
    await conn.execute(mine.values(issues=to_json(issues)))
    return replace(entry, issues=issues)


def _read(row: Any) -> Entry:
    return Entry(**{**row._mapping, "issues": from_json(row.issues, tuple[Issue, ...])})


# ── the writer ─────────────────────────────────────────────────────────────────────────────────────────────────
async def close(conn: AsyncConnection, participant_id: str, today: date) -> None:
    """What a guest has said goes into the mailbox, and counts for today's limit. They are forgotten by the caller."""
    at = sa.select(contacts.c.channel, contacts.c.bot, contacts.c.chat)
    place = (await conn.execute(at.where(contacts.c.participant_id == participant_id))).first()
    entry = await _gathered(conn, participant_id, today, place.channel if place else "")
    if not entry.has_words:
        return
    await add(conn, [entry])
    if place:
        await _mark(conn, (place.channel, place.bot, place.chat), today)


async def _gathered(conn: AsyncConnection, participant_id: str, today: date, channel: str) -> Entry:
    guest = sa.select(participants.c.area, participants.c.locale).where(participants.c.id == participant_id)
    person = (await conn.execute(guest)).one()
    picked, said = await _picked(conn, participant_id), await _said(conn, participant_id)
    here = picked.get("you", "")
    return Entry(
        id=new_id(),
        month=f"{today:%Y-%m}",
        via=channel if channel in VIAS else "cli",
        locale=person.locale,
        area=person.area,
        day=said.get("day", ""),
        issues=tuple(
            Issue(text=said.get(text, ""), frame=picked.get(frame, ""))
            for text, frame in ISSUES
            if said.get(text) or picked.get(frame)
        ),
        helps=said.get("helps", ""),
        you=here if here in HERE else "",
        aside="\n".join(words for step, words in said.items() if KEPT.get(step) != "text"),
    )


async def _picked(conn: AsyncConnection, participant_id: str) -> Mapping[str, str]:
    mine = (answers.c.participant_id == participant_id, answers.c.value.is_not(None), answers.c.kind != "text")
    found = await conn.execute(sa.select(answers.c.step, answers.c.value).where(*mine))
    return {row.step: str(from_json(row.value, Value)) for row in found}  # type: ignore[arg-type]


async def _said(conn: AsyncConnection, participant_id: str) -> Mapping[str, str]:
    parts = answer_parts.c
    mine = (parts.participant_id == participant_id, parts.replaced_at.is_(None), parts.text != "")
    found = await conn.execute(sa.select(parts.step, parts.text).where(*mine).order_by(parts.at, parts.id))
    said: dict[str, str] = {}
    for row in found:
        said[row.step] = f"{said[row.step]}\n{row.text}" if row.step in said else row.text
    return said


# ── not too many from one account ──────────────────────────────────────────────────────────────────────────────
async def written(conn: AsyncConnection, place: Place, today: date) -> int:
    """How many entries came from this account today."""
    salt = await conn.scalar(sa.select(mailbox_salts.c.salt).where(mailbox_salts.c.day == today.isoformat()))
    if salt is None:
        return 0
    c = mailbox_marks.c
    mine = (c.day == today.isoformat(), c.mark == _hashed(salt, place))
    return await conn.scalar(sa.select(c.entries).where(*mine)) or 0


async def _mark(conn: AsyncConnection, place: Place, today: date) -> None:
    """One more from this account."""
    insert = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    day = today.isoformat()
    fresh = {"day": day, "salt": secrets.token_hex(32)}
    await conn.execute(insert(mailbox_salts).values(fresh).on_conflict_do_nothing())
    salt = await conn.scalar(sa.select(mailbox_salts.c.salt).where(mailbox_salts.c.day == day))
    mark = insert(mailbox_marks).values(day=day, mark=_hashed(salt or "", place), entries=1)
    more = {"entries": mailbox_marks.c.entries + 1}
    await conn.execute(mark.on_conflict_do_update(index_elements=["day", "mark"], set_=more))


def _hashed(salt: str, place: Place) -> str:
    channel, _, chat = place
    return hmac.new(bytes.fromhex(salt), f"{channel}:{chat}".encode(), sha256).hexdigest()


async def tidy(conn: AsyncConnection, today: date) -> int:
    """Throw away the salts of days that are over, and marks after their time. How many marks went."""
    yesterday = (today - timedelta(days=1)).isoformat()  # somewhere it may still be yesterday
    await conn.execute(sa.delete(mailbox_salts).where(mailbox_salts.c.day < yesterday))
    old = mailbox_marks.c.day < (today - MARKED).isoformat()
    return (await conn.execute(sa.delete(mailbox_marks).where(old))).rowcount


async def wear(conn: AsyncConnection, before: date) -> int:
    """Take the words out of entries from before this month; area and causes stay, to be counted. How many."""
    c = mailbox_entries.c
    old = (await conn.execute(sa.select(mailbox_entries).where(c.month < f"{before:%Y-%m}"))).all()
    full = [entry for entry in map(_read, old) if entry.has_words]
    for entry in full:
        bare = to_json(tuple(replace(issue, text="") for issue in entry.issues))
        words = {"day": "", "helps": "", "aside": "", "issues": bare}
        await conn.execute(sa.update(mailbox_entries).where(c.id == entry.id).values(words))
    return len(full)
