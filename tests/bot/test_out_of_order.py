"""What somebody did is brought in another order: nothing is lost, nothing counts twice, no question comes back."""

import asyncio
import tempfile
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import Address, Content, Inbound, Tap, Words
from flows.run import Run
from storage.database import Database
from storage.tables import answer_parts, consents, inbox
from tests.bot.town import Town, buttons, read
from tests.conftest import bring_up
from tests.crash.program import FOLDER

ME = "7"
SMALL = read(FOLDER)
SAID = ("The park,", "the ferry,", "and my neighbours.")


@cache
def asked() -> tuple[bytes, tuple[str, ...]]:
    """A database with somebody who has agreed to take part and was asked about a good day; what they pressed."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as loop:
        file = Path(folder) / "reconvene.db"
        bring_up(f"sqlite:///{file}")
        pressed = loop.run(_join(Database.open(f"sqlite:///{file}")))
        return file.read_bytes(), pressed


async def _join(db: Database) -> tuple[str, ...]:
    town = await Town.at(db, SMALL)
    await town.joins(ME)
    pressed = tuple(t for one in await town.messages(ME) for t, label in buttons(one) if label == "Yes")
    await town.parts.db.close()
    return pressed


async def brought(town: Town, updates: list[Content]) -> tuple[Run, Run]:
    """They come one after the other within a second, each is a turn of its own; the talk before and after."""
    before = next(run for run in await town.runs() if run.flow == "talk")
    for number, content in enumerate(updates):
        address = Address(channel="fake", bot="1", chat=ME)
        await town.parts.turns.accept([Inbound(key=f"u{number}", address=address, at=town.clock.at, content=content)])
        await town.settles()
    await town.passes(seconds=10)
    return before, next(run for run in await town.runs() if run.id == before.id)


async def kept(town: Town) -> tuple[list[str], list[tuple[str, str]], set[str]]:
    """The words, the consents, and how the updates stand."""
    async with town.parts.db.read() as conn:
        words = (await conn.scalars(sa.select(answer_parts.c.text))).all()
        agreed = (await conn.execute(sa.select(consents.c.item, consents.c.answer).order_by(consents.c.id))).all()
        states = (await conn.scalars(sa.select(inbox.c.state).distinct())).all()
    return sorted(words), [(row.item, row.answer) for row in agreed], set(states)


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(5)))
def test_updates_of_a_chat_in_any_order_are_all_kept_once_and_bring_no_question_back(order: list[int]) -> None:
    file, pressed = asked()
    taps = [Tap(token=token) for token in pressed]
    updates: list[Content] = [*(Words(text=text, message=f"w{n}") for n, text in enumerate(SAID)), *taps]
    assert len(updates) == len(order)

    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as loop:
        (Path(folder) / "reconvene.db").write_bytes(file)
        db = Database.open(f"sqlite:///{folder}/reconvene.db")
        town = loop.run(Town.again(db, SMALL, number=100))
        before, after = loop.run(brought(town, [updates[n] for n in order]))
        words, agreed, states = loop.run(kept(town))
        promises = loop.run(town.broken_promises())
        loop.run(db.close())

    assert words == sorted(SAID)
    assert agreed == [("part", "yes"), ("remind", "yes")]
    assert states == {"done"}
    assert after.asked > before.asked
    assert after.step == "hard_day"
    assert promises == []
