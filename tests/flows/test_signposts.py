"""Signposts: one near, one for the country, by need; and none that nobody has looked at."""

from datetime import date, timedelta

import pytest

from flows.findings import Notes
from flows.loading_safety import load_safety
from flows.loading_signposts import read_signposts, shipped
from flows.loading_yaml import read_yaml
from flows.safety import judge
from flows.signposts import NEEDED, Signpost, fitting, numbers, stale

DAY = date(2027, 1, 15)
DESK = Signpost(
    id="desk", name="Hull desk", number="01482 300 300", level="amber", topics=("any",), area="hull", local=True
)
MONEY = Signpost(id="money", name="Money desk", number="01482 300 301", level="amber", topics=("debt",), local=True)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("I am in so much debt", "stepchange"),
        ("The bailiffs came again", "stepchange"),
        ("We are getting evicted", "shelter"),
        ("I am sleeping in my car", "shelter"),
        ("There is no food till Friday", "citizens_advice"),
        ("We skip meals", "citizens_advice"),
        ("I feel so lonely", "silver_line"),
        ("I can't cope", "samaritans"),
        ("I am scared to go out", "refuge"),
        ("mam dlugi", "stepchange"),
        ("dwin unig", "silver_line"),
    ],
)
def test_each_need_has_its_signpost(said: str, meant: str) -> None:
    verdict = judge(said, load_safety())
    assert verdict is not None

    found = fitting(shipped(), verdict.topic, "hull", local=False)

    assert found is not None
    assert found.id == meant


def test_the_place_comes_before_all_places_and_the_topic_before_any() -> None:
    known = (DESK, MONEY)

    assert fitting(known, "debt", "hull", local=True) == MONEY
    assert fitting(known, "lonely", "hull", local=True) == DESK
    assert fitting(known, "lonely", "walsall", local=True) is None


def test_the_numbers_for_somebody_in_danger_are_exact() -> None:
    assert [numbers(shipped())[id] for id in NEEDED] == ["999", "116 123", "111", "0800 144 8848"]


def test_what_was_never_looked_at_or_long_ago_is_stale() -> None:
    fresh = Signpost(id="a", name="A", number="1", level="amber", verified_on=DAY)

    assert stale([fresh], DAY + timedelta(days=180)) == ()
    assert stale([fresh], DAY + timedelta(days=181)) == ("a",)
    assert stale([DESK], None) == ("desk",)
    assert set(stale(shipped(), DAY)) == {one.id for one in shipped()}, "nobody has verified them for you"


def test_a_programme_changes_what_is_there_and_adds_its_own() -> None:
    text = """
- {id: shelter, verified_on: 2027-01-15}
- {id: hull_desk, name: Hull desk, number: "01482 300 300", area: hull, hours: weekdays 9 to 5}
- {id: odd, level: blue, verified_on: soon}
"""
    notes = Notes()
    root = read_yaml(text, "signposts.yaml", notes)
    found = {one.id: one for one in read_signposts(root, {one.id: one for one in shipped()}, notes)}

    assert (found["shelter"].number, found["shelter"].verified_on, found["shelter"].local) == (
        "0808 800 4444",
        DAY,
        False,
    )
    assert (found["hull_desk"].local, found["hull_desk"].topics) == (True, ("any",))
    assert sorted(finding.code for finding in notes.found) == ["Y021", "Y021", "Y028", "Y031"]
