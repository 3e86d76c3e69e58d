"""The invented people of the demo: they join, answer after their habits, and some fall silent or leave.

They hold demo phones like everybody else and see no more than what stands on them; which question that is,
they are told, since they cannot read. All they do follows from the seed.
"""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Any, Final

from bot.channels.demo.channel import DemoChannel
from bot.channels.demo.phone import Bubble, Phone
from bot.clock import Clock
from bot.messages import Choice, Content, Shown, Start, Tap, Words
from bot.script import Script
from flows.findings import Notes
from flows.loading_yaml import plain, read_text, read_yaml
from storage import phones
from storage.database import Database

WRITTEN: Final = frozenset({"text", "photo", "location", "contact"})
"""Kinds of question that are answered in words."""
ANY: Final = "any"
OPEN: Final = "open"
SHY: Final = frozenset(
    {
        *("skip", "human", "unsure", "other", "done", "question", "prefer_not", "start_again", "leave"),
        *("not_now", "stop", "call", "change", "add", "as_it_is", "cant_choose"),
    }
)
"""Buttons that nobody here presses while there are others."""

BEGINNING: Final = frozenset({"welcome", "about_you", "before_w1"})
LIVELY: Final = frozenset({"welcome", "about_you"})
"""Conversations that people have in one go, so that a visitor sees them join."""

ANSWERS: Final[Mapping[str, tuple[str, ...]]] = {
    "age": ("adult",),
    "check": ("team",),
    "check_again": ("team",),
    "c_part": ("yes",),
    "c_remind": ("yes",),
    "c_quote": ("yes", "yes", "ask", "no"),
    "how": ("typing",) * 6 + ("voice",) * 3 + ("call",),
    "share": ("team", "team", "team", "group", "group", "me"),
    "eq_intro": ("yes", "yes", "no"),
    "what_you_said": ("keep", "later"),
    "later": ("keep",),
    "review": ("yes",),
    "way": ("short", "short", "next_time"),
    "more": ("all_done", "all_done", "one_more"),
}


class CastFault(Exception):
    """The file of the people cannot be used; the message says where and why."""


class Habit(StrEnum):
    """How somebody takes part."""

    KEEN = "keen"  # at once and at length
    STEADY = "steady"  # most things, within hours
    QUIET = "quiet"  # taps, and writes little
    DROPS_OUT = "drops_out"  # falls silent after the workshop
    STOPS = "stops"  # leaves at the first diary


@dataclass(frozen=True, kw_only=True, slots=True)
class Invented:
    """One of them. `chat` is their phone."""

    chat: str
    name: str
    area: str
    locale: str = "en"
    pace: str = "standard"
    when: str = "evening"
    habit: Habit = Habit.STEADY
    seed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """What stands open on somebody's phone, and which question of which flow it is ("" for a mere message)."""

    token: str
    at: datetime
    flow: str = ""
    step: str = ""
    kind: str = ""
    choices: tuple[Choice, ...] = ()


Pool = Mapping[str, Mapping[str, Sequence[str]]]
"""Answers by step (or flow), then by area."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Which question a run stands at."""

    flow: str
    step: str
    kind: str


Where = Callable[[Collection[str]], Awaitable[Mapping[str, Question]]]
"""Run ids to the questions they stand at."""


# ── what somebody does ───────────────────────────────────────────────────────────────────────────────────────────
def reply(person: Invented, prompt: Prompt, at: datetime, pool: Pool) -> Content | None:
    """What this person does about this prompt by this moment; None: nothing, or nothing yet. Pure."""
    dice = _dice(person, prompt)
    if silent(person, prompt) or at < prompt.at + _delay(person, prompt, dice):
        return None
    if person.habit is Habit.STOPS and prompt.flow.startswith("diary"):
        return Words(text="STOP", message="")
    if prompt.kind in WRITTEN:
        return _write(person, prompt, pool, dice)
    if prompt.kind == "number":
        return Words(text=str(dice.randint(1, 12)), message="")
    if prompt.kind in ("multi", "rank"):
        return _tick(prompt, dice)
    return _press(person, prompt, dice)


def silent(person: Invented, prompt: Prompt) -> bool:
    """Whether this person will never answer this."""
    if person.habit is Habit.DROPS_OUT:
        return prompt.flow not in BEGINNING
    return person.habit is Habit.QUIET and prompt.flow.startswith("diary") and _dice(person, prompt).random() < 0.4


def _dice(person: Invented, prompt: Prompt) -> Random:
    return Random(zlib.crc32(f"{person.seed}:{person.chat}:{prompt.flow}:{prompt.step}:{prompt.token}".encode()))


def _delay(person: Invented, prompt: Prompt, dice: Random) -> timedelta:
    if prompt.flow in LIVELY or prompt.step == "what_you_said":
        return timedelta(seconds=dice.uniform(1, 12))
    least, most = {Habit.KEEN: (5, 600), Habit.QUIET: (3600, 16 * 3600)}.get(person.habit, (300, 3 * 3600))
    return timedelta(seconds=dice.uniform(least, most))


def _write(person: Invented, prompt: Prompt, pool: Pool, dice: Random) -> Content:
    if prompt.step == "name":
        return Words(text=person.name, message="")
    words = _words(person, prompt, pool)
    reticent = 0.85 if prompt.step == "access" else {Habit.QUIET: 0.5, Habit.STEADY: 0.1}.get(person.habit, 0.05)
    if not words or dice.random() < reticent:
        return Words(text="SKIP", message="")
    if person.habit is Habit.KEEN and prompt.flow.startswith("diary") and dice.random() < 0.15:
        return Shown(kind="voice", reference="", message="", seconds=dice.randint(6, 70))
    return Words(text=words[dice.randrange(len(words))], message="")


def _words(person: Invented, prompt: Prompt, pool: Pool) -> Sequence[str]:
    """Answers to this question, from this area and from anywhere."""
    of_step = (
        pool.get(prompt.step) or pool.get(f"{prompt.flow}.{prompt.step}") or pool.get(prompt.flow) or pool.get(OPEN, {})
    )
    return [*of_step.get(person.area, ()), *of_step.get(ANY, ())]


def _tick(prompt: Prompt, dice: Random) -> Content:
    numbers = [n for n, choice in enumerate(prompt.choices, 1) if _key(choice) not in SHY]
    picked = dice.sample(numbers, min(len(numbers), dice.randint(1, 4 if prompt.kind == "multi" else 3)))
    picked = sorted(picked) if prompt.kind == "multi" else picked
    return Words(text=" ".join(map(str, picked)) or "SKIP", message="")


def _press(person: Invented, prompt: Prompt, dice: Random) -> Content | None:
    by_key = {_key(choice): choice.token for choice in prompt.choices}
    if not by_key:
        return None
    own = {"lang": (person.locale,), "time_of_day": (person.when,), "pace": (person.pace,)}
    wanted = [key for key in own.get(prompt.step, ANSWERS.get(prompt.step, ())) if key in by_key]
    candidates = wanted or [key for key in by_key if key not in SHY] or list(by_key)
    return Tap(token=by_key[dice.choice(candidates)])


def _key(choice: Choice) -> str:
    return choice.token.rsplit(".", 1)[-1]


# ── all of them at their phones ──────────────────────────────────────────────────────────────────────────────────
@dataclass(kw_only=True, slots=True)
class Cast:
    """The people and their phones. `where` tells which questions stand open."""

    people: Sequence[Invented]
    pool: Pool
    channel: DemoChannel
    where: Where
    _answered: set[tuple[str, str]] = field(default_factory=set)  # (chat, token): each prompt is answered once

    async def join(self, codes: Mapping[str, str], over: timedelta = timedelta(seconds=60)) -> None:
        """Everybody opens the link of their area, one after the other."""
        pause = over.total_seconds() / max(1, len(self.people))
        for person in sorted(self.people, key=lambda p: zlib.crc32(p.chat.encode())):
            await self.channel.do(person.chat, Start(code=codes[person.area]))
            await asyncio.sleep(pause)

    async def round(self, at: datetime) -> int:
        """Everybody looks at their phone once and does what they would have done by now; how many did something."""
        open_on = {person.chat: bubble for person in self.people if (bubble := self._open(person.chat))}
        runs = {chat: run for chat, bubble in open_on.items() if (run := _run(bubble))}
        questions = await self.where(set(runs.values())) if runs else {}
        deeds: list[Awaitable[None]] = []
        for person in self.people:
            if bubble := open_on.get(person.chat):
                content = reply(person, _prompt(bubble, questions.get(runs.get(person.chat, ""))), at, self.pool)
                if content is not None:
                    self._answered.add((person.chat, bubble.token))
                    deeds.append(self._do(person.chat, content))
        await asyncio.gather(*deeds)
        return len(deeds)

    async def run(self, clock: Clock) -> None:
        """Look at all phones every second until cancelled."""
        while True:
            await self.round(clock.now())
            await asyncio.sleep(1)

    def _open(self, chat: str) -> Bubble | None:
        phone = self.channel.phones.get(chat)
        bubble = _newest_question(phone) if phone and not phone.blocked else None
        return bubble if bubble and (chat, bubble.token) not in self._answered else None

    async def _do(self, chat: str, content: Content) -> None:
        await self.channel.do(chat, content)
        if isinstance(content, Shown) or (isinstance(content, Words) and " " in content.text and not _numbers(content)):
            await self.channel.say(chat, "DONE")  # an open answer may go on; this one does not


def _newest_question(phone: Phone) -> Bubble | None:
    return next((bubble for bubble in reversed(phone.bubbles) if bubble.token), None)


def _numbers(content: Words) -> bool:
    return content.text.replace(" ", "").isdecimal()


def _run(bubble: Bubble) -> str:
    kind, _, rest = bubble.token.partition(".")
    return rest.partition(".")[0] if kind == "r" else ""


def _prompt(bubble: Bubble, question: Question | None) -> Prompt:
    found = question or Question(flow="", step="", kind="")
    return Prompt(
        token=bubble.token,
        at=bubble.at,
        flow=found.flow,
        step=found.step,
        kind=found.kind,
        choices=bubble.choices,
    )


def whereabouts(db: Database, script: Script) -> Where:
    """Looks up which questions runs stand at."""

    async def where(run_ids: Collection[str]) -> Mapping[str, Question]:
        async with db.read() as conn:
            found = await phones.standing(conn, run_ids)
        return {run: _question(script, at) for run, at in found.items()}

    return where


def _question(script: Script, at: phones.Standing) -> Question:
    steps = script.flow(at.version).steps
    kind = next((step.kind for step in steps if step.id == at.step), "")
    return Question(flow=at.flow, step=at.step, kind=kind)


# ── where they come from ─────────────────────────────────────────────────────────────────────────────────────────
def load_cast(path: Path, seed: int = 1) -> tuple[tuple[Invented, ...], Pool]:
    """The people of a programme's sample, and the pool of what they say."""
    notes = Notes()
    source = read_text(path, path.name, notes)
    node = read_yaml(source, path.name, notes) if source is not None else None
    document: Any = plain(node) if node is not None else None
    if notes.found:
        raise CastFault(str(notes.found[0]))
    if not isinstance(document, dict) or not isinstance(document.get("people"), list):
        raise CastFault(f"{path.name}: there is no list of people")
    people = tuple(_invented(n, row, seed) for n, row in enumerate(document["people"], 1))
    return people, document.get("pool", {})


def _invented(number: int, row: Mapping[str, str], seed: int) -> Invented:
    try:
        return Invented(
            chat=f"invented-{number:02}",
            name=row["name"],
            area=row["area"],
            locale=row.get("locale", "en"),
            pace=row.get("pace", "standard"),
            when=row.get("when", "evening"),
            habit=Habit(row.get("habit", "steady")),
            seed=seed,
        )
    except (KeyError, ValueError) as error:
        raise CastFault(f"person number {number}: {error}") from error
