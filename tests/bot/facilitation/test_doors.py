"""Codes that let people in, and how often."""

import asyncio
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.facilitation import Mistake, NotAllowed
from bot.rights import Role, Staff
from flows.gates import INVITING
from storage import invites
from storage import tables as t
from storage.invites import Invite
from tests.bot.team import ADA, BEN, Team


@pytest.fixture(autouse=True)
async def ready(team: Team) -> None:
    """All that has to be there before anybody is invited."""
    for gate in INVITING:
        await team.office.go_anyway(ADA, "hull", gate, "a test")
    async with team.db.write() as conn:
        await conn.execute(sa.delete(t.journal))


async def take(team: Team, code: str) -> Invite | None:
    async with team.db.write() as conn:
        return await invites.take(conn, code, team.clock.at)


async def test_the_code_of_an_area_stays_the_same(team: Team) -> None:
    first, second = await team.office.invite(ADA, "hull"), await team.office.invite(BEN, "hull")

    assert first == second
    assert re.fullmatch(r"hull-[a-z2-9]{5}", first.code)
    assert first.subject == "Hull"


async def test_any_number_of_people_join_with_one_code_however_they_type_it(team: Team) -> None:
    code = (await team.office.invite(ADA, "hull")).code

    for typed in (code, f" {code.upper()} ", code):
        taken = await take(team, typed)
        assert taken is not None
        assert (taken.kind, taken.area) == ("join", "hull")
    assert await take(team, "hull-xxxxx") is None


async def test_a_rejoin_code_works_once_and_replaces_the_older_one(team: Team) -> None:
    pid = await team.person("Heron-1")
    older = await team.office.rejoin_code(ADA, "heron-1")
    newer = await team.office.rejoin_code(BEN, "Heron-1")

    assert await take(team, older.code) is None
    taken = await take(team, newer.code)
    assert taken is not None
    assert taken.participant_id == pid
    assert await take(team, newer.code) is None


async def test_two_at_once_cannot_both_use_the_last_use(team: Team) -> None:
    await team.person("Heron-1")
    code = (await team.office.rejoin_code(ADA, "Heron-1")).code

    ends = await asyncio.gather(*(take(team, code) for _ in range(5)))

    assert sum(end is not None for end in ends) == 1


async def test_a_personal_code_runs_out(team: Team) -> None:
    code = await team.office.facilitator_code(ADA, " Cleo ", ("hull",))

    team.clock.at += timedelta(days=7)

    assert code.subject == "Cleo"
    assert code.expires_at == team.clock.at
    assert await take(team, code.code) is None


async def test_a_facilitators_code_names_the_new_member(team: Team) -> None:
    code = await team.office.facilitator_code(ADA, "Cleo", ("hull",))

    taken = await take(team, code.code)

    [member] = await team.rows(t.facilitators)
    assert taken is not None
    assert taken.facilitator_id == member.id
    assert (member.name, member.areas) == ("Cleo", '["hull"]')


async def test_only_an_operator_adds_facilitators(team: Team) -> None:
    with pytest.raises(NotAllowed, match="Ben may not add a facilitator"):
        await team.office.facilitator_code(BEN, "Cleo")
    with pytest.raises(Mistake, match="needs a name"):
        await team.office.facilitator_code(ADA, "  ")

    assert await team.rows(t.facilitators) == []
    assert [(row.who, row.action) for row in await team.rows(t.journal)] == [("Ben", "refused")]


async def test_a_facilitator_lets_people_only_into_their_own_area(team: Team) -> None:
    await team.person("Wren-1", area="newquay")

    with pytest.raises(NotAllowed):
        await team.office.invite(BEN, "newquay")
    with pytest.raises(NotAllowed):
        await team.office.rejoin_code(BEN, "Wren-1")
    with pytest.raises(Mistake, match="Nobody has the code name “Owl-9”"):
        await team.office.rejoin_code(ADA, "Owl-9")

    assert await team.rows(t.invites) == []


async def test_a_new_member_has_the_role_they_were_given(team: Team) -> None:
    await team.office.facilitator_code(ADA, "Olu", ("hull",), role="observer")

    [olu] = await team.rows(t.facilitators)
    assert olu.role == "observer"
    with pytest.raises(Mistake, match="no role “boss”"):
        await team.office.facilitator_code(ADA, "Cleo", role="boss")


async def test_a_lead_of_some_areas_gives_nobody_more(team: Team) -> None:
    lead = Staff(name="Lee", areas=("hull",), role=Role.LEAD)

    with pytest.raises(Mistake, match="yours are: hull"):
        await team.office.facilitator_code(lead, "Cleo")
    with pytest.raises(NotAllowed):
        await team.office.facilitator_code(lead, "Cleo", ("newquay",))
    assert (await team.office.facilitator_code(lead, "Cleo", ("hull",))).subject == "Cleo"
