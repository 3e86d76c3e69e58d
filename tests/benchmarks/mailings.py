"""The broadcast at the platform's limit: ours beside what bots usually do, left alone and killed half-way."""

import argparse
from collections.abc import Sequence

from tests.benchmarks import databases
from tests.benchmarks.mailing import Mailing, Order, ledger_of, mail
from tests.benchmarks.past import settle
from tests.benchmarks.race import Command
from tests.benchmarks.report import Report

OURS = "Reconvene on SQLite"
WAYS = {
    "loop": "a loop, a pause after each message",
    "gather": "gather, every second what the limit allows",
    "retry": "gather, and again when refused",
    "progress": "a loop with a file of how far it is",
}


async def ours(order: Order, elsewhere: int) -> Mailing:
    """Ours, on a database where others live elsewhere."""
    with databases.sqlite() as url:
        await settle(url, order.recipients, elsewhere)
        asked = (url, "{api}", "--limit", str(order.limit), "--broadcast")
        return await mail(Command(module="tests.benchmarks.ours", arguments=asked), order, lambda: ledger_of(url))


async def theirs(way: str, order: Order) -> Mailing:
    """One of the usual ways."""
    with databases.folder() as folder:
        asked = ("{api}", way, str(order.recipients), str(order.limit), str(folder / "progress"))
        return await mail(Command(module="tests.benchmarks.mail", arguments=asked), order)


async def mailings(report: Report, asked: argparse.Namespace) -> None:
    """A table for those left alone, one for those killed, and what people who talk meanwhile notice."""
    recipients, limit = asked.recipients, asked.limit
    elsewhere = max(0, asked.participants - recipients)
    ways = [] if asked.few else list(WAYS)
    with report.section("mail", f"A broadcast to {recipients:,} people where the platform takes {limit} a second"):
        alone = Order(recipients=recipients, limit=limit)
        found = [(WAYS[way], await theirs(way, alone)) for way in ways]
        first = await ours(alone, elsewhere)
        tell_alone(report, [*found, (OURS, first)])
        killed = Order(recipients=recipients, limit=limit, killed=True)
        found = [(WAYS[way], await theirs(way, killed)) for way in ways]
        tell_killed(report, [*found, (OURS, await ours(killed, elsewhere))])
        await tell_noticed(report, first, asked, elsewhere)


def tell_alone(report: Report, found: Sequence[tuple[str, Mailing]]) -> None:
    """How much of the limit is used, and at whose expense."""
    report.head(
        "left alone", "of the limit", "until the first message", "refused (429)", "never arrived", "arrived twice"
    )
    for name, one in found:
        share, before = f"{one.share:.2f}", f"{one.before:.1f} s"
        report.row(name, share, before, one.refused, one.lost, one.doubled)
    report.say()


def tell_killed(report: Report, found: Sequence[tuple[str, Mailing]]) -> None:
    """The same, with the ledger where there is one."""
    report.head(
        "killed half-way and started again",
        "of the limit",
        "never arrived",
        "arrived twice",
        "called uncertain",
        "false rows",
    )
    for name, one in found:
        ledger = (one.uncertain, one.wrong) if name == OURS else ("no ledger", "no ledger")
        report.row(name, f"{one.share:.2f}", one.lost, one.doubled, *ledger)
    report.say()


async def tell_noticed(report: Report, alone: Mailing, asked: argparse.Namespace, elsewhere: int) -> None:
    """Memory, and how long people who talk meanwhile wait."""
    order = Order(recipients=asked.recipients, limit=asked.limit, talkers=asked.talkers)
    talking = await ours(order, elsewhere)
    people = f"{asked.participants:,} participants"
    report.head("Reconvene meanwhile", "measured", "wanted")
    report.row(f"most memory, {people}", f"{alone.most_memory:.0f} MB", "< 200 MB")
    waits = f"95 of 100 replies to {asked.talkers} people who talk, within"
    report.row(waits, f"{talking.late:.2f} s ({len(talking.waits)} replies)", "< 2 s")
    report.row("of the limit, with the replies to them", f"{talking.share_of_all:.2f}", "")
    report.say()
