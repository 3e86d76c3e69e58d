"""Takes the pictures in docs/pictures from the running demo: `make pictures` (needs Chromium)."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Page, async_playwright

from bot.clock import SystemClock
from bot.console import app as console_app
from bot.console.keeper import FrontDoor
from bot.console.site import Site
from bot.facilitation import Facilitation
from bot.starting import listen, web
from bot.wording import Wording
from storage.database import Database
from tests.stage import shipped

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


async def demo(port: int, *how: str) -> asyncio.subprocess.Process:
    """The demo in a process of its own, ready."""
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", str(port), *how]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    for _ in range(2):
        line = await asyncio.wait_for(process.stdout.readline(), 150)
    assert b"ready" in line, line
    return process


async def press(page: Page, label: str) -> None:
    """Press the newest button with this label, and wait until the phone has changed."""
    await page.get_by_role("button", name=label, exact=True).last.click()
    await page.wait_for_timeout(700)


async def say(page: Page, text: str) -> None:
    """Send a text from the phone."""
    await page.get_by_role("textbox", name="Message").fill(text)
    await page.keyboard.press("Enter")
    await page.wait_for_timeout(900)


async def next_prompt(page: Page) -> None:
    """Move the clock to the next prompt of this phone."""
    button = page.get_by_role("button", name="Next prompt")
    await button.click()
    await page.wait_for_timeout(500)
    while not await button.is_enabled():
        await page.wait_for_timeout(200)
    await page.wait_for_timeout(1200)


async def take(page: Page, port: int) -> None:
    """Live through the beginning of the first wave, with a picture where there is something to see."""
    await page.goto(f"http://127.0.0.1:{port}/phone/")
    await page.get_by_role("button", name="Hull").first.click()
    await page.wait_for_timeout(1200)
    for label in ("English", "Yes", "The workshop team", "Yes", "Yes", "Yes", "Yes", "Yes"):
        await press(page, label)
    await say(page, "Ann")
    for _ in range(20):
        await say(page, "SKIP")
    await next_prompt(page)
    await next_prompt(page)
    await say(page, "The park by the river, and people who say hello.")
    await page.wait_for_timeout(9000)
    await say(page, "When the last bus is gone at six.")
    for tab, name in (
        ("Reflections", "demo"),
        ("Remind", "remind"),
        ("Planned", "planned"),
        ("Workshops", "workshops"),
    ):
        await page.get_by_role("tab", name=tab).click()
        await page.wait_for_timeout(800)
        await page.screenshot(path=PICTURES / f"{name}.png")


CONSOLE = {
    "today": "/",
    "programme": "/programme",
    "people": "/people?kind=quiet",
    "reflections": "/reflections?area=hull&q=bus",
    "wave2": "/wave2?area=hull",
    "broadcasts": "/broadcasts/new?template=nudge",
    "flows": "/flows/diary_1",
    "pictures": "/pictures",
    "audit": "/audit",
    "team": "/team",
}
"""The pages of the console that the docs show."""


async def look_at_the_console(page: Page, port: int) -> None:
    """The pages of a console that stands between the workshops."""
    home = f"http://127.0.0.1:{port}"
    for name, path in CONSOLE.items():
        await page.goto(f"{home}/?area=")
        await page.goto(home + path)
        await page.wait_for_timeout(600)
        await page.screenshot(path=PICTURES / f"console-{name}.png")
    await page.goto(f"{home}/people?area=hull")
    await page.locator("main table a, main li a").first.click()
    await page.wait_for_timeout(600)
    await page.screenshot(path=PICTURES / "console-person.png")
    await page.emulate_media(color_scheme="dark")
    await page.goto(f"{home}/reflections?area=")
    await page.screenshot(path=PICTURES / "console-dark.png")
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(home)
    await page.screenshot(path=PICTURES / "console-narrow.png")


async def look_at_the_door(chromium: str, port: int) -> None:
    """Where one signs in, as `serve` shows it."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database.open(f"sqlite:///{folder}/door.sqlite3")
        await db.migrate()
        clock, script = SystemClock(), shipped()
        office = Facilitation(db, Wording(script), clock, lambda: None)
        site = Site.of(None, "127.0.0.1", port, {"telegram": "https://t.me/YourDialogueBot"})
        front = FrontDoor(office, db, clock, site)
        app = console_app.build(office, clock, front, secure=False, site=site, beside=front.routes())
        serving = asyncio.create_task(web(app, listen("127.0.0.1", port)))
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
            page = await browser.new_page(viewport={"width": 1280, "height": 820})
            await page.goto(f"{site.address}/sign-in")
            await page.wait_for_timeout(500)
            await page.screenshot(path=PICTURES / "console-sign-in.png")
            await browser.close()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await db.close()


async def main(port: int = 8765) -> None:
    """The console between the workshops; a phone and its notebook from the start; in dark and narrow, too."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "install Chromium first"
    await look_at_the_door(chromium, port)
    await _with(chromium, port, look_at_the_console)
    await _with(chromium, port, look_at_the_phone, "--from-start")


async def look_at_the_phone(page: Page, port: int) -> None:
    """A participant's phone and the notebook."""
    await take(page, port)
    await page.emulate_media(color_scheme="dark")
    await page.get_by_role("tab", name="Today").click()
    await page.wait_for_timeout(500)
    await page.screenshot(path=PICTURES / "dark.png")
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.wait_for_timeout(500)
    await page.screenshot(path=PICTURES / "narrow.png")


async def _with(chromium: str, port: int, look: Callable[[Page, int], Awaitable[None]], *how: str) -> None:
    process = await demo(port, *how)
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
            page = await browser.new_page(viewport={"width": 1280, "height": 820})
            await look(page, port)
            await browser.close()
    finally:
        process.terminate()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(main())
