"""One demo for all tests of the console in a browser: it takes a while to live through its three weeks."""

import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.pictures import QUIET
from tests.ports import free_port

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def console() -> Iterator[str]:
    """The address of a demo that stands between the two workshops."""
    port = free_port()
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = next((line for line in process.stdout if "ready" in line), "")
        found = re.search(r"http://\S+", told)
        assert found, "the demo did not start"
        yield found[0]
        process.terminate()
        assert process.wait(30) == 0, "the demo stops in good order when it is told to"


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A browser."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        await opened.close()
