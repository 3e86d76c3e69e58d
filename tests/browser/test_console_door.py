"""Coming into the console in a real browser: by the chat, and by a passkey of the device."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import sqlalchemy as sa
import uvicorn
from playwright.async_api import Browser, Page

from bot.console.app import build
from bot.console.keeper import FrontDoor
from bot.console.site import Site
from bot.starting import WebServer, listen
from storage import tables as t
from tests.bot.console.front import Front, team
from tests.bot.team import Team
from tests.browser.looking import NARROW, ZOOMED, faults, opened, too_wide
from tests.ports import free_port

__all__ = ["team"]

KEYS = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}


@pytest.fixture
async def front(team: Team) -> AsyncIterator[Front]:
    """Ben leads; the console is open on this machine."""
    port = free_port()
    front = Front(team=team, site=Site.of(None, "127.0.0.1", port))
    await front.member("ben")
    doors = FrontDoor(team.office, team.db, team.clock, front.site)
    app = build(team.office, team.clock, doors, secure=False, site=front.site, beside=doors.routes())
    server = WebServer(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listen("127.0.0.1", port)]))
    yield front
    server.should_exit = True
    with suppress(TimeoutError):
        await asyncio.wait_for(serving, 10)


async def with_a_device(page: Page) -> None:
    """A device that makes passkeys and always says yes."""
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable")
    more = {"isUserVerified": True, "automaticPresenceSimulation": True}
    await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEYS, **more}})


async def code_on(page: Page) -> str:
    return (await page.locator(".shown-code code").inner_text()).split()[-1]


async def test_the_page_goes_on_by_itself_and_then_a_passkey_opens_it(chromium: Browser, front: Front) -> None:
    address = front.site.address
    async with opened(chromium, address) as page:
        await with_a_device(page)
        await page.goto("/team")
        assert await faults(page) == []
        await front.agrees("ben", await code_on(page))
        await page.wait_for_url(f"{address}/team")
        await page.goto("/me/passkey")
        await page.get_by_role("button", name="Set it up").click()
        await page.wait_for_url(f"{address}/me")
        assert await faults(page) == []
        await page.locator("header.head").get_by_role("button", name="Sign out").click()
        await page.get_by_role("button", name="Use a passkey").click()
        await page.wait_for_url(f"{address}/")

    assert [row.way for row in await front.team.rows(t.metadata.tables["console_sessions"])] == ["passkey"]


async def test_without_scripts_one_comes_in_by_the_chat(chromium: Browser, front: Front) -> None:
    async with opened(chromium, front.site.address, scripts=False, size=NARROW) as page:
        await page.goto("/sign-in")
        await page.get_by_role("button", name="I have pressed Yes").click()
        assert "You have not pressed Yes" in await page.locator("main").inner_text()
        await front.agrees("ben", await code_on(page))
        await page.get_by_role("button", name="I have pressed Yes").click()
        await page.wait_for_url(f"{front.site.address}/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_of_the_door_are_for_everybody(chromium: Browser, front: Front, scheme: str) -> None:
    async with front.team.db.write() as conn:
        for number in range(3):
            line = {"at": front.team.clock.at, "who": "Ben", "action": "export", "subject": f"area {number}"}
            await conn.execute(sa.insert(t.journal).values(**line, detail='{"rows": 3}'))
    async with opened(chromium, front.site.address, scheme="dark" if scheme == "dark" else "light") as page:
        await page.goto("/team")
        await front.agrees("ben", await code_on(page))
        await page.wait_for_url(f"{front.site.address}/team")
        for path in ("/team", "/team/new", "/me", "/me/app", "/audit"):
            await page.goto(path)
            for width, height in ((1280, 860), NARROW, ZOOMED):
                await page.set_viewport_size({"width": width, "height": height})
                assert await too_wide(page) == 0, path
            assert await faults(page) == [], path
            await page.set_viewport_size({"width": 1280, "height": 860})
