"""The measurements, in one run and side by side: `make bench`, or `python -m tests.benchmarks --help`."""

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks import databases
from tests.benchmarks.beginning import Beginning, begin
from tests.benchmarks.past import fill
from tests.benchmarks.race import Result, Size, race
from tests.benchmarks.step import measure

Arguments = Callable[[], AbstractContextManager[tuple[str, ...]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Contender:
    """Something to measure. The first one is what the others are compared with."""

    name: str
    durable: str
    module: str
    arguments: Arguments


def machine() -> str:
    """What it is measured on."""
    return f"Python {platform.python_version()}, {os.cpu_count()} processors, {platform.system()} {platform.machine()}"


def load() -> str:
    """How busy the machine is: with anything else running, the numbers are lower than they could be."""
    return f"load {os.getloadavg()[0]:.1f}"


def say(line: str = "") -> None:
    """One line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def row(*cells: object) -> None:
    """One line of a table."""
    say(f"| {' | '.join(str(cell) for cell in cells)} |")


@contextmanager
def in_memory() -> Iterator[tuple[str, ...]]:
    """The arguments of a contender without a database."""
    yield ("{api}",)


@contextmanager
def on_sqlite() -> Iterator[tuple[str, ...]]:
    """Those of ours on a fresh SQLite file."""
    with databases.sqlite() as url:
        yield url, "{api}"


@contextmanager
def on_postgresql() -> Iterator[tuple[str, ...]]:
    """Those of ours on a fresh PostgreSQL database."""
    with databases.postgresql() as url:
        yield url, "{api}"


CONTENDERS = (
    Contender(
        name="python-telegram-bot, ConversationHandler in memory",
        durable="no",
        module="tests.benchmarks.plain",
        arguments=in_memory,
    ),
    Contender(name="Reconvene on SQLite", durable="yes", module="tests.benchmarks.ours", arguments=on_sqlite),
    Contender(name="Reconvene on PostgreSQL", durable="yes", module="tests.benchmarks.ours", arguments=on_postgresql),
)


async def start_up(reflections: int, repeats: int) -> list[Beginning]:
    """Start on a database with a past, several times."""
    with databases.sqlite() as url:
        await fill(url, reflections)
        return [await begin(url) for _ in range(repeats)]


async def races(size: Size, repeats: int, contenders: Sequence[Contender]) -> dict[str, list[Result]]:
    """All contenders in turn, several times, so that a slow minute of the machine meets all of them."""
    found: dict[str, list[Result]] = {one.name: [] for one in contenders}
    for _ in range(repeats):
        for one in contenders:
            with one.arguments() as arguments:
                found[one.name].append(await race(one.module, *arguments, size=size))
    return found


def tell_start_up(found: Sequence[Beginning], reflections: int) -> None:
    """The table of the start."""
    say(f"### Start and rest (SQLite, {reflections:,} past reflections, median of {len(found)})\n")
    row("", "measured", "wanted")
    row("---", "---:", "---:")
    row("start to ready", f"{median(one.seconds for one in found):.2f} s", "< 3 s")
    row("memory at rest", f"{median(one.memory for one in found):.0f} MB", "< 120 MB")
    say()


def tell_races(found: dict[str, list[Result]], size: Size, contenders: Sequence[Contender]) -> None:
    """The table of the conversation."""
    first = median(one.rate for one in found[contenders[0].name])
    repeats = len(found[contenders[0].name])
    say(f"### Six questions, {size.people} people in a closed loop, {size.answers:,} answers, median of {repeats}\n")
    row("", "on disk before the reply", "answers/s", "ratio", "lowest–highest", "processor an answer", "most memory")
    row("---", "---", "---:", "---:", "---:", "---:", "---:")
    for one in contenders:
        runs = found[one.name]
        rates = [run.rate for run in runs]
        spread = f"{min(rates):.0f}–{max(rates):.0f}"
        cost, most = median(run.cost for run in runs), max(run.most_memory for run in runs)
        middle = median(rates)
        row(one.name, one.durable, f"{middle:.0f}", f"{middle / first:.2f}", spread, f"{cost:.2f} ms", f"{most:.0f} MB")
    say()
    wrong = sum(run.kept != size.answers or run.surprises > 0 for runs in found.values() for run in runs)
    say("Every answer was kept, every question came once and in order.\n" if not wrong else f"WRONG in {wrong} runs.\n")


def tell_step() -> None:
    """The table of one step."""
    found = measure()
    say(f"### One step of the engine with its words (the {found.steps} of before_w1 that say something, median)\n")
    row("", "measured", "wanted")
    row("---", "---:", "---:")
    row("ours: an event decided, its messages and buttons worded", f"{found.ours:.0f} µs", "< 150 µs")
    row("plain Jinja2: the same blocks with the same values", f"{found.plain:.0f} µs", "")
    row("ratio", f"{found.ratio:.1f}", "")
    say()


async def tell_shares(size: Size) -> None:
    """The table of where our time goes."""
    with tempfile.TemporaryDirectory() as folder, databases.sqlite() as url:
        file = Path(folder) / "shares.json"
        await race("tests.benchmarks.ours", url, "{api}", str(file), size=size)
        parts = json.loads(file.read_text())["parts"]
    say("### Where the time goes (SQLite, samples of the main thread)\n")
    row("part", "share")
    row("---", "---:")
    for part, share in parts.items():
        row(part, f"{share:.0%}")
    say()


def read_arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """What to measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--conversations", type=int, default=4, help="how many each person has")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--reflections", type=int, default=100_000, help="the past of the database that is started on")
    parser.add_argument("--without", nargs="*", default=[], choices=["start", "step", "races", "postgresql", "shares"])
    return parser.parse_args(given)


async def main(given: Sequence[str] | None = None) -> None:
    """Measure, and print tables."""
    asked = read_arguments(given)
    say(f"{machine()}; {load()}\n")
    if "start" not in asked.without:
        tell_start_up(await start_up(asked.reflections, asked.repeats), asked.reflections)
    if "step" not in asked.without:
        tell_step()
    size = Size(people=asked.people, conversations=asked.conversations)
    contenders = CONTENDERS[:-1] if "postgresql" in asked.without else CONTENDERS
    if "races" not in asked.without:
        tell_races(await races(size, asked.repeats, contenders), size, contenders)
    if "shares" not in asked.without:
        await tell_shares(size)
    say(f"At the end: {load()}.")


if __name__ == "__main__":
    asyncio.run(main())
