"""The notebook of a running programme: every page of it comes from what facilitators can do."""

from collections.abc import Sequence
from datetime import datetime

from bot.clock import Clock
from bot.demo_page.notebook import (
    Answer,
    Area,
    Audience,
    Copy,
    Declined,
    Issue,
    LeftOut,
    Mailbox,
    Meeting,
    Member,
    Moved,
    NewDate,
    Pages,
    Planned,
    Preview,
    Reflection,
    Request,
    Shipment,
)
from bot.facilitation import Facilitation, Mistake, NotAllowed, Progress
from bot.facilitation.mailbox import ELSEWHERE
from bot.rights import Kind, Staff
from flows.mailbox import WORD
from storage import broadcasts as sent
from storage import phones, reflections
from storage.database import Database
from storage.deadlines import Upcoming
from storage.people import Member as Person

WHO = Staff(name="notebook", kind=Kind.OPERATOR)
NEWEST_REFLECTIONS = 200
NEWEST_SHIPMENTS = 6
PROMPTS_AHEAD = 2000
PAST = "This date is in the past."


class OfficeNotebook:
    """Keeps the contract of `Notebook` for the demo of one programme."""

    def __init__(self, facilitation: Facilitation, db: Database, clock: Clock, *, channel: str, bot: str) -> None:
        self._office = facilitation
        self._db = db
        self._clock = clock
        self._channel = channel
        self._bot = bot
        self._codes: dict[str, str] = {}

    # ── what is read ─────────────────────────────────────────────────────────────────────────────────────────
    async def pages(self, chat: str) -> Pages:
        """All of it, as it stands now."""
        programme = self._office.programme
        people = await self._office.people(WHO)
        readings = await self._office.reflections(WHO, reflections.Filter(areas=(), limit=NEWEST_REFLECTIONS))
        async with self._db.read() as conn:
            mine = await phones.holder(conn, (self._channel, self._bot, chat))
        return Pages(
            now=self._clock.now(),
            bot=programme.texts.get("bot_name", programme.id),
            areas=await self._areas(),
            templates=tuple(programme.broadcasts),
            flows=tuple(flow.id for flow in programme.flows.values() if not flow.service),
            people=tuple(_member(person, mine) for person in people),
            planned=self._grouped(await self._office.upcoming(WHO, limit=PROMPTS_AHEAD), mine),
            reflections=tuple(_reflection(row) for row in readings.rows),
            private=readings.unseen.private,
            unfinished=readings.unseen.unfinished,
            requests=await self._requests(),
            meetings=await self._meetings(people),
            shipments=await self._shipments(),
            mailbox=await self._mailbox(),
            issues=await self._issues(),
        )

    async def _mailbox(self) -> Mailbox | None:
        if not self._office.programme.mailbox:
            return None
        found = await self._office.mailbox_totals(WHO)
        by_area = tuple(("" if area == ELSEWHERE else area, n) for area, n in found.entries.items())
        return Mailbox(code=WORD.casefold(), messages=found.together, by_area=by_area)

    async def _areas(self) -> tuple[Area, ...]:
        for area in self._office.programme.areas:
            if area not in self._codes:
                self._codes[area] = (await self._office.invite(WHO, area)).code
        return tuple([self._area(standing) for standing in await self._office.progress(WHO)])

    def _area(self, standing: Progress) -> Area:
        target, joined = standing.target, standing.joined.n or 0
        return Area(
            id=standing.area,
            name=standing.name,
            zone=self._office.programme.areas[standing.area].zone,
            code=self._codes[standing.area],
            target=target,
            joined=str(standing.joined),
            active=str(standing.active),
            heard=str(standing.heard),
            share=min(100, round(100 * joined / (target or joined or 1))),
        )

    def _grouped(self, prompts: Sequence[Upcoming], mine: str) -> tuple[Planned, ...]:
        """One row for all people of an area who get the same at the same moment, soonest first."""
        names: dict[tuple[datetime, str, str], list[str]] = {}
        entries = {entry.id: entry.flow or entry.broadcast for entry in self._office.programme.entries}
        for prompt in prompts:
            entry = prompt.key.removeprefix("entry:")
            key = (prompt.due_at, entries.get(entry, entry), prompt.area)
            names.setdefault(key, []).append(prompt.code_name)
        return tuple(
            Planned(at=at, what=what, area=area, code_names=tuple(found), mine=mine in found)
            for (at, what, area), found in names.items()
        )

    async def _issues(self) -> tuple[Issue, ...]:
        answers: dict[str, list[Answer]] = {}
        for one in await self._office.commitments(WHO):
            asked = one.commitment
            told = Answer(owner=asked.owner, state=one.standing, reply=asked.reply, due_on=asked.due_on)
            answers.setdefault(asked.issue_id, []).append(told)
        return tuple(
            Issue(
                area=issue.area,
                number=issue.number,
                title=issue.title,
                people=issue.people,
                chain=issue.chain,
                quote=issue.quote if issue.quote_stands else "",
                assets=issue.assets,
                approved_by=issue.approved_by,
                answers=tuple(answers.get(issue.id, ())),
            )
            for issue in await self._office.issues(WHO)
        )

    async def _requests(self) -> tuple[Request, ...]:
        return tuple(
            Request(
                id=task.id,
                kind=task.kind,
                note=task.note,
                code_name=task.code_name,
                area=task.area,
                at=task.created_at,
            )
            for task in await self._office.tasks(WHO)
        )

    async def _meetings(self, people: Sequence[Person]) -> tuple[Meeting, ...]:
        return tuple(
            Meeting(
                area=held.area,
                wave=held.wave,
                starts_at=held.starts_at,
                ends_at=held.ends_at,
                place=held.place,
                marked=sum(person.area == held.area and held.wave in person.attendance for person in people),
            )
            for held in await self._office.workshops(WHO)
        )

    async def _shipments(self) -> tuple[Shipment, ...]:
        newest = await self._office.broadcasts(WHO, NEWEST_SHIPMENTS)
        return tuple([await self._shipment(broadcast) for broadcast in newest])

    async def _shipment(self, broadcast: sent.Broadcast) -> Shipment:
        ledger = await self._office.ledger(WHO, broadcast.id)
        rows = tuple(
            Copy(
                code_name=row.code_name,
                area=row.area,
                outcome=row.outcome,
                reason=row.reason,
                at=row.at,
                reply=row.reply,
            )
            for row in ledger.rows
        )
        return Shipment(id=broadcast.id, template=broadcast.template, at=broadcast.created_at, rows=rows)

    # ── what is done ─────────────────────────────────────────────────────────────────────────────────────────
    async def preview(self, template: str, audience: Audience) -> Preview:
        """What sending would do."""
        try:
            found = await self._office.preview(WHO, template, _meant(audience))
        except (Mistake, NotAllowed) as error:
            raise Declined(str(error)) from error
        left_out = tuple(LeftOut(reason=reason, people=n) for reason, n in found.reasons.items())
        return Preview(people=found.count, left_out=left_out, sample=found.sample, warning=found.warning)

    async def send(self, template: str, audience: Audience, key: str) -> str:
        """Send it once."""
        try:
            posted = await self._office.send(WHO, template, _meant(audience), key=f"notebook:{key}"[:80])
        except (Mistake, NotAllowed) as error:
            raise Declined(str(error)) from error
        return posted.broadcast.id

    async def move(self, wanted: NewDate, *, dry: bool) -> Moved:
        """Set the date. One in the past is said so before it is saved, then taken at its word."""
        start, end = (datetime.combine(wanted.day, at) for at in (wanted.start, wanted.end))  # local: no zone yet
        try:
            placed = await self._office.set_workshop(
                WHO, wanted.area, wanted.wave, start, end, place=wanted.place, confirm=True, dry=dry
            )
        except (Mistake, NotAllowed) as error:
            raise Declined(str(error)) from error
        warning = PAST if placed.workshop.starts_at <= self._clock.now() else ""
        return Moved(moved=placed.moved, sent=placed.sent, dropped=placed.dropped, warning=warning)

    async def attended(self, area: str, wave: int) -> int:
        """Everybody came who is not marked otherwise."""
        try:
            marked = await self._office.attend(WHO, area, wave, "attended")
        except (Mistake, NotAllowed) as error:
            raise Declined(str(error)) from error
        return len(marked.code_names)

    async def finish(self, requests: Sequence[int]) -> None:
        """These are done."""
        try:
            for request in requests:
                await self._office.done(WHO, request)
        except (Mistake, NotAllowed) as error:
            raise Declined(str(error)) from error


def _meant(audience: Audience) -> sent.Audience:
    return sent.Audience(areas=audience.areas, states=audience.states, not_answered=audience.not_answered)


def _member(person: Person, mine: str) -> Member:
    return Member(
        code_name=person.code_name,
        area=person.area,
        state=person.state,
        reachable=person.reachable,
        joined_at=person.joined_at,
        last_heard_at=person.last_heard_at,
        mine=person.code_name == mine,
    )


def _reflection(row: reflections.Reflection) -> Reflection:
    return Reflection(
        id=row.id,
        code_name=row.code_name,
        area=row.area,
        flow=row.flow,
        step=row.step,
        text="\n".join(part.text or part.transcript for part in row.parts if part.text or part.transcript),
        at=row.at,
        group=row.share == "group",
        voice=sum(part.seconds for part in row.parts),
    )
