"""Tokens of other programs: made by a lead, good until they are ended, and never a second person."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.facilitation import Bearer, Mistake, NotAllowed
from bot.rights import LEADING, Deed, Role, Staff, may
from storage import tables as t
from storage.retention import sweep
from storage.tables_api import api_replies, api_tokens
from storage.tokens import KEPT
from tests.bot.facilitation.test_agenda import whole
from tests.bot.team import ADA, BEN, Team

LEA = Staff(name="Lea", id="lea", role=Role.LEAD)
DAY = timedelta(days=1)
LEADING_AND_CASES = (*LEADING, Deed.SAFEGUARD)


async def came_in(team: Team, secret: str) -> Bearer:
    found = await team.office.bearer(secret)
    assert found
    return found


async def test_of_a_token_only_the_hash_is_kept(team: Team) -> None:
    made = await team.office.add_token(ADA, "dashboard", role="observer")

    rows = repr(await team.rows(api_tokens)) + repr(await team.rows(t.journal))

    assert len(made.secret) >= 4 + 43
    assert made.secret not in rows
    assert made.secret.removeprefix("rct_") not in rows


async def test_a_program_works_under_a_name_of_its_own_with_role_and_areas_as_they_are_now(team: Team) -> None:
    made = await team.office.add_token(LEA, "evaluation", role="facilitator", areas=("hull",))
    first = await came_in(team, made.secret)
    async with team.db.write() as conn:
        await conn.execute(sa.update(api_tokens).values(role="moderator", areas='["newquay"]'))

    second = await came_in(team, made.secret)

    assert (first.staff.name, first.staff.role, first.staff.areas) == ("api:evaluation", "facilitator", ("hull",))
    assert (second.staff.role, second.staff.areas) == ("moderator", ("newquay",))


@pytest.mark.parametrize("wrong", ["", "rct_", "rct_" + "x" * 43, "Bearer x", "rct_" + "é" * 43])
async def test_what_is_no_token_opens_nothing(team: Team, wrong: str) -> None:
    await team.office.add_token(ADA, "dashboard", role="observer")

    assert await team.office.bearer(wrong) is None


async def test_a_token_is_over_on_its_day(team: Team) -> None:
    made = await team.office.add_token(ADA, "dashboard", role="observer", days=30)

    team.clock.at += 30 * DAY - timedelta(seconds=1)
    assert await team.office.bearer(made.secret)
    team.clock.at += timedelta(seconds=1)
    assert await team.office.bearer(made.secret) is None


async def test_an_ended_token_opens_nothing_and_is_ended_once(team: Team) -> None:
    made = await team.office.add_token(ADA, "dashboard", role="observer")

    await team.office.end_token(ADA, made.token.id)

    assert await team.office.bearer(made.secret) is None
    with pytest.raises(Mistake, match="over already"):
        await team.office.end_token(ADA, made.token.id)
    assert [row.action for row in await team.rows(t.journal)] == ["token_made", "token_ended"]


@pytest.mark.parametrize("change", ["remove", "role"])
async def test_the_tokens_of_a_member_end_with_their_place_on_the_team(team: Team, change: str) -> None:
    await team.add(t.facilitators, id="lea", name="Lea", areas="[]", created_at=team.clock.at, role="lead")
    hers = await team.office.add_token(LEA, "dashboard", role="observer")
    other = await team.office.add_token(ADA, "calendar", role="observer")

    if change == "remove":
        await team.office.remove_member(ADA, "lea")
    else:
        await team.office.change_member(ADA, "lea", "observer", ())

    assert await team.office.bearer(hers.secret) is None
    assert await team.office.bearer(other.secret)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"role": "lead"}, "for people"),
        ({"role": "safeguarding"}, "for people"),
        ({"role": "king"}, "no role"),
        ({"days": 0}, "1 to 365 days"),
        ({"days": 366}, "1 to 365 days"),
        ({"areas": ("york",)}, "no area"),
    ],
)
async def test_what_a_token_cannot_be_is_said_in_a_sentence(team: Team, given: dict[str, object], why: str) -> None:
    with pytest.raises(Mistake, match=why):
        await team.office.add_token(ADA, "dashboard", **{"role": "observer", **given})  # type: ignore[arg-type]

    assert await team.rows(api_tokens) == []


@pytest.mark.parametrize("name", ["", "x" * 41, "a\nb<c>", "–"])
async def test_a_token_needs_a_name_that_the_audit_can_tell(team: Team, name: str) -> None:
    with pytest.raises(Mistake, match="needs a name"):
        await team.office.add_token(ADA, name, role="observer")


async def test_one_name_is_one_good_token(team: Team) -> None:
    made = await team.office.add_token(ADA, "dashboard", role="observer")

    with pytest.raises(Mistake, match="already"):
        await team.office.add_token(ADA, "Dashboard", role="observer")
    await team.office.end_token(ADA, made.token.id)
    assert await team.office.add_token(ADA, "Dashboard", role="observer")


async def test_only_a_lead_makes_tokens_and_none_for_more_areas_than_theirs(team: Team) -> None:
    of_hull = replace(LEA, areas=("hull",))
    everywhere = await team.office.add_token(ADA, "everywhere", role="observer")

    with pytest.raises(NotAllowed):
        await team.office.add_token(BEN, "mine", role="observer", areas=("hull",))
    with pytest.raises(Mistake, match="Name the areas"):
        await team.office.add_token(of_hull, "all", role="observer")
    with pytest.raises(NotAllowed):
        await team.office.add_token(of_hull, "other", role="observer", areas=("newquay",))
    with pytest.raises(Mistake, match="no token"):
        await team.office.end_token(of_hull, everywhere.token.id)
    assert await team.office.tokens(of_hull) == []


async def test_a_program_is_no_second_person_beside_whoever_gave_it_its_token(team: Team) -> None:
    await whole(team)
    number = 1
    made = await team.office.add_token(LEA, "dashboard", role="facilitator")
    program = (await came_in(team, made.secret)).staff
    await team.office.approve_issue(LEA, "hull", number)

    with pytest.raises(Mistake, match="Lea has approved"):
        await team.office.approve_issue(program, "hull", number)

    assert not (await team.office.issues(ADA))[0].approved


async def test_a_program_leads_nothing_and_sees_no_case(team: Team) -> None:
    made = await team.office.add_token(LEA, "dashboard", role="facilitator")

    program = (await came_in(team, made.secret)).staff

    assert {deed.name for deed in LEADING_AND_CASES if may(program, deed)} == set()


async def test_a_key_stands_for_one_request_and_its_first_reply(team: Team) -> None:
    made = await team.office.add_token(ADA, "dashboard", role="facilitator")
    bearer = await came_in(team, made.secret)

    first = await team.office.claim_key(bearer, "k", "one")
    await team.office.keep_reply(bearer, "k", "sent")
    later = await team.office.keep_reply(bearer, "k", "sent again")
    other = await team.office.claim_key(bearer, "k", "two")

    assert (first.digest, first.reply) == ("one", "")
    assert later == "sent"
    assert (other.digest, other.reply) == ("one", "sent")


async def test_what_was_over_a_year_ago_goes_with_its_replies(team: Team) -> None:
    made = await team.office.add_token(ADA, "dashboard", role="facilitator", days=1)
    await team.office.claim_key(await came_in(team, made.secret), "k", "one")
    gone = made.token.expires_at + KEPT + timedelta(seconds=1)

    async with team.db.write() as conn:
        early = await sweep(conn, gone - DAY)
    assert early.tokens == 0
    async with team.db.write() as conn:
        late = await sweep(conn, gone)

    assert late.tokens == 1
    assert await team.rows(api_tokens) == []
    assert await team.rows(api_replies) == []
