"""Conversations as the team looks after them: who has got how far, in which version; and publishing a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot import publishing
from bot.facilitation.office import Mistake, Office
from bot.publishing import Impact
from bot.rights import Deed, Staff
from flows import disclosure
from flows.definition import Programme
from flows.disclosure import Figure, Share
from storage import going, publications
from storage.going import Issue, Passage

LATEST = 30
"""Publications that are listed."""
NOBODY = Figure(n=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Passing:
    """How many people have begun a flow, are in the middle of it, and have come to its end."""

    begun: Figure = NOBODY
    finished: Figure = NOBODY
    within: Figure = NOBODY
    older: Figure = NOBODY  # of those in the middle: in a version that is not live

    @property
    def share(self) -> Share:
        """Those who came to its end, of those who began."""
        return disclosure.share(self.finished, self.begun)


class Flows(Office):
    """Commands around the conversations."""

    async def flow_progress(self, who: Staff, areas: Sequence[str] = ()) -> Mapping[str, Passing]:
        """How far people are, flow by flow; a flow that nobody has begun is not in it."""
        wanted = await self._areas(who, Deed.WATCH, areas)
        live = [flow.version for flow in self._programme.flows.values()]
        async with self._reading() as conn:
            found = await going.passages(conn, wanted, live)
            limits = self._limits(await going.joined(conn, wanted))
        by_flow: dict[str, list[Passage]] = {}
        for one in found:
            by_flow.setdefault(one.flow, []).append(one)
        return {flow: _passing(there, limits) for flow, there in by_flow.items()}

    async def flow_versions(self, who: Staff, flow: str, areas: Sequence[str] = ()) -> list[tuple[going.Kept, Figure]]:
        """Every version of a flow with the people who are in the middle of it, the newest first."""
        wanted = await self._areas(who, Deed.WATCH, areas)
        self._flow(flow)
        async with self._reading() as conn:
            kept = await going.kept(conn, flow)
            standing = await going.standing(conn, wanted, flow)
            limits = self._limits(await going.joined(conn, wanted))
        people: dict[str, dict[str, int]] = {}
        for one in standing:
            people.setdefault(one.version, {})[one.area] = one.people
        return [(one, _together(people.get(one.version, {}), limits)) for one in kept]

    async def published(self, who: Staff) -> list[Issue]:
        """What was published by whom, the newest first: that one is live."""
        await self._allow(who, Deed.WATCH)
        async with self._reading() as conn:
            return await going.issues(conn, LATEST)

    async def live_flows(self, who: Staff) -> tuple[str, Mapping[str, str]]:
        """The version of the programme that is live, and that of each of its flows; another process may have published
        it a moment ago.
        """
        await self._allow(who, Deed.WATCH)
        async with self._reading() as conn:
            live = await publications.live(conn)
        return (live.version, live.flows) if live else ("", {})

    async def publishing_would(self, who: Staff, programme: Programme) -> Impact:
        """What publishing this would change. Nothing of it stays."""
        await self._allow_everywhere(who)
        async with self._db.write() as conn:
            return await publishing.rehearse(conn, programme, self._clock.now())

    async def publish(self, who: Staff, programme: Programme, seen: str) -> Impact:
        """Make this the live programme. `seen` is the version that was looked at: nothing else is published."""
        async with self._writing() as conn:
            await self._allow_everywhere(who)
            if programme.version != seen:
                raise Mistake("The folder has changed since you looked at it, so nothing was published. Look again.")
            return await publishing.publish(conn, programme, who.name, self._clock.now())

    async def _allow_everywhere(self, who: Staff) -> None:
        """What is published is published for all areas: whoever works in some of them alone may not."""
        for area in self._programme.areas:
            await self._allow(who, Deed.PUBLISH, area)

    def _limits(self, joined: Mapping[str, int]) -> dict[str, int]:
        return {area: disclosure.limit(self._programme.threshold, n) for area, n in joined.items()}


def _passing(there: Sequence[Passage], limits: Mapping[str, int]) -> Passing:
    few = [limits[one.area] for one in there]
    begun = [one.begun for one in there]
    return Passing(
        begun=_sum(begun, few),
        finished=disclosure.part([one.finished for one in there], begun, few),
        within=disclosure.part([one.within for one in there], begun, few),
        older=_older(there, few),
    )


def _older(there: Sequence[Passage], few: Sequence[int]) -> Figure:
    """That nobody is in an older version says nothing of anybody."""
    older = [one.older for one in there]
    return disclosure.part(older, [one.within for one in there], few) if any(older) else NOBODY


def _together(people: Mapping[str, int], limits: Mapping[str, int]) -> Figure:
    return _sum(list(people.values()), [limits[area] for area in people]) if people else NOBODY


def _sum(counts: Sequence[int], few: Sequence[int]) -> Figure:
    return disclosure.count(counts[0], few[0]) if len(counts) == 1 else disclosure.total(counts, few)
