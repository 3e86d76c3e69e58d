"""Care for somebody who writes to the mailbox. Nobody knows who they are, so they are told where to turn themselves.

A case is opened all the same, for what was said may name a place or a child; it leads to no person and no chat.
"""

from typing import Final

from msgspec.structs import replace

from bot.messages import Choice
from bot.turn import Turn
from flows.safety import Level, Verdict, judge
from storage import cases, facilitators

CASE: Final = "mailbox.case"
TOLD: Final = "mailbox.told."
"""Facts of a guest: they go with the guest."""


async def heed(turn: Turn, text: str) -> bool:
    """Look at words before anything else does. True: they belong to a case, and go into no entry."""
    verdict = judge(text, turn.batch.script.safety)
    if verdict is None:
        return False
    if verdict.level is Level.RED:
        await _red(turn, verdict, text)
        return True
    if not _told(turn, verdict.level):
        turn.say("safety_guest_amber" if verdict.level is Level.AMBER else "safety_names")
    return False


async def take_back(turn: Turn) -> None:
    """The guest wants nothing to be kept: that there was a case stays, its words do not."""
    person = turn.scene.person
    number = person.facts.get(CASE) if person else None
    if isinstance(number, int):
        await cases.empty(turn.batch.conn, number)


async def _red(turn: Turn, verdict: Verdict, text: str) -> None:
    """1 the numbers to call · 2 keep the words in the case · 3 tell those who answer for it, once."""
    person, conn = turn.scene.person, turn.batch.conn
    assert person is not None
    turn.urgent = True
    turn.say("safety_guest")
    number = person.facts.get(CASE)
    known = await cases.find(conn, number) if isinstance(number, int) else None
    if known and known.state != "closed":
        await cases.add_words(conn, known, text, turn.at)
        return
    case = await cases.unnamed(conn, person.area, verdict.cue, text, turn.at)
    _remember(turn, CASE, case)
    turn.batch.changes.note(at=turn.at, who="safety", action="case_opened", subject=str(case))
    turn.task("callback", f"safeguarding case {case}, from the mailbox: see reconvene safety list")
    await _alert(turn, case)


async def _alert(turn: Turn, case: int) -> None:
    """There is no alarm to come back, as it would need somebody to belong to: so everybody there is told."""
    person, wording = turn.scene.person, turn.batch.wording
    assert person is not None
    area = wording.area(turn.listener).name
    there = await facilitators.working(turn.batch.conn, person.area)
    guardians = [place for member, place in there if member.duty]
    choices = tuple(
        Choice(token=f"s.case.{deed}.{case}", label=wording.staff(f"button_{label}").text)
        for deed, label in (("take", "take"), ("false", "false_alarm"))
    )
    for member, place in there:
        if member.duty:
            turn.tell(place, "safety_mailbox", choices, number=case, area=area)
        else:
            turn.tell(place, "safety_waits", number=case, area=area, guardians=len(guardians))


def _told(turn: Turn, level: str) -> bool:
    """Whether this was pointed out before in this conversation; from now on it was."""
    person = turn.scene.person
    assert person is not None
    known = f"{TOLD}{level}" in person.facts
    if not known:
        _remember(turn, f"{TOLD}{level}", 1)
    return known


def _remember(turn: Turn, fact: str, value: int) -> None:
    person = turn.scene.person
    assert person is not None
    turn.scene.person = replace(person, facts={**person.facts, fact: value})
    turn.batch.changes.person(turn.scene)
