"""reconvene backup, restore and release: what a person types, and what they are told."""

import asyncio
import re
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import cli
from bot.messages import Outgoing
from storage.database import Database
from storage.erasure import hash_of
from storage.rows import to_json
from storage.sqlite import lock
from storage.stones import Stone, Stones
from storage.tables import outbox, participants, tombstones

Give = Callable[..., tuple[int, str]]
NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)


@pytest.fixture
def give(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Give:
    """Give a command: how it ended, and all that it said."""
    monkeypatch.setenv("RECONVENE_DATABASE_URL", sqlite_url)

    def give(*words: object) -> tuple[int, str]:
        code = cli.run([str(word) for word in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out + said.err

    return give


def do(url: str, *statements: sa.Insert | sa.Delete) -> None:
    """Change a database that nobody serves."""

    async def work() -> None:
        db = Database.open(url)
        async with db.write() as conn:
            for statement in statements:
                await conn.execute(statement)
        await db.close()

    asyncio.run(work())


def states(url: str) -> list[str]:
    """How the messages stand."""

    async def look() -> list[str]:
        db = Database.open(url)
        async with db.read() as conn:
            found = list((await conn.scalars(sa.select(outbox.c.state).order_by(outbox.c.id))).all())
        await db.close()
        return found

    return asyncio.run(look())


def message(number: int, state: str, priority: int = 0) -> sa.Insert:
    """One message of the outbox."""
    row = {"cause": "test", "op": number, "channel": "telegram", "bot": "42", "chat": str(number), "state": state}
    body = to_json(Outgoing(text="See you."))
    return sa.insert(outbox).values(**row, body=body, priority=priority, not_before=NOW, created_at=NOW)


def person(id: str) -> sa.Insert:
    """Somebody who takes part."""
    row = {"id": id, "area": "hull", "code_name": f"Heron-{id}", "state": "active", "locale": "en"}
    return sa.insert(participants).values(**row, joined_at=NOW, last_heard_at=NOW)


def test_a_backup_is_for_its_owners_eyes_and_never_replaces_another(give: Give, tmp_path: Path) -> None:
    code, said = give("backup", tmp_path / "one.backup")
    again, complaint = give("backup", tmp_path / "one.backup")

    assert (code, again) == (0, 1)
    assert re.search(r"one\.backup: [\d,]+ bytes\.\n.*reconvene\.db\.erased", said)
    assert "never replaces another" in complaint
    assert stat.S_IMODE((tmp_path / "one.backup").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.glob("one.*")) == ["one.backup"]


def test_release_shows_what_waits_and_drops_or_sends_it(give: Give, sqlite_url: str, tmp_path: Path) -> None:
    do(sqlite_url, message(1, "sending"), message(2, "queued"), message(3, "queued", priority=2))
    give("backup", tmp_path / "b")

    code, restored = give("restore", tmp_path / "b", "--replace")
    _, waiting = give("release")
    _, dropped = give("release", "--drop")
    _, after = give("release")

    assert (code, restored.splitlines()[-1].startswith("Nothing is sent yet.")) == (0, True)
    assert "1  reply queued" in waiting
    assert "1  broadcast queued" in waiting
    assert "1  message of which nobody knows whether it arrived" in waiting
    assert dropped == "Dropped: 2. From now on messages go out.\n"
    assert states(sqlite_url) == ["uncertain", "cancelled", "cancelled"]
    assert "Nothing is held back" in after


def test_with_send_everything_that_waits_stays_queued(give: Give, sqlite_url: str, tmp_path: Path) -> None:
    do(sqlite_url, message(1, "queued"))
    give("backup", tmp_path / "b")
    give("restore", tmp_path / "b", "--replace")

    both, complaint = give("release", "--send", "--drop")
    code, _ = give("release", "--send")

    assert (both, code) == (1, 0)
    assert "not both" in complaint
    assert states(sqlite_url) == ["queued"]


def test_a_restore_sets_the_old_database_aside_and_learns_from_it_who_was_erased(
    give: Give, sqlite_url: str, tmp_path: Path
) -> None:
    do(sqlite_url, person("ann"), person("bea"))
    give("backup", tmp_path / "b")
    stone = {"receipt": "R1", "participant_hash": hash_of("bea", "R1"), "at": NOW}
    do(sqlite_url, sa.delete(participants).where(participants.c.id == "bea"), sa.insert(tombstones).values(stone))

    refused, why = give("restore", tmp_path / "b")
    code, said = give("restore", tmp_path / "b", "--replace")

    assert (refused, code) == (1, 0)
    assert "--replace" in why
    assert "1 people" in said
    assert "The database that was there is now" in said
    assert [line.receipt for line in Stones(tmp_path / "reconvene.db.erased").read()] == ["R1"]


def test_nothing_is_restored_under_a_program_that_runs(give: Give, tmp_path: Path) -> None:
    give("backup", tmp_path / "b")
    with lock(tmp_path / "reconvene.db"):
        code, complaint = give("restore", tmp_path / "b", "--replace")

    assert code == 1
    assert "Another Reconvene process is using" in complaint


@pytest.mark.parametrize("damage", ["not a database", "cut short"])
def test_a_file_that_is_no_sound_backup_changes_nothing(give: Give, tmp_path: Path, damage: str) -> None:
    give("backup", tmp_path / "b")
    bad = tmp_path / "bad"
    bad.write_bytes(b"hello" if damage == "not a database" else (tmp_path / "b").read_bytes()[:6000])
    before = (tmp_path / "reconvene.db").read_bytes()[100:]  # the first bytes say how it is written to

    code, complaint = give("restore", bad, "--replace")

    assert code == 1
    assert "Nothing was changed" in complaint
    assert (tmp_path / "reconvene.db").read_bytes()[100:] == before
    assert not list(tmp_path.glob("*.restoring*"))


def test_a_line_of_the_erased_that_a_power_cut_left_unfinished_is_written_again(tmp_path: Path) -> None:
    one, two = (Stone(receipt=name, participant_hash="h", at=NOW.isoformat()) for name in ("R1", "R2"))
    Stones(tmp_path / "erased").add([one, two])
    whole = (tmp_path / "erased").read_bytes()
    (tmp_path / "erased").write_bytes(whole[:-20])

    added = Stones(tmp_path / "erased").add([one, two])

    assert added == 1
    assert Stones(tmp_path / "erased").read() == [one, two]


def test_who_left_and_came_back_is_there_and_who_left_again_is_not(tmp_path: Path) -> None:
    Stones(tmp_path / "erased").add_left({"ann", "bea"})
    Stones(tmp_path / "erased").add_left({"bea"})
    Stones(tmp_path / "erased").add_left({"ann", "bea"})
    Stones(tmp_path / "erased").add_left({"ann"})

    assert Stones(tmp_path / "erased").left() == {"ann"}
    assert Stones(tmp_path / "erased").add_left({"ann"}) == 0
