"""Takeover: a person of the team talks to somebody through the assistant, and the dialogue waits where it was."""

from bot import care
from bot.messages import Words
from bot.turn import Turn
from flows.events import Resumed
from storage import facilitators, talks
from storage.deadlines import Deadline
from storage.scenes import OpenRun, Place

END = ("START", "MENU")
"""Words with which a person goes back to the assistant."""


def waits(turn: Turn, open_run: OpenRun | None) -> bool:
    """Whether this run is on hold. One about the person's rights never is."""
    rights = turn.batch.script.programme.rights
    return turn.scene.talk is not None and (open_run is None or open_run.run.flow != rights)


async def ask(turn: Turn) -> None:
    """Somebody asks for a person: if the team can be reached in a chat, it is told, and words go there from now on."""
    person, conn = turn.scene.person, turn.batch.conn
    assert person is not None
    there = await facilitators.working(conn, person.area)
    if not there or person.state not in ("active", "paused"):
        return
    if turn.scene.talk is None:
        await turn.batch.flush()
        turn.scene.talk = await talks.begin(conn, person.id, kind=talks.TEAM, by=person.code_name, now=turn.at)
        turn.parting.append("talk_waiting")
    if turn.scene.talk.kind == talks.TEAM:
        for place in await _listeners(turn):
            area = turn.batch.script.programme.areas[person.area].name
            turn.tell(place, "talk_asked", code_name=person.code_name, area=area)


async def hear(turn: Turn, said: Words, word: str) -> bool:
    """Take a message while the team has the dialogue. False: it is not for the team."""
    talk = turn.scene.talk
    top = turn.scene.runs[-1] if turn.scene.runs else None
    entries = turn.batch.script.programme.flows[turn.batch.script.programme.rights].entries
    if talk is None or (top and not waits(turn, top)) or (word in entries and word not in END):
        return False
    if talk.kind == talks.SAFETY:
        await care.keep(turn, said.text)
    elif word in END:
        await end(turn)
    else:
        await _pass_on(turn, said.text)
    return True


async def _pass_on(turn: Turn, text: str) -> None:
    person, talk = care.parties(turn)
    places = await _listeners(turn)
    for place in places:
        turn.tell(place, "talk_line", code_name=person.code_name, text=text)
    if not places:
        turn.task("question", text)
    if not places or not talk.facilitator_id:
        turn.say("talk_passed")


async def _listeners(turn: Turn) -> list[Place]:
    """Whoever talks to the person; as long as that is nobody, everybody who works in the area."""
    person, talk = care.parties(turn)
    if talk.facilitator_id:
        place = await facilitators.place_of(turn.batch.conn, talk.facilitator_id)
        return [place] if place else []
    return [place for _, place in await facilitators.working(turn.batch.conn, person.area)]


async def end(turn: Turn) -> None:
    """The person goes back to the assistant."""
    person, talk = care.parties(turn)
    for place in await _listeners(turn):
        turn.tell(place, "talk_left", code_name=person.code_name)
    await turn.batch.flush()
    await talks.end(turn.batch.conn, talk, turn.at)
    turn.scene.talk = None
    await _go_on(turn)


async def drop(turn: Turn) -> None:
    """The person leaves the programme: a talk of the team is over, without a word. A safety case stays open."""
    talk = turn.scene.talk
    if talk and talk.kind == talks.TEAM:
        await talks.end(turn.batch.conn, talk, turn.at)
        turn.scene.talk = None


async def over(turn: Turn, deadline: Deadline) -> None:
    """The team has ended the talk: the run resumes where it was, unless another talk has begun since."""
    await turn.batch.records.settle(deadline, "done")
    if turn.scene.talk is None and turn.scene.person and turn.scene.person.state != "stopped":
        await _go_on(turn)


async def _go_on(turn: Turn) -> None:
    turn.say("talk_over")
    if turn.scene.runs and turn.goes_on():
        await turn.play(turn.scene.runs[-1], Resumed(at=turn.at))
