"""Every page of the console in a real browser: accessible, in light and dark, on a desk, a phone, and at 400 %."""

import re

import pytest
from playwright.async_api import Browser, Page

from bot.console.app import DOORS
from tests.browser.conftest import CHROMIUM
from tests.browser.looking import NARROW, WIDE, ZOOMED, faults, opened, too_wide

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the pages were not looked at"),
    pytest.mark.timeout(400),
]
FILES = re.compile(r"\.(csv|json|txt|svg)\b|/events\b|/export|/copy|/today/queue|/audit/file|/picture$")
"""What is no page to look at."""


async def pages(page: Page) -> list[str]:
    """An address for each door that can be opened: those with a name in them are found by the links that lead there."""
    wanted = {door.path for door in DOORS if door.method == "GET" and not FILES.search(door.path)}
    plain = sorted(path for path in wanted if "{" not in path)
    found, seen, queue = dict.fromkeys(plain), set[str](), list(plain)
    while queue:
        await page.goto(queue.pop(0))
        for link in await page.eval_on_selector_all("main a[href^='/']", "all => all.map(a => a.getAttribute('href'))"):
            path = str(link).partition("?")[0].partition("#")[0]
            door = next((one for one in sorted(wanted) if _fits(one, path)), None)
            if door and "{" in door and door not in seen:
                seen.add(door)
                found[path] = None
                queue.append(path)
    return list(found)


def _fits(door: str, path: str) -> bool:
    return bool(re.fullmatch(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(door)), path))


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
async def test_no_page_has_a_fault(console: str, chromium: Browser, size: tuple[int, int], scheme: str) -> None:
    found: dict[str, object] = {}
    async with opened(chromium, console, size=size, scheme="dark" if scheme == "dark" else "light") as page:
        for path in await pages(page):
            await page.goto(path)
            if (wrong := await faults(page)) or await too_wide(page) > 0:
                found[path] = wrong or f"{await too_wide(page)} px too wide"

    assert found == {}


async def test_no_page_is_wider_than_a_desk_at_400_percent(console: str, chromium: Browser) -> None:
    async with opened(chromium, console, size=ZOOMED) as page:
        found = {path: await _excess(page, path) for path in await pages(page)}

    assert {path: px for path, px in found.items() if px > 0} == {}


async def _excess(page: Page, path: str) -> int:
    await page.goto(path)
    return await too_wide(page)


async def test_the_keyboard_alone_reaches_the_page(console: str, chromium: Browser) -> None:
    async with opened(chromium, console) as page:
        await page.goto("/")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")

        assert await page.evaluate("document.activeElement.id") == "main"


async def test_the_pages_can_be_read_without_scripts(console: str, chromium: Browser) -> None:
    async with opened(chromium, console, scripts=False) as page:
        await page.goto("/")

        assert await page.locator("h1").inner_text() == "Today"
