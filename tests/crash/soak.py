"""The long version of the kills: `make soak`, or `python -m tests.crash.soak --help`. Writes docs/soak.md."""

import argparse
import asyncio
import os
import random
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import databases
from tests.botapi import BotApi
from tests.crash import ledger
from tests.crash.crowd import Count, check, crowd, crowd_of_a_pair
from tests.crash.line import crash
from tests.crash.nursery import Nursery, opened
from tests.crash.theatre import Theatre

PAUSE = (6.0, 14.0)
"""Seconds between two crashes of PostgreSQL."""

LOG = Path("build/soak.log")

ABOVE = """# A long soak

People come, answer, stop and leave, while the program is killed with `kill -9` at random moments; on PostgreSQL two
processes share the work, and the database is killed as well. At the end everybody who came is there, each thing they
said was kept once, every message has one true row on the ledger, and nobody got more than two copies of one.
`make soak` writes this page, and fails if one of these does not hold.

"""
BELOW = """
*Messages* were decided, *uncertain* ones may have arrived or not, *extra copies* came beyond what was decided: each of
them was cut off on its way.
"""
TOLD: list[str] = []
"""What was said so far."""


def say(*cells: object) -> None:
    """One line of the table, at once."""
    TOLD.append(f"| {' | '.join(str(cell) for cell in cells)} |\n")
    sys.stdout.write(TOLD[-1])
    sys.stdout.flush()


async def alone(lives: Nursery, url: str, dice: random.Random, kills: int) -> Count:
    """One process, killed again and again."""
    async with BotApi() as api:
        api.max_hold = 0.1
        theatre = Theatre(lives, api, url)
        dying = asyncio.create_task(theatre.killed_at_random(dice, kills))
        living = asyncio.create_task(theatre.live_after(dying))
        came = await crowd(api, dying)
        await theatre.stop_when_quiet()
        await living
        return await check(api, url, came)


async def together(pair: Sequence[Nursery], url: str, dice: random.Random, kills: int) -> Count:
    """Two processes that share the work, killed again and again, while PostgreSQL is killed too."""
    async with BotApi() as api:
        api.max_hold = 0.1
        zero = time.time()
        theatres = [Theatre(one, api, url, zero=zero) for one in pair]
        crashing = asyncio.create_task(_crash_now_and_then(url, dice))
        came = await crowd_of_a_pair(api, theatres, dice, kills // 2, crashing)
        return await check(api, url, came)


async def _crash_now_and_then(url: str, dice: random.Random) -> None:
    while True:
        await asyncio.sleep(dice.uniform(*PAUSE))
        await crash(url)


async def soak(kills: int, seed: int) -> None:
    """Both databases, one after the other."""
    say(
        "database",
        "processes",
        "kills",
        "people",
        "messages",
        "uncertain",
        "extra copies",
        "most copies of one",
        "time",
    )
    say(*["---"] * 9)
    with ExitStack() as stack:
        first, second = (stack.enter_context(opened()) for _ in range(2))
        for name, processes in (("SQLite", 1), ("PostgreSQL, killed every ten seconds too", 2)):
            place = databases.sqlite if processes == 1 else databases.postgresql
            url = stack.enter_context(place())
            await ledger.lay_out(url)
            began = time.monotonic()
            dice = random.Random(seed)
            lives = alone(first, url, dice, kills) if processes == 1 else together((first, second), url, dice, kills)
            count = await lives
            took = f"{(time.monotonic() - began) / 60:.1f} min"
            counted = (count.people, count.messages, count.uncertain, count.extra, count.most)
            say(name, processes, kills, *counted, took)


def _quietly() -> None:
    """What the killed programs said goes into a file; what this one says stays on the screen."""
    LOG.parent.mkdir(exist_ok=True)
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
    with LOG.open("w") as log:
        os.dup2(log.fileno(), 2)
    sys.stdout.write(f"What the killed programs say is in {LOG}.\n")


def main() -> None:
    """Kill, count, and fail if a promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=500, help="how often the program is killed on each database")
    parser.add_argument("--seed", type=int, default=1, help="when it is killed")
    parser.add_argument("--write", type=Path, help="write the result into this file, too")
    given = parser.parse_args()
    _quietly()
    when = f"{datetime.now(UTC):%d %B %Y}, seed {given.seed}.\n\n"
    sys.stdout.write(when)
    with suppress(KeyboardInterrupt):
        asyncio.run(soak(given.kills, given.seed))
        if given.write:
            given.write.write_text(f"{ABOVE}{when}{''.join(TOLD)}{BELOW}")


if __name__ == "__main__":
    main()
