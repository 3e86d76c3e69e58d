"""For tests of what does not hang on the database: who may open a door, what a page carries, how a form is taken."""

import pytest

__all__ = ["database_url"]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Once, on SQLite: the statements behind these pages have tests of their own on both."""
    return sqlite_url
