"""The demo: the real programme on a phone in the browser, with an invented cast and a clock that can be moved on.

Nothing here is a mock-up: engine, inbox, outbox, calendar and ledger are those of `reconvene serve`; only the channel
is another one, and time passes as fast as one likes.
"""

import asyncio
import tempfile
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from starlette.routing import Mount

from bot import serve
from bot.cast import Cast, load_cast, whereabouts
from bot.cast_team import Team, load_plans
from bot.channels.demo.channel import DemoChannel
from bot.clock import ShiftedClock
from bot.company import FILE, Seated, load_company, take_seats
from bot.console import app as console
from bot.console.guard import OpenHouse
from bot.demo_page.app import build as build_pages
from bot.demo_page.office import OfficeNotebook
from bot.demo_page.safety import LOCAL
from bot.demo_page.waiting import Waiting
from bot.facilitation import Facilitation
from bot.recordings.sounds import silence
from bot.rights import OWNER, Kind, Role, Staff
from bot.sample_mailbox import load_mailbox
from bot.starting import listen, read_script, web
from bot.wiring import Parts, build
from storage import deadlines, outbox, phones
from storage.database import Database
from storage.mailbox import Entry

MORNING = time(10)
"""The page opens on the demo's first day at this hour."""
BEFORE_W1, GAP = timedelta(days=6), timedelta(days=28)
EVENING, LENGTH = time(18), timedelta(hours=3)
SAMPLE = "sample/people.yaml"
LETTERS = "sample/mailbox.yaml"
AGENDA = "sample/agenda.yaml"
PLACES = {
    "hull": "the Freedom Hall",
    "st_helens": "the Central Library",
    "walsall": "the Corner House",
    "hackney": "the Round Chapel rooms",
    "newquay": "the Old Lifeboat House",
}
"""Invented rooms."""
MADE_UP = "made up, to look around"
SEEN_TO = ("safeguarding", "retention", "signposts", "evaluation", "quotas", "access_budget", "session_plan", "invited")
MIDWAY = timedelta(days=23, hours=10, minutes=40)
"""Between the workshops: a Thursday evening in the third week after the first one."""
YOU = Staff(name="You", kind=Kind.OPERATOR)
JUMPED = ("G2", "G3")
"""Whoever jumps over a workshop need not mark who was there."""
COME_IN = timedelta(hours=2)
"""The invented people have this long to join and say who they are before the page opens."""
INSTANT = timedelta(milliseconds=1)
STRIDE = timedelta(hours=3)
"""On the way to where the page opens, people look at their phones so often."""
SLICES = 120
"""A jump is lived through in about so many steps: at each, people look at their phones."""


class Demo:
    """The parts at work, the cast in the room, and the clock in our hands."""

    def __init__(
        self,
        parts: Parts,
        clock: ShiftedClock,
        channel: DemoChannel,
        cast: Cast,
        team: Team | None = None,
        letters: Sequence[Entry] = (),
        company: Sequence[Seated] = (),
    ) -> None:
        self._parts = parts
        self._clock = clock
        self._channel = channel
        self._cast = cast
        self._letters = letters
        self._company = company
        self._team = team
        self.done = 0.0  # the share of what is lived through before the page opens
        self._moving = asyncio.Lock()

    async def prepare(self) -> None:
        """Set the dates, open the doors and let the invented people come in."""
        programme, office = self._parts.script.programme, self._parts.facilitation
        codes: dict[str, str] = {}
        for area in programme.areas.values():
            today = self._clock.now().astimezone(ZoneInfo(area.zone)).date()
            for wave in range(1, programme.waves + 1):
                start = datetime.combine(today + BEFORE_W1 + GAP * (wave - 1), EVENING)
                place = PLACES.get(area.id, "the town hall")
                await office.set_workshop(OWNER, area.id, wave, start, start + LENGTH, place=place)
            await self._open_gates(office, area.id)
            codes[area.id] = (await office.invite(OWNER, area.id)).code
        if self._letters and not await office.mailbox(OWNER):
            await office.mailbox_fill(OWNER, self._letters)
        await self._name_the_team(office)
        await take_seats(self._parts, self._company)
        await self._cast.join(codes, over=timedelta())
        await self.jump(self._clock.now() + COME_IN)

    async def open_midway(self) -> None:
        """Come in, and live on to an evening between the two workshops."""
        begun = self._clock.now()
        await self.prepare()
        while (now := self._clock.now()) < begun + MIDWAY:
            self.done = (now - begun) / MIDWAY
            await self.jump(min(begun + MIDWAY, now + timedelta(days=1)), STRIDE)
        self.done = 1.0

    async def _name_the_team(self, office: Facilitation) -> None:
        """Who works on it stands on the page of the team: somebody who leads, and one for some of the places."""
        areas = tuple(self._parts.script.programme.areas)
        names = [staff.name for staff in self._team.plans.team] if self._team else []
        for name, role, where in zip(names, (Role.LEAD, Role.FACILITATOR), ((), areas[:2]), strict=False):
            await office.facilitator_code(OWNER, name, where, role=role)

    async def _open_gates(self, office: Facilitation, area: str) -> None:
        """What a real team has to see to first; here it is as invented as the people."""
        for item in SEEN_TO:
            await office.confirm_gate(OWNER, area, item, MADE_UP)
        await office.sign_gate(OWNER, area, "dpia", name="Jo Hartley", on=self._clock.now().date() - timedelta(days=1))
        for gate in JUMPED:
            await office.go_anyway(OWNER, area, gate, MADE_UP)

    async def jump(self, at: datetime, stride: timedelta | None = None) -> None:
        """Live through everything that happens until `at`, one moment after the other."""
        async with self._moving:
            slice = stride or max((at - self._clock.now()) / SLICES, timedelta(minutes=1))
            while (now := self._clock.now()) < at:
                self._clock.jump_to(min(at, now + slice, await self._next(now) or at))
                await self._settle()

    async def watch(self) -> None:
        """Between jumps, people look at their phones as time goes by."""
        while True:
            await asyncio.sleep(1)
            async with self._moving:
                await self._settle()

    async def _next(self, now: datetime) -> datetime | None:
        """The next moment at which anything is due."""
        async with self._parts.db.read() as conn:
            due = await deadlines.next_any(conn)
        ahead = [at for at in (due, await self._team.next() if self._team else None) if at is not None]
        return max(min(ahead), now + INSTANT) if ahead else None

    async def _settle(self) -> None:
        """Let everybody have their say about what has just happened."""
        if self._team:
            await self._team.see_to(self._clock.now())
        await self._quiet()
        while await self._cast.round(self._clock.now()):
            await self._quiet()

    async def _quiet(self) -> None:
        """Until nothing waits in the inbox and nothing that may go now waits in the outbox."""
        while True:
            await self._parts.turns.step()
            async with self._parts.db.read() as conn:
                left = await outbox.waiting(conn, self._clock.now())
            if not left and not await self._parts.turns.step():
                return
            await asyncio.sleep(0.002)


def team(parts: Parts, channel: DemoChannel, file: Path, cast: Cast) -> Team | None:
    """Those who prepare workshop 2, if the programme has invented a team."""
    plans = load_plans(file)
    chats = {person.chat for person in cast.people}

    async def invented() -> frozenset[str]:
        async with parts.db.read() as conn:
            found = await phones.holders(conn, channel.name, channel.bot)
        return frozenset(name for chat, name in found.items() if chat in chats)

    return (
        Team(office=parts.facilitation, plans=plans, phrases=parts.script.signs, invented=invented) if plans else None
    )


def first_morning(now: datetime) -> datetime:
    """The next Tuesday that lies ahead: the whole first wave then has weekdays to spare."""
    day = now.date() + timedelta(days=(1 - now.weekday()) % 7 or 7)
    return datetime.combine(day, MORNING, tzinfo=UTC) - COME_IN


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Where the demo keeps its database: a folder that is thrown away, or the one that was named."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="reconvene-demo-") as folder:
        yield Path(folder)


async def run(
    folder: Path, host: str, port: int, *, browser: bool, keep: Path | None = None, from_start: bool = False
) -> None:
    """Run the demo until told to stop. It opens between the two workshops, or before the first one."""
    script = read_script(folder)
    listening = listen(host, port)
    with _folder(keep) as place:
        db = Database.open(f"sqlite:///{place / 'demo.sqlite3'}")
        try:
            clock = ShiftedClock(first_morning(datetime.now(UTC)))
            channel = DemoChannel(clock.now, silence)
            parts = build(db, script, clock, [channel])
            people, pool = load_cast(folder / SAMPLE)
            cast = Cast(people=people, pool=pool, channel=channel, where=whereabouts(db, script))
            letters = load_mailbox(folder / LETTERS, tuple(script.programme.areas), f"{clock.now():%Y-%m}")
            invented = team(parts, channel, folder / AGENDA, cast)
            demo = Demo(parts, clock, channel, cast, invented, letters, load_company(folder / FILE))
            address = f"http://{host}:{listening.getsockname()[1]}"
            opening = _open_doors(demo, address, browser=browser, from_start=from_start)
            await serve.serve(parts, web(pages(demo, parts, clock, channel, folder), listening), opening)
        finally:
            await db.close()


def pages(demo: Demo, parts: Parts, clock: ShiftedClock, channel: DemoChannel, folder: Path) -> Waiting:
    """The console, and the phone beside it."""
    notebook = OfficeNotebook(parts.facilitation, parts.db, clock, channel=channel.name, bot=channel.bot)
    phone = Mount("/phone", build_pages(notebook, channel, jump=demo.jump))
    app = console.build(
        parts.facilitation,
        clock,
        OpenHouse(YOU),
        secure=False,
        demo=True,
        hosts=LOCAL,
        folder=folder,
        beside=[phone],
    )
    return Waiting(app, lambda: demo.done)


async def _open_doors(demo: Demo, address: str, *, browser: bool, from_start: bool) -> None:
    """The page opens at once and tells how far the invented people are; then everything is there to be used."""
    print(f"Three weeks are passing at {address} …", flush=True)  # noqa: T201
    if browser:
        await asyncio.to_thread(webbrowser.open, address)
    await (demo.prepare() if from_start else demo.open_midway())
    demo.done = 1.0
    print(f"Reconvene is ready at {address} (Ctrl-C to stop)", flush=True)  # noqa: T201
    await demo.watch()
