"""One turn: what one message, tap or due deadline does to one conversation.

A turn only decides and notes. Its batch (`bot/turns.py`) owns the transaction and writes all that was noted.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from msgspec import structs
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import shelves
from bot.messages import Choice, Outgoing
from bot.records import Records
from bot.script import Script
from bot.wording import Listener, Values, Wording
from flows import effects
from flows.definition import Flow, Visibility
from flows.engine import advance
from flows.events import Begun, Event, Rang, Resumed, Timer
from flows.gates import Missing
from flows.naming import neutral
from flows.run import RECORDED, Facts, Run, RunState
from prompts.catalogue import WordingError
from storage.changes import Changes
from storage.reflections import OPEN
from storage.rows import new_id, to_json
from storage.scenes import OpenRun, Person, Place, Scene
from storage.workshops import Workshop

TALKING = ("joining", "active")
"""Only with these people does the chat go on by itself after something else."""
STAKEHOLDER = "stakeholder"
UNDECIDED = ("question",)
"""Asking back is neither consent nor refusal: nothing is recorded."""
KEPT = ("patch", "pace", "how")
"""What people told about themselves that stays with their answers: where they live, how often, typed or spoken."""
Fit = Callable[[Outgoing], tuple[Outgoing, ...]]
Act = Callable[["Turn", str], Awaitable[None]]
Heed = Callable[["Turn", str], Awaitable[bool]]
"""Looks at words before anything else does; True when they go no further."""


class NoDatabase(Exception):
    """A turn of a rehearsal reached for the database: what it wanted belongs into `bot.records`."""


@dataclass(kw_only=True, slots=True)
class Batch:
    """What the turns of one transaction share."""

    connection: AsyncConnection | None  # None: a rehearsal
    records: Records
    script: Script
    wording: Wording
    fits: Mapping[str, Fit]
    acts: Mapping[str, Act]
    heed: Heed
    links: Mapping[str, str]  # channel → where a private chat with the assistant opens
    workshops: Mapping[tuple[str, int], Workshop]
    elections: frozenset[str]  # the areas where one is near
    now: datetime
    changes: Changes = field(default_factory=Changes)
    arrived: list[str] = field(default_factory=list)  # prompts that were tapped: proof that they were delivered
    erased: bool = False  # somebody was erased: their words must leave the files too
    recordings: bool = False  # a voice note or photo was given or taken back: there is something to fetch or to remove

    @property
    def conn(self) -> AsyncConnection:
        """The transaction of these turns."""
        if self.connection is None:
            raise NoDatabase
        return self.connection

    async def flush(self) -> None:
        """Write what was noted so far, so that it can be read back."""
        await self.records.write(self.changes)


def _whole(message: Outgoing) -> tuple[Outgoing, ...]:
    return (message,)


class Turn:
    """One cause, one conversation."""

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
        person = self.scene.person.id if self.scene.person and self._takes_part() and not self.farewell else None
        mine: dict[str, object] = {
            "participant_id": person,
            "burn": person is None,
            "always": not self._prompted,
            "priority": -1 if self.urgent else int(self._prompted),
        }
        theirs = {"participant_id": None, "burn": False, "always": True, "priority": -1 if self.urgent else 0}
        rows = [
            self._row(self.scene.place, piece) | mine | {"replaces": replaces}
            for message, replaces in self._out
            for piece in self.batch.fits[self.scene.place[0]](message)
        ]
        rows += [
            self._row(place, piece) | theirs | {"replaces": False}
            for place, message in self._elsewhere
            for piece in self.batch.fits.get(place[0], _whole)(message)
        ]
        for op, row in enumerate(rows):
            self.batch.changes.send(row | {"op": op})

    def _row(self, place: Place, message: Outgoing) -> dict[str, object]:
        channel, bot, chat = place
        return {
            "cause": self.cause,
            "channel": channel,
            "bot": bot,
            "chat": chat,
            "body": to_json(message),
            "token": message.token,
            "not_before": self.batch.now,
            "created_at": self.batch.now,
        }

    # ── runs ─────────────────────────────────────────────────────────────────────────────────────────────────
    async def begin(self, flow_id: str, *, entry: str = "", calendar: str = "") -> OpenRun | None:
        """Start a flow at its beginning or at a named entry; None if it ended at once or its gate is closed."""
        flow = self.batch.script.programme.flows.get(self.own(flow_id))
        if flow is None:
            self.task("stuck", f"An older version of a conversation leads to {flow_id}, which is there no more.")
            return None
        if await self.closed(flow):
            return None
        open_run = self.open(flow, calendar=calendar)
        await self.play(open_run, Begun(at=self.at, entry=entry))
        return open_run if open_run in self.scene.runs else None

    def own(self, flow_id: str) -> str:
        """The flow that this person has in the place of a participant's: stakeholders are welcomed in their own way."""
        programme, person = self.batch.script.programme, self.scene.person
        if programme.stakeholders is None or person is None or person.role != STAKEHOLDER:
            return flow_id
        theirs = {programme.welcome: programme.stakeholders.welcome, programme.menu: programme.stakeholders.menu}
        return theirs.get(flow_id) or flow_id

    async def closed(self, flow: Flow, *, prompted: bool = False) -> tuple[Missing, ...]:
        """What keeps this flow from beginning where the person lives; `prompted`: of our own accord."""
        person = self.scene.person
        if person is None or not person.area:  # a guest: the mailbox has no gate
            return ()
        prompted = prompted and person.role != STAKEHOLDER
        return await self.batch.records.missing(flow, person.area, prompted=prompted)

    def open(self, flow: Flow, *, calendar: str = "") -> OpenRun:
        """A fresh run on top of whatever is open."""
        run = Run(id=new_id(10), flow=flow.id, version=flow.version, seed=int.from_bytes(self.cause.encode()) % 9973)
        open_run = OpenRun(
            run=run,
            cause=self.cause,
            entry=calendar,
            revision=0,
            opened_at=self.at,
            touched_at=self.at,
            expires_at=self.at + flow.expires_after if flow.expires_after else None,
        )
        self.scene.runs.append(open_run)
        return open_run

    async def play(self, open_run: OpenRun, event: Event, *, quietly: bool = False) -> None:
        """Advance a run by one event and see to everything it wants. `quietly`: leave out what it would say."""
        flow = self.batch.script.flow(open_run.run.version)
        await self.read(flow, open_run)
        sprint = advance(flow, open_run.run, event, self.facts, gather=self.gather)
        if sprint.run == open_run.run and not sprint.effects:
            return
        open_run.run = sprint.run
        if not isinstance(event, Rang):  # a timer is no sign of life: it keeps no prompt waiting
            open_run.touched_at = self.at
        if self.scene.person:
            self.batch.changes.run(open_run, self.scene.person.id)
        for effect in sprint.effects:
            if not (quietly and isinstance(effect, effects.Say)):
                await self._carry_out(open_run, flow, effect)
        if open_run.run.state is not RunState.WAITING and open_run in self.scene.runs:
            await self._closed(open_run)

    async def supplied(self, open_run: OpenRun, sprint: effects.Sprint) -> None:
        """A question that was past got the answer that it never had."""
        open_run.run = sprint.run
        if self.scene.person:
            self.batch.changes.run(open_run, self.scene.person.id)
        for effect in sprint.effects:
            await self._carry_out(open_run, self.batch.script.flow(open_run.run.version), effect)

    async def _closed(self, open_run: OpenRun) -> None:
        """A run is over: begin what it asked for, else go back to the question that waits beneath."""
        self.scene.runs.remove(open_run)
        rights = open_run.run.flow == self.batch.script.programme.rights
        if rights and open_run.run.state is RunState.EXPIRED and self._stopped():
            await self.act("keep_nameless")
        elif open_run.run.flow == self.batch.script.programme.mailbox and not self._takes_part():
            await self.act("post")
        elif self.follow_on and self.scene.person:
            flow, _, entry = self.follow_on.pop(0).partition(":")
            await self.begin(flow, entry=entry)
        elif self.scene.runs and self.goes_on():
            await self.play(self.scene.runs[-1], Resumed(at=self.at))

    def goes_on(self) -> bool:
        """Whether the chat goes on by itself, with the question that waits."""
        person = self.scene.person
        return person is not None and person.state in TALKING and self.scene.talk is None

    def _takes_part(self) -> bool:
        return self.scene.person is not None and self.scene.person.role != "guest"

    def _stopped(self) -> bool:
        return self.scene.person is not None and self.scene.person.state == "stopped"

    def leave(self, open_run: OpenRun) -> None:
        """Close a run without a word; what was answered stays."""
        self.scene.runs.remove(open_run)
        open_run.run = replace(open_run.run, state=RunState.LEFT)
        open_run.touched_at = self.at
        if self.scene.person:
            self.batch.changes.run(open_run, self.scene.person.id)
            for timer in Timer:
                self.batch.changes.clear_timer(open_run.run, self.scene.person, timer, self.at)

    async def act(self, action: str, argument: str = "") -> None:
        """Do something outside the dialogue, by its name in `flows.actions`."""
        if self.scene.person:
            await self.batch.acts[action](self, argument)

    # ── effects ──────────────────────────────────────────────────────────────────────────────────────────────
    async def _carry_out(self, open_run: OpenRun, flow: Flow, effect: effects.Effect) -> None:
        person, changes, run = self.scene.person, self.batch.changes, open_run.run
        match effect:
            case effects.Say():
                self._speak(open_run, flow, effect)
            case effects.Do():
                await self.act(effect.action, effect.argument)
            case effects.Flaw():
                self._flaw(open_run, effect.reason)
            case effects.Ended():
                pass
            case _ if person is None:
                pass  # erased by an earlier effect: nothing about them is noted any more
            case effects.Keep():
                self._keep(run, flow, effect)
            case effects.KeepPart():
                self._keep_part(run, flow, effect, person)
            case effects.RevisePart():
                changes.revise(person, effect)
            case effects.Share():
                for step in effect.steps:
                    changes.share(run, step, effect.level)
            case effects.SetFact():
                self._learn(flow, effect)
            case effects.SetTimer():
                changes.timer(run, person, effect.timer, effect.at, effect.asked)
            case effects.ClearTimer():
                changes.clear_timer(run, person, effect.timer, self.at)
            case _:
                assert_never(effect)

    def _speak(self, open_run: OpenRun, flow: Flow, effect: effects.Say) -> None:
        """Words that cannot be said stop the run, not the person: what they gave is kept, the team is told."""
        try:
            said = self.batch.wording.say(effect, flow, open_run.run, self.locale, self.values(), self.scene.place[0])
        except WordingError as error:
            self._flaw(open_run, str(error))
            if open_run.run.state is RunState.WAITING:
                open_run.run = replace(open_run.run, state=RunState.PARKED)
                if self.scene.person:
                    self.batch.changes.run(open_run, self.scene.person.id)
        else:
            self.send(self._excused(open_run, flow, effect, said), replaces=effect.replaces)

    def _excused(self, open_run: OpenRun, flow: Flow, say: effects.Say, said: Outgoing) -> Outgoing:
        """The message; once a run, behind the line that it is not there in the person's language."""
        home = "" if open_run.run.excused else self.batch.wording.foreign(say, flow, self.locale)
        if not home:
            return said
        open_run.run = replace(open_run.run, excused=True)
        if self.scene.person:
            self.batch.changes.run(open_run, self.scene.person.id)
        return structs.replace(said, text=f"{self.batch.wording.excuse(home, self.locale).text}\n\n{said.text}")

    def _keep(self, run: Run, flow: Flow, effect: effects.Keep) -> None:
        assert self.scene.person is not None
        step = next(step for step in flow.steps if step.id == effect.step)
        self.last_kept = step.id
        if step.stores.startswith("equality."):
            return  # kept in its own table alone
        wave = 2 if flow.phase in ("pre2", "w2", "post2", "follow") else 1
        told = self._attributes(self.scene.person)
        how = {"kind": step.kind, "vis": str(step.vis), "assisted_by": self.assisted_by}
        self.batch.changes.keep(run, effect, self.scene.person, **how, wave=wave, attributes=told)

    def _attributes(self, person: Person) -> dict[str, str]:
        """What an export says beside an answer: as it is now, when the answer is given."""
        known = {name: str(person.facts[f"profile.{name}"]) for name in KEPT if f"profile.{name}" in person.facts}
        seen = {f"w{wave}": state for wave, state in self.scene.attendance.items()}
        return {"channel": self.scene.place[0], **known, **seen}

    def _keep_part(self, run: Run, flow: Flow, effect: effects.KeepPart, person: Person) -> None:
        step = next((step for step in flow.steps if step.id == effect.step), None)
        vis = step.vis if step else Visibility.X
        self.batch.changes.part(run, effect, person, place=self.scene.place, vis=vis)
        if effect.media and effect.media.kind in RECORDED:
            self.batch.recordings = True
            if step and step.kind not in OPEN:
                self.task("question", f"answered {flow.id}.{step.id} by voice: write it down, see reconvene media list")

    def _learn(self, flow: Flow, effect: effects.SetFact) -> None:
        person = self.scene.person
        assert person is not None
        kind, _, item = effect.name.partition(".")
        if effect.name == "profile.name":
            self.scene.name = str(effect.value)[:60]
            self.batch.changes.contact(self.scene)
            return
        if kind == "equality":
            self.batch.changes.equality(person, item, str(effect.value))
            return
        if effect.value in UNDECIDED:
            return
        if effect.name == "profile.area" and not self._takes_part():
            area = str(effect.value)
            person = replace(person, area=area if area in self.batch.script.programme.areas else "")
        if effect.name == "profile.locale" and effect.value in self.batch.script.programme.locales:
            person = replace(person, locale=str(effect.value))
        facts = {**person.facts, effect.name: effect.value}
        if kind == "consent":
            self._record_consent(flow, item, effect)
            if item == "part":
                facts["consent.version"] = self.batch.script.programme.notice_version
            if item == "media" and effect.value == "no":
                self.batch.changes.let_go_of_media(person, self.at)
                self.batch.recordings = True
        self.scene.person = replace(person, facts=facts)
        self.batch.changes.person(self.scene)

    def _record_consent(self, flow: Flow, item: str, effect: effects.SetFact) -> None:
        person = self.scene.person
        assert person is not None
        self.batch.changes.consent(
            {
                "participant_id": person.id,
                "item": item,
                "answer": str(effect.value),
                "notice_version": self.batch.script.programme.notice_version,
                "text_hash": self._notice_hash(flow, item, effect.step),
                "channel": self.scene.place[0],
                "locale": self.locale,
                "via": "assisted" if self.assisted_by else "self",
                "assisted_by": self.assisted_by,
                "at": self.at,
            }
        )

    def _notice_hash(self, flow: Flow, item: str, step: str) -> str:
        """SHA-256 of the words this answer consents to: the question, and for taking part all that was told before."""
        told = [s.id for s in flow.steps if s.kind == "info" and not s.goto] if item == "part" else []
        values = self.values()
        lines = [effects.Line(block=block, optional=True) for block in [*told, step]]
        words = [self.batch.wording.line(line, flow.version, self.locale, values) for line in lines]
        return hashlib.sha256("\n".join(words).encode()).hexdigest()

    def _flaw(self, open_run: OpenRun, reason: str) -> None:
        """The script is wrong: the person is told kindly, the team exactly."""
        self.task("stuck", f"{open_run.run.flow} at {open_run.run.step or 'the start'}: {reason}")
        self.say("stuck")

    def task(self, kind: str, note: str, receipt: str = "") -> None:
        """Something for a person of the team to do."""
        self.batch.changes.task(
            {
                "participant_id": self.scene.person.id if self.scene.person and self._takes_part() else None,
                "kind": kind,
                "note": note,
                "receipt": receipt,
                "created_at": self.at,
            }
        )
