"""A message is sent from a browser and watched going out."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import CHROMIUM
from tests.browser.looking import faults, opened

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the pages were not looked at"),
    pytest.mark.timeout(120),
]


async def test_a_message_is_seen_sent_and_watched_to_its_end(console: str, chromium: Browser) -> None:
    async with opened(chromium, console) as page:
        await page.goto("/broadcasts/new?areas=hull")
        await page.get_by_role("link", name="Remind 24 hours workshop 2").click()
        await expect(page.get_by_role("figure").filter(has_text="Easy")).to_contain_text("We start at")
        assert await faults(page) == []

        urgent = page.get_by_label("It is urgent")
        if await urgent.count():
            await urgent.check()
        await page.get_by_role("button", name="Send to").click()

        await expect(page.locator(".notice.good")).to_contain_text("It goes out to")
        await expect(page.get_by_role("heading", name="Done")).to_be_visible(timeout=20_000)
        await page.reload()
        await expect(page.get_by_role("link", name="Sent")).to_be_visible()
        assert await page.get_by_role("button", name="Call it off").count() == 0
