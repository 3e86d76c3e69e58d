"""What a measured process and the one that measures it say to each other: two lines on standard output."""

import os
import sys
from pathlib import Path

KIB = 1024


def ready(opening: str) -> None:
    """It can be talked to; `opening` is what people say first, "" when they need not."""
    _say(opening)


def ended(kept: int) -> None:
    """It has stopped, and has that many answers."""
    _say(str(kept))


def memory(pid: int, what: str = "VmRSS") -> float:
    """The memory of a process in MB: what it holds now, or `VmHWM`, the most it has held."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) * KIB / 1e6
    raise LookupError(f"process {pid} does not tell its {what}")


def processor(pid: int) -> float:
    """The seconds of processor time a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
