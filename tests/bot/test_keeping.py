"""Recordings are fetched, cleaned and kept; whatever happens on the way, no file is left that no row wants."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.base import File, Lost, NotNow
from bot.keeping import WAITS, Keeper
from bot.recordings.cleaning import Limits
from storage import erasure, media, retention
from storage import tables as t
from storage.database import Database
from storage.files import Files
from storage.invariants import recordings_are_there
from storage.rows import new_id
from storage.tables_media import media as table
from tests.fakes import FakeChannel, FakeClock
from tests.recordings import CANARY, photo, voice
from tests.storage.records import plant_answer, plant_person


@dataclass(kw_only=True)
class Room:
    """A keeper at work, with a platform that has files."""

    db: Database
    files: Files
    clock: FakeClock
    channel: FakeChannel = field(default_factory=FakeChannel)

    def __post_init__(self) -> None:
        self.keeper = Keeper(self.db, [self.channel], self.files, self.clock, Limits(voice=100_000))

    async def given(self, content: bytes | File | Exception, kind: str = "voice", pid: str = "p1") -> str:
        """Somebody gives a recording as an answer; its id."""
        id = new_id()
        self.channel.files[f"ref-{id}"] = content
        async with self.db.write() as conn:
            known = await conn.scalar(sa.select(t.participants.c.id).where(t.participants.c.id == pid))
            if not known:
                await plant_person(conn, self.clock.now(), pid=pid, code_name=pid.title(), chat=pid)
                await plant_answer(conn, self.clock.now(), pid)
            part: dict[str, Any] = {
                "media_id": id,
                "participant_id": pid,
                "run_id": f"r{pid}",
                "step": "s",
                "media_kind": kind,
            }
            part |= {"media_reference": f"ref-{id}", "at": self.clock.now()}
            await conn.execute(sa.insert(t.answer_parts).values(**part, message="1"))
            await conn.execute(sa.insert(table).values(media.wanted(part, ("fake", "1", pid), "F")))
        return id

    async def row(self, id: str) -> Any:
        """How it stands."""
        async with self.db.read() as conn:
            return (await conn.execute(sa.select(table).where(table.c.id == id))).first()

    def there(self) -> set[str]:
        """The files in the folder."""
        return {path.name for path in self.files.folder.glob("[a-z0-9]*")}


@pytest.fixture
def room(sqlite_database: Database, tmp_path: Path, now: datetime) -> Room:
    return Room(db=sqlite_database, files=Files(tmp_path / "recordings", "owner"), clock=FakeClock(now))


@pytest.mark.parametrize(
    ("kind", "content", "mime"), [("voice", voice(), "audio/ogg"), ("photo", photo(), "image/jpeg")]
)
async def test_a_recording_is_fetched_cleaned_and_kept(room: Room, kind: str, content: bytes, mime: str) -> None:
    id = await room.given(content, kind)

    await room.keeper.step()

    row, kept = await room.row(id), room.files.read(id)
    assert kept is not None
    assert CANARY.encode() not in kept
    assert (row.state, row.mime, row.size, row.reference, row.settled_at) == (
        "kept",
        mime,
        len(kept),
        "",
        room.clock.at,
    )
    assert "p1" not in id
    async with room.db.read() as conn:
        assert await recordings_are_there(conn, room.files) == []


async def test_what_is_not_what_it_should_be_is_refused_for_good_with_the_reason(room: Room) -> None:
    id = await room.given(b"MZ this is a program", "photo")

    await room.keeper.step()

    row = await room.row(id)
    assert (row.state, row.reason) == ("refused", "it is no JPEG, PNG or WebP picture")
    assert room.there() == set()


async def test_what_the_platform_has_lost_is_not_asked_for_again(room: Room) -> None:
    id = await room.given(Lost(reason="gone"))

    await room.keeper.step()
    room.clock.forward(days=9)
    await room.keeper.step()

    assert (await room.row(id)).state == "failed"
    assert len(room.channel.fetched) == 1


async def test_what_cannot_be_had_now_is_asked_for_ever_more_rarely_and_then_given_up(room: Room) -> None:
    id = await room.given(NotNow(reason="Telegram does not answer"))
    for wait in WAITS:
        await room.keeper.step()
        assert await room.keeper.step() == 0, "not before its time"
        room.clock.forward(seconds=wait.total_seconds())
    assert (await room.row(id)).state == "wanted"

    await room.keeper.step()

    row = await room.row(id)
    assert (row.state, row.reason) == ("failed", "Telegram does not answer")
    assert len(room.channel.fetched) == len(WAITS) + 1


async def test_a_platform_that_asks_us_to_wait_is_waited_for(room: Room) -> None:
    later = room.clock.at + timedelta(hours=3)
    id = await room.given(NotNow(reason="too fast", retry_at=later))

    await room.keeper.step()

    assert (await room.row(id)).not_before == later


async def test_a_kill_before_the_note_is_made_good_and_leaves_no_second_file(room: Room) -> None:
    id = await room.given(voice())
    room.files.put(id, b"written, and killed before it was noted")
    (room.files.folder / f"{id}.part").write_bytes(b"half written")

    await room.keeper.step()

    assert (await room.row(id)).state == "kept"
    assert room.files.read(id) != b"written, and killed before it was noted"
    assert room.there() == {id}


async def test_a_full_disk_loses_nothing(room: Room, tmp_path: Path) -> None:
    id = await room.given(voice())
    (tmp_path / "a file").write_bytes(b"")
    stuck = Keeper(room.db, [room.channel], Files(tmp_path / "a file" / "inside", "owner"), room.clock)

    with pytest.raises(NotADirectoryError):
        await stuck.step()
    assert (await room.row(id)).state == "wanted"
    await room.keeper.step()

    assert (await room.row(id)).state == "kept"


async def test_our_own_mistake_over_one_recording_stops_no_other(room: Room) -> None:
    bad, good = await room.given(RuntimeError("a bug")), await room.given(voice())

    await room.keeper.step()

    assert [(await room.row(one)).state for one in (bad, good)] == ["wanted", "kept"]


async def test_an_erased_person_leaves_no_file_even_if_it_was_on_its_way(room: Room) -> None:
    kept, other = await room.given(voice()), await room.given(voice(), pid="p2")
    await room.keeper.step()
    late = await room.given(voice())
    async with room.db.write() as conn:
        await erasure.erase(conn, "p1", "RECEIPT", room.clock.at)
    room.files.put(late, b"written a moment after the erasure")

    await room.keeper.step()

    assert room.there() == {other}
    assert await room.row(kept) is None


async def test_a_recording_that_is_taken_back_while_it_is_fetched_is_not_kept(room: Room) -> None:
    async def meanwhile() -> None:
        async with room.db.write() as conn:
            await media.let_go(conn, "p1", room.clock.at)

    id = await room.given(voice())
    room.channel.meanwhile = meanwhile

    await room.keeper.step()
    await room.keeper.step()

    assert room.there() == set()
    assert (await room.row(id)).state == "removed"


async def test_no_to_recordings_removes_those_of_this_person_alone(room: Room) -> None:
    mine, theirs = await room.given(voice()), await room.given(voice(), pid="p2")
    await room.keeper.step()

    async with room.db.write() as conn:
        assert await media.let_go(conn, "p1", room.clock.at) == 1
    await room.keeper.step()

    assert room.there() == {theirs}
    row = await room.row(mine)
    assert (row.state, row.reference) == ("removed", "")
    async with room.db.read() as conn:
        left = (await conn.scalars(sa.select(t.answer_parts.c.media_reference).order_by(t.answer_parts.c.id))).all()
    assert f"ref-{mine}" not in left


@pytest.mark.parametrize(("days", "left"), [(364, 1), (366, 0)])
async def test_a_year_after_the_last_workshop_no_recording_is_left(room: Room, days: int, left: int) -> None:
    await room.given(voice())
    await room.keeper.step()
    held = {"area": "hull", "wave": 2, "starts_at": room.clock.at, "ends_at": room.clock.at}
    async with room.db.write() as conn:
        await conn.execute(sa.insert(t.workshops).values(held))
    room.clock.forward(days=days)

    async with room.db.write() as conn:
        swept = await retention.sweep(conn, room.clock.at)
    await room.keeper.step()

    assert swept.recordings == 1 - left
    assert len(room.there()) == left


async def test_doctor_names_a_recording_whose_file_is_gone_or_cut(room: Room) -> None:
    gone, cut, whole = [await room.given(voice()) for _ in range(3)]
    await room.keeper.step()
    (room.files.folder / gone).unlink()
    room.files.put(cut, b"cut")

    async with room.db.read() as conn:
        (sentence,) = await recordings_are_there(conn, room.files)

    assert gone in sentence
    assert cut in sentence
    assert whole not in sentence
