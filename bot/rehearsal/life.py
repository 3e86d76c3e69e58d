"""One invented life with a programme: what `bot.due` does for a real person, and what the person does about it.

The script, the engine, the calendar and the wording are the real ones. Nothing is kept but a diary.
"""

from datetime import date, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Final

from bot.rehearsal.chat import Chat, OpenRun, Stage
from bot.rehearsal.diary import Diary, Kind
from bot.rehearsal.people import Character, Habit, Open, act, delay
from flows.calendar import Planned, Standing, next_allowed, plan
from flows.conditions import hold
from flows.definition import Entry, Flow, Step
from flows.dose import PACES, Dose
from flows.engine import open_choices
from flows.events import Tapped
from storage.scenes import Person

BUSY: Final = timedelta(hours=6)
WAIT: Final = timedelta(hours=1)
SITTING: Final = timedelta(minutes=5)
"""Whoever answered so short a time ago is still looking at the chat."""
MARKED: Final = timedelta(hours=1)
"""After a workshop the team notes who was there."""
TRIES: Final = 12
"""Whoever cannot get past a question after so many tries never will."""
NEVER: Final = date.min
AWAY: Final = MappingProxyType({"paused": "Takes a break.", "stopped": "Has left."})


class Life(Chat):
    """Lives from joining until there is nothing more to come."""

    def __init__(self, stage: Stage, character: Character) -> None:
        super().__init__(stage, character)
        self._over: dict[str, date] = {}
        self._unsent: dict[str, str] = {}
        self._asked: tuple[str, int] = ("", 0)  # the prompt they have made up their mind about
        self._answered = self._now - SITTING
        self._replies = 0
        self._begun = 0  # prompts since the first workshop
        self._quirk = False  # STOP or PAUSE was said

    def live(self) -> Diary:
        """All of it."""
        self._at("join", self._now, self._join)
        while self._due:
            key = min(self._due, key=lambda name: (self._due[name][0], name))
            at, deed = self._due.pop(key)
            if at > self._stage.ends:
                break
            self._now = at
            deed()
            self._look()
        return Diary(
            who=self._character.name,
            habit=self._character.habit,
            area=self._character.area,
            notes=tuple(self._notes),
            unsent=self._unsent,
            replies=self._replies,
        )

    # ── milestones ───────────────────────────────────────────────────────────────────────────────────────────
    def _join(self) -> None:
        self._person = Person(
            id=self._character.name,
            area=self._character.area,
            code_name=self._character.name,
            state="joining",
            locale=self._character.locale,
            joined_at=self._now,
            last_heard_at=self._now,
        )
        self._note(Kind.JOINED, "")
        for (area, wave), held in self._stage.workshops.items():
            if area == self._character.area and held.ends_at > self._now:
                self._at(f"attend:{wave}", held.ends_at + MARKED, partial(self._attend, wave))
        self._begin(self._programme.welcome)

    def _attend(self, wave: int) -> None:
        if self._person is None or self._person.state not in ("active", "paused"):
            return
        away = self._character.habit in (Habit.MISSES, Habit.SILENT) if wave == 1 else self._dice.random() < 0.15
        self._attendance[wave] = "missed" if away else "left_early" if self._dice.random() < 0.05 else "attended"
        self._note(Kind.MISSED if away else Kind.CAME, f"workshop {wave}")
        self._plan()

    def _plan(self) -> None:
        """The calendar of this person, made again."""
        person = self._person
        assert person is not None
        standing = Standing(
            joined_at=person.joined_at,
            pace=str(person.facts.get("profile.pace") or "standard"),
            when=str(person.facts.get("profile.when") or "evening"),
            consents={
                name.removeprefix("consent."): str(value)
                for name, value in person.facts.items()
                if name.startswith("consent.")
            },
            attendance=self._attendance,
            already=self._over,
        )
        self._forget("entry:")
        area = self._programme.areas[person.area]
        for row in plan(self._programme, area, self._stage.anchors(area.id), standing, self._now):
            self._place(row)

    def _place(self, row: Planned) -> None:
        assert self._person is not None
        if row.state == "planned":
            self._unsent.pop(row.entry, None)
            entry = next(entry for entry in self._programme.entries if entry.id == row.entry)
            self._at(row.key, row.due, lambda: self._entry(entry, row.expires))
        elif row.due > self._now:
            self._unsent[row.entry] = row.reason
        elif "consent.remind" in self._person.facts:
            self._unsent.setdefault(row.entry, row.reason)  # the reason it had in its time is the better one

    # ── the calendar ─────────────────────────────────────────────────────────────────────────────────────────
    def _entry(self, entry: Entry, expires: datetime | None) -> None:
        allowed = next_allowed(self._now, self._zone.key, self._programme)
        if reason := self._why_not(entry, expires):
            self._over[entry.id], self._unsent[entry.id] = NEVER, reason
        elif allowed > self._now:
            self._at(f"entry:{entry.id}", allowed, lambda: self._entry(entry, expires))
        elif entry.counts and not self._has_room():
            self._plan()
        elif not entry.flow:
            self._broadcast(entry)
        elif self._runs and self._now - self._runs[-1].touched < BUSY:
            self._at(f"entry:{entry.id}", self._now + WAIT, lambda: self._entry(entry, expires))
        else:
            self._prompt(entry)

    def _why_not(self, entry: Entry, expires: datetime | None) -> str:
        person = self._person
        assert person is not None
        template = self._programme.broadcasts.get(entry.broadcast)
        if person.state != "active":
            return AWAY.get(person.state, "Has not agreed to take part.")
        if (template is None or template.needs_consent) and person.facts.get("consent.remind") != "yes":
            return "Has not agreed to get messages between the workshops."
        if expires and expires <= self._now:
            return "It was too late to be of use."
        flow = self._programme.flows.get(entry.flow)
        return "" if flow is None or hold(flow.needs, {}, self._facts()) else "Does not apply to this person."

    def _has_room(self) -> bool:
        assert self._person is not None
        counted = {entry.id for entry in self._programme.entries if entry.counts}
        sent = {name: day for name, day in self._over.items() if name in counted}
        weekly = PACES.get(str(self._person.facts.get("profile.pace")), PACES["standard"])
        return Dose(weekly, sent).free(self._now.astimezone(self._zone).date())

    def _broadcast(self, entry: Entry) -> None:
        self._sent(entry)
        self._note(Kind.BROADCAST, entry.id)
        self._render(lambda: self._stage.wording.broadcast(entry.broadcast, self._locale(), self._values(), 1))

    def _prompt(self, entry: Entry) -> None:
        self._sent(entry)
        for open_run in list(self._runs):
            self._leave(open_run)
        self._note(Kind.PROMPT, entry.id)
        self._begun += bool(self._attendance)
        self._begin(entry.flow, calendar=True)

    def _sent(self, entry: Entry) -> None:
        self._over[entry.id] = self._now.astimezone(self._zone).date()
        self._unsent.pop(entry.id, None)

    # ── at the phone ─────────────────────────────────────────────────────────────────────────────────────────
    def _look(self) -> None:
        """Make up one's mind about a question that was not there before."""
        top = self._runs[-1] if self._runs else None
        if top is None or self._person is None:
            self._due.pop("reply", None)
            return
        prompt = (top.run.id, top.run.asked)
        if prompt == self._asked or top.run.gathering:
            return
        self._asked = prompt
        question = self._question(top)
        wait = None if self._quiet(top) else delay(self._character, question, self._dice)
        if wait is None:
            self._due.pop("reply", None)
        else:
            self._at("reply", self._now + wait, self._reply)

    def _quiet(self, top: OpenRun) -> bool:
        """Whether they have fallen silent for good."""
        return self._character.habit is Habit.DROPS_OUT and top.calendar and self._begun > 1

    def _question(self, top: OpenRun) -> Open:
        flow = self._programme.flows[top.run.flow]
        return Open(
            flow=flow.id,
            step=_step(flow, top.run.step),
            asked=top.run.asked,
            choices=open_choices(flow, top.run, self._facts()),
            tries=top.tries[top.run.step],
            talking=self._now - self._answered < SITTING or flow.id == self._programme.welcome,
        )

    def _reply(self) -> None:
        top = self._runs[-1]
        question = self._question(top)
        self._answered = self._now
        self._replies += 1
        top.tries[top.run.step] += 1
        if top.tries[top.run.step] > TRIES:
            self._note(Kind.FAULT, f"cannot get past {top.run.step} of {top.run.flow}")
            self._leave(top)
        elif word := self._said(top):
            self._begin(self._programme.rights, entry=word)
        else:
            event = act(self._character, question, self._now, self._dice)
            before = (top.run.asked, top.run.gathering)
            self._play(top, event)
            if isinstance(event, Tapped) and (top.run.asked, top.run.gathering) == before:
                self._asked = ("", 0)  # nothing came of it: they look again

    def _said(self, top: OpenRun) -> str:
        """The universal word they write here instead of an answer, once in their life."""
        words = {Habit.STOPS: "STOP", Habit.PAUSES: "PAUSE"}
        word = words.get(self._character.habit, "")
        if self._quirk or not top.calendar or not self._attendance or not top.run.answers:
            return ""
        self._quirk = word in self._programme.flows[self._programme.rights].entries
        return word if self._quirk else ""


def _step(flow: Flow, step_id: str) -> Step:
    return next(step for step in flow.steps if step.id == step_id)
