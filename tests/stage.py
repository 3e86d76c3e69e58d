"""The whole program with a local Bot API server in front of it and time in our hands."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import make_url

from bot import serve
from bot.channels.telegram.channel import TelegramChannel
from bot.facilitation import Facilitation
from bot.pacing import UNLIMITED
from bot.rights import Kind, Staff
from bot.script import Script
from bot.wiring import Parts, build
from flows.loading import library, load_programme
from storage import deadlines, inbox, invariants, outbox, people, scenes
from storage.database import Database
from storage.deadlines import Deadline
from storage.files import Files
from storage.scenes import Scene
from storage.stones import Stones
from tests.botapi import BotApi, Person
from tests.fakes import FakeClock

OLIVE = Staff(name="Olive", kind=Kind.OPERATOR)
"""Runs the whole programme."""
PATIENCE = 20.0
RECORDINGS = tempfile.TemporaryDirectory(prefix="reconvene-recordings-")
THREE_HOURS = timedelta(hours=3)


def shipped() -> Script:
    """The programme that comes with the program, ready to speak."""
    loaded = load_programme(library("life-here"))
    assert loaded.programme is not None, "\n".join(map(str, loaded.findings))
    return Script(loaded.programme)


GATES = ("G0", "G1", "G2", "G3")


async def go_anyway(office: Facilitation, *areas: str) -> None:
    """What a real team has to see to first is not there, and need not be."""
    for area in areas or office.programme.areas:
        for gate in GATES:
            await office.go_anyway(OLIVE, area, gate, "a test")


class Stage:
    """Puts people in front of the running program."""

    def __init__(self, parts: Parts, api: BotApi, clock: FakeClock) -> None:
        self.parts = parts
        self.api = api
        self.clock = clock
        self._people = 1000

    @property
    def office(self) -> Facilitation:
        """The team's commands."""
        return self.parts.facilitation

    async def workshops(self, first: datetime, gap: timedelta = timedelta(days=28)) -> None:
        """The same local dates for every area, from 18:00 to 21:00 or whatever `first` says."""
        for area in self.parts.script.programme.areas:
            for wave in (1, 2):
                start = first + gap * (wave - 1)
                await self.office.set_workshop(
                    OLIVE, area, wave, start, start + timedelta(hours=3), place="the library"
                )

    def person(self) -> Person:
        """Somebody with a phone whom nobody knows yet."""
        self._people += 1
        return self.api.person(self._people)

    async def joins(
        self,
        area: str,
        *,
        reminders: str = "Yes",
        media: str = "Yes",
        locale: str = "English",
        pace: str = "About four times",
    ) -> Person:
        """Somebody who opens the link of an area, agrees to take part, and says a little about themselves."""
        person = self.person()
        await self.says(person, f"/start {(await self.office.invite(OLIVE, area)).code}")
        for label in (locale, "Yes", "The workshop team", "Yes", reminders, media, "Yes", "Yes"):
            await self.taps(person, label)
        await self.says(person, "Sam")
        for label in ("Evening", pace, "Typing"):
            await self.taps_until(person, label)
        await self.says_until_done(person)
        return person

    async def says(self, person: Person, text: str, *, then: float = 10) -> None:
        """They type; the program answers, and the seconds in which more might follow go by."""
        person.says(text)
        await self.settle()
        await self.passes(seconds=then)

    async def taps(self, person: Person, label: str) -> None:
        """They press a button."""
        person.taps(label)
        await self.settle()

    async def taps_until(self, person: Person, label: str) -> None:
        """They skip what comes before a button of that name, and press it."""
        for _ in range(10):
            if label in person.buttons() and label in self._newest(person):
                return await self.taps(person, label)
            await self.says(person, "SKIP", then=0)
        raise AssertionError(f"never offered {label}: {person.texts()[-3:]}")

    def _newest(self, person: Person) -> list[str]:
        return [label for label, _ in person.deliveries()[-1].buttons]

    async def says_until_done(self, person: Person) -> None:
        """They skip all that is left of the flow in hand."""
        for _ in range(25):
            before = len(person.texts())
            await self.says(person, "SKIP", then=0)
            if "will write again" in person.texts()[-1] or len(person.texts()) == before:
                return

    async def says_until_asked(self, person: Person, *words: str) -> None:
        """They skip what comes before a message with one of these words."""
        for _ in range(12):
            if any(word in text for word in words for text in person.texts()[-2:]):
                return
            await self.says(person, "SKIP", then=0)
        raise AssertionError(f"nobody asked {words!r}: {person.texts()[-1]!r}")

    def label_like(self, person: Person, words: str) -> str:
        """The whole label of a button under the newest message that has these words in it."""
        for label, _ in person.deliveries()[-1].buttons:
            if words.casefold() in label.casefold():
                return label
        raise AssertionError(f"no button with {words!r}: {self._newest(person)} under {person.texts()[-1]!r}")

    def newest(self, person: Person) -> str:
        """The newest question, "" when the newest message asks nothing."""
        return person.texts()[-1] if "?" in person.texts()[-1] else ""

    async def scene(self, person: Person) -> Scene:
        """What the program knows of whoever has this phone."""
        place = "telegram", self.parts.channels[0].bot, str(person.chat)
        async with self.parts.db.read() as conn:
            return (await scenes.at(conn, [place], self.clock.now()))[place]

    async def id_of(self, person: Person) -> str:
        """The participant behind this phone."""
        known = (await self.scene(person)).person
        assert known is not None
        return known.id

    async def plan(self, area: str) -> dict[str, Deadline]:
        """The calendar of the only person of an area."""
        async with self.parts.db.read() as conn:
            (person,) = await people.of_areas(conn, [area])
            rows = await deadlines.plan_rows(conn, [person.id])
        return {row.key: row for row in rows[person.id]}

    async def broken_promises(self) -> list[str]:
        """What `doctor` finds."""
        async with self.parts.db.read() as conn:
            found = await invariants.check(conn)
            return [*found, *await invariants.recordings_are_there(conn, self.parts.files)]

    async def passes(self, **span: float) -> None:
        """Time goes by, and everything that falls due on the way happens in its order."""
        until = self.clock.now() + timedelta(**span)
        while (due := await self._next()) is not None and due <= until:
            self.clock.at = max(self.clock.at, due)
            await self.settle()
        self.clock.at = until
        await self.settle()

    async def passes_until(self, at: datetime) -> None:
        """Time goes by until then."""
        await self.passes(seconds=(at - self.clock.now()).total_seconds())

    async def passes_until_asked(self, person: Person, words: str) -> None:
        """Days go by, until a message with these words has come."""
        for _ in range(60):
            if any(words in text for text in person.texts()[-3:]):
                return
            await self.passes(days=1)
        raise AssertionError(f"nobody asked {words!r}: {person.texts()[-1]!r}")

    async def _next(self) -> datetime | None:
        async with self.parts.db.read() as conn:
            return await deadlines.next_any(conn)

    async def settle(self) -> None:
        """Until the program has taken in everything, and nothing that may go now is left to go."""
        async with asyncio.timeout(PATIENCE):
            while True:
                self.parts.turns.wake()
                await asyncio.sleep(0.003)
                if self.api.unconfirmed() or await self.parts.turns.step():
                    continue  # what a turn has in hand is locked, and would not be seen below
                async with self.parts.db.read() as conn:
                    new = await inbox.pending(conn, 1)
                    due = await deadlines.due(conn, self.clock.now(), 1)
                    going = await outbox.waiting(conn, self.clock.now())
                if not (new or due or going) and not await self.parts.keeper.step():
                    return


def folder_of(database: Database) -> Files:
    """The recordings of this database, as long as the tests run."""
    return folder_at(database.url.render_as_string(hide_password=False))


def folder_at(url: str) -> Files:
    """The recordings of a database at this address, which need not be there yet."""
    return Files.of(url, Path(RECORDINGS.name) / "".join(filter(str.isalnum, str(make_url(url).database))))


@asynccontextmanager
async def staged(
    database: Database, at: datetime | None = None, *, script: Script | None = None
) -> AsyncIterator[Stage]:
    """The shipped programme, or another, running in Telegram against a local server."""
    async with BotApi() as api, running(database, api, at, script=script) as stage:
        yield stage


@asynccontextmanager
async def running(
    database: Database,
    api: BotApi,
    at: datetime | None = None,
    *,
    script: Script | None = None,
    stones: Stones | None = None,
) -> AsyncIterator[Stage]:
    """The program from its start to its end, at a server that was there before and is there afterwards."""
    clock = FakeClock(at or datetime(2026, 10, 5, 9, 30, tzinfo=UTC))
    channel = TelegramChannel(api.token, clock.now, api_base=api.url)
    parts = build(
        database,
        script or shipped(),
        clock,
        [channel],
        limits={"telegram": UNLIMITED},
        files=folder_of(database),
        stones=stones,
    )
    await serve.open_up(parts)
    await go_anyway(parts.facilitation)
    async with serve.running(parts):
        yield Stage(parts, api, clock)
