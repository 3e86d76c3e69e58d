"""One invented life with a programme: when they look at their phone, and what they do about what stands there.

What the programme does is what it does for everybody (`bot.hearing`, `bot.due`). Nothing is kept but a diary.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Final

from bot import joining
from bot.messages import Tap, Words
from bot.rehearsal.chat import Chat
from bot.rehearsal.diary import Diary, Kind
from bot.rehearsal.people import Character, Habit, Open, act, delay
from bot.rehearsal.stage import Stage
from bot.turn import Turn
from flows.definition import Flow, Step
from flows.engine import open_choices
from storage.scenes import OpenRun

SITTING: Final = timedelta(minutes=5)
"""Whoever answered so short a time ago is still looking at the chat."""
MARKED: Final = timedelta(hours=1)
"""After a workshop the team notes who was there."""
TRIES: Final = 12
"""Whoever cannot get past a question after so many tries never will."""
CRIES: Final = 2
"""So often somebody says what people should hear at once."""


class Life:
    """Lives from joining until there is nothing more to come."""

    def __init__(self, stage: Stage, character: Character) -> None:
        self._stage = stage
        self._programme = stage.script.programme
        self._character = character
        self._dice = Random(character.seed)
        self._chat = Chat(stage, character.name, character.joins)
        self._paper = self._chat.paper
        self._scene = self._chat.scene
        self._meetings = self._ahead()
        self._glance: datetime | None = None  # when they look at their phone next
        self._asked: tuple[str, int] = ("", 0)  # the prompt they have made up their mind about
        self._answered = character.joins - SITTING
        self._tries: dict[tuple[str, str], int] = {}
        self._replies = 0
        self._quirk = False  # STOP or PAUSE was said

    def _ahead(self) -> list[tuple[datetime, int]]:
        held = self._stage.workshops.values()
        mine = [workshop for workshop in held if workshop.area == self._character.area]
        return sorted((one.ends_at + MARKED, one.wave) for one in mine if one.ends_at > self._character.joins)

    async def live(self) -> Diary:
        """All of it."""
        await self._chat.turn(self._come_in)
        self._paper.note(Kind.JOINED, "")
        self._look()
        while await self._next():
            self._look()
        return Diary(
            who=self._character.name,
            habit=self._character.habit,
            area=self._character.area,
            notes=tuple(self._paper.notes),
            unsent=self._paper.reasons(),
            replies=self._replies,
            refused=self._paper.refused,
            script=tuple(self._paper.script),
        )

    async def _come_in(self, turn: Turn) -> None:
        await joining.come_in(turn, self._character.area, self._character.name, self._character.name)

    async def _next(self) -> bool:
        """The next thing that happens; False when nothing more does."""
        deadline = self._paper.next()
        moments = [
            (deadline.due_at, 0) if deadline else None,
            (self._meetings[0][0], 1) if self._meetings else None,
            (self._glance, 2) if self._glance else None,
        ]
        at, what = min((moment for moment in moments if moment), default=(self._stage.ends, -1))
        if what < 0 or at > self._stage.ends:
            return False
        self._paper.now = max(self._paper.now, at)
        if deadline and what == 0:
            await self._chat.rings(deadline)
        elif what == 1:
            await self._attend(self._meetings.pop(0)[1])
        else:
            self._glance = None
            await self._reply()
        return True

    # ── the workshop ─────────────────────────────────────────────────────────────────────────────────────────
    async def _attend(self, wave: int) -> None:
        person = self._scene.person
        if person is None or person.state not in ("active", "paused"):
            return
        away = self._character.habit in (Habit.MISSES, Habit.SILENT) if wave == 1 else self._dice.random() < 0.15
        left = not away and self._dice.random() < 0.05
        self._scene.attendance[wave] = "missed" if away else "left_early" if left else "attended"
        self._paper.note(Kind.MISSED if away else Kind.CAME, f"workshop {wave}")
        await self._paper.replan(person)

    # ── at the phone ─────────────────────────────────────────────────────────────────────────────────────────
    def _look(self) -> None:
        """Make up one's mind about a question that was not there before."""
        top = self._scene.runs[-1] if self._scene.runs else None
        if top is None or self._scene.person is None or self._scene.talk:
            self._glance, self._asked = None, ("", 0)
            return
        prompt = (top.run.id, top.run.asked)
        if prompt == self._asked or top.run.gathering:
            return
        self._asked = prompt
        wait = None if self._silent(top) else delay(self._character, self._question(top), self._dice)
        self._glance = None if wait is None else self._paper.now + wait

    def _silent(self, top: OpenRun) -> bool:
        """Whether they have fallen silent for good."""
        return self._character.habit is Habit.DROPS_OUT and bool(top.entry) and self._chat.prompts_since_workshop > 1

    def _question(self, top: OpenRun) -> Open:
        flow = self._programme.flows[top.run.flow]
        return Open(
            flow=flow.id,
            step=_step(flow, top.run.step),
            token=f"r.{top.run.id}.{top.run.asked}",
            choices=open_choices(flow, top.run, self._chat.facts(flow)),
            tries=self._tries.get((top.run.id, top.run.step), 0),
            talking=self._paper.now - self._answered < SITTING or flow.id == self._programme.welcome,
            calm=self._chat.cries >= CRIES,
        )

    async def _reply(self) -> None:
        top = self._scene.runs[-1]
        question = self._question(top)
        self._answered = self._paper.now
        self._replies += 1
        tries = self._tries[top.run.id, top.run.step] = question.tries + 1
        if tries > TRIES:
            self._paper.note(Kind.FAULT, f"cannot get past {top.run.step} of {top.run.flow}")
            await self._chat.leaves(top)
            return
        word = self._word(top)
        content = Words(text=word, message="") if word else act(self._character, question, self._paper.now, self._dice)
        before = (top.run.asked, top.run.gathering)
        await self._chat.says(content)
        if isinstance(content, Tap) and (top.run.asked, top.run.gathering) == before:
            self._asked = ("", 0)  # nothing came of it: they look again

    def _word(self, top: OpenRun) -> str:
        """The universal word they write here instead of an answer, once in their life."""
        words = {Habit.STOPS: "STOP", Habit.PAUSES: "PAUSE"}
        word = words.get(self._character.habit, "")
        if self._quirk or not top.entry or not self._scene.attendance or not top.run.answers:
            return ""
        self._quirk = word in self._programme.flows[self._programme.rights].entries
        return word if self._quirk else ""


def _step(flow: Flow, step_id: str) -> Step:
    return next(step for step in flow.steps if step.id == step_id)
