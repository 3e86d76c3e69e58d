"""One workshop: its date and what a new one would move, who was there, and the code for the door."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.responses import Response

from bot.console.page import Door, Visit
from bot.console.telling import clock, moment, plural
from bot.console.timeline import entry_names
from bot.facilitation import Mistake, Placed
from bot.facilitation.dates import MARKABLE
from bot.facilitation.shifts import Shift
from bot.rights import Deed
from flows.gates import INVITING
from storage.people import Member
from storage.workshops import Workshop

DATED = ("day", "start", "end", "place", "map")
SAID = {"attended": "came", "missed": "did not come", "left_early": "left early"}
MOST = 300
"""So many people are shown to tick at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Here:
    """The workshop that the address names."""

    area: str
    name: str
    wave: int
    zone: ZoneInfo
    held: Workshop | None

    @property
    def path(self) -> str:
        """Its page."""
        return f"/programme/{self.area}/{self.wave}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The date that somebody thinks of, what it would do, or what is wrong with it."""

    values: dict[str, str]
    placed: Placed | None = None
    past: bool = False
    error: str = ""
    changes: tuple[Shift, ...] = ()
    stays: tuple[Shift, ...] = ()  # sent to everybody who gets it


async def workshop(visit: Visit) -> Response:
    """The page, with what a new date would do when one is asked about."""
    here = await _here(visit)
    if here is None:
        return visit.page("missing.html", status=404)
    members = [one for one in await visit.office.people(visit.who, [here.area]) if one.state in MARKABLE]
    return visit.page(
        "programme_workshop.html",
        Deed=Deed,
        here=here,
        asked=await _asked(visit, here),
        names=entry_names(visit.programme),
        said=SAID,
        most=MOST,
        unmarked=[one for one in members if here.wave not in one.attendance],
        marked=_marked(members, here.wave),
        door=await _door(visit, here.area),
        lacking=await _lacking(visit, here.area),
    )


async def move(visit: Visit) -> Response:
    """Set the date, and move what hangs on it."""
    here = await _here(visit)
    if here is None:
        return visit.page("missing.html", status=404)
    values = {name: visit.given(name) for name in DATED}
    placed = await _place(visit, here, values, dry=False, confirm=visit.given("past") == "yes")
    at = moment(placed.workshop.starts_at, here.zone)
    more = f" {plural(placed.dropped, 'prompt')} found no room any more." if placed.dropped else ""
    sent = f" {placed.sent} had been sent and stay as they were." if placed.sent else ""
    moved = f"{plural(placed.moved, 'prompt')} moved with it.{sent}{more}" if placed.was else ""
    return visit.go(here.path, f"Workshop {here.wave} in {here.name} is on {at} now. {moved}".strip())


async def attend(visit: Visit) -> Response:
    """Note who came: those who are ticked, or everybody who is not marked yet."""
    here = await _here(visit)
    if here is None:
        return visit.page("missing.html", status=404)
    everybody = visit.given("everybody") == "yes"
    ticked = [*visit.all_given("who"), *visit.given("names").replace(",", " ").split()]
    if not everybody and not ticked:
        raise Mistake("Nobody was named, so nobody was marked. Tick people first.")
    state = visit.given("state")
    marked = await visit.office.attend(visit.who, here.area, here.wave, state, None if everybody else ticked)
    names = ", ".join(marked.code_names[:5]) + (" and others" if len(marked.code_names) > 5 else "")
    count = plural(len(marked.code_names), "person", "people")
    told = f"{count} {SAID[state]}: {names}." if names else "Nobody was left to mark."
    return visit.go(here.path + "#came", told)


async def invite(visit: Visit) -> Response:
    """Make the code for the door."""
    here = await _here(visit)
    if here is None:
        return visit.page("missing.html", status=404)
    code = await visit.office.invite(visit.who, here.area, anyway=visit.given("anyway"))
    return visit.go(here.path + "#door", f"The code for {code.subject} is {code.code}.")


async def _here(visit: Visit) -> Here | None:
    """The workshop, if it is in an area of this person's."""
    area, wave = visit.path("area"), visit.path("wave")
    known = next((one for one in visit.areas if one.id == area), None)
    if known is None or wave not in {str(n) for n in range(1, visit.programme.waves + 1)}:
        return None
    dates = {(one.area, one.wave): one for one in await visit.office.workshops(visit.who)}
    zone = ZoneInfo(known.zone)
    return Here(area=area, name=known.name, wave=int(wave), zone=zone, held=dates.get((area, int(wave))))


async def _asked(visit: Visit, here: Here) -> Asked:
    """Nothing is changed by asking: what a date would do is tried out and undone."""
    if not visit.asked("day") or not visit.may(Deed.SCHEDULE, here.area):
        return Asked(values=_as_it_is(here))
    values = {name: visit.asked(name).strip() for name in DATED}
    try:
        placed = await _place(visit, here, values, dry=True, confirm=True)
    except Mistake as mistake:
        return Asked(values=values, error=str(mistake))
    changes = tuple(one for one in placed.kinds if one.moved or one.dropped)
    stays = tuple(one for one in placed.kinds if one.sent and one not in changes)
    past = placed.workshop.starts_at <= visit.now
    return Asked(values=values, placed=placed, past=past, changes=changes, stays=stays)


def _as_it_is(here: Here) -> dict[str, str]:
    held = here.held
    if held is None:
        return {"day": "", "start": "18:00", "end": "21:00", "place": "", "map": ""}
    day = held.starts_at.astimezone(here.zone).date().isoformat()
    times = {"start": clock(held.starts_at, here.zone), "end": clock(held.ends_at, here.zone)}
    return {"day": day, **times, "place": held.place, "map": held.map}


async def _place(visit: Visit, here: Here, values: dict[str, str], *, dry: bool, confirm: bool) -> Placed:
    return await visit.office.set_workshop(
        visit.who,
        here.area,
        here.wave,
        _local(values["day"], values["start"]),
        _local(values["day"], values["end"]) if values["end"] else None,
        place=values["place"],
        map=values["map"],
        confirm=confirm,
        dry=dry,
    )


def _local(day: str, hour: str) -> datetime:
    """What was typed, as a time of the area's own clock."""
    try:
        return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=None)
    except ValueError:
        raise Mistake(f"“{day} {hour}” is no date. Write it as in 2026-11-26, and the hour as in 18:30.") from None


def _marked(members: list[Member], wave: int) -> dict[str, list[Member]]:
    """How they were marked → who."""
    found = {state: [one for one in members if one.attendance.get(wave) == state] for state in SAID}
    return {state: there for state, there in found.items() if there}


async def _door(visit: Visit, area: str) -> str:
    return await visit.office.door(visit.who, area) if visit.may(Deed.INVITE, area) else ""


async def _lacking(visit: Visit, area: str) -> int:
    """How much is missing at the gates before anybody is invited, where nobody has decided to go on without."""
    if not visit.may(Deed.INVITE, area) or not visit.may(Deed.AGENDA, area):
        return 0
    gates = await visit.office.gates(visit.who, [area])
    return sum(len(gate.missing) for gate in gates if gate.gate in INVITING and not gate.anyway)


PATH = "/programme/{area}/{wave}"
DOORS = (
    Door(path=PATH, view=workshop, needs=Deed.WATCH),
    Door(path=f"{PATH}/move", view=move, needs=Deed.SCHEDULE, method="POST"),
    Door(path=f"{PATH}/attend", view=attend, needs=Deed.ATTEND, method="POST"),
    Door(path=f"{PATH}/invite", view=invite, needs=Deed.INVITE, method="POST"),
)
