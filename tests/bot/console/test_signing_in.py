"""Signing in: the code goes by the browser that shows it, once, and only after a yes in the chat."""

from datetime import timedelta

import pytest

from storage import tables as t
from storage.tables_console import asks, sessions
from tests.bot.console.front import HOME, Front, team
from tests.bot.team import Team

__all__ = ["team"]


@pytest.fixture
async def front(team: Team) -> Front:
    """Ben leads everywhere."""
    front = Front(team=team)
    await front.member("ben")
    return front


async def test_the_code_of_the_page_and_a_yes_in_the_chat_open_it(front: Front) -> None:
    window = front.window()
    await window.open("/team")

    waiting = await window.send("/sign-in")
    await front.agrees("ben", window.code)
    entered = await window.send("/sign-in", to="/team")
    shown = await window.open(entered.headers["location"])

    assert waiting.headers["location"] == "/sign-in?said=waiting&to="
    assert (entered.status_code, entered.headers["location"]) == (303, "/team")
    assert "Who works on this programme" in shown.text


async def test_the_page_that_waits_goes_on_by_itself(front: Front) -> None:
    window = front.window()
    await window.open("/sign-in")
    window.client.headers["HX-Request"] = "true"

    waiting = await window.send("/sign-in")
    await front.agrees("ben", window.code)
    entered = await window.send("/sign-in")

    assert waiting.status_code == 204
    assert (entered.status_code, entered.headers["hx-redirect"]) == (200, "/")


async def test_looking_at_the_page_uses_nothing_up(front: Front) -> None:
    window = front.window()
    await window.open("/sign-in")
    code = window.code

    await window.open("/sign-in")
    same = window.code
    await front.agrees("ben", code)
    await window.open("/sign-in")
    robot = await front.window().client.get("/sign-in")

    assert same == code
    assert robot.status_code == 200
    assert (await window.send("/sign-in")).headers["location"] == "/"


async def test_a_code_that_was_talked_out_of_somebody_opens_only_after_yes(front: Front) -> None:
    thief = front.window()
    await thief.open("/sign-in")
    await front.says("ben", f"/console {thief.code}")

    answer = await thief.send("/sign-in")

    assert answer.headers["location"].startswith("/sign-in?said=waiting")
    assert thief.cookie("reconvene") is None


async def test_a_yes_is_of_no_use_in_another_browser(front: Front) -> None:
    window, other = front.window(), front.window()
    await window.open("/sign-in")
    await other.open("/sign-in")
    await front.agrees("ben", window.code)

    answer = await other.send("/sign-in")

    assert answer.headers["location"].startswith("/sign-in?said=waiting")
    assert other.cookie("reconvene") is None


async def test_a_yes_is_good_once(front: Front) -> None:
    window = front.window()
    await window.open("/sign-in")
    await front.agrees("ben", window.code)
    nonce = window.cookie("reconvene-ask")
    assert nonce
    await window.send("/sign-in")

    window.client.cookies.clear()
    window.client.cookies.set("__Host-reconvene-ask", nonce)
    again = await window.send("/sign-in")

    assert again.headers["location"].startswith("/sign-in?said=over")
    assert window.cookie("reconvene") is None
    assert len(await front.team.rows(sessions)) == 1


async def test_a_yes_is_good_for_ten_minutes(front: Front) -> None:
    window = front.window()
    await window.open("/sign-in")
    await front.agrees("ben", window.code)

    front.team.clock.at += timedelta(minutes=10)

    assert (await window.send("/sign-in")).headers["location"].startswith("/sign-in?said=over")


async def test_whoever_was_removed_meanwhile_does_not_come_in(front: Front) -> None:
    window = front.window()
    await window.open("/sign-in")
    await front.agrees("ben", window.code)
    async with front.team.db.write() as conn:
        await conn.execute(t.facilitators.delete())

    assert (await window.send("/sign-in")).headers["location"].startswith("/sign-in?said=over")


@pytest.mark.parametrize("origin", ["https://elsewhere.example.org", "", "null", "http://console.example.org:81"])
async def test_a_form_from_elsewhere_signs_nobody_in(front: Front, origin: str) -> None:
    window = front.window()
    await window.open("/sign-in")
    await front.agrees("ben", window.code)

    answer = await window.send("/sign-in", origin=origin)

    assert answer.headers["location"].startswith("/sign-in?said=over")
    assert window.cookie("reconvene") is None


async def test_a_form_without_its_own_mark_signs_nobody_in(front: Front) -> None:
    window = front.window()
    await window.open("/sign-in")
    await front.agrees("ben", window.code)

    await window.send("/sign-in", form="made-up")

    assert window.cookie("reconvene") is None


async def test_the_cookie_is_bound_to_https_and_to_us_alone(front: Front) -> None:
    window = front.window()
    await window.open("/sign-in")
    await front.agrees("ben", window.code)

    answer = await window.send("/sign-in")

    [cookie] = [one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-reconvene=")]
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {
        *("httponly", "secure", "path=/", "samesite=strict", "max-age=43200")
    }


async def test_signing_in_makes_a_new_session_and_ends_the_old_one(front: Front) -> None:
    window = await front.signed_in()
    old = window.cookie("reconvene")
    window.client.cookies.delete("__Host-reconvene")
    await window.open("/sign-in")
    window.client.cookies.set("__Host-reconvene", old or "", domain="console.example.org")
    await front.agrees("ben", window.code)

    await window.send("/sign-in")

    assert window.cookie("reconvene") != old
    assert len(await front.team.rows(sessions)) == 1


async def test_a_session_that_somebody_else_chose_is_none(front: Front) -> None:
    window = front.window()
    window.client.cookies.set("__Host-reconvene", "chosen-by-somebody-else")
    await window.open("/sign-in")
    await front.agrees("ben", window.code)

    answer = await window.send("/sign-in")

    assert "chosen-by-somebody-else" not in str(answer.headers)


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "x"])
async def test_signing_in_leads_to_our_own_pages_only(front: Front, to: str) -> None:
    window = front.window()
    await window.open("/sign-in")
    await front.agrees("ben", window.code)

    assert (await window.send("/sign-in", to=to)).headers["location"] == "/"


async def test_one_address_cannot_ask_for_ever(front: Front) -> None:
    answers = [(await front.window().client.get("/sign-in")).status_code for _ in range(21)]

    assert answers == [200] * 20 + [429]
    assert (await front.window("198.51.100.1").client.get("/sign-in")).status_code == 200
    front.team.clock.at += timedelta(minutes=10)
    assert (await front.window().client.get("/sign-in")).status_code == 200


async def test_who_comes_by_a_link_from_elsewhere_takes_one_step_from_our_page(front: Front) -> None:
    window = await front.signed_in()

    shown = await window.open("/sign-in?to=/team", **{"Sec-Fetch-Site": "cross-site"})

    assert 'content="0; url=/team"' in shown.text
    assert len(await front.team.rows(asks)) == 1


async def test_nothing_of_a_code_or_token_is_kept_as_it_is(front: Front) -> None:
    window = front.window()
    await window.open("/sign-in")
    nonce = window.cookie("reconvene-ask")
    await front.agrees("ben", window.code)
    await window.send("/sign-in")

    kept = repr(await front.team.rows(asks)) + repr(await front.team.rows(sessions))
    told = repr(await front.team.rows(t.journal))

    assert nonce
    assert nonce not in kept
    assert (window.cookie("reconvene") or "?") not in kept
    assert window.code not in told
    assert HOME not in told
