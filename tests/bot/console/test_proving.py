"""Passkeys, the code of an app, and showing again who one is."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from storage.tables_console import authenticators, passkeys
from tests.bot.console.device import Device
from tests.bot.console.front import Front, Window, team
from tests.bot.console.on_sqlite import database_url
from tests.bot.team import ADA, Team, programme

__all__ = ["database_url", "team"]

OPTIONS = 'data-options="([^"]+)"'
SECRET = '<p class="code">([A-Z2-7]+)</p>'


@pytest.fixture
async def front(team: Team) -> Front:
    """Ben leads everywhere; Cy works in Hull."""
    front = Front(team=team)
    await front.member("ben")
    await front.member("cy", areas=("hull",))
    return front


async def with_passkey(front: Front, device: Device, id: str = "ben") -> Window:
    """Somebody who has set a passkey up."""
    window = await front.signed_in(id)
    await window.open("/me/passkey")
    shown = await window.press("/me/passkey", credential=device.makes(window.read(OPTIONS)), name="My laptop")
    assert "My laptop" in shown.text, shown.text
    return window


async def with_app(front: Front, id: str = "ben") -> pyotp.TOTP:
    """Somebody who has set an app up; what it shows."""
    window = await front.signed_in(id)
    await window.open("/me/app")
    app = pyotp.TOTP(window.read(SECRET))
    await window.press("/me/app", code=app.at(front.team.clock.at))
    front.team.clock.at += timedelta(seconds=30)
    return app


# ── passkeys ───────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_passkey_opens_the_page_without_the_chat(front: Front) -> None:
    device = Device()
    await with_passkey(front, device)
    window = front.window()
    await window.open("/sign-in?to=/me")

    await window.press("/sign-in/passkey", credential=device.signs(window.read(OPTIONS)), to="/me")

    assert window.shown
    assert "By passkey" in window.shown.text


async def test_what_a_passkey_signed_is_good_once(front: Front) -> None:
    device = Device()
    await with_passkey(front, device)
    window, other = front.window(), front.window()
    await window.open("/sign-in")
    signed = device.signs(window.read(OPTIONS))
    await window.press("/sign-in/passkey", credential=signed)
    await other.open("/sign-in")

    shown = await other.press("/sign-in/passkey", credential=signed)

    assert "That did not work" in shown.text
    assert other.cookie("reconvene") is None


@pytest.mark.parametrize(
    "device",
    [Device(origin="https://console.example.evil"), Device(verified=False), Device(id=b"nobody-knows-it"), Device()],
    ids=["made for another site", "without a finger or face", "not known", "another key"],
)
async def test_a_wrong_passkey_opens_nothing_and_is_not_told_why(front: Front, device: Device) -> None:
    await with_passkey(front, Device())
    window = front.window()
    await window.open("/sign-in")

    shown = await window.press("/sign-in/passkey", credential=device.signs(window.read(OPTIONS)))

    assert "This passkey may not be known here" in shown.text
    assert window.cookie("reconvene") is None


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", '{"id": 3}', '{"id": "x", "response": 1}', "x" * 30_000])
async def test_what_is_no_answer_of_a_passkey_is_said_so(front: Front, answer: str) -> None:
    window = front.window()
    await window.open("/sign-in")

    shown = await window.press("/sign-in/passkey", credential=answer)

    assert (shown.status_code, "That did not work" in shown.text) == (200, True)


async def test_a_passkey_that_was_removed_opens_nothing(front: Front) -> None:
    device = Device()
    window = await with_passkey(front, device)
    [key] = await front.team.rows(passkeys)
    await window.press("/me/passkey/remove", key=key.id)
    other = front.window()
    await other.open("/sign-in")

    shown = await other.press("/sign-in/passkey", credential=device.signs(other.read(OPTIONS)))

    assert "That did not work" in shown.text


async def test_nobody_removes_the_passkey_of_somebody_else(front: Front) -> None:
    await with_passkey(front, Device())
    [key] = await front.team.rows(passkeys)
    window = await front.signed_in("cy")
    await window.open("/me")

    shown = await window.press("/me/passkey/remove", key=key.id)

    assert "You have no such passkey" in shown.text
    assert len(await front.team.rows(passkeys)) == 1


# ── the code of an app ─────────────────────────────────────────────────────────────────────────────────────────
async def test_who_has_an_app_is_asked_for_its_code_after_the_yes(front: Front) -> None:
    app = await with_app(front)
    window = front.window()
    await window.open("/sign-in")
    await front.agrees("ben", window.code)

    asked = await window.press("/sign-in")
    wrong = await window.press("/sign-in/code", code="000000")
    entered = await window.send("/sign-in/code", code=app.at(front.team.clock.at))

    assert "One more step" in asked.text
    assert "not the code that the app shows" in wrong.text
    assert entered.headers["location"] == "/"
    assert window.cookie("reconvene")


async def test_a_code_of_the_app_is_good_once(front: Front) -> None:
    app = await with_app(front)
    code = app.at(front.team.clock.at)
    for answers in ("/", None):
        window = front.window()
        await window.open("/sign-in")
        await front.agrees("ben", window.code)
        await window.press("/sign-in")
        assert (await window.send("/sign-in/code", code=code)).headers.get("location") == answers


async def test_who_guesses_codes_begins_anew(front: Front) -> None:
    app = await with_app(front)
    window = front.window()
    await window.open("/sign-in")
    await front.agrees("ben", window.code)
    await window.press("/sign-in")
    for guess in range(5):
        await window.press("/sign-in/code", code=f"{guess:06}")

    await window.press("/sign-in/code", code=app.at(front.team.clock.at))

    assert window.cookie("reconvene") is None


async def test_the_code_page_is_for_who_has_said_yes(front: Front) -> None:
    await with_app(front)
    window = front.window()
    await window.open("/sign-in")
    await front.says("ben", f"/console {window.code}")

    shown = await window.open("/sign-in/code")

    assert shown.url.path == "/sign-in"


async def test_where_a_second_factor_is_demanded_it_is_set_up_at_the_first_sign_in(front: Front) -> None:
    front.team.script.take_up(replace(programme(), second_factor=True))
    window = front.window()
    await window.open("/sign-in")
    await front.agrees("ben", window.code)

    await window.press("/sign-in")
    app = pyotp.TOTP(window.read(SECRET))
    entered = await window.send("/sign-in/code", code=app.at(front.team.clock.at))

    assert entered.headers["location"] == "/"
    [kept] = await front.team.rows(authenticators)
    assert kept.confirmed_at == front.team.clock.at
    await window.open("/me")
    assert "This programme asks everybody for a second factor" in (await window.press("/me/app/remove")).text


# ── showing it again ───────────────────────────────────────────────────────────────────────────────────────────
async def later(front: Front, id: str = "ben") -> Window:
    """Somebody who signed in a while ago."""
    window = await front.signed_in(id)
    front.team.clock.at += timedelta(minutes=11)
    return window


async def test_what_needs_care_asks_again_who_sits_there(front: Front) -> None:
    window = await later(front)

    asked = await window.open("/team/new")
    await front.agrees("ben", window.code)
    shown = await window.press("/again", to="/team/new")

    assert "Is it still you?" in asked.text
    assert "Add somebody" in shown.text
    front.team.clock.at += timedelta(minutes=10)
    assert "Is it still you?" in (await window.open("/team/new")).text


async def test_somebody_elses_yes_proves_nothing(front: Front) -> None:
    window = await later(front)
    await window.open("/team/new")
    await front.agrees("cy", window.code)

    await window.press("/again", to="/team/new")

    assert "Is it still you?" in (await window.open("/team/new")).text


async def test_a_yes_to_prove_it_again_signs_nobody_in(front: Front) -> None:
    window = await later(front)
    await window.open("/team/new")
    await front.agrees("ben", window.code)
    window.client.cookies.delete("__Host-reconvene")

    answer = await window.send("/sign-in")

    assert answer.headers["location"].startswith("/sign-in?said=over")
    assert window.cookie("reconvene") is None


async def test_the_app_alone_proves_it_again(front: Front) -> None:
    app = await with_app(front)
    window = front.window()
    await window.open("/sign-in")
    await front.agrees("ben", window.code)
    await window.press("/sign-in")
    await window.press("/sign-in/code", code=app.at(front.team.clock.at))
    front.team.clock.at += timedelta(minutes=11)
    await window.open("/team/new")

    shown = await window.press("/again/code", code=app.at(front.team.clock.at), to="/team/new")

    assert "Add somebody" in shown.text


async def test_a_passkey_proves_it_again_if_it_is_ones_own(front: Front) -> None:
    mine, theirs = Device(), Device(id=b"another-passkey")
    await with_passkey(front, theirs, "cy")
    window = await with_passkey(front, mine)
    front.team.clock.at += timedelta(minutes=11)
    await window.open("/team/new")

    await window.press("/again/passkey", credential=theirs.signs(window.read(OPTIONS)))
    still = await window.open("/team/new")
    shown = await window.press("/again/passkey", credential=mine.signs(window.read(OPTIONS)), to="/team/new")

    assert "Is it still you?" in still.text
    assert "Add somebody" in shown.text


async def test_a_form_that_needs_care_does_nothing_before(front: Front) -> None:
    window = await later(front)
    await window.open("/team")

    answer = await window.send("/team/cy/remove")

    assert answer.headers["location"].startswith("/again?to=")
    assert {row.id for row in await front.team.office.colleagues(ADA)} == {"ben", "cy"}
