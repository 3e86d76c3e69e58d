"""One contender against the crowd: how many answers a second it handles."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.crowd import QUESTIONS, Crowd
from tests.benchmarks.signs import memory, processor

ROOT = Path(__file__).parents[2]
PATIENCE = 600.0
"""Seconds after which a contender has failed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """How a contender is started. `{api}` in its arguments is the address of the crowd's server."""

    module: str
    arguments: tuple[str, ...]
    libraries: Path | None = None  # a folder that goes before what is installed

    def running(self, api: str) -> AbstractAsyncContextManager[asyncio.subprocess.Process]:
        """Its process, for as long as the block lasts."""
        told = [argument.replace("{api}", api) for argument in self.arguments]
        environment = {**os.environ, "PYTHONPATH": str(self.libraries)} if self.libraries else None
        return process(self.module, *told, environment=environment)


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How many people, and how many conversations each has."""

    people: int
    conversations: int

    @property
    def answers(self) -> int:
        """How many answers that makes."""
        return self.people * self.conversations * QUESTIONS


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """How one run went. `kept`: the answers the contender had in the end, on disk if it keeps any there."""

    seconds: float
    answers: int
    kept: int
    surprises: int
    most_memory: float  # MB
    processor: float  # seconds of its own, those of a database server not counted

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds

    @property
    def cost(self) -> float:
        """Milliseconds of processor time for each answer."""
        return self.processor / self.answers * 1000


class EndedEarly(Exception):
    """A contender said nothing more."""


async def race(command: Command, size: Size, patience: float = PATIENCE) -> Result:
    """Run a contender once."""
    async with Crowd(size.people) as crowd, command.running(crowd.url) as contender:
        opening = await line_of(contender)
        if opening:
            await crowd.arrive(opening, patience)
        before = processor(contender.pid)
        seconds = await crowd.talk(size.conversations, patience)
        used = processor(contender.pid) - before
        most = memory(contender.pid, "VmHWM")
        contender.terminate()
        kept = int(await line_of(contender))
    return Result(
        seconds=seconds,
        answers=crowd.answers,
        kept=kept,
        surprises=len(crowd.surprises) + crowd.copies,
        most_memory=most,
        processor=used,
    )


@asynccontextmanager
async def process(
    module: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python process that is gone at the end of the block."""
    made = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield made
    finally:
        if made.returncode is None:
            made.terminate()
        await made.communicate()


async def line_of(contender: asyncio.subprocess.Process) -> str:
    """The next line it says."""
    assert contender.stdout
    line = await asyncio.wait_for(contender.stdout.readline(), PATIENCE)
    if not line:
        raise EndedEarly("the contender ended early; its error is above")
    return line.decode().strip()
