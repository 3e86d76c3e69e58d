"""How often somebody may try. Kept in memory: to write each try down would only help whoever tries."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(minutes=10)
EACH: Final = 20
"""Tries from one address."""
ALL: Final = 600
"""Tries from all together, so that nobody fills the database; who is signed in already is not asked to wait."""


class Throttle:
    """Counts the tries of the last minutes, by key and in all."""

    def __init__(self, now: Callable[[], datetime], *, each: int = EACH, total: int = ALL) -> None:
        self._now = now
        self._each = each
        self._total = total
        self._tries: dict[str, deque[datetime]] = {}

    def free(self, key: str) -> bool:
        """Whether this one may try once more; it is counted."""
        self._forget()
        mine = self._tries.get(key, ())
        if len(mine) >= self._each or sum(map(len, self._tries.values())) >= self._total:
            return False
        self._tries.setdefault(key, deque()).append(self._now())
        return True

    def _forget(self) -> None:
        old = self._now() - WINDOW
        for key in list(self._tries):
            tries = self._tries[key]
            while tries and tries[0] <= old:
                tries.popleft()
            if not tries:
                del self._tries[key]
