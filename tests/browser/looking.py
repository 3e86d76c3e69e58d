"""How tests look at the console: as somebody with a keyboard, and as a checker of accessibility does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW, ZOOMED = (1280, 860), (390, 800), (320, 256)
"""A desk, a phone, and a desk at 400 %."""


@asynccontextmanager
async def opened(
    chromium: Browser,
    address: str,
    *,
    size: tuple[int, int] = WIDE,
    scheme: Literal["light", "dark"] = "light",
    scripts: bool = True,
) -> AsyncIterator[Page]:
    """A page of its own, on which every complaint of the browser is an error at the end."""
    context = await chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="en-GB",
        base_url=address,
        color_scheme=scheme,
        java_script_enabled=scripts,
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    await context.close()
    assert not complaints, complaints


async def faults(page: Page) -> list[str]:
    """What axe has against this page: a rule and where, one line each."""
    found = await Axe().run(page, options={"runOnly": RULES})
    violations: list[dict[str, Any]] = found.response["violations"]
    return [f"{one['id']}: {node['target']} {node['html'][:120]}" for one in violations for node in one["nodes"]]


async def too_wide(page: Page) -> int:
    """By how many pixels the page is wider than the window: it would have to be scrolled sideways."""
    found = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return int(found)
