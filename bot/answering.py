"""What those who decide answer, as a script asks for it: to a key issue, about their promise, to a question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot import planning, shelves
from bot.batch import Act
from bot.turn import Turn
from flows.agenda import POSITIONS, Commitment
from flows.run import Run
from storage import commitments, mine, passing, pledges, stakeholders
from storage.stakeholders import Stakeholder

SHORT: Final = 200
ACTION: Final = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What this run holds: what was picked at a step, and the words that were written there."""

    turn: Turn
    run: Run

    def picked(self, step: str) -> str:
        """The option, day or number; "" when the step was skipped or not reached."""
        answer = self.run.answers.get(step)
        return "" if answer is None or answer.value is None else str(answer.value)

    async def words(self, step: str, most: int = 2000) -> str:
        """What was written."""
        if self.picked(step) == "":
            return ""
        found = await mine.words(self.turn.batch.conn, self.run.id, step)
        return " ".join(found.split())[:most]


async def _answer_asked(turn: Turn, _: str) -> None:
    """The answer is noted as it was given; the line for participants waits until the team has looked at its wording."""
    own, one = await _mine(turn)
    said = Said(turn=turn, run=turn.scene.runs[-1].run)
    position = said.picked("position")
    if own is None or one is None or position not in POSITIONS:
        return
    values: dict[str, str | date] = {"position": position, "state": POSITIONS[position]}
    values["reason"] = await said.words("reason", SHORT)
    values["action"] = await said.words("action", ACTION)
    values["owner"] = await said.words("owner", 120) or one.owner
    values["level"] = said.picked("level") or one.level
    values["due_on"] = date.fromisoformat(said.picked("when")) if said.picked("when") else one.due_on
    await _hear(turn, own, one, values)
    given = {name: await said.words(name) for name in ("resources", "gains", "goal", "indicator")}
    picked = {name: said.picked(name) for name in ("funding", "commissioning")}
    await pledges.save(turn.batch.conn, one.id, **given, **picked, wording=await said.words("line"))
    await _plan(turn)


async def _account(turn: Turn, _: str) -> None:
    own, one = await _mine(turn)
    said = Said(turn=turn, run=turn.scene.runs[-1].run)
    state = said.picked("state")
    if own is None or one is None or not state:
        return
    values: dict[str, str | date] = {"state": state}
    if why := await said.words("why_late", SHORT):
        values["reason"] = why
    if said.picked("new_date"):
        values["due_on"] = date.fromisoformat(said.picked("new_date"))
    await _hear(turn, own, one, values)
    told = {"evidence": await said.words("evidence"), "wording": await said.words("line")}
    await pledges.save(turn.batch.conn, one.id, **{name: words for name, words in told.items() if words})
    await _plan(turn)


async def _answer_question(turn: Turn, step: str) -> None:
    await turn.batch.flush()
    run = turn.scene.runs[-1]
    named = shelves.about(run.entry, run.run)
    said = Said(turn=turn, run=run.run)
    words = await said.words(step)
    if named.startswith("q") and words:
        await passing.reply(turn.batch.conn, int(named[1:]), words)


async def _mine(turn: Turn) -> tuple[Stakeholder | None, Commitment | None]:
    """Who answers, and the commitment that is talked of; it has to be theirs."""
    await turn.batch.flush()
    person, run = turn.scene.person, turn.scene.runs[-1]
    own = await stakeholders.behind(turn.batch.conn, person.id) if person else None
    named = shelves.about(run.entry, run.run)
    theirs = await pledges.of_stakeholder(turn.batch.conn, own.id) if own else []
    return own, next((one for one in theirs if f"c{one.id}" == named), None)


async def _hear(turn: Turn, own: Stakeholder, one: Commitment, values: Mapping[str, str | date]) -> None:
    today = turn.at.astimezone(turn.zone).date()
    by = f"stakeholder {own.id}"
    await commitments.hear(turn.batch.conn, one.id, today=today, by=by, now=turn.at, **values)
    turn.batch.changes.note(at=turn.at, who=turn.assisted_by or by, action="hear_owner", subject=str(one.id))


async def _plan(turn: Turn) -> None:
    """A new date moves what hangs on it."""
    assert turn.scene.person is not None
    conn, programme = turn.batch.conn, turn.batch.script.programme
    await planning.replan(conn, programme, [turn.scene.person.id], turn.batch.now)


ACTS: Final[Mapping[str, Act]] = {
    "answer_asked": _answer_asked,
    "account": _account,
    "answer_question": _answer_question,
}
