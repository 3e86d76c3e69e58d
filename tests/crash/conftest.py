"""What the crash tests share: a platform that lives on, and a place where the program is begun again."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.botapi import BotApi
from tests.crash import nursery
from tests.crash.nursery import Nursery


@pytest.fixture(scope="session")
def lives() -> Iterator[Nursery]:
    """What begins the program."""
    with nursery.opened() as one:
        yield one


@pytest.fixture
async def platform() -> AsyncIterator[BotApi]:
    """The server; it lives on when the other side dies."""
    async with BotApi() as server:
        server.max_hold = 0.1
        yield server
