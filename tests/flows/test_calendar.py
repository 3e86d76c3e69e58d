"""What is planned for one person between the workshops."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.calendar import Anchor, Planned, Standing, plan
from flows.definition import Area, BroadcastTemplate, Entry, Programme
from flows.timing import to_local

LONDON = ZoneInfo("Europe/London")
HULL = Area(id="hull", name="Hull", zone="Europe/London", target=18)
JOINED = datetime(2026, 9, 1, 12, tzinfo=UTC)
YES = {"remind": "yes", "after": "yes"}
ALICE = Standing(joined_at=JOINED, pace="full", consents=YES)

REMIND_7D = Entry(id="remind_7d", at="W1-7d@18:00", broadcast="remind", counts=False, expires="W1", priority=1)
REMIND_24H = Entry(id="remind_24h", at="W1-24h", broadcast="remind", counts=False, expires="W1", priority=1)
REMIND_2H = Entry(
    id="remind_2h", at="W1-2h", broadcast="remind", counts=False, latest="W1-1h", expires="W1", priority=1
)
THANKS = Entry(id="thanks", at="W1+3h", broadcast="thanks", counts=False, expires="+24h", audience="attended")
MISSED = Entry(id="missed", at="W1+3h", broadcast="missed", counts=False, expires="+24h", audience="missed")
BEFORE = Entry(id="before_w1", at="W1-5d@18:00", flow="before_w1", expires="W1", priority=1, light=True)


def diary(day: int, *, priority: int = 3, light: bool = False, expires: str = "+4d") -> Entry:
    return Entry(id=f"day_{day}", at=f"W1+{day}d@18:00", flow="diary", priority=priority, light=light, expires=expires)


def programme(*entries: Entry) -> Programme:
    return Programme(
        id="two",
        version="1",
        title="",
        locales={"en": ""},
        areas={"hull": HULL},
        flows={},
        entries=entries,
        broadcasts={name: BroadcastTemplate(id=name) for name in ("remind", "thanks", "missed")},
        texts={},
        notice_version="1",
        welcome="welcome",
        rights="rights",
    )


def workshop(text: str, zone: ZoneInfo = LONDON) -> Anchor:
    start = datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    return Anchor(start=start, end=start + timedelta(hours=3))


def planned(
    *entries: Entry,
    w1: str = "2026-11-26 10:00",
    w2: str = "",
    now: str = "2026-09-02 12:00",
    standing: Standing = ALICE,
    area: Area = HULL,
    holidays: frozenset[date] = frozenset(),
) -> dict[str, Planned]:
    zone = ZoneInfo(area.zone)
    anchors = {"W1": workshop(w1, zone)} | ({"W2": workshop(w2, zone)} if w2 else {})
    at = datetime.fromisoformat(now).replace(tzinfo=zone)
    return {row.entry: row for row in plan(programme(*entries), area, anchors, standing, at, holidays=holidays)}


def when(row: Planned, zone: ZoneInfo = LONDON) -> str:
    assert row.state == "planned", row.reason
    return to_local(row.due, zone).isoformat(" ", "minutes")


def times(rows: Mapping[str, Planned]) -> dict[str, str]:
    return {name: when(row) if row.state == "planned" else "dropped" for name, row in rows.items()}


def test_entries_are_planned_by_their_rules() -> None:
    rows = planned(REMIND_7D, REMIND_24H, BEFORE, diary(1))

    assert times(rows) == {
        "remind_7d": "2026-11-19 18:00",
        "remind_24h": "2026-11-25 10:00",
        "before_w1": "2026-11-21 18:00",
        "day_1": "2026-11-27 18:00",
    }
    assert rows["day_1"].key == "entry:day_1"
    assert rows["day_1"].expires == datetime(2026, 12, 1, 18, tzinfo=UTC)
    assert not any(row.reason for row in rows.values())


def test_entry_of_a_workshop_without_a_date_is_not_planned() -> None:
    rows = planned(diary(1), Entry(id="later", at="W2+1d@18:00", flow="ideas"))

    assert list(rows) == ["day_1"]


def test_entry_that_is_over_is_left_out() -> None:
    rows = planned(diary(1), diary(2), standing=replace(ALICE, already={"day_1": date(2026, 11, 27)}))

    assert list(rows) == ["day_2"]


def test_moved_workshop_moves_what_is_not_sent_and_nothing_else() -> None:
    entries = (REMIND_24H, diary(1), diary(2), diary(3, priority=1), diary(5))
    sent = replace(ALICE, pace="standard", already={"day_1": date(2026, 11, 27)})

    before = planned(*entries, w1="2026-11-26 10:00", standing=sent)
    after = planned(*entries, w1="2026-11-28 10:00", standing=sent)

    assert "day_1" not in after
    assert {name: row.due - before[name].due for name, row in after.items()} == dict.fromkeys(before, timedelta(days=2))


def test_six_in_the_evening_stays_six_when_the_clocks_go_back() -> None:
    rows = planned(*(diary(day) for day in range(1, 6)), w1="2026-10-22 10:00")

    assert {row[11:] for row in times(rows).values()} == {"18:00"}
    assert rows["day_2"].due == datetime(2026, 10, 24, 17, tzinfo=UTC)
    assert rows["day_3"].due == datetime(2026, 10, 25, 18, tzinfo=UTC)


def test_two_hour_reminder_of_an_early_workshop_goes_the_evening_before() -> None:
    row = planned(REMIND_2H, w1="2026-11-26 09:30")["remind_2h"]

    assert when(row) == "2026-11-25 19:30"
    assert row.reason == "Moved out of the quiet hours."


def test_reminder_in_quiet_hours_waits_for_the_morning_when_that_is_early_enough() -> None:
    assert when(planned(REMIND_2H, w1="2026-11-26 10:30")["remind_2h"]) == "2026-11-26 09:00"


def test_sunday_morning_is_quiet_for_longer() -> None:
    assert when(planned(REMIND_2H, w1="2026-11-29 11:30")["remind_2h"]) == "2026-11-29 10:00"
    assert when(planned(REMIND_2H, w1="2026-11-29 10:30")["remind_2h"]) == "2026-11-28 19:30"


def test_reminder_is_dropped_when_both_ways_out_of_the_quiet_hours_are_closed() -> None:
    row = planned(REMIND_2H, w1="2026-11-26 09:30", now="2026-11-25 21:00")["remind_2h"]

    assert row.state == "dropped"
    assert row.reason == "No time outside the quiet hours was left."


def test_nothing_goes_out_on_a_bank_holiday() -> None:
    holidays = frozenset({date(2026, 12, 25), date(2026, 12, 28)})

    rows = planned(diary(1), REMIND_2H, w1="2026-12-24 10:30", holidays=holidays)
    early = planned(REMIND_24H, replace(REMIND_2H, at="W1-20h"), w1="2026-12-29 10:00", holidays=holidays)

    assert times(rows) == {"day_1": "2026-12-26 18:00", "remind_2h": "2026-12-24 09:00"}
    assert times(early) == {"remind_24h": "2026-12-29 09:00", "remind_2h": "2026-12-29 09:00"}


def test_reminder_moves_back_over_a_bank_holiday() -> None:
    row = planned(REMIND_2H, w1="2026-12-29 09:30", holidays=frozenset({date(2026, 12, 28)}))["remind_2h"]

    assert when(row) == "2026-12-27 19:30"


def test_person_chooses_the_time_of_day_for_flows_only() -> None:
    entries = (REMIND_7D, diary(1), diary(3), replace(diary(4), at="W1+4d@12:00"))

    rows = planned(*entries, standing=replace(ALICE, when="morning"))

    assert times(rows) == {
        "remind_7d": "2026-11-19 18:00",
        "day_1": "2026-11-27 09:30",
        "day_3": "2026-11-29 10:00",  # a Sunday
        "day_4": "2026-11-30 12:00",
    }


def test_no_two_programme_messages_share_a_day() -> None:
    cards = replace(diary(1), id="cards", priority=4)

    rows = planned(cards, diary(1, priority=1), diary(2, priority=2), REMIND_24H)

    assert times(rows) == {
        "cards": "2026-11-28 18:00",
        "day_1": "2026-11-27 18:00",
        "day_2": "2026-11-29 18:00",
        "remind_24h": "2026-11-25 10:00",
    }
    assert rows["cards"].reason == "Moved from 27 November: one message a day, and not too many a week."


def test_pace_limits_a_week_and_keeps_the_most_important() -> None:
    entries = [diary(day, priority=1 if day in (2, 4, 6) else 3, expires="+2d") for day in range(1, 8)]

    rows = planned(*entries, standing=replace(ALICE, pace="standard"))

    kept = [name for name, row in rows.items() if row.state == "planned"]
    assert kept == ["day_1", "day_2", "day_4", "day_6", "day_7"]
    assert when(rows["day_7"]) == "2026-12-04 18:00"
    assert rows["day_3"].reason == "No day with room was left before its end."


def test_at_the_usual_pace_the_days_are_chosen_so_that_most_finds_room() -> None:
    """Four in any seven days: of fourteen that are good for twenty days, twelve."""
    entries = [diary(day, priority=3, expires="W2-8d") for day in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15)]

    rows = planned(*entries, w2="2026-12-24 10:00", standing=replace(ALICE, pace="standard"))

    sent = [row.due.date() for row in rows.values() if row.state == "planned"]
    days = [(day - date(2026, 11, 26)).days for day in sent]
    assert days == [1, 2, 3, 4, 8, 9, 10, 11, 15, 16, 17, 18]


def test_what_prepares_something_comes_before_it_although_it_is_less_important() -> None:
    cards, rank = diary(8, priority=2, expires="W2-8d"), diary(10, priority=1, expires="W2-8d")
    before = [diary(day, priority=1) for day in (5, 6, 7)]

    rows = planned(*before, cards, rank, w2="2026-12-24 10:00", standing=replace(ALICE, pace="standard"))

    assert when(rows["day_8"]) == "2026-12-04 18:00"
    assert when(rows["day_10"]) == "2026-12-08 18:00"


def test_what_was_sent_counts_for_the_day_and_the_week() -> None:
    sent = {"a": date(2026, 11, 26), "b": date(2026, 11, 27)}

    rows = planned(diary(1, light=True, expires="+9d"), standing=replace(ALICE, pace="light", already=sent))

    assert when(rows["day_1"]) == "2026-12-03 18:00"


def test_light_pace_with_a_short_gap_keeps_light_flows_in_order_and_apart() -> None:
    entries = (
        REMIND_24H,
        BEFORE,
        diary(1, priority=1, light=True, expires="+3d"),
        diary(2, priority=3),
        diary(6, priority=1, light=True, expires="W2-8d"),
        diary(8, priority=2),
        diary(10, priority=1, light=True, expires="W2-2d"),
        diary(11, priority=1, light=True, expires="W2-2d"),
    )

    rows = planned(*entries, w2="2026-12-10 10:00", standing=replace(ALICE, pace="light"))

    assert times(rows) == {
        "remind_24h": "2026-11-25 10:00",
        "before_w1": "2026-11-21 18:00",
        "day_1": "2026-11-27 18:00",
        "day_2": "dropped",
        "day_6": "2026-11-28 18:00",
        "day_8": "dropped",
        "day_10": "2026-12-04 18:00",
        "day_11": "2026-12-05 18:00",
    }
    assert rows["day_2"].reason == "Not part of the light pace."


def test_entry_that_a_short_gap_pushes_past_its_end_is_dropped() -> None:
    row = planned(diary(1, expires="W2-8d"), w2="2026-12-03 10:00")["day_1"]

    assert row.state == "dropped"
    assert row.reason == "It would come after its end on 25 November 2026."


@pytest.mark.parametrize("answer", ["no", ""])
def test_without_a_yes_to_reminders_nothing_is_planned(answer: str) -> None:
    rows = planned(REMIND_24H, diary(1), standing=replace(ALICE, consents={"remind": answer}))

    assert {row.state for row in rows.values()} == {"dropped"}
    assert rows["day_1"].reason == "Has not agreed to get messages between the workshops."


def test_broadcast_that_needs_no_consent_is_planned_all_the_same() -> None:
    needed = replace(programme(REMIND_24H), broadcasts={"remind": BroadcastTemplate(id="remind", needs_consent=False)})

    (row,) = plan(needed, HULL, {"W1": workshop("2026-11-26 10:00")}, replace(ALICE, consents={}), JOINED)

    assert row.state == "planned"


def test_messages_long_after_the_last_workshop_need_their_own_consent() -> None:
    late = Entry(id="late", at="W2+90d@18:00", flow="you_said")
    sooner = Entry(id="sooner", at="W2+28d@18:00", flow="you_said")

    rows = planned(late, sooner, w2="2026-12-24 10:00", standing=replace(ALICE, consents={"remind": "yes"}))

    assert {name: row.state for name, row in rows.items()} == {"late": "dropped", "sooner": "planned"}


@pytest.mark.parametrize(
    ("was", "states"),
    [
        ("attended", {"thanks": "planned", "missed": "dropped"}),
        ("left_early", {"thanks": "planned", "missed": "dropped"}),
        ("missed", {"thanks": "dropped", "missed": "planned"}),
        (None, {"thanks": "dropped", "missed": "dropped"}),
    ],
)
def test_audience_follows_attendance(was: str | None, states: dict[str, str]) -> None:
    standing = replace(ALICE, attendance={1: was} if was else {})

    rows = planned(THANKS, MISSED, standing=standing)

    assert {name: row.state for name, row in rows.items()} == states
    assert all(row.reason for row in rows.values() if row.state == "dropped")


def test_thanks_go_out_when_attendance_is_marked_the_day_after() -> None:
    standing = replace(ALICE, attendance={1: "attended"})

    rows = planned(THANKS, now="2026-11-27 11:20", standing=standing)

    assert when(rows["thanks"]) == "2026-11-27 11:20"


def test_late_joiner_is_spared_reminders_and_thanks_but_gets_flows_that_are_still_open() -> None:
    late = replace(ALICE, joined_at=datetime(2026, 11, 22, 21, 0, 5, tzinfo=UTC), attendance={1: "attended"})

    rows = planned(REMIND_7D, BEFORE, REMIND_24H, now="2026-11-22 21:00:05", standing=late)

    assert times(rows) == {
        "remind_7d": "dropped",
        "before_w1": "2026-11-23 09:00",
        "remind_24h": "2026-11-25 10:00",
    }
    assert rows["remind_7d"].reason == "Joined after this was due."


def test_open_flows_of_a_late_joiner_are_spread_over_days() -> None:
    late = replace(ALICE, joined_at=datetime(2026, 11, 29, 12, tzinfo=UTC))

    rows = planned(diary(1), diary(2), diary(3), now="2026-11-29 12:00", standing=late)

    assert times(rows) == {
        "day_1": "2026-11-29 12:00",
        "day_2": "2026-11-30 18:00",
        "day_3": "2026-12-01 18:00",
    }


def test_expired_entry_is_dropped_with_the_day() -> None:
    row = planned(diary(1), now="2026-12-05 12:00")["day_1"]

    assert (row.state, row.reason) == ("dropped", "Its time was over on 1 December 2026.")


def test_reminder_that_was_not_sent_in_time_is_dropped_but_a_few_minutes_do_not_matter() -> None:
    soon = planned(REMIND_24H, now="2026-11-25 10:20")["remind_24h"]
    late = planned(REMIND_24H, now="2026-11-25 13:00")["remind_24h"]

    assert when(soon) == "2026-11-25 10:20"
    assert late.reason == "Its time passed before it could be sent."


def test_late_reminder_is_good_until_its_latest() -> None:
    usual = replace(REMIND_24H, latest="W1-3h")

    assert when(planned(usual, now="2026-11-25 17:00")["remind_24h"]) == "2026-11-25 17:00"


def test_entry_at_joining_is_planned_at_once_or_in_the_morning() -> None:
    entry = Entry(id="about_you", at="JOIN", flow="about_you", priority=1)
    by_day = replace(ALICE, joined_at=datetime(2026, 11, 2, 12, tzinfo=UTC))
    by_night = replace(ALICE, joined_at=datetime(2026, 11, 2, 22, tzinfo=UTC))

    assert when(planned(entry, now="2026-11-02 12:00", standing=by_day)["about_you"]) == "2026-11-02 12:00"
    assert when(planned(entry, now="2026-11-02 22:00", standing=by_night)["about_you"]) == "2026-11-03 09:00"


def test_area_has_its_own_evening() -> None:
    island = Area(id="island", name="Kiritimati", zone="Pacific/Kiritimati", target=5)

    row = planned(diary(1), area=island)["day_1"]

    assert row.due == datetime(2026, 11, 27, 4, tzinfo=UTC)
    assert when(row, ZoneInfo(island.zone)) == "2026-11-27 18:00"
