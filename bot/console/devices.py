"""What a browser calls itself, in a few words of ours: nothing of what it sent is shown to anybody."""

from typing import Final

BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
MACHINES: Final = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "a Mac"),
    ("CrOS", "a Chromebook"),
    ("Linux", "Linux"),
)
"""The first that fits: a browser also names those it is like."""


def browser_of(agent: str) -> str:
    """As in "Firefox on Windows"."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "a browser")
    machine = next((name for mark, name in MACHINES if mark in agent), "")
    return f"{browser} on {machine}" if machine else browser
