"""Two people for what goes to many or was not planned: one asks, another looks at it and lets it go; both watch."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.facilitation.elections import Elections
from bot.facilitation.letters import Fill, envelope
from bot.facilitation.live import drawn, tally
from bot.facilitation.office import Mistake
from bot.facilitation.results import Posted, Preview
from bot.messages import Choice, Outgoing
from bot.rights import Deed, Staff, may
from bot.staffing import staff
from prompts.markup import plain
from storage import broadcasts, elections, facilitators, outbox, watches
from storage.broadcasts import Audience, Broadcast
from storage.elections import Held
from storage.facilitators import Facilitator
from storage.rows import new_id
from storage.scenes import Place
from storage.watches import Watch


@dataclass(frozen=True, kw_only=True, slots=True)
class Submitted:
    """What became of a message that somebody wants to send: it goes out, or it waits for its hour or for `others`."""

    posted: Posted | None = None
    watched: bool = False  # they see in their chat how it goes out
    held: Held | None = None
    others: tuple[str, ...] = ()


class Seconding(Elections):
    """Commands of those who send together."""

    async def submit(
        self,
        who: Staff,
        template: str,
        audience: Audience,
        *,
        key: str,
        fill: Fill | None = None,
        urgent: bool = False,
    ) -> Submitted:
        """Send it, or ask a second person where it takes one. The same `key` again does nothing more."""
        preview = await self.preview(who, template, audience, fill)
        async with self._reading() as conn:
            known = await broadcasts.find(conn, key=key)
        if known or not preview.second or not preview.count:
            posted = await self.send(who, template, audience, key=key, fill=fill, urgent=urgent)
            return await self._watched(who, posted)
        return await self._hold(who, preview, key, fill or {})

    async def approve_held(self, who: Staff, id: str, *, urgent: bool = False) -> Submitted:
        """Let it go, and watch it go out, together with whoever asked for it."""
        posted = await self.approve_broadcast(who, id, urgent=urgent)
        if isinstance(posted, Held):
            return Submitted(held=posted)
        async with self._reading() as conn:
            one = await elections.find(conn, id=id)
        if one and one.maker_id:
            await self._watched(Staff(name=one.made_by, id=one.maker_id), posted)
        return await self._watched(who, posted)

    async def drop_held(self, who: Staff, id: str) -> Held:
        """It is not sent. Whoever asked for it in a chat is told, if it was somebody else."""
        one = await self._undecided(who, id, elections.WAITS)
        async with self._writing() as conn:
            if not await elections.decide(conn, id, "dropped", by=who.name, was=elections.WAITS):
                raise Mistake("Somebody else has decided on this message this very moment.")
            await self._note(conn, who, "drop_broadcast", id, template=one.template)
            place = await facilitators.place_of(conn, one.maker_id) if one.maker_id not in ("", who.id) else None
            if place:
                told = self._wording.staff("held_dropped", template=one.template, by=who.name)
                await self._put(conn, place, told, f"held:{one.id}:dropped", self._clock.now())
        return one

    async def _hold(
        self, who: Staff, preview: Preview, key: str, fill: Fill | None = None, at: datetime | None = None
    ) -> Submitted:
        now = self._clock.now()
        one = Held(
            id=new_id(10),
            key=key,
            template=preview.template,
            audience=preview.audience,
            fill=fill or {},
            why=preview.second,
            state="held" if preview.second else "planned",
            send_at=at,
            made_by=who.person,
            maker_id=who.id,
            made_at=now,
        )
        async with self._writing() as conn:
            others = await self._others(conn, who, preview.audience.areas) if preview.second else []
            kept = await elections.hold(conn, one)
            if kept.id != one.id:
                return Submitted(held=kept, others=tuple(member.name for member, _ in others))
            for member, place in others:
                asked = self.asking(one, preview)
                await self._put(conn, place, asked, f"held:{one.id}:{member.id}", now)
            done = "hold_broadcast" if preview.second else "plan_broadcast"
            await self._note(conn, who, done, one.id, template=one.template, people=preview.count)
        return Submitted(held=one, others=tuple(member.name for member, _ in others))

    async def _others(
        self, conn: AsyncConnection, who: Staff, areas: tuple[str, ...]
    ) -> list[tuple[Facilitator, Place]]:
        """Who else of the team works in all these areas and can be asked in a chat."""
        there = await facilitators.working(conn, areas[0])
        return [
            (member, place)
            for member, place in there
            if member.id != who.id and all(may(staff(member), Deed.BROADCAST, area) for area in areas)
        ]

    def asking(self, one: Held, preview: Preview) -> Outgoing:
        """The message that waits, as a second person is asked about it."""
        areas = [self._area(area).name for area in one.audience.areas]
        known: dict[str, object] = {"template": one.template, "by": one.made_by, "why": one.why, "areas": areas}
        known |= {"at": one.send_at.astimezone(self._zone(one.audience.areas[0])) if one.send_at else None}
        told = self._wording.staff("held_asked", **known, count=preview.count, sample=plain(preview.sample))
        choices = tuple(
            Choice(token=f"s.held.{verb}.{one.id}", label=self._wording.staff(f"button_held_{verb}").text)
            for verb in ("approve", "drop")
        )
        return Outgoing(text=told.text, choices=choices)

    async def _put(self, conn: AsyncConnection, place: Place, message: Outgoing, cause: str, now: datetime) -> None:
        await outbox.add(conn, envelope(place, message, cause, now) | {"always": True})

    # ── watching ─────────────────────────────────────────────────────────────────────────────────────────────
    async def _watched(self, who: Staff, posted: Posted) -> Submitted:
        """Show it in the chat of `who`, if they have one, and from then on what becomes of it."""
        if posted.repeated or not who.id:
            return Submitted(posted=posted)
        async with self._writing() as conn:
            place = await facilitators.place_of(conn, who.id)
            watched = place is not None and await self._watch(conn, posted.broadcast, who.id, place)
        return Submitted(posted=posted, watched=watched)

    async def _watch(self, conn: AsyncConnection, broadcast: Broadcast, who: str, place: Place) -> bool:
        now = self._clock.now()
        counts = tally(await broadcasts.outcomes(conn, broadcast.id))
        watch = Watch(broadcast_id=broadcast.id, facilitator_id=who, shown=counts, drawn_at=now, number=0)
        if await watches.begin(conn, watch):
            message = drawn(self._wording, broadcast, counts)
            row = envelope(place, message, watch.cause, now)
            await outbox.add(conn, row | {"token": watch.token, "always": True})
        return True
