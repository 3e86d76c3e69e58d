"""One person: what was and will be sent to them, what they said, how they stand, and what is done for them."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.responses import Response

from bot.console.page import Door, View, Visit, hidden
from bot.console.telling import moment
from bot.facilitation import Mistake
from bot.rights import Deed
from storage.people import Member, Moment

LATELY: Final = timedelta(days=14)
AROUND: Final = timedelta(weeks=8)
"""The line of time is drawn so far back and ahead; the lists have the rest."""
WIDE, EDGE = 1000, 12
"""How wide the field is that it is drawn on, and its margin."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dot:
    """One message on the line of time."""

    x: float
    kind: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """The line of time: its dots, its weeks, and where it is now."""

    dots: tuple[Dot, ...]
    weeks: tuple[tuple[float, str], ...]
    now: float


def of(look: Callable[[Visit, Member], Awaitable[Response]]) -> View:
    """A page or form about the person in the address; somebody who is not in one's areas is not there."""

    async def view(visit: Visit) -> Response:
        member = await visit.office.known(visit.who, visit.path("code"))
        if member is None:
            return visit.page("missing.html", status=404)
        return await look(visit, member)

    return hidden(view)


async def person(visit: Visit, member: Member) -> Response:
    """All of it on one page."""
    found = await visit.office.portrait(visit.who, member.code_name)
    ahead = [one for one in found.moments if one.at > visit.now and one.state == "planned"]
    left_out = [one for one in found.moments if one.at > visit.now and one.state != "planned"]
    past = [one for one in reversed(found.moments) if one.at <= visit.now]
    late = [one for one in past if visit.now - one.at > LATELY]
    line = drawn(visit, found.moments)
    parts: dict[str, Any] = {"ahead": ahead, "past": past[: len(past) - len(late)], "older": late}
    return visit.page("person.html", found=found, one=found.member, drawn=line, Deed=Deed, left_out=left_out, **parts)


def drawn(visit: Visit, moments: Iterable[Moment]) -> Drawn | None:
    """The line of time around today; None when there is nothing to draw."""
    told = [one for one in moments if one.state not in ("dropped", "cancelled") and abs(one.at - visit.now) < AROUND]
    if not told:
        return None
    first, last = min(told[0].at, visit.now), max(told[-1].at, visit.now)
    span = max(last - first, timedelta(days=7))

    def x(at: datetime) -> float:
        return round(EDGE + (WIDE - 2 * EDGE) * ((at - first) / span), 1)

    zone = visit.zone
    dots = tuple(
        Dot(x=x(one.at), kind=_kind(one, visit), words=f"{moment(one.at, zone)}: {one.what.replace('_', ' ')}")
        for one in told
    )
    count = max(1, span // timedelta(weeks=1) // 8 + 1)
    weeks = [first + timedelta(weeks=n) for n in range(0, span // timedelta(weeks=1) + 1, count)]
    days = [(x(at), f"{(local := at.astimezone(zone)).day} {local:%b}") for at in weeks if at <= last]
    return Drawn(dots=dots, weeks=tuple(days), now=x(visit.now))


def _kind(one: Moment, visit: Visit) -> str:
    if one.at > visit.now:
        return "ahead"
    return "lost" if one.state in ("missed", "refused", "expired", "uncertain") else "sent"


# ── what is done for them ──────────────────────────────────────────────────────────────────────────────────────
def _home(member: Member) -> str:
    return f"/people/{member.code_name}"


async def phone(visit: Visit, member: Member) -> Response:
    """A call."""
    made = await visit.office.phone(visit.who, member.code_name, visit.given("note"))
    already = "" if made else " already"
    return visit.go(_home(member), f"{member.code_name} stands on the list of calls{already}.")


async def pause(visit: Visit, member: Member) -> Response:
    """A break."""
    until = await visit.office.pause(visit.who, member.code_name, visit.given("until"))
    how_long = f"until {moment(until, visit.zone)}" if until else "until they write START"
    return visit.go(_home(member), f"{member.code_name} takes a break {how_long}.")


async def resume(visit: Visit, member: Member) -> Response:
    """The end of it."""
    await visit.office.resume(visit.who, member.code_name)
    return visit.go(_home(member), f"{member.code_name} takes part again.")


async def attend(visit: Visit, member: Member) -> Response:
    """Whether they were at a workshop."""
    wave, state = visit.number("wave"), visit.given("state")
    if state not in ("attended", "missed", "left_early"):
        raise Mistake("Choose whether they came, missed it or left early.")
    await visit.office.attend(visit.who, member.area, wave, state, [member.code_name])
    return visit.go(_home(member), f"Noted for workshop {wave}. Their messages are planned by it from now on.")


async def code(visit: Visit, member: Member) -> Response:
    """A code for another phone, shown once: it is in no cookie and no address."""
    made = await visit.office.rejoin_code(visit.who, member.code_name)
    return visit.page("person_code.html", one=member, code=made)


DOORS = (
    Door(path="/people/{code}", view=of(person), needs=Deed.WATCH),
    Door(path="/people/{code}/phone", view=of(phone), needs=Deed.TASKS, method="POST"),
    Door(path="/people/{code}/pause", view=of(pause), needs=Deed.PAUSE, method="POST"),
    Door(path="/people/{code}/resume", view=of(resume), needs=Deed.PAUSE, method="POST"),
    Door(path="/people/{code}/attend", view=of(attend), needs=Deed.ATTEND, method="POST"),
    Door(path="/people/{code}/code", view=of(code), needs=Deed.REJOIN, method="POST"),
)
