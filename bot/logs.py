"""What is logged: the name of an event with ids and numbers. What somebody said, names and tokens are never in it."""

import logging

LOUD = ("httpx", "httpcore", "telegram", "aiohttp", "apscheduler", "slack_bolt", "slack_sdk", "alembic")
"""Libraries that write addresses with tokens in them, or whole messages, below this level."""


def set_up(level: int = logging.INFO) -> None:
    """Log to the error stream, one line an event."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
