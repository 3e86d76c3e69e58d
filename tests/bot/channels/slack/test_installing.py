"""Several workspaces: an admin agrees on Slack's page and comes back."""

from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.slack.app import SlackApp
from bot.channels.slack.installing import INSTALL, REDIRECT, SCOPES, Door
from tests.bot.channels.slack.conftest import Notes, now
from tests.slackapi import SlackApi

US = "https://dialogue.example.org"
GIVEN = {
    "access_token": "xoxb-canary-other",
    "token_type": "bot",
    "scope": "chat:write",
    "bot_user_id": "UBOT",
    "app_id": "A1",
    "team": {"id": "T2", "name": "Hull Council"},
    "authed_user": {"id": "UADMIN"},
}


@pytest.fixture
def browser(api: SlackApi, notes: Notes) -> httpx.AsyncClient:
    """An admin's browser."""
    door = Door(client_id="1.2", client_secret="canary-client-secret", public_url=US)
    app = SlackApp(now, notes, signing_secret=api.secret, door=door, api_base=api.url)
    api.codes["good"] = GIVEN
    api.tokens["xoxb-canary-other"] = "T2"
    return httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=app.routes())), base_url=US)


async def returns(browser: httpx.AsyncClient, code: str, state: str = "") -> httpx.Response:
    """The admin is sent to Slack, agrees, and comes back."""
    sent = await browser.get(INSTALL)
    asked = parse_qs(urlsplit(sent.headers["location"]).query)
    cookie = SimpleCookie(sent.headers["set-cookie"])
    browser.cookies.update({name: morsel.value for name, morsel in cookie.items()})
    assert asked["scope"][0].split(",") == list(SCOPES)
    assert asked["redirect_uri"] == [US + REDIRECT]
    return await browser.get(REDIRECT, params={"code": code, "state": state or asked["state"][0]})


async def test_an_admin_who_agrees_has_installed_the_app(browser: httpx.AsyncClient, notes: Notes) -> None:
    page = await returns(browser, "good")

    assert page.status_code == 200
    [workspace] = notes.kept
    assert (workspace.team, workspace.name, workspace.token) == ("T2", "Hull Council", "xoxb-canary-other")
    assert "canary" not in repr(workspace) + page.text


@pytest.mark.parametrize(("code", "state"), [("bad", ""), ("good", "forged")])
async def test_a_wrong_code_and_a_forged_return_install_nothing(
    browser: httpx.AsyncClient, notes: Notes, code: str, state: str
) -> None:
    page = await returns(browser, code, state)

    assert page.status_code in (400, 401)
    assert notes.kept == []


async def test_a_return_is_good_once(browser: httpx.AsyncClient, notes: Notes) -> None:
    first = await returns(browser, "good")
    again = await browser.get(first.request.url)

    assert (first.status_code, again.status_code) == (200, 401)
    assert len(notes.kept) == 1


async def test_an_admin_who_declines_is_told_so(browser: httpx.AsyncClient, notes: Notes) -> None:
    page = await browser.get(REDIRECT, params={"error": "access_denied"})

    assert page.status_code == 200
    assert notes.kept == []


async def test_an_installation_that_cannot_be_kept_is_said_to_have_failed(
    browser: httpx.AsyncClient, notes: Notes, caplog: pytest.LogCaptureFixture
) -> None:
    notes.broken = True

    page = await returns(browser, "good")

    assert page.status_code == 500
    assert "canary" not in page.text + caplog.text


async def test_a_whole_organisation_is_not_one_workspace(
    browser: httpx.AsyncClient, api: SlackApi, notes: Notes
) -> None:
    api.codes["good"] = {**GIVEN, "is_enterprise_install": True, "team": None}

    assert (await returns(browser, "good")).status_code == 500
    assert notes.kept == []


async def test_slack_away_during_an_installation_is_a_sentence(
    browser: httpx.AsyncClient, api: SlackApi, notes: Notes
) -> None:
    await api.down()

    page = await returns(browser, "good")

    assert page.status_code == 503
    assert "Please try again" in page.text
