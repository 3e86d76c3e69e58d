"""A small programme with two areas, people in it, and the team's commands around them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.facilitation import Facilitation
from bot.rights import Kind, Staff
from bot.script import Script
from bot.wording import Wording
from flows.definition import Area, BroadcastTemplate, Entry, Flow, Option, Programme
from storage import reading_texts
from storage import tables as t
from storage.database import Database
from storage.rows import to_json
from tests.builders import text

ADA = Staff(name="Ada", kind=Kind.OPERATOR)
BEN = Staff(name="Ben", areas=("hull",), id="ben")

BROADCASTS = """
{% block remind_24h %}Hi {{ name }}. See you at {{ w1_place or "the workshop" }}.{% endblock %}
{% block remind_24h__cant_come %}I cannot come{% endblock %}
{% block thanks %}Thank you. You helped us see {{ headline }}.{% endblock %}
{% block nudge %}We would like to hear you, {{ name }}.{% endblock %}
{% block change %}A change: {{ w1_place }}.{% endblock %}
"""
STAFF = """
{% block welcome %}Welcome {{ name }}.{% endblock %}
{% block help %}/progress /reflections /remind: {% for t in templates %}{{ t }} {% endfor %}{% endblock %}
{% block progress %}{% for a in areas %}{{ a.name }} {{ a.joined }}/{{ a.target }}. {% endfor %}{% endblock %}
{% block reflections %}{{ rows }} of {{ total }}, {{ private }} private{% endblock %}
{% block reflection_line %}{{ code_name }} ({{ area }}): {{ text }}{% endblock %}
{% block remind_preview %}{{ count }} people. {{ warning }}{% if at %}At {{ at | day }} {{ at | time }}.{% endif %}

{% for r in reasons %}{{ r.n }} {{ r.reason }}. {% endfor %}{{ sample }}{% endblock %}
{% block remind_sent %}{% if repeated %}Already sent{% else %}Sent{% endif %} to {{ count }}.{% endblock %}
{% block remind_cancelled %}Called off: {{ count }}.{% endblock %}
{% block button_send %}Send to {{ count }} people{% endblock %}
{% block button_cancel %}Cancel{% endblock %}
{% block not_allowed %}No: {{ sentence }}{% endblock %}
{% block mistake %}Sorry: {{ sentence }}{% endblock %}
{% block nothing_yet %}Nothing yet.{% endblock %}
{% block button_older %}Older: {{ n }}{% endblock %}
{% block button_done %}Done{% endblock %}
{% block tried %}Try {{ template }}.{% endblock %}
{% block live %}{{ state }}: {{ sent }}+{{ waiting }}+{{ cancelled }}+{{ excluded }}={{ total }}{% endblock %}
{% block button_call_off %}Call off{% endblock %}
{% block button_ask_second %}Ask{% endblock %}
{% block held_waiting %}Waits ({{ why }}) for {{ others | names }}.{% endblock %}
{% block held_asked %}{{ by }}: {{ template }} to {{ count }}. {{ sample }}{% endblock %}
{% block button_held_approve %}Yes{% endblock %}
{% block button_held_drop %}No{% endblock %}
{% block held_dropped %}{{ by }} dropped {{ template }}.{% endblock %}
{% block held_none %}Nothing is held.{% endblock %}
{% block button_plan %}Then{% endblock %}
{% block planned %}{{ template }} at {{ at | day }} {{ at | time }} by {{ by }}.{% endblock %}
{% block planned_missed %}Missed {{ template }}. {{ why }}{% endblock %}
{% block planned_none %}Nothing is planned.{% endblock %}
{% block unsure %}{{ template }} to {{ code_name }} of {{ waiting }}?{% endblock %}
{% block unsure_again %}{{ template }} again to {{ code_name }}.{% endblock %}
{% block unsure_left %}{{ template }} left to {{ code_name }}.{% endblock %}
{% block unsure_none %}All is known.{% endblock %}
{% block button_unsure_again %}Again{% endblock %}
{% block button_unsure_leave %}Leave{% endblock %}
{% block button_show_unsure %}Unsure{% endblock %}
{% block button_show_held %}Held{% endblock %}
{% block home %}{{ tasks }} {{ moderate }} {{ questions }} {{ cases }}{% endblock %}
{% block button_show_tasks %}Requests{% endblock %}
{% block button_show_moderate %}Views{% endblock %}
{% block button_show_questions %}Questions{% endblock %}
{% block task %}{{ number }} {{ kind }}: {{ note }}{% endblock %}
{% block task_none %}No request.{% endblock %}
{% block task_done %}Request {{ number }} done.{% endblock %}
{% block moderate %}{{ area }}: {{ text }}{% endblock %}
{% block moderate_none %}No statement.{% endblock %}
{% block moderate_why %}Why? /{{ verb }} {{ id }}{% endblock %}
{% block moderated %}{{ state }}: {{ text }}{% endblock %}
{% block moderate_changed %}Changed.{% endblock %}
{% block button_approve %}Show{% endblock %}
{% block button_reword %}Anew{% endblock %}
{% block button_hold %}Keep{% endblock %}
{% block button_why_names %}Names{% endblock %}
{% block button_why_several %}Several{% endblock %}
{% block button_why_unkind %}Unkind{% endblock %}
{% block button_why_elsewhere %}Elsewhere{% endblock %}
{% block reason_names %}It names a person.{% endblock %}
{% block reason_several %}It says more.{% endblock %}
{% block reason_unkind %}It may hurt.{% endblock %}
{% block reason_elsewhere %}It is not about here.{% endblock %}
{% block console_how %}At {{ address or "nowhere" }}.{% endblock %}
{% block console_ask %}{{ name }}? {{ browser }}{% if again %} again{% endif %}{% endblock %}
{% block console_yes %}In with {{ browser }}.{% endblock %}
{% block console_no %}Kept out {{ browser }}.{% endblock %}
{% block button_console_yes %}Yes{% endblock %}
{% block button_console_no %}No{% endblock %}
{% block question %}{{ waiting }}: {{ text }} {{ id }}{% endblock %}
{% block question_none %}No question.{% endblock %}
{% block question_done %}Noted for {{ area }}.{% endblock %}
"""


def programme() -> Programme:
    """Two areas, one diary, three messages."""
    return Programme(
        id="small",
        version="1",
        title="Small",
        locales={"en": ""},
        areas={
            "hull": Area(id="hull", name="Hull", zone="Europe/London", target=18),
            "newquay": Area(id="newquay", name="Newquay", zone="Europe/London", target=17),
        },
        flows={"diary_1": Flow(id="diary_1", version="v1", number="F06", steps=(text("day"),))},
        entries=(
            Entry(id="diary_1", at="W1+1d@18:00", flow="diary_1", expires="+3d"),
            Entry(id="remind_24h", at="W1-24h", broadcast="remind_24h", expires="W1", audience="missed"),
            Entry(id="change", at="W1-3d@18:00", broadcast="change", expires="W1", audience="missed"),
        ),
        broadcasts={
            "remind_24h": BroadcastTemplate(id="remind_24h", options=(Option(key="cant_come"),)),
            "thanks": BroadcastTemplate(id="thanks"),
            "nudge": BroadcastTemplate(id="nudge"),
            "change": BroadcastTemplate(id="change", needs_consent=False),
        },
        texts={},
        notice_version="1",
        welcome="diary_1",
        rights="diary_1",
        prompts={"broadcasts": {"en": BROADCASTS}, "staff": {"en": STAFF}},
    )


@dataclass(kw_only=True, slots=True)
class Stopped:
    """A clock that stands still until it is set."""

    at: datetime

    def now(self) -> datetime:
        """What it shows."""
        return self.at


@dataclass(kw_only=True, slots=True)
class Team:
    """The commands, the clock they look at, and a way to put people and answers into the database."""

    db: Database
    clock: Stopped
    script: Script = field(default_factory=lambda: Script(programme()))
    woken: int = 0

    @property
    def office(self) -> Facilitation:
        """The commands."""
        return Facilitation(self.db, Wording(self.script), self.clock, self._wake)

    def _wake(self) -> None:
        self.woken += 1

    async def add(self, table: sa.Table, **values: Any) -> None:
        """One row."""
        async with self.db.write() as conn:
            await conn.execute(sa.insert(table).values(**values))

    async def rows(self, table: sa.Table) -> list[Any]:
        """All rows of a table."""
        async with self.db.read() as conn:
            return list((await conn.execute(sa.select(table).order_by(*table.primary_key.columns))).all())

    async def person(
        self,
        code_name: str,
        area: str = "hull",
        state: str = "active",
        *,
        reachable: bool = True,
        remind: str = "yes",
        quote: str = "",
    ) -> str:
        """Somebody with a phone. Their id is the code name in small letters."""
        pid = code_name.lower()
        await self.add(
            t.participants,
            id=pid,
            area=area,
            code_name=code_name,
            state=state,
            reachable=reachable,
            locale="en",
            facts=to_json({"consent.part": "yes", "consent.remind": remind, "consent.quote": quote}),
            joined_at=self.clock.at - timedelta(days=9),
            last_heard_at=self.clock.at - timedelta(days=1),
        )
        chat = {"channel": "demo", "bot": "demo", "chat": pid}
        await self.add(t.contacts, **chat, participant_id=pid, name=f"Real-{code_name}")
        return pid

    async def answer(
        self,
        pid: str,
        words: str | None = None,
        *,
        flow: str = "diary_1",
        step: str = "day",
        run: Mapping[str, Any] | None = None,
        part: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> None:
        """An answer with its run; finished and shared with the team unless said otherwise."""
        began = {"opened_at": self.clock.at, "touched_at": self.clock.at, "body": "{}", "state": "finished"}
        own = {"run_id": f"{flow}-{pid}", "step": step, "participant_id": pid, "at": self.clock.at}
        known = {row.id for row in await self.rows(t.runs)}
        if own["run_id"] not in known:
            run_row = {"participant_id": pid, "flow": flow, "version": "v1", "cause": own["run_id"], **began}
            await self.add(t.runs, id=own["run_id"], **{**run_row, **(run or {})})
        area = next(row.area for row in await self.rows(t.participants) if row.id == pid)
        answer = {"flow": flow, "version": "v1", "kind": "text", "vis": "F", "area": area, "locale": "en"}
        await self.add(t.answers, **{**own, **answer, "value": '"text"', **more})
        if words is not None or part:
            await self.add(t.answer_parts, **{**own, "message": "1", "text": words or "", **(part or {})})
            async with self.db.write() as conn:
                await reading_texts.refresh(conn, [(f"{flow}-{pid}", step)])
