"""reconvene room start · next · end · show; lexicon"""

from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from bot.commands.agenda import Area
from bot.commands.base import Row, operator, say, show, work
from bot.commands.dates import AsJson
from bot.facilitation import Facilitation, RoomView
from flows.disclosure import count

app = typer.Typer(help="The room: lead people at a workshop from one question to the next.", no_args_is_help=True)
Wave = Annotated[int, typer.Argument(help="Which workshop: 1 or 2.")]


@app.command("start")
def start(area: Area, wave: Wave) -> None:
    """Open the room: everybody who takes part there is asked in."""
    _do(lambda office: office.start_room(operator(), area, wave), "The room was open already.")


@app.command("next")
def lead_on(
    area: Area,
    wave: Wave,
    stage: Annotated[int | None, typer.Option("--from", help="Only if the room is still at this question.")] = None,
) -> None:
    """Lead everybody on to the next question. Who is still answering follows by themselves."""
    wanted = None if stage is None else stage - 1
    _do(lambda office: office.lead_on(operator(), area, wave, wanted), "The room has gone on already.")


@app.command("end")
def end(area: Area, wave: Wave) -> None:
    """Close the room. It closes by itself an hour after the workshop."""
    _do(lambda office: office.end_room(operator(), area, wave), "The room was not open.")


@app.command("show")
def shown(area: Area, wave: Wave, as_json: AsJson = False) -> None:
    """Show how far the room is, and what came of the questions behind it."""
    room = work(lambda office: office.room(operator(), area, wave))
    if not as_json:
        say(_told(room))
    rows = [
        {
            "question": one.step,
            "people": one.people,
            "answers": one.values if as_json else ", ".join(f"{key}: {n}" for key, n in one.values.items()),
            "mean": one.mean,
        }
        for one in room.counted
    ]
    show(rows, as_json=as_json, empty="No question is behind everybody yet.")


def lexicon(area: Area, as_json: AsJson = False) -> None:
    """List the words that people use themselves, those of most people first."""

    async def task(office: Facilitation) -> list[Row]:
        few = office.programme.threshold
        return [
            {
                "phrase": one.text,
                "people": count(one.people, few).plain,
                "said_by": one.said_by,
                "asked_in": f"{one.flow}.{one.step}",
            }
            for one in await office.lexicon(operator(), area)
        ]

    show(work(task), as_json=as_json, empty="Nobody has said yet how they would put it.")


def _do(deed: Callable[[Facilitation], Awaitable[RoomView]], repeated: str) -> None:
    room = work(deed)
    if room.repeated:
        say(repeated)
    say(_told(room))


def _told(room: RoomView) -> str:
    head = f"Workshop {room.wave} in {room.area}"
    match room.state:
        case "ahead":
            return f"{head}: {room.starts_at:%A %d %B, %H:%M}. The room can be opened two hours before."
        case "ready":
            return f"{head}: the room can be opened."
        case "over":
            return f"{head}: the room is closed. {room.people} people were asked in."
    upcoming = "this is the last" if room.last else f"next: {room.questions[room.stage + 1]}"
    now = f"question {room.stage + 1} of {len(room.questions)}, {room.questions[room.stage]}"
    return f"{head}: {now}; {room.answered} of {room.people} people have answered; {upcoming}."
