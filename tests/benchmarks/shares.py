"""Where the time goes: looks at what the process is doing, a few hundred times a second, and counts by part."""

import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

EVERY = 0.003
PARTS = (
    ("waiting", ("selectors.py", "threading.py")),
    ("HTTP client (aiohttp)", ("/aiohttp/", "/yarl/", "/multidict/")),
    ("python-telegram-bot", ("/telegram/_", "/telegram/request")),
    ("channel", ("/bot/channels/", "/prompts/markup.py")),
    ("SQLite", ("/storage/sqlite.py",)),
    ("SQLAlchemy", ("/sqlalchemy/", "/psycopg/")),
    ("storage", ("/storage/",)),
    ("flow engine", ("/flows/",)),
    ("wording", ("/prompts/", "/jinja2/", "/bot/wording.py")),
    ("turns and dispatch", ("/bot/",)),
    ("event loop", ("/asyncio/",)),
)
"""A sample belongs to the innermost frame that lies in one of these; the first pattern that fits counts."""


class Shares:
    """Counts samples by part and by line."""

    def __init__(self) -> None:
        self.parts: Counter[str] = Counter()
        self.places: Counter[str] = Counter()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look at this process for as long as the block lasts."""
        before = signal.signal(signal.SIGALRM, self._look)
        signal.setitimer(signal.ITIMER_REAL, EVERY, EVERY)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def begin(self) -> None:
        """Forget what was seen so far: only what follows is of interest."""
        self.parts.clear()
        self.places.clear()

    def _look(self, _: int, frame: FrameType | None) -> None:
        seen: set[str] = set()
        part = ""
        while frame is not None:
            code = frame.f_code
            part = part or part_of(code.co_filename)
            seen.add(f"{code.co_filename.rpartition('/')[2]}:{code.co_qualname}")
            frame = frame.f_back
        self.parts[part or "other"] += 1
        self.places.update(seen)

    def report(self) -> Mapping[str, float]:
        """The share of each part, largest first."""
        total = self.parts.total() or 1
        return {part: count / total for part, count in self.parts.most_common()}


def part_of(file: str) -> str:
    """The part that a source file belongs to, "" for none."""
    return next((name for name, patterns in PARTS if any(pattern in file for pattern in patterns)), "")
