"""Tokens of other programs from the command line."""

import re

from tests.bot.test_cli import Give, give

__all__ = ["give"]


def test_a_token_is_made_listed_without_it_and_ended(give: Give) -> None:
    code, made, _ = give("token", "add", "dashboard", "--role", "observer", "--days", "30")
    found = re.search(r"^(rct_\S{43})$", made, re.MULTILINE)
    id = made.split()[-1]
    listed = give("token", "list")[1]

    assert code == 0
    assert found
    assert "dashboard" in listed
    assert found[1] not in listed
    assert "is over" in give("token", "end", id)[1]
    assert "over" in give("token", "list")[1]


def test_what_a_program_cannot_be_is_said_so(give: Give) -> None:
    code, _, complaint = give("token", "add", "dashboard", "--role", "lead")

    assert (code, "for people" in complaint) == (1, True)
