"""Telegram, through the Bot API."""

import sys
from typing import Any

# python-telegram-bot loads httpx, which we never use, and that loads a command line with all colours of a terminal if
# it finds the libraries for it: 8 MB. A module that is None cannot be imported, and httpx does without.
modules: dict[str, Any] = sys.modules
modules.setdefault("httpx._main", None)
