"""Leading the room: people at a workshop are asked one thing after the other, when the team says so."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import fmean
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import gates
from bot.facilitation.office import Mistake, Office
from bot.rights import Deed, Staff
from bot.room import KEY
from flows.definition import Flow
from flows.rooms import COUNTED, flow_of, stage_of, stages
from storage import deadlines, rooms, workshops
from storage.rooms import Given, Room
from storage.workshops import Workshop

EARLY: Final = timedelta(hours=2)
"""So long before its workshop a room may be opened."""
STAYS_OPEN: Final = timedelta(hours=1)
"""So long after the workshop it closes by itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """What came of one question that is behind everybody. `values` is empty where people wrote."""

    step: str
    people: int
    values: Mapping[str, int] = field(default_factory=dict)
    mean: float | None = None  # on a scale


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomView:
    """How a room stands. `questions` has one name for each stage; `stage` is where it is."""

    area: str
    wave: int
    starts_at: datetime
    questions: tuple[str, ...]
    state: str  # ahead: too early to open · ready · open · over
    stage: int = 0
    people: int = 0  # who were asked in
    answered: int = 0  # the question of this stage
    counted: tuple[Counted, ...] = ()
    repeated: bool = False  # somebody had pressed already: nothing happened

    @property
    def last(self) -> bool:
        """Whether nothing is left to lead on to."""
        return self.stage + 1 >= len(self.questions)


class Rooms(Office):
    """Commands for the day of a workshop."""

    async def room(self, who: Staff, area: str, wave: int) -> RoomView:
        """How the room stands, with what came of the questions so far."""
        flow, workshop = await self._held(who, area, wave)
        async with self._reading() as conn:
            return await self._view(conn, flow, workshop)

    async def rooms(self, who: Staff, areas: Sequence[str] = ()) -> list[RoomView]:
        """The room that comes next, or is open, in each of these areas; areas without a date are left out."""
        found: list[RoomView] = []
        for area in await self._areas(who, Deed.LEAD, areas):
            if wave := await self._next_wave(area):
                found.append(await self.room(who, area, wave))
        return found

    async def start_room(self, who: Staff, area: str, wave: int) -> RoomView:
        """Open the room: everybody in the area who takes part is asked in. A second press changes nothing."""
        flow, workshop = await self._held(who, area, wave)
        now = self._clock.now()
        async with self._writing() as conn:
            known = await rooms.find(conn, area, wave)
            if known is None:
                await self._may_open(conn, flow, workshop, now)
                closes = workshop.ends_at + STAYS_OPEN
                await rooms.start(conn, Room(area=area, wave=wave, stage=0, opened_at=now, closes_at=closes))
                await self._call(conn, who, "room_started", area, wave, "0")
            elif not known.open_at(now):
                raise Mistake(f"The room of workshop {wave} in {self._area(area).name} is closed. It opens only once.")
            return await self._view(conn, flow, workshop, repeated=known is not None)

    async def lead_on(self, who: Staff, area: str, wave: int, stage: int | None = None) -> RoomView:
        """Everybody who waits goes on. `stage`: only if the room is still there, so that two presses are one."""
        flow, workshop = await self._held(who, area, wave)
        async with self._writing() as conn:
            room = await self._open(conn, area, wave)
            late = stage is not None and stage != room.stage
            if not late and room.stage + 1 >= len(stages(flow)):
                raise Mistake(f"That was the last question. To close the room: room end {area} {wave}")
            moved = not late and await rooms.lead_on(conn, room)
            if moved:
                await self._call(conn, who, "room_led_on", area, wave, str(room.stage + 1))
            return await self._view(conn, flow, workshop, repeated=not moved)

    async def end_room(self, who: Staff, area: str, wave: int) -> RoomView:
        """Close the room before it closes by itself. What people have said of an answer is kept."""
        flow, workshop = await self._held(who, area, wave)
        now = self._clock.now()
        async with self._writing() as conn:
            room = await rooms.find(conn, area, wave)
            closed = room is not None and room.open_at(now) and await rooms.close(conn, room, now)
            if room and closed:
                await self._call(conn, who, "room_ended", area, wave, "end")
            return await self._view(conn, flow, workshop, repeated=not closed)

    async def _call(self, conn: AsyncConnection, who: Staff, deed: str, area: str, wave: int, stage: str) -> None:
        """Give everybody in the area a turn, now."""
        people = await rooms.members(conn, area)
        await deadlines.call_all(conn, people, f"{KEY}:{wave}:{stage}", "release", self._clock.now())
        await self._note(conn, who, deed, area, wave=wave, stage=stage, people=len(people))

    async def _held(self, who: Staff, area: str, wave: int) -> tuple[Flow, Workshop]:
        await self._areas(who, Deed.LEAD, [area])
        flow = flow_of(self._programme, self._wave(wave))
        if flow is None:
            raise Mistake(f"The programme has nothing for the room of workshop {wave}: see rooms: in programme.yaml.")
        async with self._reading() as conn:
            workshop = (await workshops.all_of(conn)).get((area, wave))
        if workshop is None:
            raise Mistake(f"Workshop {wave} in {self._area(area).name} has no date yet. Set one with: workshop set")
        return flow, workshop

    async def _next_wave(self, area: str) -> int:
        """The first workshop that is not over; the last one when all are; 0 when none has a date and a flow."""
        async with self._reading() as conn:
            known = await workshops.all_of(conn)
        dated = [wave for wave in range(1, len(self._programme.rooms) + 1) if (area, wave) in known]
        ahead = [wave for wave in dated if known[area, wave].ends_at + STAYS_OPEN > self._clock.now()]
        return next(iter([*ahead, *reversed(dated)]), 0)

    async def _open(self, conn: AsyncConnection, area: str, wave: int) -> Room:
        room = await rooms.find(conn, area, wave)
        name = self._area(area).name
        if room is None:
            raise Mistake(
                f"The room of workshop {wave} in {name} is not open yet. Open it with: room start {area} {wave}"
            )
        if not room.open_at(self._clock.now()):
            raise Mistake(f"The room of workshop {wave} in {name} is closed.")
        return room

    async def _may_open(self, conn: AsyncConnection, flow: Flow, workshop: Workshop, now: datetime) -> None:
        area = self._area(workshop.area)
        starts = workshop.starts_at.astimezone(self._zone(area.id))
        if _state(None, workshop, now) != "ready":
            raise Mistake(
                f"Workshop {workshop.wave} in {area.name} is on {starts:%A %d %B, %H:%M}. Its room can be opened from "
                "two hours before until it is over. If the date is wrong, set it with: workshop set"
            )
        if lacking := await gates.closed(conn, self._programme, flow, area.id, now, prompted=True):
            missing = "; ".join(f"{one.what} ({one.where})" for one in lacking)
            raise Mistake(f"The room cannot be opened yet. Missing: {missing}")

    async def _view(self, conn: AsyncConnection, flow: Flow, workshop: Workshop, *, repeated: bool = False) -> RoomView:
        room = await rooms.find(conn, workshop.area, workshop.wave)
        found = await rooms.given(conn, room, flow.id) if room else []
        stage, questions = room.stage if room else 0, stages(flow)
        return RoomView(
            area=workshop.area,
            wave=workshop.wave,
            starts_at=workshop.starts_at.astimezone(self._zone(workshop.area)),
            questions=questions,
            state=_state(room, workshop, self._clock.now()),
            stage=stage,
            people=await rooms.asked_in(conn, room, flow.id) if room else 0,
            answered=len({one.participant_id for one in found if one.step == questions[stage]}),
            counted=_counted(flow, found, stage if room and room.open_at(self._clock.now()) else len(questions)),
            repeated=repeated,
        )


def _state(room: Room | None, workshop: Workshop, now: datetime) -> str:
    if room:
        return "open" if room.open_at(now) else "over"
    if now < workshop.starts_at - EARLY:
        return "ahead"
    return "ready" if now < workshop.ends_at else "over"


def _counted(flow: Flow, found: Sequence[Given], stage: int) -> tuple[Counted, ...]:
    """The questions of earlier stages, in their order. What is still open is not told: it might lead people."""
    at = stage_of(flow)
    kinds = {step.id: step.kind for step in flow.steps}
    closed = [step for step in at if at[step] < stage and any(one.step == step for one in found)]
    return tuple(_count(step, kinds[step], [one for one in found if one.step == step]) for step in closed)


def _count(step: str, kind: str, found: Sequence[Given]) -> Counted:
    people = len({one.participant_id for one in found})
    if kind not in COUNTED:
        return Counted(step=step, people=people)
    picked = Counter(str(key) for one in found for key in (one.value if isinstance(one.value, tuple) else (one.value,)))
    numbers = [one.value for one in found if isinstance(one.value, int)]
    mean = round(fmean(numbers), 1) if numbers and kind == "scale" else None
    return Counted(step=step, people=people, values=dict(sorted(picked.items())), mean=mean)
