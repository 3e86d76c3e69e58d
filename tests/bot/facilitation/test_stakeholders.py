"""Stakeholders as the team works with them: seats, residents' words without names, replies, wording, silence."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.escalation import escalate
from bot.facilitation import Mistake, NotAllowed
from bot.facilitation.stakeholders import About
from bot.house import House
from bot.rights import Staff
from bot.script import Script
from flows.definition import Stakeholding
from storage import invites, passing, pledges, stakeholders
from storage import tables as t
from tests.bot.facilitation.test_agenda import said
from tests.bot.facilitation.test_commitments import asked
from tests.bot.team import ADA, BEN, Team, programme

CLEO = Staff(name="Cleo", areas=("newquay",))
OFFICE = Stakeholding(
    welcome="diary_1", interview="diary_1", target=19, types={"police": "Police", "housing": "Housing"}
)
WHO = About(type="police", role="Inspector", org="The police", reach="@inspector")


@pytest.fixture
def team(team: Team) -> Team:
    """The small programme, with stakeholders."""
    team.script = Script(replace(programme(), stakeholders=OFFICE))
    return team


async def test_an_invitation_is_good_once_and_for_one(team: Team) -> None:
    one, code = await team.office.invite_stakeholder(ADA, "hull", **WHO)
    again = await team.office.invite_again(BEN, one.id)

    async with team.db.write() as conn:
        older = await invites.take(conn, code.code, team.clock.at)
        newer = await invites.take(conn, again.code, team.clock.at)
        twice = await invites.take(conn, again.code, team.clock.at)
    assert older is None
    assert newer is not None
    assert newer.stakeholder_id == one.id
    assert twice is None


@pytest.mark.parametrize(
    ("about", "sentence"),
    [
        ({"role": "Inspector"}, "no kind"),
        ({"type": "wizard", "role": "Inspector"}, "no kind"),
        ({"type": "police"}, "Say who it is"),
        ({"type": "police", "role": "x" * 121}, "too long"),
        ({"type": "police", "role": "Inspector", "level": "town"}, "no level"),
    ],
)
async def test_a_seat_needs_a_kind_and_somebody_to_sit_on_it(team: Team, about: dict[str, str], sentence: str) -> None:
    with pytest.raises(Mistake, match=sentence):
        await team.office.invite_stakeholder(ADA, "hull", **about)


async def test_how_to_reach_somebody_is_kept_only_until_they_have_joined(team: Team) -> None:
    one, _ = await team.office.invite_stakeholder(ADA, "hull", **WHO)
    pid = await team.person("Heron-9")

    async with team.db.write() as conn:
        await stakeholders.seat(conn, one.id, pid, team.clock.at)

    (found,) = await team.office.stakeholders(ADA)
    assert (one.reach, found.reach) == ("@inspector", "")
    with pytest.raises(Mistake, match="joined"):
        await team.office.edit_stakeholder(ADA, one.id, reach="@again")


async def test_another_areas_stakeholders_are_out_of_reach(team: Team) -> None:
    one, _ = await team.office.invite_stakeholder(ADA, "hull", **WHO)

    with pytest.raises(NotAllowed):
        await team.office.stakeholder(CLEO, one.id)
    with pytest.raises(NotAllowed):
        await team.office.invite_stakeholder(CLEO, "hull", **WHO)
    assert await team.office.stakeholders(CLEO) == []


async def test_who_was_not_interviewed_is_on_the_list_to_phone(team: Team) -> None:
    one, _ = await team.office.invite_stakeholder(ADA, "hull", **WHO)
    other, _ = await team.office.invite_stakeholder(ADA, "hull", type="housing", role="Warden")
    await team.answer(await team.person("Heron-9"), "x")
    async with team.db.write() as conn:
        await stakeholders.seat(conn, one.id, "heron-9", team.clock.at)

    company = await team.office.company(ADA)

    assert (company.line, company.by_type, company.by_area) == ("1 of 19", {"Police": 1}, {"hull": 1})
    assert [found.id for found in await team.office.silent(ADA)] == [other.id]


async def test_residents_words_go_on_without_any_name(team: Team) -> None:
    answer = await said(team, "Heron-1", words="Heron-1 says: Real-Heron-1 is cold.")

    with pytest.raises(Mistake, match="is in these words"):
        await team.office.pass_on(ADA, answer)
    one = await team.office.pass_on(ADA, answer, words="Some people are cold.")

    assert one.words == "Some people are cold."
    with pytest.raises(Mistake, match="already"):
        await team.office.pass_on(ADA, answer, words="Some people are cold.")


@pytest.mark.parametrize("later", ["withdrawn", "only me"])
async def test_what_its_author_takes_back_is_shown_to_nobody(team: Team, later: str) -> None:
    answer = await said(team, "Heron-1")
    await team.office.pass_on(ADA, answer)

    async with team.db.write() as conn:
        change = {"withdrawn_at": team.clock.at} if later == "withdrawn" else {"share": "me"}
        await conn.execute(t.answers.update().values(change))

    assert await team.office.passed_on(ADA) == []


async def test_what_somebody_keeps_to_themselves_is_not_passed_on(team: Team) -> None:
    answer = await said(team, "Heron-1", share="me")

    with pytest.raises(Mistake, match="may be passed on"):
        await team.office.pass_on(ADA, answer)


async def test_a_reply_goes_back_under_the_role_its_author_chose(team: Team) -> None:
    answer = await said(team, "Heron-1")
    one, _ = await team.office.invite_stakeholder(ADA, "hull", **WHO)
    put = await team.office.pass_on(ADA, answer, to=one.id)
    with pytest.raises(Mistake, match="not replied"):
        await team.office.pass_back(ADA, put.id)
    async with team.db.write() as conn:
        assert [open_one.id for open_one in await passing.asked_of(conn, one.id)] == [put.id]
        await passing.reply(conn, put.id, "We come on Monday.")

    back = await team.office.pass_back(ADA, put.id)

    (reply,) = await team.rows(t.tables_loop.question_replies)
    assert back.answered
    assert (reply.replied_by, reply.reply) == ("Police", "We come on Monday."), "who said nothing is not named"


async def test_the_team_changes_the_wording_and_never_the_substance(team: Team) -> None:
    await asked(team)
    async with team.db.write() as conn:
        await pledges.save(conn, 1, wording="We shall endeavour to mend.")
    before = (await team.office.commitments(ADA))[0].commitment

    after = (await team.office.approve_wording(BEN, 1, "We will try to mend.")).commitment

    assert after.reply == "We will try to mend."
    assert replace(after, reply="", heard_on=None) == replace(before, reply="", heard_on=None)
    with pytest.raises(Mistake, match="no line"):
        await team.office.approve_wording(BEN, 1)


async def test_silence_becomes_one_task_for_the_sponsor(team: Team) -> None:
    await asked(team)
    counts = []
    for days in (21, 1, 1):
        team.clock.at += timedelta(days=days)
        async with team.db.write() as conn:
            counts.append(await escalate(conn, team.script.programme, team.clock.at))

    (task,) = [task for task in await team.office.tasks(ADA) if task.kind == "sponsor"]
    assert counts == [0, 1, 0]
    assert "Take it to the sponsor" in task.note


async def test_the_house_goes_by_the_programme_that_is_live_now(team: Team) -> None:
    everywhere = team.script.programme
    team.script.take_up(replace(everywhere, areas={"newquay": everywhere.areas["newquay"]}))
    house = House(team.db, team.script, team.clock, lambda: None)
    team.script.take_up(everywhere)  # published while the program runs
    await asked(team)
    team.clock.at += timedelta(days=22)

    await house.keep()

    assert [task.kind for task in await team.office.tasks(ADA)] == ["sponsor"]


async def test_the_terms_are_words_and_no_names(team: Team) -> None:
    await team.person("Heron-1")
    await team.office.note_term(ADA, "hull", "run down", said_by="residents", means="tired")

    with pytest.raises(Mistake, match="is in these words"):
        await team.office.note_term(ADA, "hull", "what Heron-1 says", said_by="residents")
    with pytest.raises(Mistake, match="is said by"):
        await team.office.note_term(ADA, "hull", "nice", said_by="everybody")
    assert [one.term for one in await team.office.terms(ADA)] == ["run down"]
    await team.office.drop_term(ADA, "hull", "run down", said_by="residents")
    assert await team.office.terms(ADA) == []


async def test_an_owner_is_asked_only_where_they_sit(team: Team) -> None:
    await asked(team)
    other, _ = await team.office.invite_stakeholder(ADA, "newquay", **WHO)

    with pytest.raises(Mistake, match="no stakeholder number"):
        await team.office.ask_owner(
            ADA, "hull", 1, owner="Police", level="district", due_on=date(2027, 1, 1), seat=other.id
        )


async def test_a_refusal_in_the_middle_of_a_command_undoes_it_and_is_noted(team: Team) -> None:
    one, _ = await team.office.invite_stakeholder(ADA, "hull", **WHO)

    async with asyncio.timeout(5):  # a second transaction beside the first would wait for ever
        with pytest.raises(NotAllowed, match="Cleo"):
            await team.office.invite_again(CLEO, one.id)

    lines = [(row.who, row.action, row.subject) for row in await team.rows(t.journal)]
    assert lines[-1] == ("Cleo", "refused", "hull")
