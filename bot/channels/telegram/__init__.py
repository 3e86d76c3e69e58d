"""Telegram, through the Bot API."""

import sys
from typing import Any

UNUSED = ("httpx._main", "cryptography")
"""What python-telegram-bot loads if it is there, and we never use: a command line in all colours of a terminal, and the
reading of passports. 14 MB."""


def _load(without: tuple[str, ...]) -> None:
    """Load the library as if these were not installed: a module that is None cannot be imported."""
    modules: dict[str, Any] = sys.modules
    hidden = [name for name in without if name not in modules]
    modules.update(dict.fromkeys(hidden))
    try:
        import telegram  # noqa: F401
    finally:
        for name in hidden:
            del modules[name]


_load(without=UNUSED)
