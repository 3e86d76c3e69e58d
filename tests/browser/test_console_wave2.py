"""Towards wave 2 in a real browser: a key issue is made out of what people said, and statements are checked by keys."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import CHROMIUM
from tests.browser.looking import faults, opened

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the pages were not looked at"),
    pytest.mark.timeout(400),
]


async def test_a_key_issue_is_made_out_of_what_people_said(console: str, chromium: Browser) -> None:
    async with opened(chromium, console) as page:
        await page.goto("/wave2/issues/newquay")
        await page.get_by_label("New key issue").fill("Nowhere to sit")
        await page.keyboard.press("Enter")
        await page.get_by_role("link", name="Choose what people said").click()
        boxes = page.get_by_role("checkbox", name=re.compile("Speaks of it"))
        await boxes.first.check()
        await page.get_by_role("button", name="Count the ticked ones").click()
        await expect(page.locator(".notice").first).to_contain_text("1 person spoke of it")

        await page.get_by_label("How it comes to touch health, 1").fill("no benches")
        await page.get_by_label("How it comes to touch health, 2").fill("people stay in")
        await page.get_by_label("The district council").check()
        await page.get_by_role("button", name="Save", exact=True).click()

        await expect(page.locator(".notice").first).to_contain_text("Saved")
        await expect(page.get_by_label("State of this key issue")).to_contain_text("It can be approved when nothing")
        assert await faults(page) == []


async def test_statements_are_checked_by_keys_alone(console: str, chromium: Browser) -> None:
    async with opened(chromium, console) as page:
        await page.goto("/wave2/statements?area=newquay")
        await page.get_by_text("Write down a view that was said aloud").click()
        await page.get_by_label("What they said, in one line").fill("The beach is for all of us.")
        await page.keyboard.press("Enter")
        view = page.locator("[data-item]", has_text="The beach is for all of us.")
        await expect(view).to_be_visible()

        while not await view.evaluate("item => item.contains(document.activeElement)"):
            await page.keyboard.press("j")
        await page.keyboard.press("a")

        await expect(page.locator(".notice").first).to_contain_text("Others can see it now")
        await page.goto("/wave2/statements?state=approved&area=newquay")
        await expect(page.get_by_text("The beach is for all of us.")).to_be_visible()


async def test_the_age_of_a_reply_is_told_as_it_is_written(console: str, chromium: Browser) -> None:
    async with opened(chromium, console) as page:
        await page.goto("/wave2/questions?area=")
        await page.get_by_text("Write a reply").first.click()
        await page.get_by_label("What they say").first.fill("We will mend the lights in May.")

        await expect(page.get_by_text("everybody can read it").first).to_be_visible()
