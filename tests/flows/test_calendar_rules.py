"""The timing grammar, and what it means in a zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.timing import Anchor, BadRule, gap_after, parse_rule, resolve, shorten, to_local, to_utc

LONDON = ZoneInfo("Europe/London")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
ZONES = ["Europe/London", "Australia/Lord_Howe", "Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu", "UTC"]


def workshop(year: int, month: int, day: int, hour: int, minute: int = 0, zone: ZoneInfo = LONDON) -> Anchor:
    start = datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC)
    return Anchor(start=start, end=start + timedelta(hours=3))


def local(rule: str, anchors: dict[str, Anchor], zone: ZoneInfo = LONDON) -> str:
    at = resolve(parse_rule(rule), anchors, zone)
    assert at is not None
    assert at.tzinfo is UTC
    return to_local(at, zone).isoformat(" ", "minutes")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("W1", "2026-11-26 09:30"),
        ("W1@18:00", "2026-11-26 18:00"),
        ("W1-7d@18:00", "2026-11-19 18:00"),
        ("W1-24h", "2026-11-25 09:30"),
        ("W1-2h", "2026-11-26 07:30"),
        ("W1-45m", "2026-11-26 08:45"),
        ("W1+3h", "2026-11-26 15:30"),
        ("W1+1d@18:00", "2026-11-27 18:00"),
        ("W1+1d", "2026-11-27 09:30"),
        ("JOIN", "2026-11-01 12:00"),
        ("JOIN+1d@18:00", "2026-11-02 18:00"),
        ("END+30d", "2027-01-30 12:00"),
    ],
)
def test_rule_becomes_a_local_time(rule: str, expected: str) -> None:
    anchors = {
        "JOIN": Anchor(start=datetime(2026, 11, 1, 12, tzinfo=UTC)),
        "W1": workshop(2026, 11, 26, 9, 30),
        "END": Anchor(start=datetime(2026, 12, 31, 12, tzinfo=UTC)),
    }

    assert local(rule, anchors) == expected


def test_hours_after_a_workshop_without_an_end_count_from_its_start() -> None:
    anchors = {"W1": Anchor(start=datetime(2026, 11, 26, 9, tzinfo=UTC))}

    assert local("W1+3h", anchors) == "2026-11-26 12:00"


def test_rule_on_an_anchor_without_a_date_has_no_time() -> None:
    assert resolve(parse_rule("W2+1d@18:00"), {"W1": workshop(2026, 11, 26, 9)}, LONDON) is None


def test_offset_counts_days_on_the_local_calendar() -> None:
    base = datetime(2026, 10, 24, 17, tzinfo=UTC)  # 18:00 in London, the day before the clocks go back

    due = resolve(parse_rule("+3d", relative=True), {}, LONDON, base=base)

    assert due == datetime(2026, 10, 27, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "W1+",
        "W0+1d",
        "X+1d",
        "W1+1d@25:00",
        "W1+1d@6pm",
        "w1",
        "W1-24",
        "W1-2h@18:00",
        "W1+1w",
        "+3d",
        "1d",
        "@18:00",
    ],
)
def test_nonsense_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(BadRule) as refused:
        parse_rule(text)

    assert refused.value.fix


@pytest.mark.parametrize("text", ["@18:00", "-3d"])
def test_bound_has_to_hang_on_something(text: str) -> None:
    with pytest.raises(BadRule):
        parse_rule(text, relative=True)


def test_evening_stays_evening_when_the_clocks_go_back() -> None:
    anchors = {"W1": workshop(2026, 10, 22, 10)}

    times = [local(f"W1+{days}d@18:00", anchors)[11:] for days in range(1, 7)]

    assert times == ["18:00"] * 6


def test_hours_before_a_workshop_are_hours_that_pass() -> None:
    anchors = {"W1": workshop(2026, 10, 25, 10)}  # the clocks go back that night

    assert local("W1-24h", anchors) == "2026-10-24 11:00"


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("first", [date(2026, 3, 20), date(2026, 10, 18), date(2026, 4, 1), date(2026, 10, 1)])
def test_half_past_one_comes_exactly_once_a_day(zone: str, first: date) -> None:
    place = ZoneInfo(zone)
    start = datetime(first.year, first.month, first.day, 12, tzinfo=place).astimezone(UTC)
    rules = [parse_rule(f"W1+{days}d@01:30") for days in range(1, 15)]

    times = [at for rule in rules if (at := resolve(rule, {"W1": Anchor(start=start)}, place))]

    assert [to_local(at, place).date() for at in times] == [first + timedelta(days=days) for days in range(1, 15)]
    assert times == sorted(set(times))


@pytest.mark.parametrize(
    ("zone", "wanted", "utc"),
    [
        ("Europe/London", "2026-03-29 01:30", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("Europe/London", "2026-10-25 01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", "2026-10-04 02:15", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", "2026-04-05 01:45", datetime(2026, 4, 4, 14, 45, tzinfo=UTC)),
        ("Pacific/Kiritimati", "2026-03-29 01:30", datetime(2026, 3, 28, 11, 30, tzinfo=UTC)),
        ("Pacific/Apia", "2011-12-30 09:00", datetime(2011, 12, 30, 10, 0, tzinfo=UTC)),
    ],
)
def test_missing_time_becomes_the_next_and_repeated_time_the_first(zone: str, wanted: str, utc: datetime) -> None:
    assert to_utc(datetime.fromisoformat(wanted), ZoneInfo(zone)) == utc


def test_the_same_rule_is_another_moment_in_another_zone() -> None:
    hull = {"W1": workshop(2026, 11, 26, 10)}
    island = {"W1": workshop(2026, 11, 26, 10, zone=LORD_HOWE)}

    assert local("W1+1d@18:00", hull) == local("W1+1d@18:00", island, LORD_HOWE) == "2026-11-27 18:00"
    assert resolve(parse_rule("W1+1d@18:00"), island, LORD_HOWE) == datetime(2026, 11, 27, 7, tzinfo=UTC)


def test_day_offsets_shrink_with_a_short_gap() -> None:
    anchors = {"W1": workshop(2026, 11, 1, 10), "W2": workshop(2026, 11, 19, 10)}

    days = [shorten(parse_rule(f"W1+{n}d@18:00"), anchors, LONDON).days for n in range(1, 16)]

    assert gap_after(1, anchors, LONDON) == 18
    assert days == [1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]


@pytest.mark.parametrize("gap", range(1, 43))
def test_shrunk_offsets_keep_their_order_and_leave_a_day(gap: int) -> None:
    start = workshop(2026, 11, 1, 10)
    anchors = {"W1": start, "W2": Anchor(start=start.start + timedelta(days=gap))}

    days = [shorten(parse_rule(f"W1+{n}d"), anchors, LONDON).days for n in range(1, 21)]

    assert days == sorted(days)
    assert days[0] == 1
    assert days == list(range(1, 21)) or gap < 28


@pytest.mark.parametrize("rule", ["W1-5d@18:00", "W1+3h", "W2+7d", "JOIN+3d"])
def test_only_days_after_a_workshop_with_a_next_one_shrink(rule: str) -> None:
    anchors = {"W1": workshop(2026, 11, 1, 10), "W2": workshop(2026, 11, 15, 10)}

    assert shorten(parse_rule(rule), anchors, LONDON) == parse_rule(rule)
