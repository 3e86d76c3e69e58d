"""The half of a turn that faces people: what is known of them, and what is said."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot import posting, shelves
from bot.batch import Batch
from bot.messages import Choice, Outgoing
from bot.posting import Letter
from bot.wording import Listener, Values
from flows.definition import Flow
from flows.naming import neutral
from flows.run import Facts
from storage.scenes import OpenRun, Place, Scene


class Speaking:
    """What a turn knows, what it says to whom, and what it leaves for the team to do."""

    def __init__(self, batch: Batch, scene: Scene, *, cause: str, at: datetime, prompted: bool = False) -> None:
        self.batch = batch
        self.scene = scene
        self.cause = cause
        self.at = at
        self.extra: dict[str, object] = {}  # values of this turn alone: a receipt, a code
        self.farewell = False  # the person is erased in this turn: its messages must not outlive their delivery
        self.follow_on: list[str] = []  # flows to begin when the run in hand has ended
        self.last_kept = ""
        self.parting: list[str] = []  # common lines that come after everything else
        self.assisted_by = ""  # the member of the team who writes down what the person says on the phone
        self.via = "self"  # how the answers of this turn came: on their own, or written down from the phone, from paper
        self.gather = batch.script.programme.gather
        self.urgent = False  # somebody may be in danger: ahead of all that waits to be sent
        self.delivery: int | None = None  # the ledger row that the message of this turn belongs to
        self._prompted = prompted
        self._out: list[tuple[Outgoing, bool]] = []
        self._elsewhere: list[tuple[Place, Outgoing]] = []
        self._listener: Listener | None = None
        self._taken = shelves.NOTHING

    # ── what is known ────────────────────────────────────────────────────────────────────────────────────────
    @property
    def listener(self) -> Listener:
        """The person as they are now; after an erasure, as they were just before."""
        scene = self.scene
        if scene.person:
            self._listener = Listener(
                person=scene.person,
                name=scene.name,
                next_due=scene.next_due,
                attendance=scene.attendance,
                election=scene.person.area in self.batch.elections,
            )
        assert self._listener is not None, "a turn needs a person before it can speak to one"
        return self._listener

    @property
    def locale(self) -> str:
        """The language of this person."""
        return self.batch.wording.locale(self.listener.person.locale)

    @property
    def zone(self) -> ZoneInfo:
        """Where the person lives."""
        return ZoneInfo(self.batch.wording.area(self.listener).zone)

    def values(self) -> Values:
        """What a template may name."""
        known = self.batch.wording.values(self.listener, self.batch.workshops, self.batch.now)
        names = self.batch.wording.unsaid(self.listener)
        taken = {name: neutral(value, names) for name, value in self._taken.values.items()}
        return {**known, **taken, **self.extra}

    @property
    def facts(self) -> Facts:
        """What the engine may know: of the person, and of what the flow in hand had read for it."""
        return {**self.batch.wording.facts(self.listener), **self._taken.facts}

    async def read(self, flow: Flow, open_run: OpenRun | None = None) -> None:
        """Have what this flow asks for at hand, as it is now; of one thing, if the run is about one thing."""
        person = self.scene.person
        if person is None:
            return  # erased in this turn: what was known stays in hand for the goodbye
        self._taken = shelves.NOTHING
        if flow.reads:
            await self.batch.flush()
            about = shelves.about(open_run.entry, open_run.run) if open_run else ""
            self._taken = await self.batch.records.read(person, flow, about)

    # ── what is said ─────────────────────────────────────────────────────────────────────────────────────────
    def send(self, message: Outgoing, *, replaces: bool = False) -> None:
        """Queue a message behind those of this turn."""
        self._out.append((message, replaces))

    def say(self, block: str, **more: object) -> None:
        """A common line."""
        self.send(self.batch.wording.common(block, self.locale, {**self.values(), **more}))

    def impersonal(self, block: str, choices: tuple[Choice, ...] = ()) -> None:
        """A common line for somebody we do not know."""
        link = self.batch.links.get(self.scene.place[0], "")
        self.send(Outgoing(text=self.batch.wording.impersonal(block, link=link).text, choices=choices))

    def tell(self, place: Place, block: str, choices: tuple[Choice, ...] = (), **known: object) -> None:
        """Queue a message to a member of the team."""
        said = self.batch.wording.staff(block, **known)
        self._elsewhere.append((place, Outgoing(text=said.text, choices=choices)))

    def spoken(self) -> list[Outgoing]:
        """What this turn says to the person, to be shown to them here and now instead of being sent."""
        for block in self.parting:
            self.say(block)
        said, self._out, self.parting = [message for message, _ in self._out], [], []
        return said

    def finish(self) -> None:
        """Hand the messages of this turn to the outbox, numbered in order."""
        for block in self.parting:
            self.say(block)
        person = self.scene.person.id if self.scene.person and self.takes_part() and not self.farewell else None
        hurry = -1 if self.urgent else int(self._prompted)
        mine = {"participant_id": person, "burn": person is None, "always": not self._prompted, "priority": hurry}
        theirs = {"participant_id": None, "burn": False, "always": True, "priority": min(hurry, 0), "replaces": False}
        here = self.scene.place
        letters = [
            *(Letter(place=here, message=one, about={**mine, "replaces": again}) for one, again in self._out),
            *(Letter(place=place, message=one, about=theirs) for place, one in self._elsewhere),
        ]
        for row in posting.rows(letters, self.batch.fits, self.cause, self.batch.now):
            self.batch.changes.send(row)

    def task(self, kind: str, note: str, receipt: str = "") -> None:
        """Something for a person of the team to do."""
        self.batch.changes.task(
            {
                "participant_id": self.scene.person.id if self.scene.person and self.takes_part() else None,
                "kind": kind,
                "note": note,
                "receipt": receipt,
                "created_at": self.at,
            }
        )

    def takes_part(self) -> bool:
        """Whether this is somebody whom we know by more than this conversation."""
        return self.scene.person is not None and self.scene.person.role != "guest"
