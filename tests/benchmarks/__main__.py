"""The measurements, in one run and side by side: `make bench`, or `python -m tests.benchmarks --help`."""

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

from tests.benchmarks import databases
from tests.benchmarks.beginning import Beginning, begin
from tests.benchmarks.contenders import ALL, BOTS, PLAIN, POSTGRESQL, SQLITE, Contender
from tests.benchmarks.growth import BATCHES, grow
from tests.benchmarks.mailings import mailings
from tests.benchmarks.pages import PEOPLE, pages
from tests.benchmarks.past import EACH, fill
from tests.benchmarks.race import Command, Result, Size, race
from tests.benchmarks.report import Report
from tests.benchmarks.step import measure
from tests.benchmarks.survival import Survival, survive

Section = Callable[[Report, argparse.Namespace], Awaitable[None]]


async def start(report: Report, asked: argparse.Namespace) -> None:
    """From the command to the first question for messages, on a database with a past."""
    with databases.sqlite() as url:
        await fill(url, asked.reflections)
        found: list[Beginning] = [await begin(url) for _ in range(asked.repeats)]
    with report.section(
        "start", f"Start and rest (SQLite, {asked.reflections:,} past reflections, median of {len(found)})"
    ):
        report.head("", "measured", "wanted")
        report.row("start to ready", f"{median(one.seconds for one in found):.2f} s", "< 3 s")
        report.row("memory at rest", f"{median(one.memory for one in found):.0f} MB", "< 120 MB")
        report.say()


async def step(report: Report, _: argparse.Namespace) -> None:
    """One step of the engine with its words, beside plain Jinja2."""
    found = measure()
    title = f"One step of the engine with its words (the {found.steps} of before_w1 that say something, median)"
    with report.section("step", title):
        report.head("", "measured", "wanted")
        report.row("ours: an event decided, its messages and buttons worded", f"{found.ours:.0f} µs", "< 150 µs")
        report.row("plain Jinja2: the same blocks with the same values", f"{found.plain:.0f} µs", "")
        report.row("ratio", f"{found.ratio:.1f}", "")
        report.say()


def chosen(asked: argparse.Namespace, among: Sequence[Contender]) -> tuple[list[Contender], list[Contender]]:
    """Those that are measured, and those that cannot be measured here."""
    wanted = [one for one in among if not (asked.without_postgresql and one is POSTGRESQL)]
    if asked.few:
        wanted = [one for one in wanted if one in (PLAIN, SQLITE)]
    return [one for one in wanted if not one.absent()], [one for one in wanted if one.absent()]


async def races(report: Report, asked: argparse.Namespace) -> None:
    """All contenders in turn, several times, so that a slow minute of the machine meets all of them."""
    size = Size(people=asked.people, conversations=asked.conversations)
    here, absent = chosen(asked, ALL)
    found: dict[str, list[Result]] = {one.name: [] for one in here}
    title = (
        f"Six questions, {size.people:,} people in a closed loop, {size.answers:,} answers, median of {asked.repeats}"
    )
    with report.section("races", title):
        for _ in range(asked.repeats):
            for one in here:
                with one.make() as command:
                    found[one.name].append(await race(command, size))
        tell_races(report, here, found, size)
        for one in absent:
            report.row(one.name, one.durable, one.absent(), "", "", "", "", "")
        report.say()
        wrong = [name for name, runs in found.items() if any(run.kept != size.answers or run.surprises for run in runs)]
        told = (
            f"WRONG: {', '.join(wrong)}." if wrong else "Every answer was kept, every question came once and in order."
        )
        report.say(f"{told}\n")


def tell_races(report: Report, here: Sequence[Contender], found: Mapping[str, Sequence[Result]], size: Size) -> None:
    """A row for each contender."""
    rates = {name: median(run.rate for run in runs) for name, runs in found.items()}
    floor = rates.get("the floor: raw SQLite, raw HTTP")
    report.head(
        "",
        "on disk before the reply",
        "answers/s",
        "ratio",
        "of the floor",
        "lowest–highest",
        "processor an answer",
        "most memory",
    )
    for one in here:
        runs = found[one.name]
        spread = f"{min(run.rate for run in runs):.0f}–{max(run.rate for run in runs):.0f}"
        rate, cost = rates[one.name], median(run.cost for run in runs)
        ratio, share = f"{rate / rates[here[0].name]:.2f}", f"{rate / floor:.2f}" if floor else ""
        memory = f"{max(run.most_memory for run in runs):.0f} MB"
        report.row(one.name, one.durable, f"{rate:.0f}", ratio, share, spread, f"{cost:.2f} ms", memory)


async def kills(report: Report, asked: argparse.Namespace) -> None:
    """Everybody mid-conversation, kill -9, start again."""
    here, absent = chosen(asked, BOTS)
    title = f"{asked.survivors} people mid-conversation, kill -9 once half of the answers are given, started again"
    with report.section("kills", title):
        report.head("", "people who finish", "answers lost", "messages read twice", "out of turn")
        for one in here:
            with one.make() as command:
                tell_survival(report, one, await survive(command, asked.survivors, asked.quiet))
        for one in absent:
            report.row(one.name, one.absent(), "", "", "")
        report.say()


def tell_survival(report: Report, one: Contender, found: Survival) -> None:
    """The row of one contender."""
    finished = f"{found.finished} of {found.people}" if found.begun_again else "does not start again"
    report.row(one.name, finished, found.lost, found.doubled, found.out_of_turn)


async def shares(report: Report, asked: argparse.Namespace) -> None:
    """Where our time goes."""
    with databases.sqlite() as url, databases.folder() as folder:
        file = folder / "shares.json"
        command = Command(module="tests.benchmarks.ours", arguments=(url, "{api}", "--shares", str(file)))
        found = await race(command, Size(people=asked.people, conversations=asked.conversations))
        parts = json.loads(file.read_text())["parts"]
    micros = found.seconds / found.answers * 1e6
    with report.section("shares", "Where the time goes (SQLite, samples of the main thread)"):
        report.head("part", "share", "of an answer")
        for part, share in parts.items():
            report.row(part, f"{share:.0%}", f"{share * micros:.0f} µs")
        report.row("all", "100%", f"{micros:.0f} µs")
        report.say()


async def growth(report: Report, asked: argparse.Namespace) -> None:
    """The same turns with few and with many people and answers around them."""
    found = await grow(asked.sizes, asked.rounds)
    fewest = found[asked.sizes[0]]
    with report.section(
        "growth", f"What a turn costs as the dialogue grows (SQLite, median of {asked.rounds - 1} rounds)"
    ):
        heads = [f"{size} at a time" for size in BATCHES for _ in range(2)]
        report.head(
            "participants", "answers", *[f"{head}{of}" for head, of in zip(heads, ("", ", ratio") * 2, strict=True)]
        )
        for people, costs in found.items():
            cells = [(f"{costs[size]:.0f} µs", f"{costs[size] / fewest[size]:.2f}") for size in BATCHES]
            report.row(f"{people:,}", f"{people * EACH:,}", *[cell for pair in cells for cell in pair])
        report.say()


async def console(report: Report, asked: argparse.Namespace) -> None:
    """The console's pages, with all that was said behind them."""
    where = {"SQLite": databases.sqlite}
    if not asked.without_postgresql:
        where["PostgreSQL"] = databases.postgresql
    found = {}
    for name, database in where.items():
        with database() as url:
            found[name] = await pages(url, asked.reflections, asked.looks)
    title = f"The console's pages ({asked.reflections:,} reflections of {PEOPLE:,} people, {asked.looks} looks each)"
    with report.section("pages", title):
        report.head("", *[f"{name}, {of}" for name in found for of in ("median", "p95")])
        for page in next(iter(found.values())):
            took = [each[page] for each in found.values()]
            report.row(page, *[f"{ms:.0f} ms" for one in took for ms in (one.median, one.p95)])
        report.say()


SECTIONS: Mapping[str, Section] = {
    "start": start,
    "step": step,
    "races": races,
    "kills": kills,
    "mail": mailings,
    "growth": growth,
    "shares": shares,
    "pages": console,
}


def read_arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """What to measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="*", default=list(SECTIONS), choices=list(SECTIONS), help="these parts")
    parser.add_argument("--write", type=Path, help="a document that has places for the tables")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--conversations", type=int, default=2, help="how many each person has")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--reflections", type=int, default=100_000, help="the past of the database that is started on")
    parser.add_argument("--survivors", type=int, default=300, help="how many people are in a conversation at the kill")
    parser.add_argument("--quiet", type=float, default=45, help="seconds after which nothing more is awaited")
    parser.add_argument("--recipients", type=int, default=10_000, help="of a broadcast")
    parser.add_argument("--limit", type=int, default=300, help="messages a second that the platform takes")
    parser.add_argument("--participants", type=int, default=100_000, help="people there are, recipients included")
    parser.add_argument("--talkers", type=int, default=20, help="people who talk during a broadcast")
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000], help="growing dialogues")
    parser.add_argument("--rounds", type=int, default=16, help="conversations in each of them")
    parser.add_argument("--looks", type=int, default=30, help="at each page of the console")
    parser.add_argument("--without-postgresql", action="store_true")
    parser.add_argument("--few", action="store_true", help="only python-telegram-bot and ours")
    return parser.parse_args(given)


async def main(given: Sequence[str] | None = None) -> None:
    """Measure, and print tables."""
    asked = read_arguments(given)
    report = Report(asked.write)
    for name in asked.only:
        await SECTIONS[name](report, asked)


if __name__ == "__main__":
    asyncio.run(main())
