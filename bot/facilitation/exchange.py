"""Views that people put to each other: nothing is shown before somebody of the team has looked at it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.facilitation.letters import envelope
from bot.facilitation.office import Mistake, Office
from bot.messages import Choice, Outgoing
from bot.rights import Deed, Staff
from bot.wording import Listener
from flows import disclosure
from flows.calendar import next_allowed
from flows.disclosure import Figure
from storage import outbox, people, scenes, statements, workshops
from storage.statements import STATES, Statement

LONGEST = 140
SAY_AGAIN = "f.say_again"
REASONS = ("names", "several", "unkind", "elsewhere")
"""Why a statement is not shown as it is; the author reads it in the words of `reason_…`."""
AGREED, SPLIT = "agreed", "split"


def words_mark(statement: Statement) -> str:
    """Changes with the words, so that a button judges only what it was shown under: authors may say it anew."""
    return hashlib.sha256(statement.text.encode()).hexdigest()[:8]


@dataclass(frozen=True, kw_only=True, slots=True)
class Votes:
    """What people think of one view, as it may be told. `outcome`: the one most agree on, or split on, of its area."""

    text: str
    agree: Figure
    disagree: Figure
    passed: Figure
    outcome: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """What the exchange has come to in one area. Fewer people than `fewest` are not told as a number."""

    area: str
    name: str
    fewest: int
    rows: tuple[Votes, ...]

    def first(self, outcome: str) -> Votes | None:
        """The view that most agree on, or split on, once enough people have said what they think."""
        return next((row for row in self.rows if row.outcome == outcome), None)


class Exchange(Office):
    """Commands about statements."""

    async def statements(self, who: Staff, areas: Sequence[str] = (), state: str = "") -> list[Statement]:
        """What people wrote for each other, oldest first."""
        if state and state not in STATES:
            raise Mistake(f"“{state}” is no state. Say one of: {', '.join(STATES)}.")
        wanted = await self._areas(who, Deed.MODERATE, areas)
        async with self._reading() as conn:
            return await statements.of_areas(conn, wanted, state)

    async def statement(self, who: Staff, id: str) -> Statement | None:
        """The view of this name; None also for one of another's area."""
        wanted = await self._areas(who, Deed.MODERATE)
        async with self._reading() as conn:
            found = await statements.find(conn, id)
        return found if found and found.area in wanted else None

    async def results(self, who: Staff, areas: Sequence[str] = ()) -> list[Results]:
        """What most agree on and what people split on, area by area, with the votes; small numbers are not told."""
        wanted = await self._areas(who, Deed.MODERATE, areas)
        async with self._reading() as conn:
            found = await statements.of_areas(conn, wanted, "approved")
            joined = {area: await people.joined(conn, area) for area in wanted}
        return [self._results(area, joined[area], [one for one in found if one.area == area]) for area in wanted]

    def _results(self, area: str, joined: int, found: Sequence[Statement]) -> Results:
        few = disclosure.limit(self._programme.threshold, joined)
        both = statements.outcome(found, few)
        names = {both[0].id: AGREED, both[1].id: SPLIT} if both else {}
        rows = tuple(_told(one, few, names.get(one.id, "")) for one in found)
        return Results(area=area, name=self._area(area).name, fewest=few, rows=rows)

    def reasons(self) -> tuple[str, ...]:
        """What is often the matter with a statement, as its author reads it."""
        return tuple(self._wording.staff(f"reason_{name}").text for name in REASONS)

    async def add_statement(self, who: Staff, area: str, text: str) -> Statement:
        """A view that was given by voice or in the room, written down by the team. It is checked like any other."""
        await self._areas(who, Deed.AGENDA, [area])
        _fits(text)
        async with self._writing() as conn:
            id = await statements.submit(conn, area, text, self._clock.now(), author=None)
            await self._note(conn, who, "add_statement", id)
            return await self._statement(conn, id)

    async def approve_statement(self, who: Staff, id: str) -> Statement:
        """Others may see it from now on. A view that few share is no reason to keep it back."""
        statement = await self._allowed(who, id)
        _fits(statement.text)
        return await self._judge(who, statement, "approved", "")

    async def reword_statement(self, who: Staff, id: str, reason: str) -> Statement:
        """Ask its author to say it in other words, and why."""
        return await self._judge(who, await self._allowed(who, id), "reword", _reason(reason))

    async def hold_statement(self, who: Staff, id: str, reason: str) -> Statement:
        """Keep it back, and tell its author why."""
        return await self._judge(who, await self._allowed(who, id), "held", _reason(reason))

    async def _judge(self, who: Staff, statement: Statement, state: str, reason: str) -> Statement:
        now = self._clock.now()
        async with self._writing() as conn:
            await statements.judge(conn, statement, state, reason=reason, by=who.name, now=now)
            await self._note(conn, who, f"statement_{state}", statement.id)
            judged = await self._statement(conn, statement.id)
            if state != "approved" and judged.participant_id:
                await self._tell_author(conn, judged)
            return judged

    async def _tell_author(self, conn: AsyncConnection, judged: Statement) -> None:
        """The decision, in the author's own language and with its reason."""
        now = self._clock.now()
        known = await scenes.of(conn, [judged.participant_id or ""], now)
        for scene in known.values():
            if scene.person is None or scene.person.state != "active" or not scene.person.reachable:
                continue
            listener = Listener(person=scene.person, name=scene.name, next_due=scene.next_due)
            values = self._wording.values(listener, await workshops.all_of(conn), now)
            told = {**values, "statement": judged.text, "reason": judged.reason}
            message = self._wording.common(f"statement_{judged.state}", scene.person.locale, told)
            if judged.state == "reword":
                label = self._wording.common("option__say_again", scene.person.locale, values).text
                choice = Choice(token=SAY_AGAIN, label=label)
                message = Outgoing(text=message.text, choices=(choice,))
            row = envelope(scene.place, message, f"statement:{judged.id}:{now.timestamp():.6f}", now)
            allowed = next_allowed(now, self._area(judged.area).zone, self._programme)
            await outbox.add(conn, {**row, "participant_id": scene.person.id, "priority": 1, "not_before": allowed})

    async def _allowed(self, who: Staff, id: str) -> Statement:
        async with self._reading() as conn:
            statement = await self._statement(conn, id)
        await self._areas(who, Deed.MODERATE, [statement.area])
        return statement

    async def _statement(self, conn: AsyncConnection, id: str) -> Statement:
        found = await statements.find(conn, id)
        if found is None:
            raise Mistake(f"There is no statement “{id}”.")
        return found


def _told(one: Statement, few: int, outcome: str) -> Votes:
    votes = disclosure.parts({"agree": one.agree, "disagree": one.disagree, "passed": one.passed}, few)
    return Votes(text=one.text, outcome=outcome, **votes.each)


def _fits(text: str) -> None:
    size = len(" ".join(text.split()))
    if not 0 < size <= LONGEST:
        raise Mistake(f"A statement is one line of 1 to {LONGEST} characters; this one has {size}. Ask to reword it.")


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not 0 < len(reason) <= 200:
        raise Mistake("The author reads the reason: write one, in at most 200 characters.")
    return reason
