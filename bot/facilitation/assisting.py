"""The team writes down what somebody says on the phone, or wrote on paper: the same turns, with the screen as the chat.

Whoever has not agreed to take part is asked that first, in the words of the chat, read out to them.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import care, hearing, joining
from bot.actions import ACTS
from bot.batch import Batch
from bot.clock import Clock
from bot.facilitation.office import Mistake, NotAllowed
from bot.facilitation.stakeholders import OWN_VOICE
from bot.messages import Content, Outgoing, Tap, Words
from bot.records import Stored
from bot.script import Script
from bot.turn import Turn
from bot.wording import Wording
from flows.definition import Flow
from flows.events import Resumed
from flows.words import universal
from storage import elections, journal, scenes, stakeholders, taking, workshops
from storage.changes import Conflict
from storage.database import Database
from storage.rows import new_id
from storage.scenes import Scene

CHANNEL = "assisted"
MOVES = ("SKIP", "BACK")
"""What may be said for somebody even where they alone can speak."""
Deed = Callable[[Turn], Awaitable[None]]


class Whom(Protocol):
    """Whose answers are written down."""

    @property
    def name(self) -> str:
        """How the journal names them."""

    async def scene(self, conn: AsyncConnection, now: datetime) -> Scene | None:
        """Their side of the dialogue; None when they have not come in yet."""

    async def come_in(self, turn: Turn) -> None:
        """From now on they are somebody the assistant can talk with."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A stakeholder, by the number of their seat."""

    number: int

    @property
    def name(self) -> str:
        """The number."""
        return str(self.number)

    async def scene(self, conn: AsyncConnection, now: datetime) -> Scene | None:
        """Once somebody has sat down."""
        found = await self._found(conn)
        return await scenes.alone(conn, found.participant_id, now) if found.participant_id else None

    async def come_in(self, turn: Turn) -> None:
        """They sit down."""
        await joining.take_seat(turn, await self._found(turn.batch.conn))

    async def _found(self, conn: AsyncConnection) -> stakeholders.Stakeholder:
        found = await stakeholders.find(conn, self.number)
        if found is None:
            raise Mistake(f"There is no stakeholder number {self.number}. See: reconvene stakeholder list")
        return found


@dataclass(frozen=True, slots=True)
class Somebody:
    """A participant. With an area, somebody who has no chat and comes in here under this id."""

    id: str
    area: str = ""

    @property
    def name(self) -> str:
        """The id."""
        return self.id

    async def scene(self, conn: AsyncConnection, now: datetime) -> Scene | None:
        """Wherever they have a chat, or nowhere."""
        return await scenes.alone(conn, self.id, now)

    async def come_in(self, turn: Turn) -> None:
        """Under a code name."""
        if not self.area:
            raise Mistake("They are not there any more.")
        await joining.newcomer(turn, self.area, id=self.id)
        await turn.batch.flush()


class Pen:
    """Held by one member of the team, for one person. Answers say who wrote them down, and how they came."""

    def __init__(
        self,
        db: Database,
        script: Script,
        clock: Clock,
        who: str,
        whom: Whom,
        *,
        via: str = CHANNEL,
        beneath: Collection[str] = (),
    ) -> None:
        self._db = db
        self._script = script
        self._clock = clock
        self._who = who[:60]
        self._whom = whom
        self._via = via
        self._choices: tuple[str, ...] = ()
        self.beneath = set(beneath)  # what waits in their chat, and is none of ours
        self.open = False
        self.code_name = ""
        self.erased = False  # they said no, or asked for it: nothing of them is kept

    async def begin(self, flow_id: str) -> list[Outgoing]:
        """Go through this conversation; whoever has not agreed to take part yet is asked that first."""
        flow = self._script.programme.flows.get(flow_id)
        if flow is None:
            raise Mistake(f"There is no conversation “{flow_id}”.")
        return await self._turn(lambda turn: self._begin(turn, flow))

    async def says(self, text: str, *, at: str = "") -> list[Outgoing]:
        """What they say; the number of a button is the same as pressing it.

        `at` names the question that is answered: if that is not the one which is open, it is asked and nothing noted.
        """
        content: Content = Words(text=text, message=f"{CHANNEL}-{new_id(8)}")
        if text.strip().isdecimal() and 0 < int(text) <= len(self._choices):
            content = Tap(token=self._choices[int(text) - 1])
        await self._may_speak(text)
        return await self._turn(lambda turn: self._hear(turn, content, at))

    async def presses(self, token: str) -> list[Outgoing]:
        """One of the buttons."""
        return await self._turn(lambda turn: hearing.hear(turn, Tap(token=token)))

    async def _hear(self, turn: Turn, content: Content, at: str) -> None:
        top = turn.scene.runs[-1] if turn.scene.runs else None
        if at and (top is None or at != f"r.{top.run.id}.{top.run.asked}"):
            await self._ask(turn)
        else:
            await hearing.hear(turn, content)

    async def _ask(self, turn: Turn) -> None:
        """The open question once more, as long as it is ours."""
        if turn.scene.runs and turn.scene.runs[-1].run.id not in self.beneath:
            await turn.play(turn.scene.runs[-1], Resumed(at=turn.at))

    async def _begin(self, turn: Turn, flow: Flow) -> None:
        person, programme = turn.scene.person, self._script.programme
        assert person is not None
        if person.state == "stopped":
            raise Mistake("They have left. If they want to come back, they say START in their chat.")
        if missing := await turn.closed(flow):
            raise Mistake(f"{flow.id} cannot begin yet: {'; '.join(one.what for one in missing)}.")
        agreed = person.facts.get("consent.part") == "yes"
        wanted = flow.id if agreed else turn.own(programme.welcome)
        under_way = next((one for one in turn.scene.runs if one.run.flow == wanted), None)
        self.beneath = {one.run.id for one in turn.scene.runs if one is not under_way}
        if under_way is None:
            await turn.begin(wanted)
            return
        for other in turn.scene.runs[turn.scene.runs.index(under_way) + 1 :]:
            turn.leave(other)
        await turn.play(under_way, Resumed(at=turn.at))

    async def _may_speak(self, text: str) -> None:
        """A note in somebody's own voice is theirs alone to write."""
        async with self._db.read() as conn:
            scene = await self._whom.scene(conn, self._clock.now())
        top = scene.runs[-1].run if scene and scene.runs else None
        steps = self._script.flow(top.version).steps if top else ()
        own = any(top and step.id == top.step and OWN_VOICE in step.tags for step in steps)
        if not own or universal(text, self._script.words) in MOVES:
            return
        async with self._db.write() as conn:
            note = {"who": self._who, "action": "refused", "subject": self._whom.name}
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
            scene = await self._scene(conn, now)
            batch = await self._batch(conn, now)
            turn = Turn(batch, scene, cause=f"{CHANNEL}:{new_id(10)}", at=now)
            turn.assisted_by, turn.via, turn.gather = self._who, self._via, timedelta()
            if scene.person is None:
                await self._whom.come_in(turn)
            if scene.talk:
                raise Mistake("The team talks to them in their chat just now. End that first.")
            self.code_name = scene.person.code_name if scene.person else ""
            reached = scene.person.reachable if scene.person else True
            await deed(turn)
            if scene.person and scene.person.reachable != reached:  # what they say here says nothing of their chat
                scene.person = replace(scene.person, reachable=reached)
                batch.changes.person(scene)
            said = turn.spoken()
            turn.finish()
            await batch.flush()
        if batch.erased:
            self.erased = True
            await self._db.checkpoint()
        self._choices = tuple(choice.token for choice in said[-1].choices) if said else self._choices
        self.open = bool(scene.runs) and scene.runs[-1].run.id not in self.beneath
        return said

    async def _batch(self, conn: AsyncConnection, now: datetime) -> Batch:
        return Batch(
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

    async def _scene(self, conn: AsyncConnection, now: datetime) -> Scene:
        """Their side of the dialogue, wherever else they may have a chat: nothing of this is sent there."""
        scene = await self._whom.scene(conn, now)
        if scene is not None and scene.person:
            await taking.hold(conn, scene.person.id)
            scene = await self._whom.scene(conn, now)
        if scene is None:
            return Scene(place=(CHANNEL, "", ""))
        scene.place = (CHANNEL, "", "")
        return scene
