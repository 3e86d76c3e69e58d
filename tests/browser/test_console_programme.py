"""A workshop is moved in a browser: one sees first what will move."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import CHROMIUM
from tests.browser.looking import opened

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the pages were not looked at"),
    pytest.mark.timeout(120),
]


async def test_a_workshop_is_moved_once_it_is_seen_what_will_move(console: str, chromium: Browser) -> None:
    async with opened(chromium, console) as page:
        await page.goto("/programme")
        await page.get_by_role("link", name="workshop 2 in Newquay").click()
        was = await page.locator(".lead").inner_text()
        await page.get_by_label("Start", exact=True).fill("17:30")
        await page.get_by_label("End", exact=True).fill("20:30")
        await page.get_by_role("button", name="See what will move").click()

        moves = page.get_by_role("region", name="Prompts before and after")
        await expect(moves.get_by_role("row", name="Remind 2 hours workshop 2")).to_contain_text("15:30")
        assert await page.locator(".lead").inner_text() == was

        await page.get_by_role("button", name="Move it").click()

        await expect(page.locator(".notice")).to_contain_text("17:30 now.")
        await expect(page.locator(".lead")).to_contain_text("17:30 to 20:30")
