"""What takes a moment to read is read once, beside the program's own work: the folder checked, the reading ages."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from bot.book import syllables
from bot.check import Report, check, read_aloud
from bot.script import Script
from bot.storyboard import Ages
from flows.definition import Programme
from flows.principles.book import MESSAGE
from flows.principles.reading import age, words
from flows.principles.sheet import sheet

Mark = tuple[tuple[str, int, int], ...]
"""What tells a changed folder from the one that was read: its files with their times and sizes."""
KEPT: Final = 4
FRESH: Final = timedelta(minutes=5)
"""So long a count is told again: it takes a look at all answers, and a picture is no clock."""
COUNTS: Final = 40
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Lying:
    """What lies in the programme's folder. `reason`: why it cannot be said; then there is nothing else."""

    reason: str = ""
    report: Report | None = None
    script: Script | None = None

    @property
    def programme(self) -> Programme | None:
        """The programme in the folder, as far as it could be read."""
        return self.report.programme if self.report else None

    @property
    def sound(self) -> bool:
        """Whether it could be published."""
        return self.report is not None and self.report.programme is not None and not self.report.errors


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted(Generic[T]):
    """What was counted, and when."""

    at: datetime
    value: T


class Bookshelf:
    """Keeps what was read until it changes. `folder`: where the programme was read from, if that is known."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._mark: Mark = ()
        self._lying: Lying | None = None
        self._ages: dict[str, Ages] = {}
        self._one = asyncio.Lock()
        self._counts: dict[tuple[str, ...], Counted[Any]] = {}
        self._counting = asyncio.Lock()

    async def lying(self, today: date) -> Lying:
        """The folder, checked; again only when a file of it has changed."""
        if self._folder is None:
            return Lying(reason="This program was started without a folder to look into.")
        async with self._one:
            try:
                mark = await asyncio.to_thread(_mark, self._folder)
            except OSError as error:
                return Lying(reason=f"The folder {self._folder} cannot be read: {error.strerror}.")
            if self._lying is None or mark != self._mark:
                self._lying, self._mark = await asyncio.to_thread(_look, self._folder, today), mark
            return self._lying

    async def ages(self, programme: Programme) -> Ages:
        """The reading age of every message of this programme."""
        async with self._one:
            if programme.version not in self._ages:
                found = await asyncio.to_thread(_read_ages, programme)
                kept = list(self._ages.items())[1 - KEPT :]
                self._ages = {**dict(kept), programme.version: found}
            return self._ages[programme.version]

    async def counted(self, what: tuple[str, ...], now: datetime, count: Callable[[], Awaitable[T]]) -> Counted[T]:
        """What was counted a moment ago, or is counted now. `what` names all that it depends on, whose areas, too."""
        async with self._counting:
            known: Counted[T] | None = self._counts.get(what)
            if known is None or not timedelta() <= now - known.at < FRESH:
                known = Counted(at=now, value=await count())
                older = [(key, one) for key, one in self._counts.items() if key != what]
                self._counts = {**dict(older[1 - COUNTS :]), what: known}
            return known


def hardest(ages: Ages) -> Mapping[str, float]:
    """The reading age of the hardest message of each flow."""
    found: dict[str, float] = {}
    for (flow, _, _), years in ages.items():
        found[flow] = max(years, found.get(flow, 0.0))
    return found


def _mark(folder: Path) -> Mark:
    if not (folder / "programme.yaml").is_file():
        raise FileNotFoundError(2, "there is no programme.yaml in it")
    return tuple(sorted(_files(folder)))


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    for path in folder.rglob("*"):
        if path.suffix in (".yaml", ".j2", ".ogg"):
            known = path.stat()
            yield str(path.relative_to(folder)), known.st_mtime_ns, known.st_size


def _look(folder: Path, today: date) -> Lying:
    report = check(folder, today=today)
    return Lying(report=report, script=Script(report.programme) if report.programme else None)


def _read_ages(programme: Programme) -> Ages:
    """Of messages long enough to judge, the hardest way they can be said."""
    short = sheet().limits["short_message"]
    found: dict[tuple[str, str, str], float] = {}
    for saying in read_aloud(programme):
        years = [age(text, syllables) for text in saying.texts if len(words(text)) >= short]
        if saying.kind == MESSAGE and saying.flow and saying.own and years:
            found[saying.flow, saying.locale, saying.step] = max(0.0, *years)
    return found
