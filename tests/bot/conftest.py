"""The team at work, for the tests of what facilitators can do."""

from datetime import datetime

import pytest

from storage.database import Database
from tests.bot.team import Stopped, Team


@pytest.fixture
def team(database: Database, now: datetime) -> Team:
    """An empty programme and its commands, on each kind of database."""
    return Team(db=database, clock=Stopped(at=now))
