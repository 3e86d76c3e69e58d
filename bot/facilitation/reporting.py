"""The report: all that can be told of one area or of all, in numbers of which none is too small."""

from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.facilitation.office import Office
from bot.reports import agenda as found
from bot.reports import counting, measuring
from bot.reports.counting import Material
from bot.reports.sheet import Sheet
from bot.rights import Deed, Staff
from flows import effects
from flows.definition import Flow, Step
from prompts.catalogue import WordingError
from prompts.markup import plain
from storage import agenda, commitments, measures, statements


class Reports(Office):
    """Commands that put numbers together."""

    async def report(self, who: Staff, areas: Sequence[str] = ()) -> list[Sheet]:
        """Who took part, what matters most, what was agreed and what split people, what became of it. Journaled."""
        wanted = await self._areas(who, Deed.EXPORT, areas)
        async with self._reading() as conn:
            material = await self._material(conn, wanted)
            sheets = [*_counted(material), *await self._findings(conn, material)]
        async with self._writing() as conn:
            await self._note(conn, who, "report", ",".join(areas)[:80], parts=len(sheets))
        return sheets

    async def _material(self, conn: AsyncConnection, areas: tuple[str, ...]) -> Material:
        flows = [flow.id for flow in self._programme.flows.values()]
        return Material(
            programme=self._programme,
            areas=areas,
            people=tuple(await measures.everybody(conn, areas)),
            given=tuple(await measures.given(conn, areas, flows)),
            label=self._label,
        )

    async def _findings(self, conn: AsyncConnection, material: Material) -> Iterable[Sheet]:
        areas, now = material.areas, self._clock.now()
        today = {area: now.astimezone(self._zone(area)).date() for area in areas}
        return (
            found.statements(material, await statements.of_areas(conn, areas, "approved")),
            found.issues(material, await agenda.of_areas(conn, areas), await agenda.quoted(conn, areas)),
            found.commitments(await commitments.of_areas(conn, areas), today),
        )

    def _label(self, flow: Flow, step: Step, key: str) -> str:
        """An option as it stands on its button; without a key, the question. Its name where it has no such words."""
        locale = next(iter(self._programme.locales))
        values = {**self._programme.texts, "area": ""}
        try:
            if key:
                return self._wording.option(flow.version, step.id, key, locale, values)
            line = effects.Line(block=step.id, optional=True)
            return plain(self._wording.line(line, flow.version, locale, values)) or step.id
        except WordingError:
            return key or step.id


def _counted(material: Material) -> Iterable[Sheet]:
    return (
        counting.people(material),
        counting.answered(material),
        counting.rankings(material),
        counting.causes(material),
        counting.choices(material),
        measuring.changes(material),
        measuring.evaluation(material),
    )
