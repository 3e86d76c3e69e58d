"""What the crash tests share: a platform that lives on, and a place where the program is begun again."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.botapi import BotApi
from tests.crash import nursery
from tests.crash.nursery import Nursery


@pytest.fixture(scope="session")
def cradle() -> Iterator[Nursery]:
    """What begins the program, for all tests of this process."""
    with nursery.opened() as one:
        yield one


@pytest.fixture
async def lives(cradle: Nursery) -> AsyncIterator[Nursery]:
    """What begins the program; what a test began ends with it."""
    yield cradle
    await cradle.clear()


@pytest.fixture
async def platform() -> AsyncIterator[BotApi]:
    """The server; it lives on when the other side dies."""
    async with BotApi() as server:
        server.max_hold = 0.1
        yield server
