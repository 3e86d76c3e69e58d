"""The invented team of the demo: it notes who came, prepares workshop 2 out of what people said, and asks for replies.

It uses the commands that every team has, under names that say it is invented. Somebody who holds the demo's phone finds
their own words in the agenda, if they shared them with the group.
"""

import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from bot.cast import CastFault
from bot.facilitation import Facilitation, Mistake
from bot.facilitation.agenda import Changed
from bot.rights import Kind, Staff
from flows.agenda import FEWEST, KeyIssue
from flows.findings import Notes
from flows.loading_yaml import plain, read_text, read_yaml
from flows.signs import signs
from storage.reflections import Reflection
from storage.workshops import Workshop

MARKS: Final = timedelta(hours=1)
"""After a workshop the team notes who was there."""
PREPARES: Final = timedelta(days=9)
"""So long before workshop 2: a day before its first conversation."""
ASKS: Final = timedelta(days=1)
HEARS: Final = timedelta(days=10)
"""After workshop 2 the owners are asked, and answer."""
SOON: Final = timedelta(days=12)
LONG: Final = timedelta(days=90)
"""Owners have long for what they do. One that says nothing was asked to speak soon: shown as silent in the news."""
DRAFTS: Final = timedelta(days=13)
"""So long before workshop 2 it writes the first key issue down in one area, for all to look at."""
MODERATES: Final = timedelta(hours=1)
SEES_TO: Final = timedelta(days=1)
"""What people ask for is seen to within a day …"""
BEHIND: Final = 9
"""… but one request in so many waits on somebody's desk, as it does."""
WORDS: Final = range(5, 31)
"""A quote of so many words says something, and can be read."""
ASSET: Final = "place_name"
LONGEST_NAME: Final = 60
FEW: Final = 6
"""So many answers about one thing are read closely."""
MANY: Final = 12
"""So many answers at most are tried for a quote."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plans:
    """What the team makes of it; the file `sample/agenda.yaml` of a programme."""

    team: tuple[Staff, ...]
    scope: Mapping[str, Any]
    issues: Mapping[str, Mapping[str, Any]]  # cause → how it is called, who decides, who answers


def load_plans(path: Path) -> Plans | None:
    """Read them. None: this programme has no such team. Raises `CastFault` for a file that cannot be used."""
    if not path.is_file():
        return None
    notes = Notes()
    text = read_text(path, path.name, notes)
    root = read_yaml(text, path.name, notes) if text is not None else None
    found = plain(root) if root else None
    if not isinstance(found, dict) or not {"team", "scope", "issues"} <= found.keys():
        raise CastFault(f"{path} needs team, scope and issues.")
    team = tuple(Staff(name=name, kind=Kind.OPERATOR) for name in found["team"])
    return Plans(team=team, scope=found["scope"], issues=found["issues"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """Something the team does at a time, once."""

    at: datetime
    what: str
    area: str
    wave: int


@dataclass(kw_only=True, slots=True)
class Team:
    """`invented` tells the code names of the cast, so that the words of others come first."""

    office: Facilitation
    plans: Plans
    phrases: Mapping[str, str]
    invented: Callable[[], Awaitable[frozenset[str]]]
    _done: set[tuple[str, str, int]] = field(default_factory=set)
    _drafted: set[str] = field(default_factory=set)
    _looked: datetime | None = None

    async def next(self) -> datetime | None:
        """When there is something to do."""
        return min((duty.at for duty in await self._duties()), default=None)

    async def see_to(self, now: datetime) -> None:
        """Do what is due."""
        for duty in sorted(await self._duties(), key=lambda duty: duty.at):
            if duty.at <= now:
                self._done.add((duty.what, duty.area, duty.wave))
                await self._do(duty)
        if self._looked is None or now - self._looked >= MODERATES:
            self._looked = now
            await self._moderate()
            await self._answer_requests(now)

    async def _moderate(self) -> None:
        for statement in await self.office.statements(self.plans.team[0], state="waiting"):
            if not _waits(statement.id):
                await self.office.approve_statement(self.plans.team[0], statement.id)

    async def _answer_requests(self, now: datetime) -> None:
        """Calls are made, cases seen to; what is left waits for whoever looks at the demo."""
        who = self.plans.team[0]
        for case in await self.office.cases(who):
            if now - case.opened_at >= SEES_TO and not _waits(str(case.id)):
                await self.office.close_case(who, case.id, "helped")
        for task in await self.office.tasks(who):
            if now - task.created_at >= SEES_TO and not _waits(str(task.id)):
                await self.office.done(who, task.id)

    async def _duties(self) -> list[Duty]:
        found = await self.office.workshops(self.plans.team[0])
        return [
            duty
            for workshop in found
            for duty in _duties(workshop)
            if (duty.what, duty.area, duty.wave) not in self._done
        ]

    async def _do(self, duty: Duty) -> None:
        match duty.what:
            case "attendance":
                await self.office.attend(self.plans.team[0], duty.area, duty.wave, "attended")
            case "draft":
                await self._draft(duty.area)
            case "agenda":
                await self._prepare(duty)
            case "owners":
                await self._ask(duty)
            case "replies":
                await self._hear(duty.area)

    # ── the agenda ───────────────────────────────────────────────────────────────────────────────────────────
    async def _draft(self, area: str) -> None:
        """The first key issue of the first area: its evidence is gathered, the rest is open."""
        who = self.plans.team[0]
        if area != next(iter(self.office.programme.areas)) or await self.office.issues(who, [area]):
            return
        said = await self._by_cause(area)
        await self._code(said)
        for cause in list(said)[:1]:
            issue = await self.office.add_issue(who, area, str(self.plans.issues[cause]["title"]))
            await self.office.link_issue(who, area, issue.number, [row.id for row in said[cause]])
            self._drafted.add(issue.id)

    async def _code(self, said: Mapping[str, Sequence[Reflection]]) -> None:
        """Both read the same answers, each for themselves; now and then they see something else in one."""
        first, second = self.plans.team[:2]
        causes = list(said)
        for row in [row for rows in said.values() for row in rows[:FEW]]:
            found = [cause for cause in signs(_text(row), self.phrases) if cause in said]
            await self.office.code(first, row.id, [f"frame:{found[0]}"])
            other = causes[zlib.crc32(row.id.encode()) % len(causes)] if _waits(row.id) else found[-1]
            await self.office.code(second, row.id, [f"frame:{other}"])

    async def _prepare(self, duty: Duty) -> None:
        """Three key issues out of what people said, what can be decided, and the approval of two."""
        who, area = self.plans.team[0], duty.area
        found = await self.office.issues(who, [area])
        if any(issue.approved_by or issue.id not in self._drafted for issue in found):
            return  # somebody else is at it
        for issue in found:
            await self.office.drop_issue(who, area, issue.number)
        said = await self._by_cause(area)
        assets = await self._assets(area)
        for cause, rows in said.items():
            if len(await self.office.issues(who, [area])) < FEWEST:
                issue = await self.office.add_issue(who, area, str(self.plans.issues[cause]["title"]))
                await self._fill(issue, cause, rows, assets[issue.number - 1 : issue.number])
                await self._approve(issue)
        about = {name: value for name, value in self.plans.scope.items() if name != "days"}
        day = duty.at.date() + PREPARES + timedelta(days=int(self.plans.scope["days"]))
        await self.office.set_scope(who, area, **about, decided_on=day)

    async def _assets(self, area: str) -> list[str]:
        """Places and people that were named, each once."""
        rows = await self.office.evidence(self.plans.team[0], area)
        named = [
            _text(row) for row in rows if row.step == ASSET and signs(_text(row), self.phrases)[:1] != ("dont_know",)
        ]
        return [name.rstrip(".") for name in dict.fromkeys(named) if len(name) <= LONGEST_NAME]

    async def _by_cause(self, area: str) -> Mapping[str, list[Reflection]]:
        """What people said, by what it is about: what most people spoke of comes first, a visitor's own before that."""
        invented = await self.invented()
        found: dict[str, list[Reflection]] = {cause: [] for cause in self.plans.issues}
        for row in await self.office.evidence(self.plans.team[0], area):
            for cause in () if row.step == ASSET else signs(_text(row), self.phrases):
                if cause in found:
                    found[cause].append(row)

        def weight(cause: str) -> tuple[bool, int]:
            shared = {row.code_name for row in found[cause] if row.share == "group"}
            return bool(shared - invented), len({row.code_name for row in found[cause]})

        def order(row: Reflection) -> tuple[bool, int]:
            return row.code_name in invented, len(signs(_text(row), self.phrases))

        for rows in found.values():
            rows.sort(key=order)  # a visitor's own words first, then those that speak of nothing else
        return {cause: found[cause] for cause in sorted(found, key=weight, reverse=True) if found[cause]}

    async def _fill(self, issue: KeyIssue, cause: str, said: Sequence[Reflection], assets: Sequence[str]) -> None:
        who, plan = self.plans.team[0], self.plans.issues[cause]
        await self.office.link_issue(who, issue.area, issue.number, [row.id for row in said])
        changed = Changed(
            frames=(cause,),
            chain=tuple(plan["chain"]),
            decided_by=tuple(plan["decided_by"]),
            joined_by=tuple(plan["joined_by"]),
            known_before="new",
            origin="participants",
        )
        changed |= Changed(assets=tuple(assets)) if assets else Changed(no_assets=True)
        await self.office.edit_issue(who, issue.area, issue.number, **changed)
        await self._quote(issue, said)

    async def _quote(self, issue: KeyIssue, said: Sequence[Reflection]) -> None:
        """The first who let us use their words; what is no quote yet stays open, as it would in real life."""
        short = [row for row in said if row.share == "group" and len(_text(row).split()) in WORDS]
        for row in short[:MANY]:
            try:
                await self.office.quote_issue(self.plans.team[0], issue.area, issue.number, row.id, row.parts[0].text)
                return
            except Mistake:
                continue  # they did not agree to be quoted

    async def _approve(self, issue: KeyIssue) -> None:
        """Both of them; what still lacks something is taken off the list, so that the workshop is not held up."""
        try:
            for who in self.plans.team:
                await self.office.approve_issue(who, issue.area, issue.number)
        except Mistake:
            await self.office.drop_issue(self.plans.team[0], issue.area, issue.number)

    # ── who answers ──────────────────────────────────────────────────────────────────────────────────────────
    async def _ask(self, duty: Duty) -> None:
        who = self.plans.team[0]
        for issue in await self.office.issues(who, [duty.area]):
            plan = self._plan(issue)
            if plan and issue.approved:
                level, due = issue.decided_by[0], duty.at.date() + (LONG if plan.get("position") else SOON)
                await self.office.ask_owner(who, duty.area, issue.number, owner=plan["owner"], level=level, due_on=due)

    async def _hear(self, area: str) -> None:
        issues = {issue.id: issue for issue in await self.office.issues(self.plans.team[0], [area])}
        for one in await self.office.commitments(self.plans.team[0], [area]):
            plan = self._plan(issues[one.commitment.issue_id])
            if plan and plan.get("position") and not one.commitment.position:
                said = {name: str(plan[name]) for name in ("position", "reply", "reason") if plan.get(name)}
                await self.office.hear_owner(self.plans.team[0], one.commitment.id, **said)  # type: ignore[arg-type]

    def _plan(self, issue: KeyIssue) -> Mapping[str, Any]:
        return next((self.plans.issues[cause] for cause in issue.frames if cause in self.plans.issues), {})


def _duties(workshop: Workshop) -> Iterator[Duty]:
    area, wave = workshop.area, workshop.wave
    yield Duty(at=workshop.ends_at + MARKS, what="attendance", area=area, wave=wave)
    if wave > 1:
        noon = datetime.combine((workshop.starts_at - PREPARES).date(), time(12), tzinfo=workshop.starts_at.tzinfo)
        yield Duty(at=noon - (DRAFTS - PREPARES), what="draft", area=area, wave=wave)
        yield Duty(at=noon, what="agenda", area=area, wave=wave)
        yield Duty(at=workshop.ends_at + ASKS, what="owners", area=area, wave=wave)
        yield Duty(at=workshop.ends_at + HEARS, what="replies", area=area, wave=wave)


def _waits(what: str) -> bool:
    """Whether this is what stays on the desk."""
    return zlib.crc32(what.encode()) % BEHIND == 0


def _text(row: Reflection) -> str:
    return "\n".join(part.text for part in row.parts).strip()
