"""The demo's page in a real browser: what a newcomer does in the first five minutes."""

import asyncio
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.pictures import QUIET, demo, next_prompt, press, say

PORT = 8766
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the page was not looked at")


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """The page of a running demo, in British English, with every complaint of the browser noted as an error."""
    process = await demo(PORT, "--from-start")
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        opened = await browser.new_page(viewport={"width": 1280, "height": 820}, locale="en-GB")
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        await opened.goto(f"http://127.0.0.1:{PORT}/phone/")
        yield opened
        await browser.close()
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 30) == 0, "the demo stops in good order when it is told to"
    assert complaints == []


@pytest.mark.timeout(180)
async def test_a_newcomer_joins_answers_and_is_read_in_the_notebook(page: Page) -> None:
    await page.get_by_role("button", name="Hull").first.click()
    await expect(page.get_by_text("Which language is best for you?")).to_be_visible()
    for label in ("English", "Yes", "The workshop team", "Yes", "Yes", "Yes", "Yes", "Yes"):
        await press(page, label)
    await expect(page.get_by_text("All saved.")).to_be_visible()
    await say(page, "Ann")
    for _ in range(17):
        await say(page, "SKIP")

    await next_prompt(page)
    await say(page, "The park <b>by</b> the river & the people.")
    await say(page, "DONE")
    await expect(page.get_by_text("Now a hard day.").last).to_be_visible()
    await say(page, "STOP")
    await expect(page.get_by_text("I will not write again").first).to_be_visible()

    await page.get_by_role("tab", name="Reflections").click()
    await expect(page.get_by_text("The park <b>by</b> the river & the people.").last).to_be_visible()


@pytest.mark.timeout(180)
async def test_a_reminder_is_counted_before_it_is_sent(page: Page) -> None:
    await page.get_by_role("tab", name="Remind").click()
    await page.get_by_text("Hull", exact=True).last.click()

    button = page.get_by_role("button", name="Send to 18 people")
    await expect(button).to_be_visible()
    await button.click()

    await expect(page.get_by_text("18 people in the audience: 18 delivered")).to_be_visible(timeout=15000)
