"""One turn: what one message, tap or due deadline does to one conversation.

A turn only decides and notes. Its batch (`bot/turns.py`) owns the transaction and writes all that was noted.
"""

from dataclasses import replace
from typing import assert_never

from msgspec import structs

from bot import noting
from bot.messages import Outgoing
from bot.speaking import Speaking
from flows import effects
from flows.definition import Flow, Visibility
from flows.engine import advance
from flows.events import Begun, Event, Rang, Resumed, Timer
from flows.gates import Missing
from flows.run import RECORDED, Run, RunState
from prompts.catalogue import WordingError
from storage.reflections import OPEN
from storage.rows import new_id
from storage.scenes import OpenRun, Person

TALKING = ("joining", "active")
"""Only with these people does the chat go on by itself after something else."""
STAKEHOLDER = "stakeholder"


class Turn(Speaking):
    """One cause, one conversation."""

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
        elif open_run.run.flow == self.batch.script.programme.mailbox and not self.takes_part():
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
        how = {"kind": step.kind, "vis": str(step.vis), "assisted_by": self.assisted_by, "via": self.via}
        told = noting.attributes(self.scene)
        self.batch.changes.keep(run, effect, self.scene.person, **how, wave=noting.wave_of(flow), attributes=told)

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
        if effect.value in noting.UNDECIDED:
            return
        if kind == "consent":
            self._agree(flow, item, effect, person)
        self.scene.person = noting.learned(person, effect, self.batch.script.programme)
        self.batch.changes.person(self.scene)

    def _agree(self, flow: Flow, item: str, effect: effects.SetFact, person: Person) -> None:
        """Record what was agreed to, with the words that were shown; a no to recordings takes them away."""
        values, wording = self.values(), self.batch.wording

        def said(line: effects.Line) -> str:
            return wording.line(line, flow.version, self.locale, values)

        self.batch.changes.consent(
            {
                "participant_id": person.id,
                "item": item,
                "answer": str(effect.value),
                "notice_version": self.batch.script.programme.notice_version,
                "text_hash": noting.notice(said, flow, item, effect.step),
                "channel": self.scene.place[0],
                "locale": self.locale,
                "via": self.via,
                "assisted_by": self.assisted_by,
                "at": self.at,
            }
        )
        if item == "media" and effect.value == "no":
            self.batch.changes.let_go_of_media(person, self.at)
            self.batch.recordings = True

    def _flaw(self, open_run: OpenRun, reason: str) -> None:
        """The script is wrong: the person is told kindly, the team exactly."""
        self.task("stuck", f"{open_run.run.flow} at {open_run.run.step or 'the start'}: {reason}")
        self.say("stuck")
