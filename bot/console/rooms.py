"""The side bar: which pages there are, and who sees which."""

from dataclasses import dataclass
from typing import Final

from bot.rights import Deed, Staff, may


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """One page of the side bar. `icon` is drawn in parts.html."""

    path: str
    name: str
    icon: str
    needs: Deed


@dataclass(frozen=True, kw_only=True, slots=True)
class Here:
    """A room as it stands in the side bar now."""

    path: str
    name: str
    icon: str
    here: bool


ROOMS: Final[tuple[Room, ...]] = (
    Room(path="/", name="Today", icon="today", needs=Deed.WATCH),
    Room(path="/programme", name="Programme", icon="programme", needs=Deed.NUMBERS),
    Room(path="/people", name="People", icon="people", needs=Deed.WATCH),
    Room(path="/reflections", name="Reflections", icon="reflections", needs=Deed.READ),
    Room(path="/wave2", name="Towards wave 2", icon="wave2", needs=Deed.READ),
    Room(path="/wave2/cases", name="Safeguarding", icon="care", needs=Deed.SAFEGUARD),
    Room(path="/broadcasts", name="Broadcasts", icon="broadcasts", needs=Deed.BROADCAST),
    Room(path="/flows", name="Flows", icon="flows", needs=Deed.WATCH),
    Room(path="/pictures", name="Pictures", icon="pictures", needs=Deed.NUMBERS),
    Room(path="/audit", name="Audit", icon="audit", needs=Deed.AUDIT),
    Room(path="/team", name="Team", icon="team", needs=Deed.STAFF),
)


def rooms(who: Staff, path: str) -> tuple[Here, ...]:
    """Those that this person may use."""
    nearest = max((room.path for room in ROOMS if _within(path, room.path)), key=len, default="")
    return tuple(
        Here(path=room.path, name=room.name, icon=room.icon, here=room.path == nearest)
        for room in ROOMS
        if may(who, room.needs)
    )


def first_room(who: Staff) -> str:
    """The page on which this person begins."""
    return next((room.path for room in ROOMS if may(who, room.needs)), "/me")


def _within(path: str, room: str) -> bool:
    return path == room or (room != "/" and path.startswith(f"{room}/"))
