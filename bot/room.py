"""In the room: what becomes of one person when the team leads on, and what the team is told meanwhile.

Everybody gets their own turn, by a deadline that is due at once: so nobody is lost when the program is killed half-way.
"""

from datetime import timedelta
from statistics import fmean
from typing import Final

from bot.turn import Turn
from flows.conditions import hold
from flows.definition import Flow
from flows.events import Rang, Released, Timer
from flows.rooms import flow_of, wave_of
from storage import deadlines, facilitators, rooms
from storage.deadlines import Deadline
from storage.rooms import Room
from storage.scenes import OpenRun

KEY: Final = "room"
SOON: Final = timedelta(minutes=1)
"""Who is asked about their rights, or talks to the team, is asked in a little later."""
LOW: Final = 2.5
"""When people say on average no more than this, the team is told at once."""


async def led_on(turn: Turn, deadline: Deadline, reluctance: str) -> None:
    """The team has opened the room, led it on or closed it. `reluctance`: why this person is not written to first."""
    person, conn = turn.scene.person, turn.batch.conn
    assert person is not None
    wave = int(deadline.key.split(":")[1])
    room, flow = await rooms.find(conn, person.area, wave), flow_of(turn.batch.script.programme, wave)
    if room is None or flow is None:
        await deadlines.settle(conn, [deadline.id], "dropped", "there is no such room any more", turn.at)
    elif not room.open_at(turn.at):
        await deadlines.settle(conn, [deadline.id], "done", "", turn.at)
        await _close(turn, flow)
    elif _occupied(turn):
        await deadlines.postpone(conn, deadline.id, turn.at + SOON, "waits until they are free")
    elif open_run := _here(turn, flow):
        await deadlines.settle(conn, [deadline.id], "done", "", turn.at)
        if open_run is turn.scene.runs[-1]:  # beneath something else it looks again when that is over
            await turn.play(open_run, Released(at=turn.at))
    elif reluctance:
        await deadlines.settle(conn, [deadline.id], "missed", reluctance, turn.at)
    else:
        await deadlines.settle(conn, [deadline.id], "done", "", turn.at)
        await _ask_in(turn, room, flow)


async def enter(turn: Turn) -> bool:
    """Somebody says hello while their room is open: they are asked in. False: there is no room for them."""
    person = turn.scene.person
    if person is None or person.state != "active" or person.role != "participant":
        return False
    room = await rooms.latest(turn.batch.conn, person.area)
    flow = flow_of(turn.batch.script.programme, room.wave) if room and room.open_at(turn.at) else None
    return room is not None and flow is not None and await _ask_in(turn, room, flow)


def _here(turn: Turn, flow: Flow) -> OpenRun | None:
    return next((one for one in turn.scene.runs if one.run.flow == flow.id), None)


def _occupied(turn: Turn) -> bool:
    """Whether the chat is about something that nothing may come between."""
    programme = turn.batch.script.programme
    top = turn.scene.runs[-1].run.flow if turn.scene.runs else ""
    return turn.scene.talk is not None or top in (programme.rights, programme.welcome)


async def _ask_in(turn: Turn, room: Room, flow: Flow) -> bool:
    """Once a room; they begin at the stage that is open, and whatever happens the room closes in time."""
    person = turn.scene.person
    assert person is not None
    await turn.batch.flush()
    await turn.read(flow)
    if not hold(flow.needs, {}, turn.facts) or await rooms.was_in(turn.batch.conn, room, flow.id, person.id):
        return False
    open_run = await turn.begin(flow.id, calendar=f"{KEY}:{room.wave}")
    if open_run:
        open_run.expires_at = room.closes_at
        turn.batch.changes.timer(open_run.run, person, Timer.EXPIRE, room.closes_at, 0)
    return open_run is not None


async def _close(turn: Turn, flow: Flow) -> None:
    """What they have said of an answer is kept."""
    if open_run := _here(turn, flow):
        turn.say("room_over")
        await turn.play(open_run, Rang(at=turn.at, timer=Timer.EXPIRE, asked=0))


async def feel_the_pulse(turn: Turn, _: str) -> None:
    """Tell the team, once a room, when people do not get to say what they want: there is still time to change it."""
    person, run = turn.scene.person, turn.scene.runs[-1].run
    assert person is not None
    programme = turn.batch.script.programme
    await turn.batch.flush()
    room = await rooms.find(turn.batch.conn, person.area, wave_of(programme, run.flow))
    if room is None:
        return
    found = rooms.of_step(await rooms.given(turn.batch.conn, room, run.flow), turn.last_kept)
    said = [value for value in found if isinstance(value, int)]
    if len(said) < programme.threshold or fmean(said) > LOW or not await rooms.warn(turn.batch.conn, room, turn.at):
        return
    area, mean = programme.areas[person.area].name, f"{fmean(said):.1f}"
    note = f"{area}, in the room: {len(said)} people say {mean} of 5 to “{turn.last_kept}”. See to it before the break."
    turn.batch.changes.task(
        {"participant_id": None, "kind": "look", "note": note, "receipt": "", "created_at": turn.at}
    )
    for _member, place in await facilitators.working(turn.batch.conn, person.area):
        turn.tell(place, "room_pulse", area=area, people=len(said), mean=mean)
