"""A flow played in the terminal."""

from datetime import UTC, datetime

from bot.play import Player
from flows.run import RunState
from tests.fakes import FakeClock
from tests.stage import shipped


def test_where_the_team_leads_any_line_leads_on() -> None:
    script, shown = shipped(), list[str]()
    clock = FakeClock(datetime(2026, 11, 26, 18, 0, tzinfo=UTC))
    player = Player(script, script.programme.flows["in_room"], clock, shown.append, locale="en")

    player.play(["Yes", "", "The homes", "", "Not fair", "", "4", "", "Good"])

    assert player.run.state is RunState.FINISHED
    assert "12 people said 4.0 of 5" in "".join(shown)
