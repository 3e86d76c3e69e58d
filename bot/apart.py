"""A programme checked in a process of its own, beside us: what that takes and loads is gone when it ends.

Every message in every language, with little known of a person and with much, and the principles over all of it: that
is 50 MB and a second, once. Who serves for months should not hold it, nor wait for it before loading the rest.
"""

import contextlib
import multiprocessing
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from bot.check import check

FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the check found: the version of the programme that it read, and the mistakes that keep it from running."""

    version: str
    mistakes: tuple[str, ...]


Checking = Callable[[], Verdict]
"""Waits for the verdict."""


def judge(folder: Path) -> Verdict:
    """Check here and now."""
    report = check(folder)
    mistakes = tuple(str(finding) for finding in report.findings if finding.severity == "error")
    return Verdict(version=report.programme.version if report.programme else "", mistakes=mistakes)


def begin(folder: Path) -> Checking:
    """Begin to check in a process of its own. To be called while this one has no threads yet."""
    here, there = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_report, args=(folder, there), daemon=True)
    process.start()
    there.close()

    def wait() -> Verdict:
        with here:
            try:
                verdict: Verdict = here.recv()
            except EOFError:  # it was killed, for want of memory say
                return judge(folder)
            finally:
                process.join()
        return verdict

    return wait


def _report(folder: Path, there: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program; this ends with it
    with contextlib.suppress(BrokenPipeError):
        there.send(judge(folder))
