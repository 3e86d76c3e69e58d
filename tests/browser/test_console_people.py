"""A Thursday evening in a browser: what waits is done, somebody quiet is to be called, and it is all written down."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import CHROMIUM
from tests.browser.looking import NARROW, opened

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the pages were not looked at"),
    pytest.mark.timeout(120),
]


async def test_what_is_done_leaves_the_list_of_today_on_a_phone(console: str, chromium: Browser) -> None:
    async with opened(chromium, console, size=NARROW) as page:
        await page.goto("/")
        done = page.get_by_role("button", name=re.compile("^Done"))
        before = await done.count()

        await done.first.click()

        await expect(page.locator(".notice")).to_contain_text("Done: request")
        await expect(done).to_have_count(before - 1)


async def test_somebody_quiet_is_put_on_the_list_of_calls_and_read_about(console: str, chromium: Browser) -> None:
    async with opened(chromium, console) as page:
        await page.goto("/people?kind=quiet")
        row = page.get_by_role("row").filter(has=page.get_by_role("button", name="Ask for a call")).first
        name = await row.get_by_role("link").inner_text()

        await row.get_by_role("button", name="Ask for a call").click()
        await expect(page.get_by_role("row").filter(has_text=name)).to_contain_text("to be called")
        await page.get_by_role("link", name=name).click()

        await expect(page.get_by_role("heading", level=1)).to_have_text(name)
        await expect(page.get_by_text("Messages, past and to come")).to_be_visible()


async def test_the_audit_says_what_was_done_and_that_no_line_was_changed(console: str, chromium: Browser) -> None:
    async with opened(chromium, console) as page:
        await page.goto("/audit")
        await expect(page.get_by_role("row")).not_to_have_count(1)

        await page.get_by_role("button", name="Check all lines").click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("The audit is whole")
