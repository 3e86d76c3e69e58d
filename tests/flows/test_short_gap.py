"""Scenario 19: light pace and a gap of 14 days: only what is kept at light pace, in order, never two in one day."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.calendar import Planned, Standing, plan
from flows.loading import library, load_programme
from flows.timing import Anchor

LONDON = ZoneInfo("Europe/London")
W1 = datetime(2027, 3, 2, 18, tzinfo=LONDON)
JOINED = W1.astimezone(UTC) - timedelta(days=10)
ORDER = ("before_w1", "diary_1", "connect_it", "rank", "before_w2", "after_w2", "evaluation", "you_said")
"""What rests on what: the chain before the ranking, the ranking before wave 2, wave 2 before the replies."""


def held(start: datetime) -> Anchor:
    return Anchor(start=start.astimezone(UTC), end=start.astimezone(UTC) + timedelta(hours=3))


@pytest.mark.parametrize("gap", [14, 21, 28])
def test_light_pace_and_a_short_gap_leave_only_what_is_kept_in_order_one_a_day(gap: int) -> None:
    programme = load_programme(library("life-here")).programme
    assert programme is not None
    anchors = {"JOIN": Anchor(start=JOINED), "W1": held(W1), "W2": held(W1 + timedelta(days=gap))}
    standing = Standing(
        joined_at=JOINED,
        pace="light",
        when="evening",
        consents=dict.fromkeys(("part", "remind", "after"), "yes"),
        attendance={1: "attended", 2: "attended"},
        already={},
    )

    rows = plan(programme, programme.areas["hull"], anchors, standing, JOINED)

    entries = {entry.id: entry for entry in programme.entries}
    counted = [row for row in rows if row.state == "planned" and entries[row.entry].counts]
    assert all(entries[row.entry].light for row in counted)
    assert max(Counter(row.due.astimezone(LONDON).date() for row in counted).values()) == 1
    met = [flow for flow in _flows(counted, {entry.id: entry.flow for entry in programme.entries}) if flow in ORDER]
    assert [flow for flow in ORDER if flow in met] == list(dict.fromkeys(met))
    assert {"before_w1", "diary_1", "connect_it", "before_w2"} <= set(met)


def _flows(rows: list[Planned], flows: dict[str, str]) -> list[str]:
    return [flows[row.entry] for row in sorted(rows, key=lambda row: row.due)]
