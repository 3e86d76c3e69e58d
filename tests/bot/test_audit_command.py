"""The audit from the command line."""

import re

from tests.bot.test_cli import Give, give

__all__ = ["give"]


def test_the_audit_is_listed_and_found_whole(give: Give) -> None:
    give("facilitator", "invite", "Olu", "--role", "observer")

    code, listed, _ = give("audit", "list", "--kind", "team")
    checked = give("audit", "verify")

    assert code == 0
    assert re.search(r"facilitator code +\w+ +role: observer|facilitator_code +\w+ +role: observer", listed)
    assert checked[0] == 0
    assert "The audit is whole: 1 lines." in checked[1]


def test_a_noted_seal_is_looked_for(give: Give) -> None:
    give("facilitator", "invite", "Olu")
    head = give("audit", "verify")[1].split()[-1]

    assert give("audit", "verify", "--head", head)[0] == 0
    code, _, complaint = give("audit", "verify", "--head", "f" * 64)
    assert (code, "is not in the chain" in complaint) == (1, True)


def test_a_kind_that_is_none_is_said_so(give: Give) -> None:
    code, _, complaint = give("audit", "list", "--kind", "gossip")

    assert (code, "There is no kind “gossip”" in complaint) == (1, True)
