"""What a rehearsal shows is what happens: the same people, heard by the real program, are told the same."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from bot.messages import Address, Choice, Content, Inbound, Outgoing, Start, Tap, Words
from bot.pacing import UNLIMITED
from bot.rehearsal.chat import seen_to
from bot.rehearsal.diary import Diary, Kind
from bot.rehearsal.people import Habit
from bot.rehearsal.rehearse import rehearse, workshops
from bot.wiring import build
from flows.steps.text import THANKS
from storage import cases, deadlines
from storage import workshops as dates
from storage.database import Database
from tests.fakes import FakeChannel, FakeClock
from tests.stage import OLIVE, go_anyway, shipped

FIRST = date(2027, 3, 1)
UNTIL = datetime(2027, 3, 24, 12, 0, tzinfo=UTC)
"""Days into what comes after the first workshop."""
PEOPLE = (Habit.KEEN, Habit.STEADY, Habit.MISSES, Habit.STOPS, Habit.DISTRESSED)
NEVER = datetime.max.replace(tzinfo=UTC)
Heard = tuple[list[str], list[str]]


class Numbers(NamedTuple):
    """The numbers of these buttons, typed."""

    labels: tuple[str, ...]
    message: str


class Moment(NamedTuple):
    """Something that comes from outside: a message of somebody, or what the team notes of them."""

    at: datetime
    whose: str
    content: Content | Numbers | None
    attendance: str = ""


def compared(message: Outgoing) -> Heard:
    """A message without what is drawn by lot for each run: the order of its options, and which thanks begin it."""
    lines = [line for line in message.text.splitlines() if line and line not in thanks()]
    return sorted(lines), sorted(choice.label for choice in message.choices)


@cache
def thanks() -> frozenset[str]:
    script = shipped()
    blocks = [block.block for block in THANKS]
    said = [script.catalogue.render("common", locale, block, {}) for locale in ("en", "en-easy") for block in blocks]
    return frozenset(said)


def told(diary: Diary) -> list[Heard]:
    said = [line.said for line in diary.script if line.at <= UNTIL]
    return [compared(message) for message in said if isinstance(message, Outgoing)]


def moments(diary: Diary) -> Iterator[Moment]:
    yield Moment(diary.notes[0].at, diary.who, Start())
    for note in diary.notes:
        if note.kind in (Kind.CAME, Kind.MISSED) and note.at <= UNTIL:
            yield Moment(note.at, diary.who, None, note.attendance[1])
    shown: tuple[str, ...] = ()
    for line in diary.script:
        if isinstance(line.said, Outgoing):
            shown = tuple(f"{choice.token} {choice.label}" for choice in line.said.choices) or shown
        else:
            yield Moment(line.at, diary.who, worded(line.said, shown))


def worded(content: Content, shown: tuple[str, ...]) -> Content | Numbers:
    """Numbers and taps by what stood on the buttons: their order and their tokens are others in the real program."""
    labels = [one.partition(" ")[2] for one in shown]
    if isinstance(content, Tap):
        return Tap(token=next(one.partition(" ")[2] for one in shown if one.partition(" ")[0] == content.token))
    if isinstance(content, Words) and labels and all(word.isdecimal() for word in content.text.split()):
        picked = [int(word) - 1 for word in content.text.split()]
        if max(picked) < len(labels):
            return Numbers(tuple(labels[n] for n in picked), content.message)
    return content


class Real:
    """The program with its database, its deadlines and a platform in memory."""

    def __init__(self, db: Database, at: datetime) -> None:
        self._clock = FakeClock(at)
        self._channel = FakeChannel()
        self._parts = build(db, shipped(), self._clock, [self._channel], limits={"fake": UNLIMITED})
        self._keys = 0

    async def opens(self, first: date) -> None:
        async with self._parts.db.write() as conn:
            for held in workshops(self._parts.script.programme, first, 28).values():
                await dates.save(conn, held)
        await go_anyway(self._parts.facilitation)

    async def happens(self, moment: Moment, area: str) -> None:
        if moment.attendance:
            name = await self._code_name(moment.whose)
            await self._parts.facilitation.attend(OLIVE, area, 1, moment.attendance, [name])
        elif isinstance(moment.content, Start):
            await self._hears(moment.whose, Start(code=(await self._parts.facilitation.invite(OLIVE, area)).code))
        elif isinstance(moment.content, Tap):
            await self._hears(moment.whose, Tap(token=self._token(moment.whose, moment.content.token)))
        elif isinstance(moment.content, Numbers):
            shown = [choice.label for choice in self._choices(moment.whose)]
            numbers = " ".join(str(shown.index(label) + 1) for label in moment.content.labels if label in shown)
            await self._hears(moment.whose, Words(text=numbers, message=moment.content.message))
        elif moment.content:
            await self._hears(moment.whose, moment.content)

    async def _hears(self, whose: str, content: Content) -> None:
        self._keys += 1
        address = Address(channel="fake", bot="1", chat=whose)
        inbound = Inbound(key=str(self._keys), address=address, at=self._clock.at, content=content)
        await self._parts.turns.accept([inbound])
        await self._settle()

    async def _settle(self) -> None:
        while await self._parts.turns.step():
            pass
        while await self._parts.dispatcher.step():
            pass

    def told(self, whose: str) -> list[Outgoing]:
        return [message for chat, message in self._channel.log if chat == whose]

    async def passes(self, until: datetime) -> None:
        while (at := min(await self._next(), await self._seen_to())) <= until:
            self._clock.at = max(self._clock.at, at)
            for case in await self._open_cases():
                if self._closes(case) <= self._clock.at:
                    await self._parts.facilitation.close_case(OLIVE, case.id, "helped")
            await self._settle()
        self._clock.at = until

    async def _next(self) -> datetime:
        async with self._parts.db.read() as conn:
            return await deadlines.next_any(conn) or NEVER

    async def _open_cases(self) -> list[cases.Case]:
        async with self._parts.db.read() as conn:
            found = await cases.listed(conn, tuple(self._parts.script.programme.areas))
        return [case for case in found if case.level == "red"]

    async def _seen_to(self) -> datetime:
        return min(map(self._closes, await self._open_cases()), default=NEVER)

    def _closes(self, case: cases.Case) -> datetime:
        programme = self._parts.script.programme
        return seen_to(case.opened_at, programme.areas[case.area].zone, programme)

    def _choices(self, whose: str) -> tuple[Choice, ...]:
        return next((message.choices for message in reversed(self.told(whose)) if message.choices), ())

    def _token(self, whose: str, label: str) -> str:
        """What a button of this label carries; "" when there is none, so that the comparison shows why."""
        choices = [choice for message in self.told(whose) for choice in message.choices]
        return next((choice.token for choice in reversed(choices) if choice.label == label), "")

    async def _code_name(self, whose: str) -> str:
        async with self._parts.db.read() as conn:
            return str((await conn.execute(sa.text(CODE_NAME), {"chat": whose})).scalar_one())


CODE_NAME = """
    SELECT p.code_name FROM participants p JOIN contacts c ON c.participant_id = p.id WHERE c.chat = :chat
"""


@pytest.fixture(scope="module")
def people() -> list[Diary]:
    lived = rehearse(shipped(), people=12, seed=5, first=FIRST, verbatim=True)
    return [next(diary for diary in lived.diaries if diary.habit == habit) for habit in PEOPLE]


async def test_five_people_are_told_the_same_in_the_same_order(people: list[Diary], sqlite_database: Database) -> None:
    real = Real(sqlite_database, min(diary.notes[0].at for diary in people))
    areas = {diary.who: diary.area for diary in people}
    await real.opens(FIRST)

    for moment in sorted((m for diary in people for m in moments(diary) if m.at <= UNTIL), key=lambda m: m.at):
        await real.passes(moment.at)
        await real.happens(moment, areas[moment.whose])
    await real.passes(UNTIL)

    for diary in people:
        heard = [compared(message) for message in real.told(diary.who)]
        assert heard == told(diary), diary.habit
    assert min(len(told(diary)) for diary in people) > 20
