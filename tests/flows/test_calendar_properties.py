"""What holds for every calendar, person and moment."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.calendar import Anchor, Planned, Standing, plan
from flows.definition import Area, BroadcastTemplate, Entry, Programme
from flows.dose import PACES
from flows.quiet import quiet_hours
from flows.timing import local_date, to_local

ZONES = ["Europe/London", "Australia/Lord_Howe", "Pacific/Kiritimati", "America/New_York", "Asia/Kathmandu"]
START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTES = st.integers(min_value=0, max_value=400 * 24 * 60)

rules = st.one_of(
    st.builds("W1{:+d}d@{:02d}:00".format, st.integers(-10, 40), st.integers(0, 23)),
    st.builds("W1+{}d@18:00".format, st.integers(1, 30)),
    st.builds("W1{:+d}h".format, st.integers(-48, 48)),
    st.builds("JOIN+{}d@18:00".format, st.integers(0, 20)),
    st.sampled_from(["JOIN", "W1", "W2-8d", "W2+1d@18:00", "END+30d"]),
)
bounds = st.sampled_from(["", "", "+1d", "+3d", "+4d", "W1", "W2-8d", "W2", "W1+20d"])


@st.composite
def entries(draw: st.DrawFn) -> tuple[Entry, ...]:
    number = draw(st.integers(1, 14))
    return tuple(
        Entry(
            id=f"e{index}",
            at=draw(rules),
            flow="flow" if draw(st.booleans()) else "",
            broadcast="note",
            priority=draw(st.integers(1, 5)),
            light=draw(st.booleans()),
            counts=draw(st.booleans()),
            expires=draw(bounds),
            latest=draw(st.sampled_from(["", "", "W1-1h", "W1+2d@20:00"])),
        )
        for index in range(number)
    )


@st.composite
def situations(draw: st.DrawFn) -> tuple[Programme, Area, dict[str, Anchor], Standing, datetime, frozenset[date]]:
    programme = Programme(
        id="two",
        version="1",
        title="",
        locales={"en": ""},
        areas={},
        flows={},
        entries=draw(entries()),
        broadcasts={"note": BroadcastTemplate(id="note")},
        texts={},
        notice_version="1",
        welcome="",
        rights="",
    )
    w1 = START + timedelta(minutes=draw(MINUTES))
    anchors = {"W1": Anchor(start=w1, end=w1 + timedelta(hours=3))}
    if draw(st.booleans()):
        anchors["W2"] = Anchor(start=w1 + timedelta(days=draw(st.integers(3, 45))))
    standing = Standing(
        joined_at=w1 - timedelta(minutes=draw(st.integers(-20_000, 60_000))),
        pace=draw(st.sampled_from(["light", "standard", "full", "unheard of"])),
        when=draw(st.sampled_from(["morning", "lunch", "after4", "evening", "unheard of"])),
        consents={"remind": "yes"},
        already={
            f"e{n}": local_date(w1, ZoneInfo("UTC")) + timedelta(days=2 * n) for n in draw(st.sets(st.integers(0, 3)))
        },
    )
    now = standing.joined_at + timedelta(seconds=draw(st.integers(0, 4_000_000)))
    holidays = frozenset(w1.date() + timedelta(days=n) for n in draw(st.sets(st.integers(-5, 20), max_size=4)))
    area = Area(id="a", name="A", zone=draw(st.sampled_from(ZONES)), target=1)
    return programme, area, anchors, standing, now, holidays


Situation = tuple[Programme, Area, dict[str, Anchor], Standing, datetime, frozenset[date]]


def rows_of(situation: Situation) -> tuple[Planned, ...]:
    programme, area, anchors, standing, now, holidays = situation
    return plan(programme, area, anchors, standing, now, holidays=holidays)


def sent(situation: Situation) -> list[tuple[Entry, Planned]]:
    by_id = {entry.id: entry for entry in situation[0].entries}
    return [(by_id[row.entry], row) for row in rows_of(situation) if row.state == "planned"]


@given(situations())
@settings(max_examples=300, deadline=None)
def test_nothing_is_planned_for_the_quiet_hours(situation: Situation) -> None:
    quiet = quiet_hours(situation[0], situation[5])
    zone = ZoneInfo(situation[1].zone)

    assert all(quiet.allows(to_local(row.due, zone)) for _, row in sent(situation))


@given(situations())
@settings(max_examples=300, deadline=None)
def test_one_counting_message_a_day_and_few_in_any_week(situation: Situation) -> None:
    programme, area, _, standing, _, _ = situation
    silent = {entry.id for entry in programme.entries if not entry.counts}
    before = [day for name, day in standing.already.items() if name not in silent]

    new = [local_date(row.due, ZoneInfo(area.zone)) for entry, row in sent(situation) if entry.counts]

    assert len(set(new)) == len(new)
    assert not set(new) & set(before)
    most = max(PACES.get(standing.pace, PACES["standard"]), 4 if before else 0)
    for day in new:
        week = [other for other in [*new, *before] if day <= other < day + timedelta(days=7)]
        assert len(week) <= most


@given(situations())
@settings(max_examples=300, deadline=None)
def test_nothing_is_planned_past_its_end_or_in_the_past(situation: Situation) -> None:
    now = situation[4]

    for _, row in sent(situation):
        assert row.due >= now
        assert row.expires is None or row.due < row.expires


def nominal(situation: Situation, entry: Entry) -> datetime:
    """When an entry would be due if it were alone and no hour were quiet."""
    programme, area, anchors, standing, _, _ = situation
    alone = replace(entry, light=True, expires="", latest="")
    still = replace(programme, entries=(alone,), quiet_from="00:00", quiet_until="00:00", quiet_until_sunday="00:00")
    (row,) = plan(still, area, anchors, replace(standing, already={}), datetime(2020, 1, 1, tzinfo=UTC))
    return row.due


@given(situations())
@settings(max_examples=300, deadline=None)
def test_entries_of_one_priority_keep_their_order(situation: Situation) -> None:
    rows = [(entry, row) for entry, row in sent(situation) if entry.counts]
    rows.sort(key=lambda pair: (pair[0].priority, nominal(situation, pair[0])))

    for (one, first), (other, second) in pairwise(rows):
        if one.priority == other.priority and nominal(situation, one) < nominal(situation, other):
            assert first.due < second.due


@given(situations())
@settings(max_examples=200, deadline=None)
def test_planning_twice_gives_the_same(situation: Situation) -> None:
    assert rows_of(situation) == rows_of(situation)


@given(situations())
@settings(max_examples=200, deadline=None)
def test_planning_again_after_sending_changes_nothing_else(situation: Situation) -> None:
    """The first prompt goes out on its day; what was planned after it stays where it is."""
    programme, area, anchors, standing, now, holidays = situation
    ahead = [row for row in rows_of(situation) if row.state == "planned" and row.due > now]
    if not ahead:
        return
    first = min(ahead, key=lambda row: (row.due, row.entry))
    day = local_date(first.due, ZoneInfo(area.zone))
    later = replace(standing, already={**standing.already, first.entry: day})

    again = {row.entry: row.due for row in plan(programme, area, anchors, later, now, holidays=holidays)}

    rest = [row for row in rows_of(situation) if row.state == "planned" and row.entry != first.entry]
    assert [again[row.entry] for row in rest] == [row.due for row in rest]


@given(situations(), st.integers(1, 20), st.sampled_from([time(10), time(19)]))
@settings(max_examples=200, deadline=None)
def test_moved_workshop_moves_its_entries_by_as_many_days(situation: Situation, days: int, at: time) -> None:
    programme, _, _, standing, _, _ = situation
    mine = tuple(e for e in programme.entries if e.at.startswith("W1") and e.expires[:2] != "W2")
    area = Area(id="a", name="A", zone="UTC", target=1)
    early = replace(programme, entries=mine, quiet_until_sunday="09:00")
    start = datetime.combine(date(2026, 3, 2), at, tzinfo=UTC)
    joined = replace(standing, joined_at=start - timedelta(days=60), already={})

    before = plan(early, area, {"W1": Anchor(start=start)}, joined, joined.joined_at)
    after = plan(early, area, {"W1": Anchor(start=start + timedelta(days=days))}, joined, joined.joined_at)

    assert [row.due + timedelta(days=days) for row in before] == [row.due for row in after]
    assert [row.state for row in before] == [row.state for row in after]
