"""Today: what needs a person, first things first, each with the one thing to do about it."""

import hashlib
from collections.abc import Iterable
from itertools import groupby

from starlette.responses import Response

from bot.console.page import Door, Visit, hidden
from bot.facilitation import Today, Waiting
from bot.facilitation.today import Urgency
from bot.rights import Deed


async def today(visit: Visit) -> Response:
    """The queue, and what is to come."""
    day = await visit.office.today(visit.who, visit.wanted_areas)
    return visit.page("today.html", day=day, mark=_mark(day), groups=_groups(day))


async def queue(visit: Visit) -> Response:
    """The queue alone, for a page that is open; nothing if it is as that page has it."""
    day = await visit.office.today(visit.who, visit.wanted_areas)
    mark = _mark(day)
    if visit.asked("mark") == mark:
        return Response(status_code=204)
    return visit.page("today_queue.html", day=day, mark=mark, groups=_groups(day))


async def done(visit: Visit) -> Response:
    """Somebody saw to a request."""
    task = await visit.office.done(visit.who, visit.number("number"))
    return visit.go(visit.back("/"), f"Done: request {task.id}{f' of {task.code_name}' if task.code_name else ''}.")


async def again(visit: Visit) -> Response:
    """Better twice than not at all."""
    one = await visit.office.send_again(visit.who, visit.number("number"))
    return visit.go(visit.back("/"), f"The message goes to {one.code_name} once more.")


async def leave(visit: Visit) -> Response:
    """Better not at all than twice."""
    one = await visit.office.let_be(visit.who, visit.number("number"))
    return visit.go(visit.back("/"), f"The message to {one.code_name} is left as it is.")


def _groups(day: Today) -> list[tuple[Urgency, list[tuple[str, list[Waiting]]]]]:
    """The queue by how soon somebody is needed, then by kind: many of a kind are folded up behind the first few."""
    found: list[tuple[Urgency, list[tuple[str, list[Waiting]]]]] = []
    for urgency, some in groupby(day.waiting, key=lambda one: one.urgency):
        found.append((urgency, [(kind, list(same)) for kind, same in groupby(some, key=lambda one: one.kind)]))
    return found


def _mark(day: Today) -> str:
    """The same for the same queue."""
    return hashlib.sha256(repr(tuple(_known(day.waiting))).encode()).hexdigest()[:16]


def _known(found: Iterable[Waiting]) -> Iterable[tuple[object, ...]]:
    return ((one.kind, one.area, one.code_name, one.number, one.n, one.where, one.note, one.by) for one in found)


DOORS = (
    Door(path="/", view=today, needs=Deed.WATCH),
    Door(path="/today/queue", view=queue, needs=Deed.WATCH),
    Door(path="/today/done", view=hidden(done), needs=Deed.TASKS, method="POST"),
    Door(path="/today/uncertain/again", view=hidden(again), needs=Deed.BROADCAST, method="POST"),
    Door(path="/today/uncertain/leave", view=hidden(leave), needs=Deed.BROADCAST, method="POST"),
)
