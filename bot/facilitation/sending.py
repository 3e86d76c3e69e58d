"""Messages to an audience: look first, send once, call off, see what became of each."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.facilitation import audience as audiences
from bot.facilitation.letters import KEEPS, Fill, Letters, envelope
from bot.facilitation.office import Mistake
from bot.facilitation.results import Ledger, Posted, Preview
from bot.faults import fault
from bot.messages import Outgoing
from bot.rights import Deed, Kind, Staff
from flows.definition import BroadcastTemplate
from storage import broadcasts, elections, facilitators
from storage.broadcasts import Audience, Broadcast
from storage.elections import Held
from storage.rows import new_id

LONGEST_KEY = 80
MANY = 50
"""To more people than this nobody of the team writes alone."""


class Sending(Letters):
    """Commands that send."""

    async def preview(self, who: Staff, template: str, audience: Audience, fill: Fill | None = None) -> Preview:
        """Who would get this message and who would not and why, and how it reads. Sends nothing."""
        meant, audience = await self._asked(who, template, audience)
        async with self._reading() as conn:
            recipients, excluded = await self._resolve(conn, meant, audience)
            sample = await self._sample(conn, meant, audience, recipients, fill or {})
            near = await elections.near(conn)
        return Preview(
            template=template,
            audience=audience,
            recipients=tuple(person.code_name for person in recipients),
            excluded=excluded,
            sample=sample.text,
            buttons=tuple(choice.label for choice in sample.choices),
            warning=self._quiet(audience.areas) if recipients else audiences.nobody(excluded),
            second="election" if near & set(audience.areas) else self._second(who, meant, len(recipients)),
        )

    async def send(
        self,
        who: Staff,
        template: str,
        audience: Audience,
        *,
        key: str,
        fill: Fill | None = None,
        urgent: bool = False,
        looked_at: bool = False,
    ) -> Posted:
        """Send to everybody the audience names at this moment, each once. The same `key` again sends nothing more.

        In the quiet hours only what is `urgent` goes out; before an election, what a second person has `looked_at`.
        """
        meant, audience = await self._asked(who, template, audience)
        if not 0 < len(key) <= LONGEST_KEY:
            raise Mistake(f"A key has 1 to {LONGEST_KEY} characters.")
        now = self._clock.now()
        if not looked_at:
            await self._hold_back(who, template, audience, key, fill or {})
        async with self._writing() as conn:
            if known := await broadcasts.find(conn, key=key):
                return await self._posted(conn, known, repeated=True)
            recipients, excluded = await self._resolve(conn, meant, audience)
            if not recipients:
                raise Mistake(audiences.nobody(excluded))
            if not urgent and (quiet := self._quiet(sorted({person.area for person in recipients}))):
                raise Mistake(f"{quiet} Send it then, or mark it as urgent.")
            if not looked_at and self._second(who, meant, len(recipients)):
                raise Mistake("A second person of the team has to look at this message before it goes out.")
            broadcast = self._new(who, template, audience, key, now)
            if not await broadcasts.begin(conn, broadcast):
                raise Mistake("This message is being sent at this very moment. Look at it again in a second.")
            await self._queue(conn, broadcast, meant, recipients, excluded, fill or {})
            await self._note(conn, who, "broadcast", broadcast.id, template=template, people=len(recipients))
            fault("broadcast.before_commit")
        fault("broadcast.after_commit")
        return Posted(broadcast=broadcast, count=len(recipients), excluded=len(excluded))

    async def _hold_back(self, who: Staff, template: str, audience: Audience, key: str, fill: Fill) -> None:
        """Before an election a message by hand is kept until somebody else has looked at it."""
        async with self._reading() as conn:
            near = await elections.near(conn)
            if near.isdisjoint(audience.areas) or await broadcasts.find(conn, key=key):
                return
        async with self._writing() as conn:
            message = Held(
                id=new_id(),
                key=key,
                template=template,
                audience=audience,
                fill=fill,
                made_by=who.person,
                made_at=self._clock.now(),
            )
            held = await elections.hold(conn, message)
            await self._note(conn, who, "hold_broadcast", held.id, template=template)
        raise Mistake(
            "An election is near, so this message is held until somebody else has looked at it. "
            f"They let it go with: reconvene broadcast approve {held.id} --by NAME"
        )

    async def test_send(self, who: Staff, template: str, area: str = "", fill: Fill | None = None) -> Outgoing:
        """The message, to the facilitator who asks and nobody else."""
        wanted = Audience(areas=(area,) if area else ())
        meant, audience = await self._asked(who, template, wanted)
        now = self._clock.now()
        async with self._writing() as conn:
            place = await facilitators.place_of(conn, who.id)
            if place is None:
                raise Mistake("There is no chat to try it out in: join with a facilitator code first.")
            sample = await self._sample(conn, meant, audience, [], fill or {})
            await broadcasts.try_out(conn, envelope(place, sample, f"test:{new_id()}", now) | {"burn": True})
        return sample

    async def cancel(self, who: Staff, *, id: str = "", key: str = "") -> int:
        """Call off what has not gone out yet; how many messages that were."""
        broadcast = await self._broadcast(who, id, key)
        now = self._clock.now()
        async with self._writing() as conn:
            reason = f"called off by {who.name}"
            stopped = await broadcasts.call_off(conn, broadcast.id, reason=reason, now=now)
            await self._note(conn, who, "cancel_broadcast", broadcast.id, people=stopped)
        return stopped

    async def call_off(self, who: Staff, template: str, audience: Audience, *, key: str) -> int:
        """Cancel what stands under this key, sent or not yet sent: nothing goes out under it any more."""
        _, audience = await self._asked(who, template, audience)
        async with self._writing() as conn:
            if waits := await elections.find(conn, key=key):
                await elections.decide(conn, waits.id, "dropped", by=who.name, was=elections.WAITS)
            never_sent = replace(self._new(who, template, audience, key, self._clock.now()), state="cancelled")
            if await broadcasts.begin(conn, never_sent):
                return 0
        return await self.cancel(who, key=key)

    async def ledger(self, who: Staff, id: str) -> Ledger:
        """What became of each recipient's message."""
        broadcast = await self._broadcast(who, id, "")
        async with self._reading() as conn:
            rows = await broadcasts.ledger(conn, broadcast.id)
        return Ledger(broadcast=broadcast, rows=tuple(rows))

    async def broadcasts(self, who: Staff, limit: int = 20) -> list[Broadcast]:
        """The newest messages to this person's areas."""
        areas = await self._areas(who, Deed.BROADCAST)
        async with self._reading() as conn:
            found = await broadcasts.latest(conn, limit)
        return [broadcast for broadcast in found if set(broadcast.audience.areas) <= set(areas)]

    def _second(self, who: Staff, template: BroadcastTemplate, count: int) -> str:
        """Why one member of the team cannot send this alone; whoever sits at the command line can."""
        if who.kind is Kind.OPERATOR:
            return ""
        if count > MANY:
            return "many"
        planned = {entry.broadcast for entry in self._programme.entries}
        return "" if template.id in planned else "unplanned"

    async def _asked(self, who: Staff, template: str, audience: Audience) -> tuple[BroadcastTemplate, Audience]:
        """Check that all that is named exists and is allowed."""
        known = self._programme.broadcasts
        if template not in known:
            raise Mistake(f"There is no message “{template}”. There are: {', '.join(known)}.")
        audiences.check(audience)
        self._flow(audience.not_answered)
        self._wave(audience.wave)
        areas = await self._areas(who, Deed.BROADCAST, audience.areas)
        return known[template], replace(audience, areas=areas)

    async def _broadcast(self, who: Staff, id: str, key: str) -> Broadcast:
        async with self._reading() as conn:
            found = await broadcasts.find(conn, id=id, key=key)
        if found is None:
            raise Mistake(f"There is no broadcast “{id or key}”.")
        await self._areas(who, Deed.BROADCAST, found.audience.areas)
        return found

    def _new(self, who: Staff, template: str, audience: Audience, key: str, now: datetime) -> Broadcast:
        return Broadcast(
            id=new_id(),
            key=key,
            template=template,
            audience=audience,
            made_by=who.name,
            state="sending",
            created_at=now,
            expires_at=now + KEEPS,
        )

    async def _posted(self, conn: AsyncConnection, broadcast: Broadcast, *, repeated: bool) -> Posted:
        rows = await broadcasts.ledger(conn, broadcast.id)
        out = sum(row.outcome == "excluded" for row in rows)
        return Posted(broadcast=broadcast, count=len(rows) - out, excluded=out, repeated=repeated)
