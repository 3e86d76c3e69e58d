"""The page of tokens: made, shown once, ended."""

import re

import pytest

from bot.rights import Role, Staff
from storage.tables_api import api_tokens
from tests.bot.console.house import browser
from tests.bot.console.on_sqlite import database_url
from tests.bot.team import ADA, Team

__all__ = ["database_url"]

FIELDS = {"name": "dashboard", "role": "observer", "days": "30"}


async def test_a_token_is_shown_once_and_opens_the_api(team: Team) -> None:
    page = browser(team)

    made = await page.send("/team/tokens", FIELDS, page="/team/tokens")
    found = re.search(r"rct_[\w-]{43}", made.text)
    listed = await page.get("/team/tokens")

    assert found
    assert found[0] not in listed.text
    assert "dashboard" in listed.text
    assert await team.office.bearer(found[0])


async def test_two_presses_make_one_token(team: Team) -> None:
    page = browser(team)
    key = re.search('name="key" value="([^"]+)"', (await page.get("/team/tokens")).text)
    assert key

    await page.send("/team/tokens", {**FIELDS, "key": key[1]}, page="/team/tokens")
    again = await page.send("/team/tokens", {**FIELDS, "key": key[1]}, page="/team/tokens")

    assert "made already" in again.text
    assert len(await team.rows(api_tokens)) == 1


async def test_an_ended_token_stands_below_with_who_ended_it(team: Team) -> None:
    made = await team.office.add_token(ADA, "dashboard", role="observer")

    shown = await browser(team).send(f"/team/tokens/{made.token.id}/end", {}, page="/team/tokens")

    assert "The token of dashboard is over" in shown.text
    assert "(Ada)" in shown.text
    assert await team.office.bearer(made.secret) is None


@pytest.mark.parametrize("fields", [{"name": "<b>"}, {"role": "lead"}, {"days": "many"}, {"days": "4000"}])
async def test_what_cannot_be_is_said_in_a_sentence(team: Team, fields: dict[str, str]) -> None:
    shown = await browser(team).send("/team/tokens", {**FIELDS, **fields}, page="/team/tokens")

    assert 'role="alert"' in shown.text
    assert await team.rows(api_tokens) == []


async def test_a_lead_of_one_area_sees_no_token_of_others(team: Team) -> None:
    other = await team.office.add_token(ADA, "elsewhere", role="observer")
    of_hull = Staff(name="Lea", id="lea", role=Role.LEAD, areas=("hull",))
    page = browser(team, of_hull)

    shown = await page.get("/team/tokens")
    ended = await page.send(f"/team/tokens/{other.token.id}/end", {}, page="/team/tokens")

    assert "elsewhere" not in shown.text
    assert "There is no token" in ended.text
    assert await team.office.bearer(other.secret)
