"""The messages themselves: who gets one, in which words, and the rows that go to the outbox."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.facilitation import audience as audiences
from bot.facilitation.audience import Recipient
from bot.facilitation.office import Mistake, Office
from bot.facilitation.results import Excluded
from bot.messages import Outgoing
from bot.wording import Listener
from flows.calendar import next_allowed
from flows.definition import BroadcastTemplate
from flows.naming import neutral
from prompts.catalogue import WordingError
from storage import broadcasts, elections, scenes, workshops
from storage.broadcasts import Audience, Broadcast
from storage.rows import in_pieces, to_json
from storage.scenes import Person, Place, Scene
from storage.workshops import Workshop

KEEPS = timedelta(days=1)
"""A reminder that could not be delivered for so long is not worth sending any more."""
BEHIND_REPLIES = 2
Fill = Mapping[str, str]
"""Values that only this message needs, such as a headline."""
Dates = Mapping[tuple[str, int], Workshop]


def envelope(place: Place, message: Outgoing, cause: str, now: datetime) -> dict[str, Any]:
    """An outbox row for one message."""
    channel, bot, chat = place
    return {
        "cause": cause,
        "op": 0,
        "channel": channel,
        "bot": bot,
        "chat": chat,
        "body": to_json(message),
        "not_before": now,
        "created_at": now,
    }


def worthless_from(area: str, dates: Dates, now: datetime) -> datetime:
    """When a message loses its use: after a day, or when the next workshop of the area begins."""
    starts = [held.starts_at for held in dates.values() if held.area == area and held.starts_at > now]
    return min([now + KEEPS, *starts])


class Letters(Office):
    """What the sending commands are made of."""

    async def _resolve(
        self, conn: AsyncConnection, template: BroadcastTemplate, audience: Audience
    ) -> tuple[list[Recipient], tuple[Excluded, ...]]:
        """Those who get the message, and those who do not with the reason. Everybody stands in one of the lists."""
        recipients: list[Recipient] = []
        excluded: list[Excluded] = []
        async for person in broadcasts.candidates(conn, audience, template.id):
            reason = audiences.why_not(person, template, audience)
            if reason:
                excluded.append(Excluded(id=person.id, code_name=person.code_name, area=person.area, reason=reason))
            else:
                recipients.append(Recipient(id=person.id, code_name=person.code_name, area=person.area))
        return sorted(recipients, key=_by_name), tuple(sorted(excluded, key=_by_name))

    async def _queue(
        self,
        conn: AsyncConnection,
        broadcast: Broadcast,
        template: BroadcastTemplate,
        recipients: Sequence[Recipient],
        excluded: Sequence[Excluded],
        fill: Fill,
    ) -> None:
        """A row on the ledger for everybody, and a message in the outbox for those who get one."""
        now = broadcast.created_at
        people = {person.id: "" for person in recipients} | {person.id: person.reason for person in excluded}
        numbers = await broadcasts.address(conn, broadcast.id, people)
        dates, near = await workshops.all_of(conn), await elections.near(conn)
        for some in in_pieces(recipients):  # a scene holds all that is known of somebody
            rows = []
            for id, scene in (await scenes.of(conn, [person.id for person in some], now)).items():
                message = self._render(template, _listener(scene, near), dates, now, fill, numbers[id])
                area = scene.person.area if scene.person else ""
                rows.append(
                    envelope(scene.place, message, broadcasts.cause(broadcast.id, id), now)
                    | {"participant_id": id, "priority": BEHIND_REPLIES, "policy": template.policy}
                    | {"expires_at": worthless_from(area, dates, now)}
                )
            await broadcasts.queue(conn, rows)
        await broadcasts.tie_all(conn, broadcast.id)

    async def _sample(
        self,
        conn: AsyncConnection,
        template: BroadcastTemplate,
        audience: Audience,
        recipients: Sequence[Recipient],
        fill: Fill,
    ) -> Outgoing:
        """How the message reads, for somebody invented in the area of the first recipient."""
        now = self._clock.now()
        area = recipients[0].area if recipients else audience.areas[0]
        listener = self._somebody(area, await elections.near(conn), next(iter(self._programme.locales)))
        return self._render(template, listener, await workshops.all_of(conn), now, fill, 0)

    def _somebody(self, area: str, near: frozenset[str], locale: str) -> Listener:
        """Somebody invented, of whom all is known."""
        now = self._clock.now()
        person = Person(
            id="",
            area=area,
            code_name="Heron-14",
            state="active",
            locale=locale,
            joined_at=now,
            last_heard_at=now,
        )
        return Listener(person=person, name="Sam", next_due=now + timedelta(days=2), election=area in near)

    def _render(
        self,
        template: BroadcastTemplate,
        listener: Listener,
        dates: Dates,
        now: datetime,
        fill: Fill,
        delivery: int,
    ) -> Outgoing:
        filled = {name: neutral(value, self._wording.unsaid(listener)) for name, value in fill.items()}
        values = {**self._wording.values(listener, dates, now), **filled}
        locale = self._wording.locale(listener.person.locale)
        try:
            return self._wording.broadcast(template.id, locale, values, delivery)
        except WordingError as error:
            raise Mistake(f"The message “{template.id}” cannot be written yet: {error}") from error

    def _quiet(self, areas: Sequence[str], at: datetime | None = None) -> str:
        """Why now (or then) is no time to write to these areas; empty when it is."""
        now = at or self._clock.now()
        is_it = "It will be" if at else "It is"
        for area in map(self._area, areas):
            allowed = next_allowed(now, area.zone, self._programme)
            if allowed > now:
                zone = ZoneInfo(area.zone)
                there, then = now.astimezone(zone), allowed.astimezone(zone)
                return f"{is_it} {there:%H:%M} in {area.name}: quiet hours until {then:%A %H:%M}."
        return ""


def _by_name(person: Recipient | Excluded) -> tuple[str, str]:
    return person.area, person.code_name


def _listener(scene: Scene, near: frozenset[str]) -> Listener:
    assert scene.person is not None
    return Listener(
        person=scene.person,
        name=scene.name,
        next_due=scene.next_due,
        attendance=scene.attendance,
        election=scene.person.area in near,
    )
