"""Who comes in, and what every page carries."""

from bot.rights import Staff
from tests.bot.console.house import browser
from tests.bot.console.on_sqlite import database_url
from tests.bot.team import Team

__all__ = ["database_url"]


async def test_a_page_loads_nothing_from_elsewhere(team: Team) -> None:
    shown = await browser(team).get("/")

    policy = shown.headers["content-security-policy"]
    assert shown.status_code == 200
    assert "default-src 'none'" in policy
    assert not {"unsafe", "http"} & set(policy.replace("-", " ").replace(":", " ").split())
    assert shown.headers["cache-control"] == "no-store"


async def test_the_side_bar_shows_only_what_somebody_may_use(team: Team) -> None:
    shown = await browser(team, Staff(name="Ben", areas=("hull",))).get("/")

    assert "People" in shown.text
    assert 'href="/audit"' not in shown.text


async def test_a_page_that_is_not_there_says_so(team: Team) -> None:
    assert (await browser(team).get("/nothing")).status_code == 404
