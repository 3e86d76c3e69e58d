"""A process that has the whole program loaded and begins it anew in a moment, as often as it is killed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests.crash.program import Order, run

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


class Child:
    """One life of the program."""

    def __init__(self, pid: int, ended: asyncio.Task[str]) -> None:
        self._pid = pid
        self._ended = ended

    def signal(self, number: int) -> None:
        """Tell it, unless it is gone."""
        if not self._ended.done():
            os.kill(self._pid, number)

    async def end(self) -> int:
        """Wait for its end; how it ended, a signal as a negative number."""
        async with asyncio.timeout(PATIENCE):
            return int(await asyncio.shield(self._ended))


class Nursery:
    """Begins the program, once at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._last: Child | None = None

    async def begin(self, order: Order) -> Child:
        """A fresh process of the program."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        pid = int(await self._line())
        self._last = Child(pid, asyncio.create_task(self._line()))
        return self._last

    async def clear(self) -> None:
        """Leave nothing running, whatever a test has left behind."""
        if self._last:
            self._last.signal(signal.SIGKILL)
            await self._last.end()

    async def _line(self) -> str:
        assert self._process.stdout
        return await asyncio.to_thread(self._process.stdout.readline)

    def close(self) -> None:
        """Begin no more."""
        self._process.communicate()


@contextmanager
def opened() -> Iterator[Nursery]:
    """There until the end of the block."""
    nursery = Nursery()
    try:
        yield nursery
    finally:
        nursery.close()


def main() -> None:
    """A line in: begin. Two lines out: who began, and later how it ended."""
    for line in sys.stdin:
        order = Order(**json.loads(line))
        pid = os.fork()
        if not pid:
            _be_the_program(order)
        _tell(pid)
        _tell(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _be_the_program(order: Order) -> None:
    signal.set_wakeup_fd(-1)
    code = 1
    try:
        asyncio.run(run(order))
        code = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stderr.flush()
        os._exit(code)


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
