"""Who may do what."""

import pytest

from bot.rights import OWNER, Deed, Staff, may

BEN = Staff(name="Ben", areas=("hull",))
EVERYWHERE = Staff(name="Dee")


@pytest.mark.parametrize("deed", Deed)
def test_the_owner_may_do_everything_everywhere(deed: Deed) -> None:
    assert may(OWNER, deed)
    assert may(OWNER, deed, "newquay")


@pytest.mark.parametrize("deed", [deed for deed in Deed if deed not in (Deed.STAFF, Deed.SAFEGUARD)])
def test_a_facilitator_works_in_their_own_areas(deed: Deed) -> None:
    assert may(BEN, deed, "hull")
    assert not may(BEN, deed, "newquay")
    assert may(EVERYWHERE, deed, "newquay")


def test_a_facilitator_adds_no_facilitators() -> None:
    assert not may(BEN, Deed.STAFF, "hull")
    assert not may(EVERYWHERE, Deed.STAFF)


def test_only_who_answers_for_safeguarding_sees_its_cases() -> None:
    guardian = Staff(name="Gil", areas=("hull",), guardian=True)

    assert not may(BEN, Deed.SAFEGUARD, "hull")
    assert not may(EVERYWHERE, Deed.SAFEGUARD)
    assert may(guardian, Deed.SAFEGUARD, "hull")
    assert not may(guardian, Deed.SAFEGUARD, "newquay")
