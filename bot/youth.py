"""People of 16 and 17: their parent or carer is told, and until the team has heard from them nothing else is asked."""

from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from bot.turn import Turn
from flows.events import Released
from flows.run import Value
from storage import deadlines, facilitators
from storage.deadlines import Deadline

KEY: Final = "guardian"
LATER: Final = timedelta(hours=1)
TASK: Final = "Call the parent or carer: {way}. Then say what came of it: reconvene guardian {code_name} yes (or no)"


async def begin(turn: Turn, _: str) -> None:
    """From now on what is not for young people is left out."""
    _know(turn, "profile.youth", "yes")


async def ask_guardian(turn: Turn, _: str) -> None:
    """The team has to call. Those who answer for people's safety are told in their chats how."""
    person, run = turn.scene.person, turn.scene.runs[-1].run
    assert person is not None
    answer = run.answers.get(turn.last_kept)
    way = str(answer.value) if answer else ""
    turn.task(KEY, TASK.format(way=way, code_name=person.code_name))
    area = turn.batch.script.programme.areas[person.area].name
    for member, place in await facilitators.working(turn.batch.conn, person.area):
        if member.duty:
            turn.tell(place, "guardian_asked", code_name=person.code_name, area=area, way=way)


async def decided(turn: Turn, deadline: Deadline) -> None:
    """The team has heard from the parent or carer: the dialogue that waits for it goes on."""
    if turn.scene.talk is not None:
        await deadlines.postpone(turn.batch.conn, deadline.id, turn.at + LATER, "waits while the team talks to them")
        return
    await deadlines.settle(turn.batch.conn, [deadline.id], "done", "", turn.at)
    _know(turn, "profile.guardian", deadline.key.partition(":")[2])
    if turn.scene.runs:
        await turn.play(turn.scene.runs[-1], Released(at=turn.at))


def _know(turn: Turn, fact: str, value: Value) -> None:
    person = turn.scene.person
    assert person is not None
    turn.scene.person = replace(person, facts={**person.facts, fact: value})
    turn.batch.changes.person(turn.scene)
