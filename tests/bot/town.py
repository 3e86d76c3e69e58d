"""The small programme of `tests/crash`, people who write to it, and a second process that publishes beside it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bot import publishing, serve
from bot.messages import Address, Content, Edit, Inbound, Outgoing, Start, Tap, Words
from bot.publishing import Impact
from bot.script import Script
from bot.wiring import Parts, build
from flows.definition import Programme
from flows.loading import load_programme
from flows.run import Run
from storage import invariants
from storage.database import Database
from storage.invites import Invite, add
from storage.rows import from_json
from storage.tables import outbox, runs
from tests.crash.program import FOLDER, START
from tests.fakes import FakeChannel, FakeClock

CODE = "hull-test"


def read(folder: Path) -> Programme:
    """The programme in a folder."""
    loaded = load_programme(folder)
    assert loaded.programme is not None, "\n".join(map(str, loaded.findings))
    return loaded.programme


def copy(folder: Path) -> Path:
    """The small programme, to be changed."""
    return Path(shutil.copytree(FOLDER, folder))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Change one thing in one file."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old} is not in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")


@dataclass(kw_only=True)
class Town:
    """A program that is serving, and the phones in front of it."""

    parts: Parts
    clock: FakeClock
    number: int = 0

    @classmethod
    async def at(cls, db: Database, programme: Programme, now: datetime = START) -> "Town":
        """Start the program; people join with a code."""
        town = await cls.again(db, programme, now)
        async with db.write() as conn:
            await add(conn, Invite(code=CODE, kind="join", area=next(iter(programme.areas)), created_at=now))
        return town

    @classmethod
    async def again(cls, db: Database, programme: Programme, now: datetime = START, number: int = 0) -> "Town":
        """Start the program on a database that has a past, in which so many things were written to it."""
        clock = FakeClock(now)
        town = cls(parts=build(db, Script(programme), clock, [FakeChannel()]), clock=clock, number=number)
        await serve.open_up(town.parts)
        return town

    async def brings(self, chat: str, content: Callable[[str], Content]) -> None:
        """Something happens on a phone, and has its effect."""
        self.number += 1
        key = f"m{self.number}"
        address = Address(channel="fake", bot="1", chat=chat)
        await self.parts.turns.accept([Inbound(key=key, address=address, at=self.clock.now(), content=content(key))])
        await self.settles()

    async def settles(self) -> None:
        """Until nothing waits any more."""
        while await self.parts.turns.step():
            pass

    async def says(self, chat: str, text: str) -> str:
        """They type; by what name the platform knows the message."""
        await self.brings(chat, lambda key: Words(text=text, message=key))
        return f"m{self.number}"

    async def taps(self, chat: str, label: str) -> None:
        """They press the newest button of that name."""
        token = next(
            t for message in reversed(await self.messages(chat)) for t, name in buttons(message) if name == label
        )
        await self.presses(chat, token)

    async def presses(self, chat: str, token: str) -> None:
        """They press a button that carries this."""
        await self.brings(chat, lambda _: Tap(token=token))

    async def edits(self, chat: str, message: str, text: str) -> None:
        """They change an earlier message."""
        await self.brings(chat, lambda _: Edit(text=text, message=message))

    async def joins(self, chat: str, remind: str = "Yes") -> None:
        """They open the link, agree, and come to the first question of the talk."""
        await self.brings(chat, lambda _: Start(code=CODE))
        await self.taps(chat, "Yes")
        await self.taps(chat, remind)

    async def passes(self, **span: float) -> None:
        """Time goes by."""
        self.clock.at += timedelta(**span)
        await self.settles()

    async def answers(self, chat: str, text: str) -> None:
        """They write, and nothing more follows."""
        await self.says(chat, text)
        await self.passes(seconds=10)

    async def messages(self, chat: str) -> list[Outgoing]:
        """All that was written to them."""
        mine = sa.select(outbox.c.body).where(outbox.c.chat == chat, outbox.c.body != "").order_by(outbox.c.id)
        async with self.parts.db.read() as conn:
            return [from_json(body, Outgoing) for body in await conn.scalars(mine)]

    async def newest(self, chat: str) -> str:
        """The newest message."""
        return (await self.messages(chat))[-1].text

    async def runs(self) -> list[Run]:
        """All runs, the oldest first."""
        async with self.parts.db.read() as conn:
            found = await conn.execute(sa.select(runs).order_by(runs.c.opened_at, runs.c.id))
            return [from_json(row.body, Run) for row in found]

    async def publishes(self, programme: Programme) -> Impact:
        """Another process publishes beside the one that serves."""
        other = Database.open_beside(self.parts.db.url.render_as_string(hide_password=False))
        try:
            async with other.write() as conn:
                return await publishing.publish(conn, programme, "Olive", self.clock.now())
        finally:
            await other.close()

    async def broken_promises(self) -> list[str]:
        """What `doctor` finds."""
        async with self.parts.db.read() as conn:
            return await invariants.check(conn)


def buttons(message: Outgoing) -> list[tuple[str, str]]:
    """Token and label of each button."""
    return [(choice.token, choice.label) for choice in message.choices]
