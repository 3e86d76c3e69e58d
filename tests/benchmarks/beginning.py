"""How long `reconvene serve` takes to be ready, and what memory it holds when nobody says anything."""

import asyncio
import os
import time
from dataclasses import dataclass

from tests.benchmarks.crowd import TOKEN, Crowd
from tests.benchmarks.race import process
from tests.benchmarks.signs import memory

PATIENCE = 60.0
REST = 2.0
"""Seconds after which a program that has begun is at rest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Beginning:
    """One start: the seconds until it first asks for messages, the MB it holds at rest."""

    seconds: float
    memory: float


async def begin(url: str) -> Beginning:
    """Start the shipped programme on this database once, as the command line does."""
    async with Crowd(0) as crowd:
        settings = {"DATABASE_URL": url, "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_BASE": crowd.url}
        environment = {**os.environ, **{f"RECONVENE_{name}": value for name, value in settings.items()}}
        began = time.perf_counter()
        async with process("bot", "serve", environment=environment) as program:
            await asyncio.wait_for(crowd.polled.wait(), PATIENCE)
            seconds = time.perf_counter() - began
            await asyncio.sleep(REST)
            return Beginning(seconds=seconds, memory=memory(program.pid))
