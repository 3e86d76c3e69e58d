"""Capabilities 8 and 9 in a browser: a flow is read, looked at and tried by keyboard; pictures say what they show."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import CHROMIUM
from tests.browser.looking import opened

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the pages were not looked at"),
    pytest.mark.timeout(400),
]


async def test_a_flow_is_tried_by_keyboard_alone(console: str, chromium: Browser) -> None:
    async with opened(chromium, console) as page:
        await page.goto("/flows")
        await page.get_by_role("link", name="Before workshop 1").press("Enter")
        await page.get_by_role("textbox", name="Message").fill("The park")
        await page.keyboard.press("Enter")

        await expect(page.locator("[data-phone-log]")).to_contain_text("Now a hard day.")
        await page.keyboard.type("SKIP")
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-phone-log]")).to_contain_text("Is life easier in some parts")


async def test_a_step_of_the_picture_leads_to_its_words(console: str, chromium: Browser) -> None:
    async with opened(chromium, console) as page:
        await page.goto("/flows/welcome/picture")
        await page.get_by_role("link", name="11. Check: asks for one of these").focus()
        await page.keyboard.press("Enter")

        await expect(page).to_have_url(f"{console}/flows/welcome#step-check")
        await expect(page.locator("#step-check")).to_be_in_viewport()


async def test_a_flow_is_tried_without_scripts(console: str, chromium: Browser) -> None:
    async with opened(chromium, console, scripts=False) as page:
        await page.goto("/flows/before_w1")
        await page.get_by_role("textbox", name="Message").fill("The park")
        await page.get_by_role("button", name="Send").click()

        await expect(page.locator("[data-phone-log]")).to_contain_text("Now a hard day.")


async def test_a_picture_says_what_it_shows_and_has_its_table(console: str, chromium: Browser) -> None:
    async with opened(chromium, console) as page:
        await page.goto("/pictures")
        figure = page.get_by_role("figure", name="Who still writes back?")

        await expect(figure.get_by_role("img", name="All areas: Who still writes back?")).to_be_visible()
        await figure.get_by_text("The numbers as a table").click()
        await expect(figure.get_by_role("columnheader", name="People who wrote back")).to_be_visible()
