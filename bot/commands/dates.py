"""reconvene workshop set · workshop list · attend"""

from typing import Annotated

import typer

from bot.commands.base import local, moment, operator, say, show, work
from bot.facilitation import Facilitation, Mistake, Placed
from storage.workshops import Workshop

app = typer.Typer(help="Workshops: when and where people meet.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="For a program instead of a person.")]


@app.command("set")
def set_workshop(
    area: Annotated[str, typer.Argument(help="The area, e.g. hull.")],
    wave: Annotated[int, typer.Argument(help="1 for the first workshop, 2 for the second.")],
    start: Annotated[str, typer.Argument(help="Local time there, e.g. '2026-11-26 18:00'.")],
    end: Annotated[str | None, typer.Option(help="Local time it ends; else it stays as long as it was.")] = None,
    place: Annotated[str | None, typer.Option(help="Where, in words people know.")] = None,
    map: Annotated[str | None, typer.Option(help="A link to a map.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would move.")] = False,
    past: Annotated[bool, typer.Option("--past", help="Yes, this date is in the past.")] = False,
) -> None:
    """Set or move a workshop. The prompts around it that have not been sent yet move with it."""
    starts, ends = moment(start), moment(end) if end else None

    async def task(office: Facilitation) -> str:
        placed = await office.set_workshop(
            operator(), area, wave, starts, ends, place=place, map=map, confirm=past, dry=dry_run
        )
        return _placed(office, placed)

    say(work(task))


def _placed(office: Facilitation, placed: Placed) -> str:
    held = placed.workshop
    name = office.programme.areas[held.area].name
    at = local(office, held.area, held.starts_at)
    verb, move = ("would be", "would move") if placed.dry else ("is", "move")
    lines = [
        f"Workshop {held.wave} in {name} {verb} on {at:%A %d %B %Y, %H:%M}{f', {held.place}' if held.place else ''}.",
        f"{placed.moved} prompts {move} with it; {placed.sent} had been sent already and stay as they are.",
    ]
    if placed.dropped:
        lines.append(f"{placed.dropped} prompts {'would' if placed.dry else 'do'} not fit any more and are left out.")
    if placed.dry:
        lines.append("Nothing was changed.")
    return "\n".join(lines)


@app.command("list")
def workshops(as_json: AsJson = False) -> None:
    """Show the dates of all workshops, in local time."""

    async def task(office: Facilitation) -> list[dict[str, object]]:
        return [_line(office, held) for held in await office.workshops(operator())]

    show(work(task), as_json=as_json, empty="No workshop has a date yet. Set one with: reconvene workshop set")


def _line(office: Facilitation, held: Workshop) -> dict[str, object]:
    return {
        "area": held.area,
        "workshop": held.wave,
        "starts": local(office, held.area, held.starts_at),
        "ends": local(office, held.area, held.ends_at),
        "place": held.place,
        "map": held.map,
    }


def attend(
    area: Annotated[str, typer.Argument(help="The area, e.g. hull.")],
    wave: Annotated[int, typer.Argument(help="Which workshop: 1 or 2.")],
    state: Annotated[str, typer.Argument(help="attended, missed or left_early.")],
    code_names: Annotated[list[str] | None, typer.Argument(help="Heron-14 Wren-32 …")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Everybody there who is not marked yet.")] = False,
) -> None:
    """Note who was at a workshop. What people are asked afterwards depends on it."""
    if bool(code_names) == everybody:
        raise Mistake("Name people by their code names, or say --all for everybody who is not marked yet.")
    names = None if everybody else code_names
    marked = work(lambda office: office.attend(operator(), area, wave, state, names))
    if not marked.code_names:
        say("Nobody was left to mark.")
        return
    say(f"{state}: {', '.join(marked.code_names)} ({len(marked.code_names)})")
