"""The desk's commands for reading: /reflections page by page, and /tasks, what people ask of the team."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.desk_care import Say
from bot.export import spoken
from bot.facilitation import Facilitation
from bot.messages import Choice, Outgoing
from bot.rights import Staff
from storage.reflections import Filter, Reflection
from storage.tasks import Task

PAGE = 10
"""Answers in one look."""
REQUESTS = 5
"""Requests in one look."""


async def command(say: Say, office: Facilitation, who: Staff, words: Sequence[str]) -> list[Outgoing]:
    """What to answer; nothing when it is none of these commands."""
    match words:
        case ["/reflections", *named]:
            area, flow = _meant(office, named)
            return await _reflections(say, office, who, area, flow)
        case ["/tasks"]:
            return await _tasks(say, office, who)
        case ["/tasks", "done", number] if number.isdecimal():
            return await _done(say, office, who, number)
        case _:
            return []


async def pressed(say: Say, office: Facilitation, who: Staff, parts: Sequence[str]) -> list[Outgoing]:
    """A button under what was read."""
    match parts:
        case ["older", area, flow, left] if left.isdecimal():
            return await _reflections(say, office, who, area, flow, int(left))
        case ["done", number] if number.isdecimal():
            return await _done(say, office, who, number)
        case _:
            return []


def _meant(office: Facilitation, named: Sequence[str]) -> tuple[str, str]:
    """An area, a conversation, or both; an area may go by its name."""
    areas = {name: one.id for one in office.programme.areas.values() for name in (one.id, one.name.casefold())}
    first, second = (*named, "", "")[:2]
    if first in office.programme.flows and first.casefold() not in areas:
        first, second = "", first
    return areas.get(first.casefold(), first), second


async def _reflections(
    say: Say, office: Facilitation, who: Staff, area: str, flow: str, left: int | None = None
) -> list[Outgoing]:
    """One page. `left`: how many the oldest page has not shown yet, so that new answers shift nothing."""
    found = await office.reflections(who, Filter(areas=(area,) if area else (), flow=flow))
    rest = found.rows if left is None else found.rows[max(0, len(found.rows) - left) :]
    page = rest[:PAGE]
    if not page:
        return [say("nothing_yet")]
    head = say(
        "reflections",
        area=office.programme.areas[area].name if area else "",
        rows=len(page),
        total=len(found.rows),
        newest=left is None,
        private=found.unseen.private,
        unfinished=found.unseen.unfinished,
    )
    lines = [_line(say, office, row) for row in reversed(page)]
    if older := len(rest) - len(page):
        lines[-1] = _older(say, lines[-1], area, flow, older)
    return [head, *lines]


def _older(say: Say, line: Outgoing, area: str, flow: str, older: int) -> Outgoing:
    choice = Choice(token=f"s.read.older.{area}.{flow}.{older}", label=say("button_older", n=older).text)
    return Outgoing(text=line.text, choices=(choice,))


def _line(say: Say, office: Facilitation, row: Reflection) -> Outgoing:
    area = office.programme.areas[row.area]
    return say(
        "reflection_line",
        code_name=row.code_name,
        area=area.name,
        flow=row.flow,
        step=row.step,
        at=row.at.astimezone(ZoneInfo(area.zone)),
        text=spoken(row),
    )


async def _tasks(say: Say, office: Facilitation, who: Staff) -> list[Outgoing]:
    """The oldest requests that nobody has seen to."""
    found = await office.tasks(who)
    return [_task(say, office, one) for one in found[:REQUESTS]] or [say("task_none")]


async def _done(say: Say, office: Facilitation, who: Staff, number: str) -> list[Outgoing]:
    task = await office.done(who, int(number))
    return [say("task_done", number=task.id)]


def _task(say: Say, office: Facilitation, task: Task) -> Outgoing:
    area = office.programme.areas.get(task.area)
    zone = ZoneInfo((area or next(iter(office.programme.areas.values()))).zone)
    message = say(
        "task",
        number=task.id,
        kind=task.kind,
        note=task.note,
        receipt=task.receipt,
        code_name=task.code_name,
        area=area.name if area else "",
        at=task.created_at.astimezone(zone),
    )
    choice = Choice(token=f"s.read.done.{task.id}", label=say("button_done").text)
    return Outgoing(text=message.text, choices=(choice,))
