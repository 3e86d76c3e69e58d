"""What the team wrote down of a voice note becomes the answer, where only a tap or a typed word is one.

Where the question is still open the dialogue goes on as if the person had typed it; where it is past, the answer that
it never got is filled in. What is no answer to it stands beside the voice note, for people to read.
"""

from msgspec.structs import replace

from bot import care
from bot.hearing import as_keys, labels_of
from bot.turn import TALKING, Turn
from flows.calendar import next_allowed
from flows.engine import at_question, supply
from flows.events import Said
from flows.words import normalise
from storage import deadlines, media, scenes
from storage.deadlines import Deadline
from storage.media import Spoken
from storage.scenes import OpenRun


async def give(turn: Turn, deadline: Deadline) -> None:
    """Let the words have their effect. What would be said waits until the quiet hours are over."""
    spoken = await media.spoken(turn.batch.conn, deadline.key.partition(":")[2])
    open_run = await _run(turn, spoken) if spoken else None
    allowed = next_allowed(turn.at, turn.batch.wording.area(turn.listener).zone, turn.batch.script.programme)
    if spoken and open_run and allowed > turn.at and _may_write(turn):
        await deadlines.postpone(turn.batch.conn, deadline.id, allowed, "moved out of the quiet hours")
        return
    await deadlines.settle(turn.batch.conn, [deadline.id], "done", "", turn.at)
    if spoken and open_run and not await _in_danger(turn, spoken.text):
        await _answer(turn, open_run, spoken)


async def _in_danger(turn: Turn, text: str) -> bool:
    """As with every text. While people talk they are at it already, and these words are no reply to what they ask."""
    return turn.scene.talk is None and _may_write(turn) and await care.heed(turn, text)


def _may_write(turn: Turn) -> bool:
    person = turn.scene.person
    return person is not None and person.state in TALKING and person.reachable


async def _run(turn: Turn, spoken: Spoken) -> OpenRun | None:
    """The run it was said in: the one in hand, or as it ended."""
    in_hand = next((one for one in turn.scene.runs if one.run.id == spoken.run_id), None)
    found = in_hand or await scenes.run(turn.batch.conn, spoken.run_id)
    return found if found and turn.batch.script.knows(found.run.version) else None


async def _answer(turn: Turn, open_run: OpenRun, spoken: Spoken) -> None:
    said = Said(at=turn.at, text=await _as_typed(turn, open_run, spoken), message=spoken.message)
    flow = turn.batch.script.flow(open_run.run.version)
    await turn.read(flow)
    sprint = supply(flow, open_run.run, spoken.step, said, turn.facts)
    if sprint is None:
        return
    if open_run in turn.scene.runs and open_run.run.step == spoken.step:
        aloud = open_run is turn.scene.runs[-1] and turn.scene.talk is None and _may_write(turn)
        await turn.play(open_run, said, quietly=not aloud)
    else:
        await turn.supplied(open_run, sprint)


async def _as_typed(turn: Turn, open_run: OpenRun, spoken: Spoken) -> str:
    """Labels and lists of labels as the keys they stand for; anything else as it is."""
    flow = turn.batch.script.flow(open_run.run.version)
    step = next((step for step in flow.steps if step.id == spoken.step), None)
    if step is None:
        return spoken.text
    asked = replace(open_run, run=at_question(open_run.run, step))
    labels = await labels_of(turn, asked, spoken.text)
    return labels.get(normalise(spoken.text)) or as_keys(turn, asked, labels, spoken.text)
