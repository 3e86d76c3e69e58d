"""Everything that other programs can ask and do: one line each, with whom it is for."""

from typing import Final

from bot.console.api import broadcasts, loop, people, programme, voices
from bot.console.api.contract import Endpoint

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    *programme.ENDPOINTS,
    *people.ENDPOINTS,
    *voices.ENDPOINTS,
    *loop.ENDPOINTS,
    *broadcasts.ENDPOINTS,
)
"""What is not here does not exist. Tests try each of them with each role."""
