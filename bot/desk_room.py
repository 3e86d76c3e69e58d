"""The desk's commands for the day of a workshop: /room opens, leads on and closes, with a button for what is next."""

from collections.abc import Sequence

from bot.desk_care import Say
from bot.facilitation import Facilitation, Mistake, RoomView
from bot.messages import Choice, Outgoing
from bot.rights import Staff


async def command(say: Say, office: Facilitation, who: Staff, words: Sequence[str]) -> list[Outgoing]:
    """What to answer; nothing when it is none of these commands."""
    match words:
        case ["/room"]:
            return [_shown(say, office, one) for one in await office.rooms(who)] or [say("room_none")]
        case ["/room", "end", area, wave]:
            return [_shown(say, office, await office.end_room(who, _area(office, area), _wave(wave)))]
        case ["/room", area]:
            found = await office.rooms(who, [_area(office, area)])
            return [_shown(say, office, one) for one in found] or [say("room_none")]
        case ["/room", area, wave]:
            return [_shown(say, office, await office.room(who, _area(office, area), _wave(wave)))]
        case _:
            return []


async def pressed(say: Say, office: Facilitation, who: Staff, parts: Sequence[str]) -> list[Outgoing]:
    """A button under a room. It leads on only from the stage it was shown at."""
    match parts:
        case ["start", area, wave, _]:
            return [_shown(say, office, await office.start_room(who, area, _wave(wave)))]
        case ["next", area, wave, stage] if stage.isdecimal():
            return [_shown(say, office, await office.lead_on(who, area, _wave(wave), int(stage)))]
        case ["end", area, wave, _]:
            return [_shown(say, office, await office.end_room(who, area, _wave(wave)))]
        case ["show", area, wave, _]:
            return [_shown(say, office, await office.room(who, area, _wave(wave)))]
        case _:
            return []


def _shown(say: Say, office: Facilitation, room: RoomView) -> Outgoing:
    upcoming = "" if room.last else room.questions[room.stage + 1]
    counted = [
        {"step": one.step, "people": one.people, "mean": one.mean, "values": list(one.values.items())}
        for one in room.counted
    ]
    message = say(
        "room",
        area=office.programme.areas[room.area].name,
        area_id=room.area,
        wave=room.wave,
        state=room.state,
        starts_at=room.starts_at,
        question=room.questions[room.stage],
        number=room.stage + 1,
        questions=len(room.questions),
        people=room.people,
        answered=room.answered,
        upcoming=upcoming,
        repeated=room.repeated,
        counted=counted,
    )
    choices = tuple(
        Choice(
            token=f"s.room.{verb}.{room.area}.{room.wave}.{room.stage}",
            label=say(f"button_room_{verb}", upcoming=upcoming).text,
        )
        for verb in _verbs(room)
    )
    return Outgoing(text=message.text, choices=choices)


def _verbs(room: RoomView) -> tuple[str, ...]:
    match room.state:
        case "ready":
            return ("start",)
        case "open":
            return ("end", "show") if room.last else ("next", "show")
    return ()


def _area(office: Facilitation, said: str) -> str:
    """The area that was meant, by its id or its name."""
    known = office.programme.areas.values()
    return next((one.id for one in known if said.casefold() in (one.id, one.name.casefold())), said)


def _wave(said: str) -> int:
    if not said.isdecimal():
        raise Mistake(f"“{said}” is no number of a workshop. Say 1 or 2.")
    return int(said)
