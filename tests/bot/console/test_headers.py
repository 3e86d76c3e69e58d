"""What every answer of the console carries, on https; and what it never says aloud."""

import logging

import pytest

from bot import logs
from bot.console.site import Site
from storage import tables as t
from tests.bot.console.front import Front, team
from tests.bot.console.on_sqlite import database_url
from tests.bot.team import Team

__all__ = ["database_url", "team"]

SNAPSHOT = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "referrer-policy": "same-origin",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
}
OWN = {"content-length", "content-security-policy", "content-type", "location", "set-cookie"}


@pytest.mark.parametrize("path", ["/", "/sign-in", "/sign-in/code", "/again", "/me", "/nothing", "/team/x"])
async def test_every_answer_keeps_people_safe(team: Team, path: str) -> None:
    front = Front(team=team)

    answer = await front.window().client.get(path)

    assert {name: value for name, value in answer.headers.items() if name not in OWN} == SNAPSHOT
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'nonce-" in policy
    assert "unsafe" not in policy


async def test_the_nonce_of_scripts_is_another_each_time(team: Team) -> None:
    front = Front(team=team)
    policies = {(await front.window().client.get("/sign-in")).headers["content-security-policy"] for _ in range(3)}

    assert len(policies) == 3


async def test_nothing_of_signing_in_is_logged(team: Team, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(logs.AsText())
    front = Front(team=team)
    await team.add(t.facilitators, id="ben", name="Canaryname", areas="[]", created_at=team.clock.at)
    window = front.window()
    await window.open("/sign-in")
    code, nonce = window.code, window.cookie("reconvene-ask")
    await front.agrees("ben", code)
    await window.send("/sign-in")
    await window.open("/me")

    told = caplog.text

    secret = [code, nonce, window.cookie("reconvene"), "Canaryname"]
    assert all(secret)
    assert not [one for one in secret if one and one in told]


async def test_an_address_that_is_not_safe_stays_shut(team: Team) -> None:
    front = Front(team=team, site=Site.of(None, "192.0.2.1", 8000))

    answer = await front.window().client.get("/sign-in")

    assert (answer.status_code, "RECONVENE_PUBLIC_URL" in answer.text) == (503, True)


@pytest.mark.parametrize(
    ("public", "host", "address", "cookie"),
    [
        ("https://x.example", "0.0.0.0", "https://x.example", "__Host-a"),
        (None, "127.0.0.1", "http://localhost:8000", "a"),
        (None, "::1", "http://localhost:8000", "a"),
        (None, "localhost", "http://localhost:8000", "a"),
        (None, "0.0.0.0", "", "__Host-a"),
        (None, "example.org", "", "__Host-a"),
    ],
)
def test_only_this_machine_is_spoken_to_without_https(public: str | None, host: str, address: str, cookie: str) -> None:
    site = Site.of(public, host, 8000)

    assert (site.address, site.cookie("a")) == (address, cookie)


async def test_on_this_machine_one_is_led_to_the_name_that_passkeys_are_made_for(team: Team) -> None:
    front = Front(team=team, site=Site.of(None, "127.0.0.1", 8000))
    window = front.window()

    led = await window.client.get("http://127.0.0.1:8000/sign-in")
    there = await window.client.get("http://localhost:8000/sign-in")

    assert (led.headers.get("location"), there.status_code) == ("http://localhost:8000/sign-in", 200)
