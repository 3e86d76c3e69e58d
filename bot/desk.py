"""The facilitator's desk inside a chat: progress, reflections, and reminders that are looked at before they are sent.

Words come from the template "staff". Its blocks, and what each may name:

welcome          name
help             areas (list of names), templates (list), area_ids (list), guardian (true or false)
progress         areas: list of {name, target, joined, active, paused, stopped, joining, answered: list of {flow, n}}
company          line ("n of 19" interviewed), invited, joined, areas and types: lists of {name, n}
reflections      area (name or ""), rows: how many are shown, total, private, unfinished, newest: is it the first look
reflection_line  code_name, area (name), flow, step, at (local datetime), text
remind_preview   template, area (name or ""), count, reasons: list of {reason, n}, sample, warning, second (why),
                 at (local datetime, for one that is for later)
remind_sent      template, count, excluded, repeated
tried            template
live             template, state (sending or cancelled), total, people (without those left out), and how many are
                 sent, waiting, refused, expired, cancelled, uncertain, excluded: together they are the total
held_waiting     template, why (election, many or unplanned), others (list of names)
held_asked       template, by, why, areas (list of names), count, sample, at (local datetime or none)
held_dropped     template, by
held_none
planned          template, at (local datetime), areas (list of names), by, second: does it want a second person
planned_missed   template, at, why (sentence)
planned_none
unsure           template, code_name, area (name), waiting: how many there are
unsure_again     template, code_name
unsure_left      template, code_name
unsure_none
button_…         ask_second, call_off, held_approve, held_drop, plan, unsure_again, unsure_leave
remind_cancelled count (messages that were called off)
button_send      count
button_cancel
not_allowed      sentence
mistake          sentence
nothing_yet
issue            area, area_id, number, title, people, quote, approved, and lists: chain, assets, approved_by, lacking
no_issues
room             area, area_id, wave, state (ahead, ready, open, over), starts_at, question, number, questions, people,
                 answered, upcoming ("" at the last), repeated, counted: list of {step, people, mean, values}
guardian_asked   code_name, area, way
guardian_noted   code_name, answer
youth_amber      code_name, area, number
home             name, guardian, tasks, moderate, questions, held, unsure, cases: how many wait
moderate         area, text, waiting, id
moderate_none
moderate_why     state (reword or held), verb, id, text
moderated        state, text
moderate_changed
reason_…         names, several, unkind, elsewhere: read by the author
question         id, area, code_name, text, waiting
question_none
question_done    area
task             number, kind, code_name, area, at, note, receipt
task_none
task_done        number
button_…         approve, reword, hold, older, more, done, why_names, why_several, why_unkind, why_elsewhere
button_show_…    n; tasks, moderate, questions, held, unsure, cases
console_how      address ("" when it is not open here)
console_ask      name, browser, again (only to prove it once more)
console_yes      browser
console_no       browser
room_none
room_pulse       area, people, mean
button_console_… yes, no
button_room_…    upcoming; start, next, end, show
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import desk_care, desk_console, desk_home, desk_moderation, desk_reading, desk_room, desk_sending, desk_unsure
from bot.facilitation import Facilitation, Mistake, NotAllowed
from bot.messages import Command, Content, Opened, Outgoing, Start, Tap, Words
from bot.rights import Deed, Staff, may
from bot.script import Script
from bot.staffing import staff
from flows.agenda import KeyIssue, lacks
from flows.definition import Programme
from storage import facilitators

Commands = Callable[[desk_care.Say, Facilitation, Staff, Sequence[str]], Awaitable[list[Outgoing]]]
COMMANDS: tuple[Commands, ...] = (
    desk_reading.command,
    desk_sending.command,
    desk_unsure.command,
    desk_moderation.command,
    desk_home.command,
    desk_room.command,
    desk_care.command,
)


class Desk:
    """Answers facilitators in a chat."""

    def __init__(self, facilitation: Facilitation, script: Script, links: Mapping[str, str] | None = None) -> None:
        self._facilitation = facilitation
        self._script = script
        self._links: Mapping[str, str] = {} if links is None else links

    @property
    def _programme(self) -> Programme:
        return self._script.programme

    async def answer(
        self, conn: AsyncConnection, facilitator_id: str, content: Content, now: datetime
    ) -> list[Outgoing]:
        """What to say to this facilitator. Works within the transaction of the turn."""
        facilitator = await facilitators.find(conn, facilitator_id)
        if facilitator is None:
            return []
        who, office = staff(facilitator), self._facilitation.within(conn)
        try:
            return await self._reply(office, who, content)
        except NotAllowed as refusal:
            return [self._say("not_allowed", sentence=str(refusal))]
        except Mistake as mistake:
            return [self._say("mistake", sentence=str(mistake))]

    async def _reply(self, office: Facilitation, who: Staff, content: Content) -> list[Outgoing]:
        match content:
            case Start():
                return [self._say("welcome", name=who.name), self._help(who)]
            case Words(text=text) if not text.startswith("/") and await office.talking_to(who):
                await office.say(who, text)
                return []
            case Words(text=text):
                return await self._command(office, who, text.split())
            case Command(text=text) if text:
                return await self._command(office, who, f"/{text}".split())
            case Opened(place=place):
                return [await desk_home.page(self._say, office, who, place)]
            case Tap(token=token) if token.startswith("s."):
                return await self._pressed(office, who, token)
            case Tap():
                return []
            case _:
                return [self._help(who)]

    async def _command(self, office: Facilitation, who: Staff, words: list[str]) -> list[Outgoing]:
        said = [words[0].casefold().partition("@")[0], *words[1:]] if words else []
        match said:
            case ["/progress"]:
                return await self._progress(office, who)
            case ["/issues", *area]:
                return await self._issues(office, who, area[0] if area else "")
            case ["/approve", area, number] if number.isdecimal():
                return [await self._approve(office, who, self._area(area), int(number))]
            case ["/console", *_]:
                return await desk_console.command(self._say, office, who, said, self._links)
        for commands in COMMANDS:
            if answered := await commands(self._say, office, who, said):
                return answered
        return [self._help(who)]

    async def _pressed(self, office: Facilitation, who: Staff, token: str) -> list[Outgoing]:
        match token.split("."):
            case [_, "send" | "stop" | "cast" | "held", *_] as parts:
                return await desk_sending.pressed(self._say, office, who, parts[1:])
            case [_, "unsure", *what]:
                return await desk_unsure.pressed(self._say, office, who, what)
            case [_, "room", *room]:
                return await desk_room.pressed(self._say, office, who, room)
            case [_, "door", *door]:
                return await desk_console.pressed(self._say, office, who, door)
            case [_, "show", what]:
                return await self._command(office, who, [f"/{what}"])
            case [_, "read", *what]:
                return await desk_reading.pressed(self._say, office, who, what)
            case [_, "mod", *what]:
                return await desk_moderation.pressed(self._say, office, who, what)
            case [_, "case", verb, number]:
                return await desk_care.pressed(self._say, office, who, verb, number)
            case _:
                return []

    async def _progress(self, office: Facilitation, who: Staff) -> list[Outgoing]:
        areas = [
            {
                "name": area.name,
                "target": area.target,
                "joined": area.joined,
                "joining": area.joining,
                "active": area.active,
                "paused": area.paused,
                "stopped": area.stopped,
                "answered": [{"flow": flow, "n": n} for flow, n in area.answered.items()],
            }
            for area in await office.progress(who)
        ]
        return [*await self._company(office, who), self._say("progress", areas=areas)]

    async def _company(self, office: Facilitation, who: Staff) -> list[Outgoing]:
        """How far the interviews are, where a programme has them."""
        if self._programme.stakeholders is None or not may(who, Deed.STAKEHOLDERS):
            return []
        found = await office.company(who)
        areas = [{"name": self._name(area), "n": n} for area, n in found.by_area.items()]
        types = [{"name": name, "n": n} for name, n in found.by_type.items()]
        known = {"invited": found.invited, "joined": found.joined, "line": found.line}
        return [self._say("company", areas=areas, types=types, **known)]

    async def _issues(self, office: Facilitation, who: Staff, area: str) -> list[Outgoing]:
        found = await office.issues(who, (self._area(area),) if area else ())
        return [self._issue(one) for one in found] or [self._say("no_issues")]

    async def _approve(self, office: Facilitation, who: Staff, area: str, number: int) -> Outgoing:
        return self._issue(await office.approve_issue(who, area, number))

    def _issue(self, one: KeyIssue) -> Outgoing:
        return self._say(
            "issue",
            area=self._name(one.area),
            area_id=one.area,
            number=one.number,
            title=one.title,
            people=one.people,
            chain=list(one.chain),
            quote=one.quote,
            assets=list(one.assets),
            approved_by=list(one.approved_by),
            approved=one.approved,
            lacking=[what for _, what in lacks(one)],
        )

    def _help(self, who: Staff) -> Outgoing:
        areas = self._programme.areas
        names = [area.name for area in areas.values()]
        templates = list(self._programme.broadcasts)
        return self._say(
            "help", areas=names, area_ids=list(areas), templates=templates, guardian=may(who, Deed.SAFEGUARD)
        )

    def _area(self, said: str) -> str:
        """The area that was meant, by its id or its name."""
        wanted = said.casefold()
        return next((a.id for a in self._programme.areas.values() if wanted in (a.id, a.name.casefold())), said)

    def _name(self, area: str) -> str:
        return self._programme.areas[area].name

    def _say(self, block: str, **values: object) -> Outgoing:
        return Outgoing(text=self._text(block, **values))

    def _text(self, block: str, **values: object) -> str:
        locale = next(iter(self._programme.locales))
        return self._script.catalogue.render("staff", locale, block, {**self._programme.texts, **values})
