"""What the program counts of itself, in the text format that Prometheus reads.

Written out here: the format is a line a number, while the usual library keeps its counts in one place for the whole
process, which two programs in one process (tests, the demo) would share. No label is an id or a word of anybody.
"""

import bisect
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal

Labels = tuple[tuple[str, str], ...]
BUCKETS: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds. Above 2.5 a reply is slow; after 20 a send is given up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """What one name stands for."""

    kind: Literal["counter", "gauge", "histogram"]
    meaning: str


FAMILIES: Final[Mapping[str, Family]] = {
    "updates_received_total": Family(kind="counter", meaning="Updates put on disk, redelivered ones too."),
    "turns_total": Family(kind="counter", meaning="Updates and deadlines that had their turn."),
    "turns_failed_total": Family(kind="counter", meaning="Updates and deadlines that one of our bugs kept from it."),
    "batch_seconds": Family(kind="histogram", meaning="From reading what waits to its commit."),
    "sends_total": Family(kind="counter", meaning="Attempts to send, by how they ended."),
    "send_seconds": Family(kind="histogram", meaning="One attempt to send."),
    "recovered_total": Family(kind="counter", meaning="Messages that another process left on their way."),
    "database_up": Family(kind="gauge", meaning="Whether the database answered just now."),
    "inbox_waiting": Family(kind="gauge", meaning="Updates on disk that had no turn yet."),
    "inbox_oldest_seconds": Family(kind="gauge", meaning="How long the oldest of them waits."),
    "outbox_due": Family(kind="gauge", meaning="Messages that may go out now and have not."),
    "outbox_oldest_seconds": Family(kind="gauge", meaning="How long the oldest of them could have gone."),
    "outbox_sending": Family(kind="gauge", meaning="Messages on their way."),
    "deadlines_overdue": Family(kind="gauge", meaning="Prompts and timers that are due and have not happened."),
    "deadlines_oldest_seconds": Family(kind="gauge", meaning="How long the oldest of them is overdue."),
    "bots_paused": Family(kind="gauge", meaning="Bots through which nothing goes out until somebody mends it."),
    "stands_still": Family(kind="gauge", meaning="Whether a restored database waits for: reconvene release."),
    "seat_held": Family(kind="gauge", meaning="Whether this process has the part that one plays at a time."),
    "loop_idle_seconds": Family(kind="gauge", meaning="Since when a loop has not come round. They do each second."),
    "clock_apart_seconds": Family(kind="gauge", meaning="How far our clock is from another one."),
}
"""All that there is; what is not here cannot be counted."""


@dataclass(slots=True)
class Histogram:
    """Durations, counted by how long they were."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self.counts[bisect.bisect_left(BUCKETS, seconds)] += 1
        self.total += seconds


class Metrics:
    """The counts of one program since it began."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, Labels], float] = defaultdict(float)
        self._durations: dict[tuple[str, Labels], Histogram] = defaultdict(Histogram)
        self._beats: dict[str, float] = {}

    def count(self, name: str, by: float = 1, **labels: str) -> None:
        """So many more."""
        self._counts[name, tuple(labels.items())] += by

    def counted(self, name: str, **labels: str) -> float:
        """How many so far."""
        return self._counts.get((name, tuple(labels.items())), 0)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """How long the block takes, unless it fails."""
        began = time.perf_counter()
        yield
        self._durations[name, ()].add(time.perf_counter() - began)

    def beat(self, loop: str) -> None:
        """A loop has come round once more."""
        self._beats[loop] = time.monotonic()

    def idle(self) -> dict[str, float]:
        """For each loop, the seconds since it last came round. No change of the clock touches them."""
        now = time.monotonic()
        return {loop: now - at for loop, at in sorted(self._beats.items())}

    def text(self, gauges: Iterable[tuple[str, Labels, float]] = ()) -> str:
        """All of it, with these values of the moment."""
        lines: dict[str, list[str]] = {name: [] for name in FAMILIES}
        for (name, labels), value in sorted(self._counts.items()):
            lines[name].append(_line(name, labels, value))
        for (name, labels), durations in sorted(self._durations.items(), key=lambda one: one[0]):
            lines[name] += _buckets(name, labels, durations)
        for name, labels, value in gauges:
            lines[name].append(_line(name, labels, value))
        return "".join(f"{line}\n" for name, found in lines.items() if found for line in (*_head(name), *found))


def _head(name: str) -> tuple[str, str]:
    family = FAMILIES[name]
    return f"# HELP reconvene_{name} {family.meaning}", f"# TYPE reconvene_{name} {family.kind}"


def _line(name: str, labels: Labels, value: float) -> str:
    inside = ",".join(f'{key}="{_escaped(word)}"' for key, word in labels)
    return f"reconvene_{name}{{{inside}}} {value:.10g}" if inside else f"reconvene_{name} {value:.10g}"


def _escaped(word: str) -> str:
    return word.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _buckets(name: str, labels: Labels, durations: Histogram) -> Iterator[str]:
    below = 0
    for limit, count in zip((*BUCKETS, "+Inf"), durations.counts, strict=True):
        below += count
        yield _line(f"{name}_bucket", (*labels, ("le", str(limit))), below)
    yield _line(f"{name}_sum", labels, durations.total)
    yield _line(f"{name}_count", labels, below)
