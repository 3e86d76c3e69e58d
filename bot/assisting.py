"""The team writes down what a stakeholder says on the phone: the same turns, with the screen as the chat."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import care, hearing, joining
from bot.actions import ACTS
from bot.batch import Batch
from bot.clock import Clock
from bot.facilitation import Mistake, NotAllowed
from bot.facilitation.stakeholders import OWN_VOICE
from bot.messages import Content, Outgoing, Tap, Words
from bot.records import Stored
from bot.script import Script
from bot.turn import Turn
from bot.wording import Wording
from flows.definition import Flow
from flows.events import Resumed
from flows.words import universal
from storage import elections, journal, scenes, stakeholders, workshops
from storage.changes import Conflict
from storage.database import Database
from storage.rows import new_id
from storage.scenes import Scene

CHANNEL = "assisted"
MOVES = ("SKIP", "BACK")
"""What may be said for somebody even where they alone can speak."""
Deed = Callable[[Turn], Awaitable[None]]


class Pen:
    """Held by one member of the team, for one stakeholder. Answers say who wrote them down."""

    def __init__(self, db: Database, script: Script, clock: Clock, who: str, seat: int) -> None:
        self._db = db
        self._script = script
        self._clock = clock
        self._who = who[:60]
        self._seat = seat
        self._choices: tuple[str, ...] = ()
        self._beneath: set[str] = set()  # what waits in their chat, and is none of ours
        self.open = False

    async def begin(self, flow_id: str) -> list[Outgoing]:
        """Go through this conversation; whoever has not agreed to take part yet is asked that first."""
        flow = self._script.programme.flows.get(flow_id)
        if flow is None:
            raise Mistake(f"There is no conversation “{flow_id}”.")
        return await self._turn(lambda turn: self._begin(turn, flow))

    async def says(self, text: str) -> list[Outgoing]:
        """What they say; the number of a button is the same as pressing it."""
        content: Content = Words(text=text, message=f"{CHANNEL}-{new_id(8)}")
        if text.strip().isdecimal() and 0 < int(text) <= len(self._choices):
            content = Tap(token=self._choices[int(text) - 1])
        await self._may_speak(text)
        return await self._turn(lambda turn: hearing.hear(turn, content))

    async def _begin(self, turn: Turn, flow: Flow) -> None:
        person, seating = turn.scene.person, self._script.programme.stakeholders
        assert person is not None
        if missing := await turn.closed(flow):
            raise Mistake(f"{flow.id} cannot begin yet: {'; '.join(one.what for one in missing)}.")
        under_way = next((one for one in turn.scene.runs if one.run.flow == flow.id), None)
        self._beneath = {one.run.id for one in turn.scene.runs if one is not under_way}
        if under_way is not None:
            for other in turn.scene.runs[turn.scene.runs.index(under_way) + 1 :]:
                turn.leave(other)
            await turn.play(under_way, Resumed(at=turn.at))
        elif person.facts.get("consent.part") == "yes" or seating is None:
            await turn.begin(flow.id)
        else:
            await turn.begin(seating.welcome)

    async def _may_speak(self, text: str) -> None:
        """A note in somebody's own voice is theirs alone to write."""
        async with self._db.read() as conn:
            scene = await self._scene(await stakeholders.find(conn, self._seat), conn)
        top = scene.runs[-1].run if scene and scene.runs else None
        steps = self._script.flow(top.version).steps if top else ()
        own = any(top and step.id == top.step and OWN_VOICE in step.tags for step in steps)
        if not own or universal(text, self._script.words) in MOVES:
            return
        async with self._db.write() as conn:
            note = {"who": self._who, "action": "refused", "subject": str(self._seat)}
            await journal.note(conn, at=self._clock.now(), **note, detail={"deed": "write a note for somebody"})
        raise NotAllowed("A note in somebody's own voice is theirs alone to write. Type SKIP; they can write it later.")

    async def _turn(self, deed: Deed) -> list[Outgoing]:
        try:
            return await self._written(deed)
        except Conflict:
            raise Mistake("They write in their own chat just now. Nothing of that was noted: say it again.") from None

    async def _written(self, deed: Deed) -> list[Outgoing]:
        now = self._clock.now()
        async with self._db.write() as conn:
            found = await stakeholders.find(conn, self._seat)
            if found is None:
                raise Mistake(f"There is no stakeholder number {self._seat}. See: reconvene stakeholder list")
            batch = Batch(
                connection=conn,
                records=Stored(conn=conn, programme=self._script.programme, now=now),
                script=self._script,
                wording=Wording(self._script),
                fits={},
                acts=ACTS,
                heed=care.heed,
                links={},
                workshops=await workshops.all_of(conn),
                elections=await elections.near(conn),
                now=now,
            )
            scene = await self._scene(found, conn) or Scene(place=(CHANNEL, "", ""))
            turn = Turn(batch, scene, cause=f"{CHANNEL}:{new_id(10)}", at=now)
            turn.assisted_by, turn.gather = self._who, timedelta()
            if scene.person is None:
                await joining.take_seat(turn, found)
            await deed(turn)
            said = turn.spoken()
            turn.finish()
            await batch.flush()
        self._choices = tuple(choice.token for choice in said[-1].choices) if said else self._choices
        self.open = bool(scene.runs) and scene.runs[-1].run.id not in self._beneath
        return said

    async def _scene(self, found: stakeholders.Stakeholder | None, conn: AsyncConnection) -> Scene | None:
        """Their side of the dialogue, wherever else they may have a chat: nothing of this is sent there."""
        if found is None or found.participant_id is None:
            return None
        scene = await scenes.alone(conn, found.participant_id, self._clock.now())
        if scene is not None:
            scene.place = (CHANNEL, "", "")
        return scene
