"""The gates: nobody is invited before the first ones are open, and whoever goes on anyway says why."""

from datetime import date, timedelta

import pytest

from bot.facilitation import Mistake, NotAllowed
from flows.gates import CLOSING, INVITING, RECORDS
from storage import tables as t
from tests.bot.team import ADA, BEN, Team

DAY = date(2026, 10, 1)


async def noted(team: Team, action: str) -> list[str]:
    return [row.subject for row in await team.rows(t.journal) if row.action == action]


async def test_what_is_vouched_for_is_noted(team: Team) -> None:
    with pytest.raises(Mistake, match="nothing that is confirmed by hand"):
        await team.office.confirm_gate(ADA, "hull", "tea", "yes")
    with pytest.raises(Mistake, match="takes a name and a date"):
        await team.office.confirm_gate(ADA, "hull", "dpia", "yes")
    await team.office.sign_gate(ADA, "hull", "dpia", name="Jo Hartley", on=DAY)

    (gate,) = await team.office.gates(ADA, ["hull"], "G0")

    assert not any("privacy assessment" in one.what for one in gate.missing)
    assert any("helplines" in one.what for one in gate.missing)
    (record,) = [row for row in await team.rows(t.metadata.tables["gate_records"]) if row.item == "dpia"]
    assert record.grounds == "Jo Hartley, 01 October 2026"


async def test_nobody_signs_in_the_future_or_without_a_name(team: Team) -> None:
    with pytest.raises(Mistake, match="still to come"):
        await team.office.sign_gate(ADA, "hull", "dpia", name="Jo", on=team.clock.at.date() + timedelta(days=1))
    with pytest.raises(Mistake, match="needs a name"):
        await team.office.sign_gate(ADA, "hull", "dpia", name=" ", on=DAY)


async def test_nobody_is_invited_before_the_first_gates_are_open(team: Team) -> None:
    with pytest.raises(Mistake, match=r"Hull is not ready \(G0, launch\)(.|\n)*texts: mandate(.|\n)*--anyway"):
        await team.office.invite(ADA, "hull")
    assert await team.rows(t.invites) == []

    code = await team.office.invite(ADA, "hull", anyway="a trial run with the team")

    assert (await team.office.invite(BEN, "hull")).code == code.code, "said once"
    assert await noted(team, "go_anyway") == ["hull G0", "hull G1"]
    assert [gate.anyway for gate in await team.office.gates(ADA, ["hull"]) if gate.gate in INVITING] == [
        "a trial run with the team"
    ] * 2


@pytest.mark.parametrize("gate", ["G4", "G6"])
async def test_there_is_no_way_around_the_gates_of_wave_two_and_of_the_end(team: Team, gate: str) -> None:
    with pytest.raises(Mistake, match="no way around"):
        await team.office.go_anyway(ADA, "hull", gate, "no time")


async def test_going_on_anyway_takes_a_reason_and_the_right_area(team: Team) -> None:
    with pytest.raises(Mistake, match="Write down"):
        await team.office.go_anyway(ADA, "hull", "G2", "  ")
    with pytest.raises(NotAllowed):
        await team.office.go_anyway(BEN, "newquay", "G2", "why not")


async def test_an_area_is_closed_once_all_have_their_answers_and_then_nobody_joins(team: Team) -> None:
    await team.office.invite(ADA, "hull", anyway="a test")
    with pytest.raises(Mistake, match="Hull is not ready"):
        await team.office.close(ADA, "hull")
    for item in (name for name, record in RECORDS.items() if record.gate in CLOSING):
        await team.office.confirm_gate(ADA, "hull", item, "seen to")

    await team.office.close(ADA, "hull")

    (invite,) = await team.rows(t.invites)
    assert invite.expires_at == team.clock.at
    with pytest.raises(Mistake, match="come to its end"):
        await team.office.invite(ADA, "hull", anyway="please")
