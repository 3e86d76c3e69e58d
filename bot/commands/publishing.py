"""reconvene publish"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot import publishing
from bot.check import check
from bot.clock import SystemClock
from bot.commands.base import opened, operator, say, settings
from bot.facilitation import Mistake
from bot.publishing import Group, Impact
from flows.definition import RESTART, Programme


def publish(
    folder: Annotated[Path | None, typer.Argument(help="The folder of the programme; else the one in use.")] = None,
    dry: Annotated[bool, typer.Option("--dry", "--dry-run", help="Only tell what would change.")] = False,
) -> None:
    """Make a changed programme the live one. Says who is in the middle of what; a running program takes it up."""
    chosen = settings()
    programme = _sound(folder or chosen.programme)

    async def task() -> Impact:
        now = SystemClock().now()
        async with opened(chosen) as db, db.write() as conn:
            if dry:
                return await publishing.rehearse(conn, programme, now)
            return await publishing.publish(conn, programme, operator().name, now)

    say("\n".join(_told(programme, asyncio.run(task()), dry=dry)))


def _sound(folder: Path) -> Programme:
    report = check(folder)
    if report.errors or report.programme is None:
        found = "\n".join(str(finding) for finding in report.findings if finding.severity == "error")
        raise Mistake(f"The programme in {folder} has mistakes, so nothing was published:\n{found}")
    return report.programme


def _told(programme: Programme, impact: Impact, *, dry: bool) -> Iterator[str]:
    if impact.same:
        yield f"{impact.programme} {impact.version} is live already. No change: nothing to do."
        return
    yield f"{impact.programme}: {impact.before or 'nothing'} → {impact.version}"
    for word, flows in (("new", impact.new), ("changed", impact.changed), ("removed", impact.removed)):
        for flow in flows:
            yield f"  {word}: {flow}"
            yield from (f"    {_group(programme, group)}" for group in impact.of(flow))
            if flow in impact.unplanned:
                yield f"    {impact.unplanned[flow]} prompts that were planned for it are taken out."
    if not (impact.new or impact.changed or impact.removed) and impact.before:
        yield "  No conversation has changed."
    older = [group for group in impact.groups if group.flow not in (*impact.changed, *impact.removed)]
    for group in older:
        yield f"  {group.flow}, an earlier version: {_group(programme, group)}"
    again = impact.calendar
    yield f"  Calendars: {again.moved} prompts move, {again.added} are new, {again.dropped} are left out."
    yield "Nothing was changed." if dry else "Published. A running program takes it up with its next message."


def _group(programme: Programme, group: Group) -> str:
    where = f"{_people(group.people)} at {group.step or 'its beginning'} in {programme.areas[group.area].name}"
    if group.to:
        to = "its beginning" if group.to == RESTART else group.to
        return f"{where}: asked anew, at {to}"
    return f"{where}: {'finishes' if group.people == 1 else 'finish'} on the version begun"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"
