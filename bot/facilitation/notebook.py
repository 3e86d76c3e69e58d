"""What a facilitator can look up: progress, people, reflections, requests."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.facilitation.doors import Doors
from bot.facilitation.office import Mistake
from bot.facilitation.results import Progress, Readings, TimeLine
from bot.rights import Deed, Staff
from flows import disclosure
from storage import deadlines, people, reflections, tasks
from storage.deadlines import Upcoming
from storage.people import Member
from storage.reflections import Filter
from storage.tasks import Task


class Notebook(Doors):
    """Commands that read."""

    async def progress(self, who: Staff, areas: Sequence[str] = ()) -> list[Progress]:
        """Who joined, paused, left, and how many have answered what, area by area; small numbers are not told."""
        wanted = await self._areas(who, Deed.NUMBERS, areas)
        async with self._reading() as conn:
            standing = await people.states(conn)
            answered = await people.answered(conn)
            heard = {area: await people.heard(conn, area) for area in wanted}
        return [self._progress(area, standing, answered, heard[area]) for area in wanted]

    def _progress(
        self, area: str, standing: Mapping[tuple[str, str], int], answered: Mapping[tuple[str, str], int], heard: int
    ) -> Progress:
        known = self._area(area)
        active, paused = standing.get((area, "active"), 0), standing.get((area, "paused"), 0)
        joined = active + paused
        few = disclosure.limit(self._programme.threshold, joined)
        flows = {flow: n for flow in self._programme.flows if (n := answered.get((area, flow), 0))}
        return Progress(
            area=area,
            name=known.name,
            target=known.target,
            joined=disclosure.count(joined, few),
            joining=disclosure.count(standing.get((area, "joining"), 0), few),
            active=disclosure.of(active, joined, few),
            paused=disclosure.of(paused, joined, few),
            stopped=disclosure.count(standing.get((area, "stopped"), 0), few),
            heard=disclosure.count(heard, few),
            answered={flow: disclosure.count(n, few) for flow, n in flows.items()},
        )

    async def people(self, who: Staff, areas: Sequence[str] = ()) -> list[Member]:
        """Everybody by code name, with where they stand and when they were last heard."""
        wanted = await self._areas(who, Deed.WATCH, areas)
        async with self._reading() as conn:
            return await people.of_areas(conn, wanted)

    async def plan_of(self, who: Staff, code_name: str) -> TimeLine:
        """All that was and will be sent to one person, on one line of time: over-contact is seen at a glance."""
        member = await self._member(who, Deed.WATCH, code_name)
        async with self._reading() as conn:
            moments = await people.time_line(conn, member.id)
        return TimeLine(member=member, moments=tuple(moments))

    async def upcoming(self, who: Staff, areas: Sequence[str] = (), limit: int = 50) -> list[Upcoming]:
        """The prompts to come, soonest first."""
        wanted = await self._areas(who, Deed.WATCH, areas)
        async with self._reading() as conn:
            found = [row for area in wanted for row in await deadlines.upcoming(conn, area, limit)]
        return sorted(found, key=lambda row: (row.due_at, row.code_name))[:limit]

    async def reflections(self, who: Staff, wanted: Filter | None = None, *, deed: Deed = Deed.READ) -> Readings:
        """What people said, newest first. What they kept to themselves is counted, never shown."""
        asked = wanted or Filter(areas=())
        self._flow(asked.flow)
        allowed = replace(asked, areas=await self._areas(who, deed, asked.areas))
        async with self._reading() as conn:
            rows = await reflections.read(conn, allowed)
            unseen = await reflections.unseen(conn, allowed)
        return Readings(rows=tuple(rows), unseen=unseen)

    async def export(self, who: Staff, wanted: Filter | None = None) -> Readings:
        """The same for a file that leaves the program: noted in the journal with its size."""
        found = await self.reflections(who, wanted, deed=Deed.EXPORT)
        areas = wanted.areas if wanted else ()
        async with self._writing() as conn:
            await self._note(conn, who, "export", ",".join(areas)[:80], rows=len(found.rows))
        return found

    async def tasks(self, who: Staff) -> list[Task]:
        """What people have asked of the team and nobody has done yet, oldest first."""
        areas = await self._areas(who, Deed.TASKS)
        async with self._reading() as conn:
            return await tasks.waiting(conn, areas)

    async def done(self, who: Staff, task_id: int) -> Task:
        """Somebody saw to it."""
        async with self._reading() as conn:
            task = await tasks.find(conn, task_id)
        if task is None:
            raise Mistake(f"There is no request number {task_id}.")
        await self._allow(who, Deed.TASKS, task.area)
        now = self._clock.now()
        async with self._writing() as conn:
            if not await tasks.finish(conn, task_id, by=who.name, now=now):
                raise Mistake(f"Request {task_id} is done already, by {task.done_by or 'somebody else'}.")
            await self._note(conn, who, "task_done", str(task_id))
        return replace(task, done_at=now, done_by=who.name)
