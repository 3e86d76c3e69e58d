"""Somebody reads, finds, codes and quotes what people said: by keyboard alone, and without scripts."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import CHROMIUM
from tests.browser.looking import opened

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the pages were not looked at"),
    pytest.mark.timeout(400),
]
MARK_THE_FIRST_WORDS = """() => {
  const text = document.querySelector("#text");
  const first = document.createTreeWalker(text, NodeFilter.SHOW_TEXT).nextNode();
  const range = document.createRange();
  range.setStart(first, 0);
  range.setEnd(first, Math.min(12, first.length));
  document.getSelection().removeAllRanges();
  document.getSelection().addRange(range);
}"""


async def test_a_reflection_is_found_coded_and_quoted_by_keyboard_alone(console: str, chromium: Browser) -> None:
    async with opened(chromium, console) as page:
        await page.goto("/reflections")
        await page.keyboard.press("j")
        while not await page.locator(".one.here", has_text="may be quoted").count():
            await page.keyboard.press("j")
        await page.keyboard.press("c")
        await expect(page.get_by_label("Code it as")).to_be_focused()
        await page.keyboard.type("getting ab")
        await page.keyboard.press("Enter")
        await expect(page.locator(".notice")).to_have_text("The code is noted.")
        await expect(page.locator(".one.here .codes")).to_contain_text("Getting about")

        await page.keyboard.press("Escape")
        await page.evaluate(MARK_THE_FIRST_WORDS)
        await expect(page.get_by_label("Only these words")).not_to_have_value("")
        await page.keyboard.press("q")
        await expect(page.locator(".notice")).to_have_text("The quote is kept.")

        words = await page.locator("#text mark.quoted").first.inner_text()
        await page.goto("/reflections/quotes")
        await expect(page.locator("blockquote.quote", has_text=words).first).to_be_visible()


async def test_a_reflection_is_read_and_coded_without_scripts(console: str, chromium: Browser) -> None:
    async with opened(chromium, console, scripts=False) as page:
        await page.goto("/reflections")
        await page.get_by_role("link", name="Code or quote").last.click()
        await page.get_by_role("button", name="Safety", exact=True).click()

        await expect(page.locator(".notice")).to_have_text("The code is noted.")
        await expect(page.get_by_role("button", name="Safety", exact=True)).to_have_attribute("aria-pressed", "true")
