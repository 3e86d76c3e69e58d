"""reconvene reflections list · export · people · plan · tasks · progress"""

import contextlib
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import export as files
from bot.commands.base import local, moment, operator, say, show, work
from bot.commands.dates import AsJson
from bot.facilitation import Facilitation, Mistake, Readings
from flows.disclosure import Figure
from storage.reflections import Filter

app = typer.Typer(help="Reflections: what people said, by code name.", no_args_is_help=True)

Areas = Annotated[list[str] | None, typer.Option("--area", help="Only this area; repeat it for more.")]
Wave = Annotated[int | None, typer.Option(help="Only this wave.")]
Flow = Annotated[str, typer.Option(help="Only this conversation, e.g. diary_1.")]
Step = Annotated[str, typer.Option(help="Only this question.")]
Since = Annotated[str | None, typer.Option(help="Only from this time on, e.g. 2026-11-20.")]


@app.command("list")
def reflections(
    area: Areas = None,
    wave: Wave = None,
    flow: Flow = "",
    step: Step = "",
    since: Since = None,
    most: Annotated[int, typer.Option(help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Read what people wrote or said, newest first. What they kept to themselves is counted, never shown."""
    wanted = _filter(area, wave, flow, step, since, limit=most)

    async def task(office: Facilitation) -> tuple[Readings, list[dict[str, object]]]:
        found = await office.reflections(operator(), wanted)
        return found, [
            {
                "when": local(office, row.area, row.at),
                "who": row.code_name,
                "area": row.area,
                "conversation": f"{row.flow}.{row.step}",
                "said": files.spoken(row),
            }
            for row in found.rows
        ]

    found, rows = work(task)
    show(rows, as_json=as_json, empty="There is nothing to read yet.")
    if not as_json and (found.unseen.private or found.unseen.unfinished):
        say(f"\nNot shown: {found.unseen.private} kept to themselves, {found.unseen.unfinished} not finished yet.")


@app.command()
def export(
    out: Annotated[Path | None, typer.Option(help="The file, .csv or .json. None: to the screen, as CSV.")] = None,
    area: Areas = None,
    wave: Wave = None,
    flow: Flow = "",
    step: Step = "",
    since: Since = None,
    everything: Annotated[bool, typer.Option("--everything", help="Also what people tapped, not only wrote.")] = False,
) -> None:
    """Save reflections for a spreadsheet (.csv) or a program (.json). No names, nothing people kept to themselves."""
    kind = out.suffix.lower() if out else ".csv"
    if kind not in (".csv", ".json"):
        raise Mistake("Reflections can be saved as .csv or .json.")
    wanted = _filter(area, wave, flow, step, since, open_only=not everything)
    found = work(lambda office: office.export(operator(), wanted))
    text = files.as_json(found.rows) if kind == ".json" else files.as_csv(found.rows)
    if out is None:
        sys.stdout.write(text)
        return
    _save(out, text, encoding="utf-8-sig" if kind == ".csv" else "utf-8")
    say(f"{len(found.rows)} answers saved in {out}.")


def _save(out: Path, text: str, *, encoding: str) -> None:
    """The whole file, or the one that was there before."""
    part = out.with_name(f"{out.name}.part")
    try:
        part.write_text(text, encoding=encoding, newline="")
        part.replace(out)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise Mistake(f"{out}: {error.strerror}. Nothing was saved.") from None


def people(area: Areas = None, as_json: AsJson = False) -> None:
    """List everybody by code name: where they stand, when they were last heard."""

    async def task(office: Facilitation) -> list[dict[str, object]]:
        return [
            {
                "who": member.code_name,
                "area": member.area,
                "state": member.state if member.reachable else f"{member.state}, cannot be reached",
                "last_heard": local(office, member.area, member.last_heard_at),
                "workshop_1": member.attendance.get(1, ""),
                "workshop_2": member.attendance.get(2, ""),
            }
            for member in await office.people(operator(), area or ())
        ]

    show(work(task), as_json=as_json, empty="Nobody has joined yet. Make a code with: reconvene invite AREA")


def plan(code_name: Annotated[str, typer.Argument(help="Whose, e.g. Heron-14.")], as_json: AsJson = False) -> None:
    """Show all that was and will be sent to one person, on one line of time."""

    async def task(office: Facilitation) -> list[dict[str, object]]:
        found = await office.plan_of(operator(), code_name)
        return [
            {
                "when": local(office, found.member.area, moment.at),
                "what": moment.what,
                "kind": moment.kind,
                "state": moment.state,
                "why": moment.reason,
            }
            for moment in found.moments
        ]

    show(work(task), as_json=as_json, empty="Nothing was sent and nothing is planned.")


def tasks(
    done: Annotated[int | None, typer.Option(help="Close the request with this number.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what people have asked of the team: a call, an access need, a complaint."""
    if done is not None:
        closed = work(lambda office: office.done(operator(), done))
        say(f"Request {closed.id} ({closed.kind}) is done.")
        return
    found = work(lambda office: office.tasks(operator()))
    rows = [
        {"number": t.id, "since": t.created_at, "kind": t.kind, "who": t.code_name, "area": t.area, "note": t.note}
        for t in found
    ]
    show(rows, as_json=as_json, empty="Nobody is waiting for anything.")


def progress(area: Areas = None, as_json: AsJson = False) -> None:
    """Show for each area who joined, paused and left, and how many have answered what."""
    found = work(lambda office: office.progress(operator(), area or ()))
    rows = [
        {
            "area": a.name,
            "joined": a.joined.plain,
            "of": a.target,
            "active": a.active.plain,
            "paused": a.paused.plain,
            "left": a.stopped.plain,
            "joining": a.joining.plain,
            "answered": _answered(a.answered, as_json=as_json),
        }
        for a in found
    ]
    show(rows, as_json=as_json, empty="There is no area.")


def _answered(answered: Mapping[str, Figure], *, as_json: bool) -> object:
    if as_json:
        return {flow: n.plain for flow, n in answered.items()}
    return ", ".join(f"{flow} {n}" for flow, n in answered.items())


def _filter(
    areas: list[str] | None,
    wave: int | None,
    flow: str,
    step: str,
    since: str | None,
    *,
    open_only: bool = True,
    limit: int | None = None,
) -> Filter:
    return Filter(
        areas=tuple(areas or ()),
        wave=wave,
        flow=flow,
        step=step,
        since=_since(since) if since else None,
        open_only=open_only,
        limit=limit,
    )


def _since(text: str) -> datetime:
    at = moment(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
