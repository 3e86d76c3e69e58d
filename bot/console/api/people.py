"""People for other programs, always by code name: the list, one line of time, attendance, invitations, tasks."""

from typing import Annotated

from msgspec import Meta

from bot.console.api.contract import AreaId, Ask, Caller, Endpoint, Inside, Instant, Next, OneArea, Page, Shape, missing
from bot.rights import Deed
from storage import people as members
from storage import tasks as requests
from storage.roster import Line


class Person(Shape, frozen=True, kw_only=True):
    """Somebody who takes part."""

    code_name: str
    area: str
    state: Annotated[str, Meta(description="joining, active, paused or stopped.")]
    reachable: bool
    locale: str
    joined_at: Instant
    last_heard_at: Instant
    paused_until: Instant | None
    attendance: Annotated[dict[str, str], Meta(description="Wave → attended, missed or left_early.")]
    asked: Annotated[int, Meta(description="Conversations that the calendar began with them.")]
    answered: Annotated[int, Meta(description="Those of them with an answer.")]


class People(Shape, frozen=True, kw_only=True):
    """A page of the list, by area and code name."""

    people: list[Person]
    next: Next


class Chosen(Ask, frozen=True, kw_only=True):
    """Which people."""

    area: OneArea = ""
    kind: Annotated[str, Meta(description="quiet, unreached, missed, or a state; empty: all.")] = ""
    search: Annotated[str, Meta(description="A part of the code name.", max_length=40)] = ""
    after: Page = ""


async def people(caller: Caller, asked: Chosen) -> People:
    """Who takes part."""
    found = await caller.office.roster(
        caller.who, caller.places(asked.area), kind=asked.kind, search=asked.search, after=asked.after
    )
    return People(people=[_person(line) for line in found.lines], next=found.after)


def _person(line: Line) -> Person:
    one = line.member
    return Person(
        code_name=one.code_name,
        area=one.area,
        state=one.state,
        reachable=one.reachable,
        locale=one.locale,
        joined_at=one.joined_at,
        last_heard_at=one.last_heard_at,
        paused_until=one.paused_until,
        attendance=_attendance(one),
        asked=line.asked,
        answered=line.answered,
    )


def _attendance(one: members.Member) -> dict[str, str]:
    return {str(wave): state for wave, state in sorted(one.attendance.items())}


class Moment(Shape, frozen=True, kw_only=True):
    """Something that was or will be sent to somebody."""

    at: Instant
    kind: Annotated[str, Meta(description="prompt, message or broadcast.")]
    what: str
    state: str
    reason: str


class TimeLine(Shape, frozen=True, kw_only=True):
    """One person's past and future."""

    code_name: str
    area: str
    state: str
    attendance: dict[str, str]
    moments: list[Moment]


class Who(Ask, frozen=True, kw_only=True):
    """Somebody."""

    code: Annotated[str, Meta(description="A code name, such as Heron-14.", max_length=40)]


async def line(caller: Caller, asked: Who) -> TimeLine:
    """One person. That a program looked is noted, as it is of people."""
    if await caller.office.known(caller.who, asked.code) is None:
        raise missing(f"person “{asked.code}”")
    found = await caller.office.plan_of(caller.who, asked.code)
    await caller.office.saw(caller.who, "person", found.member.code_name)
    moments = [Moment(at=o.at, kind=o.kind, what=o.what, state=o.state, reason=o.reason) for o in found.moments]
    return TimeLine(
        code_name=found.member.code_name,
        area=found.member.area,
        state=found.member.state,
        attendance=_attendance(found.member),
        moments=moments,
    )


class Attended(Ask, frozen=True, kw_only=True):
    """Who was at a workshop, or was not."""

    area: AreaId
    wave: int
    state: Annotated[str, Meta(description="attended, missed or left_early.")]
    people: Annotated[list[str], Meta(description="Code names.", min_length=1, max_length=500)]


class Marked(Shape, frozen=True, kw_only=True):
    """Attendance was noted, and the calendars of these people made anew."""

    wave: int
    state: str
    people: list[str]
    moved: int
    dropped: int


async def attend(caller: Caller, asked: Attended) -> Marked:
    """Note it."""
    found = await caller.office.attend(
        caller.who, caller.place(asked.area), asked.wave, asked.state, list(dict.fromkeys(asked.people))
    )
    names = list(found.code_names)
    return Marked(wave=found.wave, state=found.state, people=names, moved=found.moved, dropped=found.dropped)


class Invited(Ask, frozen=True, kw_only=True):
    """An area that people are to join."""

    area: AreaId
    anyway: Annotated[str, Meta(description="Why, although gate G0 or G1 is closed.", max_length=200)] = ""


class Code(Shape, frozen=True, kw_only=True):
    """With this code anybody joins the area. It stays the same."""

    area: str
    code: str


async def invite(caller: Caller, asked: Invited) -> Code:
    """The code of an area."""
    found = await caller.office.invite(caller.who, caller.place(asked.area), anyway=asked.anyway)
    return Code(area=asked.area, code=found.code)


class Task(Shape, frozen=True, kw_only=True):
    """What somebody asked of the team."""

    id: int
    kind: str
    note: str
    code_name: str
    area: str
    created_at: Instant


class Tasks(Shape, frozen=True, kw_only=True):
    """What nobody has done yet, oldest first."""

    tasks: list[Task]


class Done(Ask, frozen=True, kw_only=True):
    """A task."""

    id: int


class Finished(Shape, frozen=True, kw_only=True):
    """It is done."""

    id: int
    done_at: Instant
    done_by: str


async def tasks(caller: Caller, asked: Inside) -> Tasks:
    """What waits."""
    found = await caller.office.tasks(caller.who)
    wanted = caller.places(asked.area)
    return Tasks(tasks=[_task(one) for one in found if one.area in wanted or not (asked.area or one.area)])


def _task(one: requests.Task) -> Task:
    return Task(
        id=one.id, kind=one.kind, note=one.note, code_name=one.code_name, area=one.area, created_at=one.created_at
    )


async def done(caller: Caller, asked: Done) -> Finished:
    """Somebody saw to it."""
    if asked.id not in {one.id for one in await caller.office.tasks(caller.who)}:
        raise missing(f"open task {asked.id}")
    await caller.office.done(caller.who, asked.id)
    return Finished(id=asked.id, done_at=caller.now, done_by=caller.who.name)


ENDPOINTS = (
    Endpoint(
        path="/people",
        needs=Deed.WATCH,
        takes=Chosen,
        gives=People,
        call=people,
        summary="Who takes part, by code name, 50 a page.",
    ),
    Endpoint(
        path="/people/{code}",
        needs=Deed.WATCH,
        takes=Who,
        gives=TimeLine,
        call=line,
        summary="What was and will be sent to one person. The audit notes it.",
    ),
    Endpoint(
        path="/attendance",
        method="POST",
        needs=Deed.ATTEND,
        takes=Attended,
        gives=Marked,
        call=attend,
        summary="Note who was at a workshop.",
    ),
    Endpoint(
        path="/areas/{area}/invite",
        method="POST",
        needs=Deed.INVITE,
        takes=Invited,
        gives=Code,
        call=invite,
        summary="The code with which people join an area.",
    ),
    Endpoint(
        path="/tasks",
        needs=Deed.TASKS,
        takes=Inside,
        gives=Tasks,
        call=tasks,
        summary="What people asked of the team and nobody has done yet.",
    ),
    Endpoint(
        path="/tasks/{id}/done",
        method="POST",
        needs=Deed.TASKS,
        takes=Done,
        gives=Finished,
        call=done,
        summary="Somebody saw to a task.",
    ),
)
