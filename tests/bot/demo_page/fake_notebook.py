"""A small notebook that works: people, plans and reminders in memory, no database behind it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.demo_page.notebook import (
    Area,
    Audience,
    Copy,
    Declined,
    LeftOut,
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

NAMES = {"hull": "Hull", "st_helens": "St Helens", "walsall": "Walsall", "hackney": "Hackney", "newquay": "Newquay"}
BIRDS = ("Heron", "Wren", "Curlew", "Robin", "Kestrel", "Plover", "Swift", "Dunlin")
SAID = (
    "A good day is when the bus comes and I can get to my sister's before dark. We sit by the window.",
    "The park gates are locked at four now. My boys kick a ball against the wall and the neighbours shout.",
    "People on our street look out for each other. When I broke my hip there was soup for three weeks.",
    "You can tell which end of town you are in by the windows.",
)


class FakeNotebook:
    """Keeps the contract of `Notebook`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.people: list[Member] = []
        self.planned: list[Planned] = []
        self.reflections: list[Reflection] = []
        self.requests: list[Request] = []
        self.meetings: dict[tuple[str, int], Meeting] = {}
        self.shipments: dict[str, Shipment] = {}
        self.private = 0

    async def pages(self, chat: str) -> Pages:
        """What was put in."""
        return Pages(
            now=self.now(),
            bot="Robin",
            areas=tuple(
                Area(id=id, name=name, zone="Europe/London", code=f"{id.replace('_', '-')}-7k3f", target=17, joined="7")
                for id, name in NAMES.items()
            ),
            templates=("remind_7d", "remind_24h", "thanks", "heard_so_far"),
            flows=("about_you", "before_w1", "diary_1", "diary_2"),
            people=tuple(self.people),
            planned=tuple(self.planned),
            reflections=tuple(self.reflections),
            private=self.private,
            requests=tuple(self.requests),
            meetings=tuple(self.meetings.values()),
            shipments=tuple(self.shipments.values()),
        )

    def _reached(self, audience: Audience) -> list[Member]:
        return [
            member
            for member in self.people
            if (not audience.areas or member.area in audience.areas)
            and (not audience.states or member.state in audience.states)
        ]

    async def preview(self, template: str, audience: Audience) -> Preview:
        """Those who have left or blocked get nothing."""
        reached = self._reached(audience)
        blocked = sum(not member.reachable for member in reached)
        left_out = (LeftOut(reason="they have blocked the bot", people=blocked),) if blocked else ()
        return Preview(
            people=len(reached) - blocked,
            left_out=left_out,
            sample="See you tomorrow at **10:00** at Freedom Centre. Can't come? Tap here, that's fine.",
            warning="" if len(reached) > blocked else "Nobody would get this.",
        )

    async def send(self, template: str, audience: Audience, key: str) -> str:
        """Once for each key."""
        rows = tuple(
            Copy(code_name=m.code_name, area=m.area, outcome="sent", at=self.now())
            if m.reachable
            else Copy(code_name=m.code_name, area=m.area, outcome="excluded", reason="they have blocked the bot")
            for m in self._reached(audience)
        )
        if not rows:
            raise Declined("Nobody would get this, so nothing was sent.")
        self.shipments.setdefault(key, Shipment(id=key, template=template, at=self.now(), rows=rows))
        return key

    async def move(self, wanted: NewDate, *, dry: bool) -> Moved:
        """Moves what is planned in that area."""
        starts = datetime.combine(wanted.day, wanted.start, UTC)
        ends = datetime.combine(wanted.day, wanted.end, UTC)
        if not dry:
            self.meetings[wanted.area, wanted.wave] = Meeting(
                area=wanted.area, wave=wanted.wave, starts_at=starts, ends_at=ends, place=wanted.place
            )
        warning = "This date is in the past." if starts < self.now() else ""
        return Moved(moved=sum(p.area == wanted.area for p in self.planned), sent=3, warning=warning)

    async def attended(self, area: str, wave: int) -> int:
        """Everybody of the area."""
        marked = sum(member.area == area for member in self.people)
        self.meetings[area, wave] = replace(self.meetings[area, wave], marked=marked)
        return marked

    async def finish(self, requests: Sequence[int]) -> None:
        """Crossed off."""
        self.requests = [request for request in self.requests if request.id not in requests]


def lively(now: Callable[[], datetime]) -> FakeNotebook:
    """A notebook in the middle of a programme."""
    notebook, at = FakeNotebook(now), now()
    for n in range(40):
        area = list(NAMES)[n % 5]
        notebook.people.append(
            Member(
                code_name=f"{BIRDS[n % 8]}-{n + 11}",
                area=area,
                state=("active", "active", "active", "joining", "active", "paused", "active", "stopped")[n * 5 % 8],
                reachable=n != 7,
                joined_at=at - timedelta(minutes=3 * n),
                last_heard_at=at - timedelta(minutes=7 * n * n),
                mine=n == 0,
            )
        )
    for n, what in enumerate(("before_w1", "remind_24h", "remind_2h", "diary_1", "diary_2", "heard_so_far")):
        for area in NAMES:
            names = tuple(member.code_name for member in notebook.people if member.area == area)
            day = (at + timedelta(days=2 * n + 1)).replace(hour=18, minute=0)
            notebook.planned.append(Planned(at=day, what=what, area=area, code_names=names, mine=area == "hull"))
    for n in range(9):
        member = notebook.people[n]
        notebook.reflections.append(
            Reflection(
                id=f"r{n}", code_name=member.code_name, area=member.area, flow="before_w1", step="good_day",
                text=SAID[n % 4], at=at - timedelta(minutes=4 + 21 * n), group=n % 3 == 0,
                voice=12 if n == 4 else 0,
            )
        )  # fmt: skip
    notebook.private = 3
    for area in NAMES:
        day = (at + timedelta(days=5)).replace(hour=10, minute=0)
        notebook.meetings[area, 1] = Meeting(
            area=area, wave=1, starts_at=day, ends_at=day + timedelta(hours=5), place="Freedom Centre, Preston Road"
        )
    notebook.requests = [
        Request(id=1, kind="callback", note="Asked for a person at “Are you happy to take part?”",
                code_name="Wren-12", area="st_helens", at=at - timedelta(minutes=34)),
        Request(id=2, kind="access", note="Needs a lift from Bransholme.", code_name="Heron-19", area="walsall",
                at=at - timedelta(hours=5)),
    ]  # fmt: skip
    return notebook
