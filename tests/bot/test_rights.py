"""Who may do what."""

import pytest

from bot.rights import ALLOWED, OWNER, Deed, Role, Staff, may

BEN = Staff(name="Ben", areas=("hull",))
EVERYWHERE = Staff(name="Dee")
LEADS = {Deed.STAFF, Deed.AUDIT, Deed.PUBLISH}
"""For leads alone."""


@pytest.mark.parametrize("deed", Deed)
def test_the_owner_may_do_everything_everywhere(deed: Deed) -> None:
    assert may(OWNER, deed)
    assert may(OWNER, deed, "newquay")


@pytest.mark.parametrize("deed", [deed for deed in Deed if deed not in LEADS | {Deed.SAFEGUARD}])
def test_a_facilitator_works_in_their_own_areas(deed: Deed) -> None:
    assert may(BEN, deed, "hull")
    assert not may(BEN, deed, "newquay")
    assert may(EVERYWHERE, deed, "newquay")


@pytest.mark.parametrize("deed", sorted(LEADS))
def test_a_facilitator_adds_no_facilitators_and_publishes_nothing(deed: Deed) -> None:
    assert not may(BEN, deed, "hull")
    assert not may(EVERYWHERE, deed)


def test_only_who_answers_for_safeguarding_sees_its_cases() -> None:
    guardian = Staff(name="Gil", areas=("hull",), guardian=True)

    assert not may(BEN, Deed.SAFEGUARD, "hull")
    assert not may(EVERYWHERE, Deed.SAFEGUARD)
    assert may(guardian, Deed.SAFEGUARD, "hull")
    assert not may(guardian, Deed.SAFEGUARD, "newquay")


def allowed(role: Role) -> set[str]:
    return {deed.name for deed in Deed if may(Staff(name="Eve", role=role), deed)}


def test_every_role_has_its_rights_written_down() -> None:
    assert set(ALLOWED) == set(Role)


def test_a_lead_does_all_but_safeguarding_which_goes_by_duty() -> None:
    assert allowed(Role.LEAD) == {deed.name for deed in Deed} - {"SAFEGUARD"}
    assert may(Staff(name="Eve", role=Role.LEAD, guardian=True), Deed.SAFEGUARD)


def test_the_audit_is_of_all_areas_and_for_who_leads_all() -> None:
    assert may(Staff(name="Eve", role=Role.LEAD), Deed.AUDIT)
    assert not may(Staff(name="Eve", role=Role.LEAD, areas=("hull",)), Deed.AUDIT)


@pytest.mark.parametrize(
    ("role", "deeds"),
    [
        (Role.OBSERVER, {"NUMBERS"}),
        (Role.MODERATOR, {"NUMBERS", "READ", "LISTEN", "MODERATE", "MAILBOX"}),
        (Role.SAFEGUARDING, {"NUMBERS", "WATCH", "TASKS", "TALK", "SAFEGUARD"}),
    ],
)
def test_other_roles_do_what_they_are_for(role: Role, deeds: set[str]) -> None:
    assert allowed(role) == deeds


@pytest.mark.parametrize("role", Role)
def test_no_role_reaches_beyond_its_areas(role: Role) -> None:
    assert not any(may(Staff(name="Eve", areas=("hull",), role=role), deed, "newquay") for deed in Deed)
