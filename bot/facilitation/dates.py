"""When the workshops are, and who was there."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.facilitation.office import Mistake, Office
from bot.facilitation.results import Marked, Placed
from bot.facilitation.shifts import shifts
from bot.rights import Deed, Staff
from storage import attendance, people, slots, workshops
from storage.people import Member
from storage.workshops import Workshop

USUAL_LENGTH = timedelta(hours=3)
MARKABLE = ("active", "paused", "stopped")


class Dates(Office):
    """Commands about workshops."""

    async def set_workshop(
        self,
        who: Staff,
        area: str,
        wave: int,
        start: datetime,
        end: datetime | None = None,
        *,
        place: str | None = None,
        map: str | None = None,
        confirm: bool = False,
        dry: bool = False,
    ) -> Placed:
        """Set or move a workshop. `start` and `end` are local to the area; what is not given stays as it was.

        `dry` changes nothing and tells what would move. A past date needs `confirm`.
        """
        await self._areas(who, Deed.SCHEDULE, [area])
        self._wave(wave)
        now = self._clock.now()
        async with self._writing() as conn:
            was = (await workshops.all_of(conn)).get((area, wave))
            workshop = self._dated(area, wave, start, end, place, map, was)
            if workshop.starts_at <= now and not confirm:
                raise Mistake(f"{start:%A %d %B %Y, %H:%M} is in the past. Confirm it if that is right.")
            placed = await self._place(conn, workshop, was, now, dry=dry)
            if not dry:
                await self._note(conn, who, "set_workshop", area, wave=wave, moved=placed.moved, sent=placed.sent)
        return placed

    async def workshops(self, who: Staff) -> list[Workshop]:
        """The dates of this person's areas, by area and wave."""
        areas = await self._areas(who, Deed.NUMBERS)
        async with self._reading() as conn:
            known = await workshops.all_of(conn)
        return [known[key] for key in sorted(known) if key[0] in areas]

    async def attend(
        self, who: Staff, area: str, wave: int, state: str, code_names: Sequence[str] | None = None
    ) -> Marked:
        """Note who attended, missed or left early. No code names: everybody in the area who is not marked yet."""
        await self._areas(who, Deed.ATTEND, [area])
        self._wave(wave)
        if state not in attendance.STATES:
            raise Mistake(f"“{state}” is no attendance. Say one of: {', '.join(attendance.STATES)}.")
        now = self._clock.now()
        async with self._writing() as conn:
            members = await self._marked_as(conn, area, wave, code_names)
            ids = [member.id for member in members]
            await attendance.mark(conn, ids, wave, state, by=who.name, now=now)
            again = await self._replan(conn, self._programme, ids, now)
            await self._note(conn, who, "attend", area, wave=wave, state=state, people=len(ids))
        names = tuple(member.code_name for member in members)
        return Marked(wave=wave, state=state, code_names=names, moved=again.moved, dropped=again.dropped)

    async def _place(
        self, conn: AsyncConnection, workshop: Workshop, was: Workshop | None, now: datetime, *, dry: bool
    ) -> Placed:
        attempt = await conn.begin_nested()
        before = await slots.of_areas(conn, [workshop.area]) if dry else []
        await workshops.save(conn, workshop)
        again = await self._replan(conn, self._programme, None, now, area=workshop.area)
        after = await slots.of_areas(conn, [workshop.area]) if dry else []
        await (attempt.rollback() if dry else attempt.commit())
        return Placed(
            workshop=workshop,
            was=was,
            moved=again.moved,
            sent=again.sent,
            dropped=again.dropped,
            dry=dry,
            kinds=shifts(before, after),
        )

    def _dated(
        self,
        area: str,
        wave: int,
        start: datetime,
        end: datetime | None,
        place: str | None,
        map: str | None,
        was: Workshop | None,
    ) -> Workshop:
        starts_at = self._instant(area, start)
        length = was.ends_at - was.starts_at if was else USUAL_LENGTH
        ends_at = self._instant(area, end) if end else starts_at + length
        if ends_at <= starts_at:
            raise Mistake(f"The workshop would end ({end:%H:%M}) before it begins ({start:%H:%M}).")
        return Workshop(
            area=area,
            wave=wave,
            starts_at=starts_at,
            ends_at=ends_at,
            place=(was.place if was else "") if place is None else place.strip()[:200],
            map=(was.map if was else "") if map is None else map.strip()[:300],
        )

    def _instant(self, area: str, local: datetime) -> datetime:
        """A local time as an instant; an hour that the change to summer time leaves out is no time."""
        zone = self._zone(area)
        wall = local.replace(tzinfo=None)
        instant = wall.replace(tzinfo=zone).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) != wall:
            raise Mistake(f"{wall:%H:%M} does not exist on {wall:%d %B %Y} in {zone.key}: the clocks go forward then.")
        return instant

    async def _marked_as(
        self, conn: AsyncConnection, area: str, wave: int, code_names: Sequence[str] | None
    ) -> list[Member]:
        if code_names is None:
            everybody = await people.of_areas(conn, [area])
            return [member for member in everybody if member.state in MARKABLE and wave not in member.attendance]
        found = await people.by_code_name(conn, code_names)
        wanted = {name.strip().casefold(): name.strip() for name in code_names}
        strange = [name for key, name in wanted.items() if key not in found or found[key].area != area]
        if strange:
            raise Mistake(f"Not in {self._area(area).name}: {', '.join(strange)}. Nobody was marked.")
        return [found[key] for key in wanted]
