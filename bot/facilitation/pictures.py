"""What the pictures of the console show, each as a sheet of numbers of which none is too small."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.facilitation.office import Mistake
from bot.facilitation.reporting import Reports
from bot.reports import agenda as found
from bot.reports import counting, measuring, picturing
from bot.reports.counting import Material
from bot.reports.measuring import AFTER, BEFORE
from bot.reports.picturing import LEVEL, Reply
from bot.reports.sheet import Sheet
from bot.rights import Deed, Staff
from flows.definition import Flow, Step
from storage import going, measures, statements

Wanted = Callable[[Step], bool]
ASKED: Final[tuple[Wanted, ...]] = (
    lambda step: step.kind == "rank",
    lambda step: step.id.endswith((BEFORE, AFTER)),
    lambda step: step.kind == "scale" and "evaluation" in step.tags,
    lambda step: step.kind == "multi" and LEVEL in step.tags,
)
"""The questions whose answers are drawn."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Album:
    """All of it, for these areas."""

    areas: tuple[str, ...]
    replies: tuple[Reply, ...]
    sheets: tuple[Sheet, ...]

    def sheet(self, name: str) -> Sheet:
        """One of the sheets."""
        return next(sheet for sheet in self.sheets if sheet.name == name)


class Pictures(Reports):
    """Commands that put together what is drawn."""

    async def pictures(self, who: Staff, areas: Sequence[str] = ()) -> Album:
        """Who writes back and takes part, what has changed, what matters most, what people think of others' views."""
        wanted = await self._areas(who, Deed.NUMBERS, areas)
        async with self._reading() as conn:
            return await self._album(conn, wanted)

    async def picture_file(self, who: Staff, name: str, areas: Sequence[str] = ()) -> Sheet:
        """One of the sheets, to be taken along. Journaled."""
        wanted = await self._areas(who, Deed.EXPORT, areas)
        async with self._reading() as conn:
            album = await self._album(conn, wanted)
        if name not in {sheet.name for sheet in album.sheets}:
            raise Mistake(f"There is no picture “{name}”.")
        async with self._writing() as conn:
            await self._note(conn, who, "report", ",".join(wanted)[:80], part=name)
        return album.sheet(name)

    async def _album(self, conn: AsyncConnection, areas: tuple[str, ...]) -> Album:
        drawn = list(_drawn(self._programme.flows.values()))
        material = Material(
            programme=self._programme,
            areas=areas,
            people=tuple(await measures.everybody(conn, areas)),
            given=tuple(
                await measures.given(conn, areas, {flow for flow, _ in drawn}, {step for _, step in drawn})
                if drawn
                else ()
            ),
            label=self._label,
        )
        asked = picturing.replies(self._programme, await going.replies(conn, areas), material.limits())
        names = {area: self._programme.areas[area].name for area in areas}
        views = found.statements(material, await statements.of_areas(conn, areas, "approved"))
        sheets = (
            picturing.replies_sheet(asked, {**names, counting.ALL: "All areas"}),
            counting.people(material),
            measuring.changes(material),
            measuring.evaluation(material),
            picturing.chosen(material),
            picturing.deciders(material),
            counting.rankings(material),
            picturing.apart(material, await measures.told_apart(conn, areas)),
            views,
        )
        return Album(areas=areas, replies=tuple(asked), sheets=sheets)


def _drawn(flows: Iterable[Flow]) -> Iterable[tuple[str, str]]:
    return ((flow.id, step.id) for flow in flows for step in flow.steps if any(wanted(step) for wanted in ASKED))
