"""Somebody does what they like to the whole program, while time goes by and programmes are published beside it."""

import asyncio
import shutil
import tempfile
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.messages import Start
from flows.definition import Programme
from flows.loading import library
from storage.database import Database
from storage.tables import answer_parts, answers, inbox
from tests.bot.town import CODE, Town, buttons, edit, read
from tests.conftest import bring_up

ME = "7"
JOINING = ("en", "adult", "team", "yes", "yes", "yes", "yes", "yes")
"""What somebody presses who takes part."""


def editions() -> list[Programme]:
    """The small programme that ships, with other words, and with moves from every question of its conversations."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(shutil.copytree(library("library-hours"), Path(folder) / "hours"))
        plain = read(home)
        edit(home, "prompts/en/two_weeks.j2", "{% block intro %}", "{% block intro %}Once more. ")
        worded = read(home)
        for name, flow in plain.flows.items():
            asked = [step.id for step in flow.steps if step.kind != "info"]
            moves = "".join(
                f"  - {{step: {step}, to: {step if n % 2 else 'restart'}}}\n" for n, step in enumerate(asked)
            )
            edit(home, f"flows/{name}.yaml", "\nsteps:", f"\nmoves:\n{moves}steps:")
        return [plain, worded, read(home)]


EDITIONS = editions()


@cache
def joined(*, remind: bool) -> bytes:
    """A database with one person in it, who has just joined."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as loop:
        file = Path(folder) / "reconvene.db"
        bring_up(f"sqlite:///{file}")
        loop.run(join(Database.open(f"sqlite:///{file}"), remind=remind))
        return file.read_bytes()


async def join(db: Database, *, remind: bool) -> None:
    """Somebody opens the link and agrees."""
    town = await Town.at(db, EDITIONS[0])
    await town.brings(ME, lambda _: Start(code=CODE))
    for number, key in enumerate(JOINING):
        wanted = "no" if number == 4 and not remind else key
        tokens = [token for message in await town.messages(ME) for token, _ in buttons(message)]
        await town.presses(ME, next(token for token in reversed(tokens) if token.endswith(f".{wanted}")))
    await db.close()


class OnePerson(RuleBasedStateMachine):
    """One chat with the whole turn layer on SQLite."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.Runner()
        self.mine: list[str] = []  # the platform's names of what they wrote

    @initialize(remind=st.booleans())
    def joins(self, remind: bool) -> None:
        file = Path(self.folder.name) / "reconvene.db"
        file.write_bytes(joined(remind=remind))
        self.town = self.loop.run(Town.again(Database.open(f"sqlite:///{file}"), EDITIONS[0], number=100))

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────────────
    @rule(
        text=st.sampled_from(
            ["The shop is shut.", "1", "yes", "SKIP", "BACK", "MENU", "PAUSE", "START", "MY DATA", "DONE"]
        )
    )
    def says(self, text: str) -> None:
        self.mine.append(self.loop.run(self.town.says(ME, text)))

    @rule(place=st.integers(0, 5), age=st.sampled_from([0, 0, 0, 1, 3]))
    def taps(self, place: int, age: int) -> None:
        self.loop.run(self._tap(place, age))

    async def _tap(self, place: int, age: int) -> None:
        shown = [buttons(message) for message in await self.town.messages(ME) if message.choices]
        if shown:
            wanted = shown[max(0, len(shown) - 1 - age)]
            await self.town.presses(ME, wanted[place % len(wanted)][0])

    @rule(token=st.sampled_from(["", "r.x.1.yes", "b.7.yes", "f.two_weeks", "f.nothing", "c.1.yes", "💥.1.2"]))
    def presses_what_nobody_sent(self, token: str) -> None:
        self.loop.run(self.town.presses(ME, token))

    @rule(number=st.integers(0, 9))
    def edits(self, number: int) -> None:
        if self.mine:
            self.loop.run(self.town.edits(ME, self.mine[number % len(self.mine)], "Better said."))

    @rule(word=st.sampled_from(["STOP", "DELETE"]), chance=st.integers(0, 3))
    def takes_leave(self, word: str, chance: int) -> None:
        if chance == 0:
            self.loop.run(self.town.says(ME, word))

    @rule()
    def comes_in_again(self) -> None:
        self.loop.run(self.town.brings(ME, lambda _: Start(code=CODE)))

    @rule(hours=st.sampled_from([0, 1, 9, 30, 150]))
    def time_goes_by(self, hours: int) -> None:
        self.loop.run(self.town.passes(hours=hours, seconds=10))

    @rule(number=st.sampled_from([1, 2, 2, 0]))
    def another_edition_is_published(self, number: int) -> None:
        self.loop.run(self._publish(EDITIONS[number]))

    async def _publish(self, programme: Programme) -> None:
        before = await self._said()
        await self.town.publishes(programme)
        assert await self._said() == before
        await self.town.settles()

    async def _said(self) -> tuple[int, int]:
        async with self.town.parts.db.read() as conn:
            given = await conn.scalar(sa.select(sa.func.count()).select_from(answers))
            parts = await conn.scalar(sa.select(sa.func.count()).select_from(answer_parts))
        return given or 0, parts or 0

    # ── what holds ───────────────────────────────────────────────────────────────────────────────────────────
    @invariant()
    def all_promises_are_kept(self) -> None:
        """After every step; and no update had to be set aside or tried twice."""
        if hasattr(self, "town"):
            self.loop.run(self._check())

    async def _check(self) -> None:
        assert await self.town.broken_promises() == []
        async with self.town.parts.db.read() as conn:
            rows = (await conn.execute(sa.select(inbox.c.state, inbox.c.attempts).distinct())).all()
        assert {tuple(row) for row in rows} <= {("done", 0)}

    def teardown(self) -> None:
        """Close what was opened."""
        if hasattr(self, "town"):
            self.loop.run(self.town.parts.db.close())
        self.loop.close()
        self.folder.cleanup()


OnePerson.TestCase.settings = settings(
    max_examples=4, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
test_the_whole_turn_layer_lives_through_anything = OnePerson.TestCase
