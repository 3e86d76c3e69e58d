"""Messages for a later hour: who gets one is found out when it goes out, and until then it can be called off."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.facilitation.elections import together
from bot.facilitation.letters import Fill
from bot.facilitation.office import Mistake, NotAllowed
from bot.facilitation.results import Posted, Preview
from bot.facilitation.seconding import Seconding, Submitted
from bot.facilitation.sending import LONGEST_KEY
from bot.rights import OWNER, Deed, Staff
from bot.staffing import staff
from storage import broadcasts, elections, facilitators, standstill
from storage.broadcasts import Audience
from storage.elections import Held
from storage.scenes import Place

LATE = timedelta(hours=1)
"""So long after its hour a message still goes out, should nobody have been there to send it."""
AHEAD = timedelta(days=366)
"""No message is planned for a day that is further away."""
SHOWN = timedelta(days=7)
"""So long one that was missed is listed."""
WRITE = "Write it like 18:00, 2026-11-26 18:00 or 2026-11-26T18:00Z."


class Later(Seconding):
    """Commands about messages that have their hour."""

    async def hour(self, who: Staff, said: str, areas: tuple[str, ...] = ()) -> datetime:
        """The instant that is meant: in the time of the areas, or as the words say with an offset or Z."""
        wanted = await self._areas(who, Deed.BROADCAST, areas)
        meant = _read(said)
        if isinstance(meant, datetime) and meant.tzinfo:
            return meant.astimezone(UTC)
        zones = {self._area(area).zone for area in wanted}
        if len(zones) > 1:
            raise Mistake(f"These areas have different clocks: {', '.join(sorted(zones))}. Write 2026-11-26T18:00Z.")
        return _instant(meant, ZoneInfo(zones.pop()), self._clock.now())

    async def plan(
        self, who: Staff, template: str, audience: Audience, at: datetime, *, key: str, fill: Fill | None = None
    ) -> Submitted:
        """Send it at that hour, to whoever the audience names then. The same `key` again plans nothing more.

        What takes a second person waits for one; if nobody has looked at it by its hour, it does not go out.
        """
        preview = await self.preview(who, template, audience, fill)
        if not 0 < len(key) <= LONGEST_KEY:
            raise Mistake(f"A key has 1 to {LONGEST_KEY} characters.")
        now = self._clock.now()
        if not now < at <= now + AHEAD:
            raise Mistake("The hour of a message is to come, within a year.")
        if quiet := self._quiet(preview.audience.areas, at):
            raise Mistake(f"{quiet} Choose another hour.")
        async with self._reading() as conn:
            if known := await broadcasts.find(conn, key=key):
                return Submitted(posted=await self._posted(conn, known, repeated=True))
        return await self._hold(who, preview, key, fill, at)

    async def planned(self, who: Staff) -> list[Held]:
        """What waits for its hour, soonest first, and what missed it within the last days."""
        areas = await self._areas(who, Deed.BROADCAST)
        async with self._reading() as conn:
            found = await elections.planned(conn, self._clock.now() - SHOWN)
        return [one for one in found if set(one.audience.areas) <= set(areas)]

    async def expected(self, who: Staff, id: str) -> Preview | None:
        """Who would get a message that waits, if its hour were now; none waits under this name."""
        async with self._reading() as conn:
            one = await elections.find(conn, id=id)
        if one is None or one.state not in elections.WAITS:
            return None
        return await self.preview(who, one.template, one.audience, one.fill)

    async def let_due_go(self) -> None:
        """Send what has come to its hour. What cannot be sent is missed, and whoever asked for it is told why.

        Nothing begins in a database that was restored until somebody has looked: it may have gone out since.
        """
        async with self._reading() as conn:
            if await standstill.since(conn) is not None:
                return
            due = await elections.due(conn, self._clock.now())
        for one in due:
            await self._come_to_its_hour(one)

    async def _come_to_its_hour(self, one: Held) -> None:
        async with self._writing() as conn:
            if not await elections.decide(conn, one.id, "sent", was=(one.state,)):
                return  # another process was quicker, or somebody has decided on it this very moment
            office = self.within(conn)
            try:
                async with conn.begin_nested():
                    maker = await office._maker(conn, one)
                    posted = await office._let_go(maker, one)
            except (Mistake, NotAllowed) as why:
                await office._missed(conn, one, str(why))
            else:
                await office._watched(maker, posted)

    async def _let_go(self, maker: Staff, one: Held) -> Posted:
        assert one.send_at is not None
        if self._clock.now() > one.send_at + LATE:
            raise Mistake("Nobody was there to send it at its hour.")
        preview = await self.preview(maker, one.template, one.audience, one.fill)
        if one.state == "held" or (preview.second and not one.approved_by):
            raise Mistake("It takes a second person, and nobody else had looked at it by its hour.")
        two = replace(maker, name=together(one.made_by, one.approved_by))
        return await self.send(two, one.template, one.audience, key=one.key, fill=one.fill, looked_at=True)

    async def _maker(self, conn: AsyncConnection, one: Held) -> Staff:
        """Whoever asked for it, with the rights they have now."""
        if not one.maker_id:
            return OWNER
        maker = await facilitators.find(conn, one.maker_id)
        if maker is None:
            raise Mistake(f"{one.made_by} is not on the team any more.")
        return staff(maker)

    async def _missed(self, conn: AsyncConnection, one: Held, why: str) -> None:
        await elections.decide(conn, one.id, "missed", reason=why, was=("sent",))
        await self._note(conn, OWNER, "missed_broadcast", one.id, template=one.template)
        at = one.send_at.astimezone(self._zone(one.audience.areas[0])) if one.send_at else None
        told = self._wording.staff("planned_missed", template=one.template, at=at, why=why)
        for number, place in enumerate(await self._to_tell(conn, one)):
            await self._put(conn, place, told, f"held:{one.id}:missed:{number}", self._clock.now())

    async def _to_tell(self, conn: AsyncConnection, one: Held) -> list[Place]:
        """Whoever asked for it; if that was not in a chat, everybody who works there."""
        own = await facilitators.place_of(conn, one.maker_id) if one.maker_id else None
        return [own] if own else [place for _, place in await self._others(conn, OWNER, one.audience.areas)]


def _read(said: str) -> datetime | time:
    kinds = (time.fromisoformat, datetime.fromisoformat)
    for read in kinds:
        with contextlib.suppress(ValueError):
            meant = read(said.strip())
            if isinstance(meant, datetime) or meant.tzinfo is None:
                return meant
    raise Mistake(f"“{said}” is no hour. {WRITE}")


def _instant(meant: datetime | time, zone: ZoneInfo, now: datetime) -> datetime:
    """A local time as an instant: of a day, or the next time that the clock shows it."""
    if isinstance(meant, time):
        today = datetime.combine(now.astimezone(zone).date(), meant)
        meant = today if today.replace(tzinfo=zone) > now else today + timedelta(days=1)
    instant = meant.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != meant:
        raise Mistake(f"{meant:%H:%M} does not exist on {meant:%d %B %Y} in {zone.key}: the clocks go forward then.")
    return instant
